// attention_pooling's gradients where the table of ops does not look: counts around a tile's, only some inputs needed,
// infinite slopes, a Newton step, threads.
#include "nn/attention/attention.h"
#include "tests/support.h"

using namespace tests;

namespace {

const auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
constexpr PoolingOptions others{.exclude_self = true};

// The gradients of sum(y g) towards the inputs that need them, streamed or through the composed ops.
std::vector<Variable64> gradients(bool streamed, PoolingOptions options, const std::vector<Variable64>& x,
                                  const Tensor64& g) {
  Tape64 tape;
  const Variable64 y = streamed ? attention_pooling(options, gaussian, x[0], x[1], x[2], x[3])
                                : matmul(attention_weights(options, gaussian, x[0], x[1], x[3]), x[2]);
  std::vector<Variable64> asked;
  for (const Variable64& v : x) {
    if (v.requires_grad()) asked.push_back(v);
  }
  return tape.gradient(y, g, asked);
}

// With `towards_queries` the parameter's gradient comes from a pass back, without it by forward mode if that pays.
void compare(bool towards_queries, PoolingOptions options, std::int64_t m, std::int64_t n, std::int64_t d,
             std::int64_t v, const Shape& w) {
  const std::vector<Variable64> x{
      Variable64(numbers<double>({m, d}, 1), towards_queries), Variable64(numbers<double>({n, d}, 2), true),
      Variable64(numbers<double>({n, v}, 3), true), Variable64(numbers<double>(w, 4) + 2.5, true)};
  const Tensor64 g = numbers<double>({m, v}, 5);
  const auto streamed = gradients(true, options, x, g), composed = gradients(false, options, x, g);
  for (std::size_t i = 0; i < streamed.size(); ++i) {
    const std::string wrong = difference(streamed[i].value(), composed[i].value(), 1e-12);
    BOOST_TEST(wrong.empty(),
               m << " queries, " << n << " keys, d " << d << ", v " << v << ", gradient " << i << ": " << wrong);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(nn)
BOOST_AUTO_TEST_SUITE(attention)

BOOST_AUTO_TEST_CASE(pooling_gradients_at_all_counts) {
  for (bool towards_queries : {true, false}) {
    for (std::int64_t m : {1, 16, 17, 65}) {
      for (std::int64_t n : {1, 16, 64, 130}) compare(towards_queries, {}, m, n, 1, 1, {1});
    }
    compare(towards_queries, {}, 20, 33, 1, 3, {});
    compare(towards_queries, {}, 20, 33, 2, 1, {2});
    compare(towards_queries, {}, 20, 33, 2, 1, {1});
    compare(towards_queries, {}, 20, 33, 3, 4, {3});
    compare(towards_queries, {}, 20, 33, 3, 4, {1});
    for (std::int64_t n : {2, 17, 65, 130}) {
      compare(towards_queries, others, n, n, 1, 1, {1});
      compare(towards_queries, others, n, n, 2, 2, {2});
    }
  }
}

BOOST_AUTO_TEST_CASE(pooling_gradients_only_where_needed) {
  const std::vector<Tensor> values{numbers<float>({5}, 1), numbers<float>({7}, 2), numbers<float>({7}, 3),
                                   Tensor{0.8f}};
  auto gradient_of = [&](const std::vector<bool>& needed) {
    std::vector<Variable> x;
    for (std::size_t i = 0; i < 4; ++i) x.push_back(Variable(values[i], needed[i]));
    Tape tape;
    tape.backward(sum(square(attention_pooling(gaussian, x[0], x[1], x[2], x[3]))));
    std::vector<Tensor> g;
    for (const Variable& v : x) g.push_back(v.is_leaf() ? v.grad() : Tensor());
    return g;
  };
  const auto all = gradient_of({true, true, true, true});
  for (int mask = 1; mask < 15; ++mask) {
    const auto some = gradient_of({mask % 2 != 0, mask / 2 % 2 != 0, mask / 4 % 2 != 0, mask / 8 != 0});
    for (std::size_t i = 0; i < 4; ++i) {
      BOOST_TEST(some[i].defined() == ((mask >> i) % 2 != 0));
      if (some[i].defined()) CHECK_CLOSE_TO(some[i], all[i], 1e-6);
    }
  }
}

// The score's slope is infinite where a query meets its own key: that pair has no share if it is left out, and an input
// that the sum does not depend on has none of the map's.
BOOST_AUTO_TEST_CASE(pooling_where_slopes_are_infinite) {
  Variable w(Tensor{1.5f}, true), x(Tensor{0, 1, 3}, true);
  const Tensor y{1, -1, 2};
  const auto inverse = [](auto q, auto k, auto s) { return s / abs(q - k); };
  {
    Tape tape;
    tape.backward(sum(square(attention_pooling(others, inverse, x, x, y, w))));
  }
  BOOST_TEST(std::isfinite(w.grad().item()));
  for (float g : x.grad().to_vector()) BOOST_TEST(std::isfinite(g));
  w.zero_grad();
  {
    Tape tape;  // Laplace's kernel, -|(q - k) w|, by the square root of a square, with every point its own key
    const auto squares = [](auto q, auto k, auto s) { return square((q - k) * s); };
    tape.backward(sum(square(attention_pooling(
        squares, [](auto s) { return -sqrt(s); }, x, x, y, w))));
  }
  const float by_root = w.grad().item();
  w.zero_grad();
  {
    Tape tape;
    tape.backward(sum(square(attention_pooling([](auto q, auto k, auto s) { return -abs((q - k) * s); }, x, x, y, w))));
  }
  BOOST_TEST(std::abs(by_root - w.grad().item()) < 1e-5);
}

// What all values have in common changes no gradient, and leaves no rounding errors in it.
BOOST_AUTO_TEST_CASE(pooling_gradients_of_values_far_from_zero) {
  const Tensor q = numbers<float>({30}, 1), k = numbers<float>({200}, 2), g = numbers<float>({30}, 3);
  const Tensor v = cast<float>(cast<double>(numbers<float>({200}, 4)) + 1e4);  // the same floats in both scalars
  auto towards_w = [&]<class T>(const BasicTensor<T>& values, bool forward_mode) {
    BasicVariable<T> w(BasicTensor<T>::from_vector({T(1.25)}, {1}), true);
    const BasicVariable<T> queries(cast<T>(q), !forward_mode);
    BasicTape<T> tape;
    const auto y = attention_pooling(gaussian, queries, cast<T>(k), values, w);
    return static_cast<double>(tape.gradient(y, cast<T>(g), {w})[0].item());
  };
  const double exact = towards_w(cast<double>(v), false);
  BOOST_TEST(std::abs(towards_w(v, true) - exact) < 1e-5 * std::abs(exact));
  BOOST_TEST(std::abs(towards_w(v, false) - exact) < 1e-5 * std::abs(exact));
  // One key has all the weight, whatever w is.
  Variable w(Tensor{2}, true);
  Tape tape;
  tape.backward(sum(attention_pooling(gaussian, q, Tensor{0.3f}, Tensor{1234.567f}, w)));
  BOOST_TEST(w.grad().item() == 0);
}

// Neither pass back holds a table of pairs: 2,000 x 3,000 of them would be 24 MB.
BOOST_AUTO_TEST_CASE(pooling_memory_of_gradients_is_linear) {
  const int threads = num_threads();
  set_num_threads(1);  // the lambda counts
  std::int64_t most = 0, calls = 0;
  const auto watching = [&most, &calls](auto q, auto k, auto w) {
    if (++calls % 100'000 == 0) most = std::max(most, memory_in_use());
    return q * k * w;
  };
  const std::int64_t before = memory_in_use();
  Variable q(numbers<float>({2000}, 1), true), k(numbers<float>({3000}, 2), true), v(numbers<float>({3000}, 3), true);
  Variable w(Tensor{1}, true);
  Tape tape;
  tape.backward(sum(attention_pooling(watching, q, k, v, w)));
  set_num_threads(threads);
  BOOST_TEST(most > 0);
  BOOST_TEST(most - before < 1'000'000);
}

// Newton's method on the leave-one-out loss finds the bandwidth where its slope is 0.
BOOST_AUTO_TEST_CASE(pooling_newton_step_on_the_bandwidth) {
  manual_seed(0);
  const Tensor64 x = sort(rand<double>({50}) * 5).values, y = 2 * sin(x) + pow(x, 0.8) + normal<double>(0, 0.5, {50});
  Tensor64 w{3.5};
  double slope = 0, curvature = 0;
  for (int step = 0; step < 8; ++step) {
    Variable64 leaf(w, true);
    Tape64 tape;
    const Variable64 loss = sum(square(attention_pooling(others, gaussian, x, x, y, leaf) - y));
    const Variable64 g = tape.gradient(loss, {leaf}, {.create_graph = true})[0];
    const Variable64 h = tape.gradient(sum(g), {leaf})[0];
    slope = g.value().item();
    curvature = h.value().item();
    w = w - slope / curvature;
  }
  BOOST_TEST(std::abs(slope) < 1e-9);
  BOOST_TEST(curvature > 0);
}

// Both orders agree with the composed ops where the inputs are results that depend on each other.
BOOST_AUTO_TEST_CASE(pooling_of_inputs_that_depend_on_each_other) {
  Variable64 w(Tensor64{0.7, 1.2}, true);
  const Tensor64 base = numbers<double>({6, 2}, 1), v = numbers<double>({6}, 2);
  auto second = [&](bool streamed) {
    Tape64 tape;
    const Variable64 keys = base * w, queries = narrow(keys, 0, 1, 4) + w;
    const Variable64 y = streamed ? attention_pooling(gaussian, queries, keys, v, w)
                                  : matmul(attention_weights(gaussian, queries, keys, w), v);
    const Variable64 g = tape.gradient(sum(square(y)), {w}, {.create_graph = true})[0];
    return std::pair(g.value(), tape.gradient(sum(square(g)), {w})[0].value());
  };
  const auto [g, h] = second(true);
  const auto [g_composed, h_composed] = second(false);
  CHECK_CLOSE_TO(g, g_composed, 1e-12);
  CHECK_CLOSE_TO(h, h_composed, 1e-12);
}

BOOST_AUTO_TEST_CASE(pooling_third_derivative) {
  Variable64 w(Tensor64{0.7}, true);
  const Tensor64 x = numbers<double>({5}, 1);
  Tape64 tape;
  const Variable64 y = sum(attention_pooling(gaussian, x, x + 1, x, w));
  const Variable64 g = tape.gradient(y, {w}, {.create_graph = true})[0];
  const Variable64 h = tape.gradient(sum(g), {w}, {.create_graph = true})[0];
  CHECK_ERROR_BEGINS(tape.gradient(sum(h), {w}), "elementwise: a third derivative of a lambda is not available.");
}

BOOST_AUTO_TEST_CASE(pooling_gradients_on_threads) {
  const int before = num_threads();
  std::vector<Variable> x{Variable(numbers<float>({700}, 1), true), Variable(numbers<float>({900}, 2), true),
                          Variable(numbers<float>({900}, 3), true), Variable(Tensor{2}, true)};
  std::vector<std::vector<Variable>> g;
  for (int n : {1, 2, 5}) {
    set_num_threads(n);
    Tape tape;
    g.push_back(tape.gradient(sum(square(attention_pooling(gaussian, x[0], x[1], x[2], x[3]))), x));
  }
  set_num_threads(before);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK_SAME(g[1][i].value(), g[0][i].value());
    CHECK_SAME(g[2][i].value(), g[0][i].value());
  }
}

BOOST_AUTO_TEST_CASE(pooling_on_a_tape) {
  const Tensor x = numbers<float>({4}, 1);
  Variable w(Tensor{1}, true);
  Tape tape;
  const Variable y = attention_pooling(gaussian, x, x, x, w);
  BOOST_TEST(text_of(tape).find("attention_pooling") != std::string::npos);
  BOOST_TEST(tape.size() == 1);
  BOOST_TEST(!attention_pooling(gaussian, x, x, x, w.detach()).requires_grad());
  tape.backward(sum(y), {.retain = true});
  const Tensor once = w.grad();
  tape.backward(sum(y));
  CHECK_CLOSE_TO(w.grad(), once + once, 1e-6);
  Variable elsewhere;
  {
    Tape inner;
    elsewhere = w * 2;
  }
  CHECK_ERROR(attention_pooling(gaussian, x, x, x, elsewhere), other_tape_text("attention_pooling: input 3"));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
