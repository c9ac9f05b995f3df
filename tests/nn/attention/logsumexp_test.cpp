// attention_logsumexp: against loops in double, against ops that hold all scores, with the tree and without; and what
// it is for.
#include "tests/nn/attention/tree_routes.h"

using namespace tests;

namespace {

const auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
const auto product = [](auto q, auto k, auto w) { return q * k * w; };
const auto doubled = [](auto q, auto k, auto w) { return -square((q - k) * w); };

// Of one route: the value, its gradients and the second derivative towards w.
enum class Route { ops, loop, tree };
template <class T> struct Result {
  BasicTensor<T> y, q, k, w, second;
};
template <class T, class F>
Result<T> by(Route route, const F& score, const BasicTensor<T>& queries, const BasicTensor<T>& keys, T width,
             bool exclude_self = false) {
  using V = BasicVariable<T>;
  const V q(queries, true), k(keys, true), w(full<T>({1}, width), true);
  detail::PoolingSettings settings(PoolingOptions{.exclude_self = exclude_self, .tolerance = 0.0});
  if (route == Route::tree) settings.limits = {1, 1, 1, false}, settings.tolerance = 4e-8;
  BasicTape<T> tape;
  const V y = route == Route::ops ? logsumexp(detail::composed_scores(settings, score, detail::NoMap(), q, k, w), 1)
                                  : detail::call_attention_logsumexp(settings, score, detail::NoMap(), q, k, w);
  const V total = sum(square(y));
  const BasicTensor<T> value = y.value();
  tape.backward(total, {.retain = true});  // streamed
  const V again = tape.gradient(total, {w}, {.create_graph = true})[0];
  return {value, q.grad(), k.grad(), w.grad(), tape.gradient(again, {w})[0].value()};
}

template <class T> void check_close(const BasicTensor<T>& a, const BasicTensor<T>& b, double tolerance) {
  const double size = static_cast<double>(max(abs(b)).item()), error = static_cast<double>(max(abs(a - b)).item());
  BOOST_CHECK_MESSAGE(error <= tolerance * std::max(size, 1e-3), "off by " << error << " of " << size);
}
template <class T> void check_routes(double tolerance) {
  const auto compare = [tolerance](const auto& score, T w, bool exclude_self) {
    manual_seed(2);
    const BasicTensor<T> q = cast<T>(rand({70}) * 10), k = exclude_self ? q : cast<T>(rand({150}) * 10);
    const Result<T> right = by(Route::ops, score, q, k, w, exclude_self);
    for (const Route route : {Route::loop, Route::tree}) {
      const Result<T> got = by(route, score, q, k, w, exclude_self);
      check_close(got.y, right.y, tolerance);
      check_close(got.q, right.q, 10 * tolerance);
      check_close(got.k, right.k, 10 * tolerance);
      check_close(got.w, right.w, 10 * tolerance);
      check_close(got.second, right.second, 100 * tolerance);
    }
  };
  for (const bool exclude_self : {false, true}) {
    for (const T w : {T(0.01), T(1), T(10)}) compare(gaussian, w, exclude_self);
    compare(product, T(0.5), exclude_self);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(nn)
BOOST_AUTO_TEST_SUITE(attention_logsums)

BOOST_AUTO_TEST_CASE(all_routes_agree_in_float) { check_routes<float>(1e-5); }
BOOST_AUTO_TEST_CASE(all_routes_agree_in_double) { check_routes<double>(1e-7); }

BOOST_AUTO_TEST_CASE(of_tensors_and_of_features) {
  const Tensor q{{0, 1}, {2, 3}, {4, 1}}, k{{1, 1}, {0, 2}}, w{1, 2};
  const auto root = [](auto s) { return -sqrt(s + 0.1); };
  const auto squares = [](auto a, auto b, auto c) { return square((a - b) * c); };
  const Tensor scores = detail::composed_scores(PoolingOptions(), squares, root, q, k, w);
  BOOST_CHECK(allclose(attention_logsumexp(squares, root, q, k, w), logsumexp(scores, 1)));
  BOOST_CHECK_EQUAL(attention_logsumexp(gaussian, Tensor::uninitialized({0}), Tensor{1}, Tensor{1}).numel(), 0);
}

// exp(l) is 0 where no key is in reach; one key gives its score.
BOOST_AUTO_TEST_CASE(no_key_in_reach_and_one_key) {
  const auto near = [](auto q, auto k) {
    return where(abs(q - k) < 1, q * 0, -std::numeric_limits<double>::infinity());
  };
  const Tensor y = attention_logsumexp(near, Tensor{0, 5, 100}, Tensor{0, 0.5, 5});
  BOOST_CHECK_CLOSE(y.data()[0], std::log(2.0f), 1e-4);
  BOOST_CHECK_EQUAL(y.data()[1], 0);
  BOOST_CHECK_EQUAL(y.data()[2], -inf);
  BOOST_CHECK_EQUAL(attention_logsumexp(gaussian, Tensor{3}, Tensor{1}, Tensor{2}).data()[0], -8);
  BOOST_CHECK(std::isnan(attention_logsumexp(gaussian, Tensor{NaN}, Tensor{1}, Tensor{2}).data()[0]));
}

// Of parts r with results y_r and logarithms l_r, the whole is Σ_r softmax_r(l_r) y_r, and so are its gradients.
BOOST_AUTO_TEST_CASE(poolings_merge) {
  manual_seed(3);
  const Tensor q = rand({40}) * 5, k = rand({90}) * 5, v = rand({90});
  const auto gradient = [&](const auto& pooling) {
    const Variable w(Tensor{2}, true);
    Tape tape;
    const Variable y = pooling(w);
    const Tensor value = y.value();
    tape.backward(sum(square(y)));
    return std::pair(value, w.grad());
  };
  const auto whole = gradient([&](const Variable& w) { return attention_pooling(gaussian, q, k, v, w); });
  const auto merged = gradient([&](const Variable& w) {
    std::vector<Variable> y, l;
    for (const auto& [begin, end] : {std::pair(0, 20), std::pair(20, 21), std::pair(21, 90)}) {
      const Tensor keys = narrow(k, 0, begin, end - begin), values = narrow(v, 0, begin, end - begin);
      y.push_back(attention_pooling(gaussian, q, keys, values, w));
      l.push_back(attention_logsumexp(gaussian, q, keys, w));
    }
    return sum(softmax(stack(l, 0), 0) * stack(y, 0), 0);
  });
  BOOST_CHECK(allclose(whole.first, merged.first, 1e-5));
  BOOST_CHECK(allclose(whole.second, merged.second, 1e-4));
}

BOOST_AUTO_TEST_CASE(the_sum_of_squared_weights) {
  manual_seed(4);
  const Tensor q = rand({20}) * 5, k = rand({50}) * 5, w{3};
  const Tensor squares = sum(square(attention_weights(gaussian, q, k, w)), 1);
  const Tensor by_logs = exp(attention_logsumexp(doubled, q, k, w) - 2 * attention_logsumexp(gaussian, q, k, w));
  BOOST_CHECK(allclose(by_logs, squares, 1e-5));
}

BOOST_AUTO_TEST_CASE(errors) {
  CHECK_ERROR(attention_logsumexp(gaussian, Tensor{1}, Tensor::uninitialized({0}), Tensor{1}),
              "attention_logsumexp: keys have shape (0); there is no key to attend to");
  CHECK_ERROR(
      attention_logsumexp(gaussian, Tensor{1, 2}, Tensor{{1, 2}}, Tensor{1}),
      "attention_logsumexp: queries have shape (2), keys have shape (1, 2); they must be (m) and (n), or (m, d) "
      "and (n, d) with d features each");
  CHECK_ERROR(
      attention_logsumexp(gaussian, Tensor{1}, Tensor(), Tensor{1}),
      "attention_logsumexp: an empty Tensor or Variable was used: it was default-constructed or moved from; give it "
      "a value first");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
