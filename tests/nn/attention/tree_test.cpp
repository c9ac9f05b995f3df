// Near-linear pooling, with the tree forced on small data: values within 1e-7 of the largest |v| of loops in double,
// slopes within 1e-6 of what they would be if nothing cancelled.
#include "tests/nn/attention/tree_routes.h"

#include <cstring>

using namespace tests;

namespace {

constexpr bool sanitized = TG_ADDRESS_SANITIZER;  // then all is twenty times as slow

constexpr double none = -std::numeric_limits<double>::infinity();

// Scores that a proof meets. `with` calls one of them, so that a test can go through all.
template <class F> void with_each_score(const F& with) {
  with("gaussian", [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; });
  with("laplace", [](auto q, auto k, auto w) { return -abs((q - k) * w); });
  with("cauchy", [](auto q, auto k, auto w) { return -log(1 + square((q - k) * w)); });
  with("product", [](auto q, auto k, auto w) { return q * k * w; });
  with("exp and log", [](auto q, auto k, auto w) { return log(exp(-square((q - k) * w) / 2)); });
  with("epanechnikov", [](auto q, auto k, auto w) {
    const auto u = (q - k) * w;
    return where(abs(u) < 1, log(1 - u * u), none);
  });
  with("boxcar", [](auto q, auto k, auto w) { return where(abs((q - k) * w) <= 1, q * 0, none); });
  with("a step", [](auto q, auto k, auto w) { return where(q < k, -square((q - k) * w), -abs(q - k) * w); });
  with("an if", [](auto q, auto k, auto w) {
    if (q < k) return -(k - q) * w;
    return -square(q - k) * w;
  });
  with("a hidden spike", [](auto q, auto k, auto w) {
    return -square((q - k) * w) / 2 + log(1 + 0.2 * exp(-square(100 * (q - k) * w)));
  });
  with("ripples", [](auto q, auto k, auto w) { return sin(1000 * (q - k) * w); });
  with("scores of 1e6", [](auto q, auto k, auto w) { return 1e6 * cos((q - k) * w); });
  with("sigmoid and tanh", [](auto q, auto k, auto w) { return tanh((q - k) * w) + 3 * sigmoid(q * w); });
  with("a root", [](auto q, auto k, auto w) { return -2 * sqrt(square((q - k) * w) + 0.01); });
  with("a power", [](auto q, auto k, auto w) { return -pow(abs(q - k) * w + 0.1, 1.5); });
  with("an inverse distance", [](auto q, auto k, auto w) { return -w * log(abs(q - k) + 1e-12); });
  with("a root that may be NaN",
       [](auto q, auto k, auto w) { return where(relu(sqrt(k - 1)) >= 0, -square(q - k) * w, -abs(q - k) * w); });
  with("relu and maximum", [](auto q, auto k, auto w) {
    return maximum(-square((q - k) * w), -20) + cos(q - k) - relu(q - k) - clamp(k, 1, 2);
  });
}

std::mt19937_64 random_bits;
double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_bits); }

const char* const kinds[] = {"uniform", "clustered", "duplicated", "all equal", "outliers", "many sizes", "sorted"};
Tensor points(std::size_t count, std::size_t kind) {
  std::vector<float> x(count);
  for (float& point : x) {
    double at = uniform(0, 10);
    if (kind == 1) at = std::floor(at / 2) + 0.01 * uniform(-1, 1);
    if (kind == 2) at = std::round(at);
    if (kind == 3) at = 3;
    if (kind == 5) at = std::exp(uniform(-20, 3));
    point = static_cast<float>(at);
  }
  if (kind == 4) x[count / 2] = 1000, x[count / 3] = -2000;
  if (kind == 6) std::sort(x.begin(), x.end());
  return Tensor::from_vector(x, {static_cast<std::int64_t>(count)});
}

TreeData tree_data(std::size_t largest) {
  auto below = [](std::size_t n) { return static_cast<std::size_t>(random_bits() % n); };
  const std::size_t n = 2 + below(largest), kind = below(std::size(kinds));
  TreeData data;
  data.options.exclude_self = below(4) == 0;
  const std::size_t m = data.options.exclude_self ? n : 1 + below(largest);
  data.k = points(n, kind);
  data.q = data.options.exclude_self && below(2) ? data.k : points(m, below(3) ? kind : below(std::size(kinds)));
  data.w = static_cast<float>(std::pow(10, below(2) ? uniform(-6, 6) : uniform(-1.5, 1.5)));
  const double offset = below(2) ? 100 : 0;
  std::vector<float> v(n);
  for (float& value : v) value = static_cast<float>(offset + uniform(-1, 1));
  data.v = Tensor::from_vector(v, {static_cast<std::int64_t>(n)});
  return data;
}

// Scores beyond 1e8 are rounded to more than 1e-8 in double, too, and where exp has lost its last digit a slope of its
// logarithm is infinite.
template <class F> void check_tree(const char* name, const F& score, const TreeData& data) {
  const PlainPooling right = plain_pooling(score, data);
  if (right.largest_score > 1e8 || !std::isfinite(right.w_size + right.q_size + right.k_size)) return;
  const TreeErrors errors = errors_of(pool_with_gradients(score, data, true), right);
  BOOST_CHECK_MESSAGE(errors.y <= 1e-7 && errors.slopes <= 1e-6,
                      name << ", " << data.q.numel() << " queries, " << data.k.numel() << " keys, w " << data.w
                           << (data.options.exclude_self ? ", exclude_self" : "") << ": the values err by " << errors.y
                           << ", the slopes by " << errors.slopes);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(nn)
BOOST_AUTO_TEST_SUITE(attention_tree)

BOOST_AUTO_TEST_CASE(ten_thousand_configurations) {
  random_bits.seed(1);
  for (int round = 0; round < (sanitized ? 5 : 556); ++round) {  // of 18 scores
    with_each_score([](const char* name, const auto& score) { check_tree(name, score, tree_data(150)); });
  }
}

BOOST_AUTO_TEST_CASE(hard_data) {
  random_bits.seed(2);
  for (std::size_t kind = 0; kind < std::size(kinds); ++kind) {
    for (const float w : {1e-6f, 0.3f, 10.0f, 300.0f, 1e6f}) {
      for (const bool exclude_self : {false, true}) {
        const std::size_t count = sanitized ? 130 : 700;
        TreeData data{points(count, kind), points(count, kind), points(count, 0), w, {}};
        data.options.exclude_self = exclude_self;
        with_each_score([&](const char* name, const auto& score) { check_tree(name, score, data); });
      }
    }
  }
}

const auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.numel()) * 4) == 0;
}
bool same_bits(const TreeResult& a, const TreeResult& b) {
  return same_bits(a.y, b.y) && same_bits(a.w, b.w) && same_bits(a.q, b.q) && same_bits(a.k, b.k) &&
         same_bits(a.v, b.v);
}

BOOST_AUTO_TEST_CASE(a_second_lambda_takes_the_same_path) {
  random_bits.seed(3);
  const TreeData data{points(400, 0), points(300, 1), points(300, 0), 3, {}};
  const auto difference = [](auto q, auto k, auto w) { return (q - k) * w; };
  const auto kernel = [](auto u) { return -square(u) / 2; };
  const TreeResult in_one = pool_with_gradients(gaussian, data, true);
  const TreeResult in_two = pool_with_gradients(difference, data, true, kernel);
  BOOST_CHECK(allclose(in_one.y, in_two.y, 0, 1e-6) && allclose(in_one.w, in_two.w, 1e-5, 1e-4));
  BOOST_CHECK(allclose(in_one.k, in_two.k, 1e-5, 1e-5) && allclose(in_one.q, in_two.q, 1e-5, 1e-5));
}

// Where one place of the keys has all the weight nothing depends on a slope, however steep: 0, and no rounding error.
BOOST_AUTO_TEST_CASE(slopes_are_zero_where_one_place_has_all_the_weight) {
  random_bits.seed(8);
  for (const std::int64_t times : {1, 2}) {  // how many keys stand there
    const Tensor places = arange(500.0f);
    const Tensor keys = repeat(places, {times}), queries = 499.3f - places;
    for (const float w : {1e3f, 1e6f}) {
      TreeData data{queries, keys, 10000 + points(static_cast<std::size_t>(keys.numel()), 0), w, {}};
      const TreeResult result = pool_with_gradients(gaussian, data, true);
      BOOST_CHECK_EQUAL(max(abs(result.q)).item(), 0);
      BOOST_CHECK_EQUAL(max(abs(result.w)).item(), 0);
      if (times == 1) BOOST_CHECK_EQUAL(max(abs(result.k)).item(), 0);
    }
  }
}

// Infinite and NaN operands, small sizes and a tolerance of 0: the loop's answer, to the last bit.
BOOST_AUTO_TEST_CASE(what_the_loop_answers) {
  random_bits.seed(4);
  for (const float hard : {inf, -inf, NaN}) {
    for (const int operand : {0, 1, 2}) {
      TreeData data{points(90, 0), points(80, 0), points(80, 0), 2, {}};
      Tensor& x = operand == 0 ? data.q : operand == 1 ? data.k : data.v;
      x.writable()[7] = hard;
      BOOST_CHECK(same_bits(pool_with_gradients(gaussian, data, true), pool_with_gradients(gaussian, data, false)));
    }
  }
  TreeData data{points(5000, 0), points(1500, 0), points(1500, 0), 2, {}};
  const TreeResult small = pool_with_gradients(gaussian, data, false);
  data.options.tolerance = 0;
  BOOST_CHECK(same_bits(small, pool_with_gradients(gaussian, data, false)));
  BOOST_CHECK(same_bits(small, pool_with_gradients(gaussian, data, true)));
}

// No cell of such a score is smooth: the pilot finds it, and the loop answers.
BOOST_AUTO_TEST_CASE(the_pilot_leaves_the_tree_without_a_gain) {
  random_bits.seed(5);
  TreeData data{points(4096, 0), points(4096, 0), points(4096, 0), 1, {}};
  const auto ripples = [](auto q, auto k, auto w) { return sin(100000 * (q - k) * w); };
  const Tensor by_default = pool_with_gradients(ripples, data, false).y;
  data.options.tolerance = 0;
  BOOST_CHECK(same_bits(by_default, pool_with_gradients(ripples, data, false).y));
}

BOOST_AUTO_TEST_CASE(the_tree_answers_from_eight_million_pairs) {
  random_bits.seed(6);
  for (const auto& [m, n] : {std::pair(4096, 4096), std::pair(2100, 8000), std::pair(8000, 2100)}) {
    TreeData data{points(static_cast<std::size_t>(m), 0),
                  points(static_cast<std::size_t>(n), 1),
                  points(static_cast<std::size_t>(n), 0),
                  5,
                  {}};
    const Tensor by_default = attention_pooling(gaussian, data.q, data.k, data.v, data.w);
    data.options.tolerance = 0;
    BOOST_CHECK(!same_bits(by_default, attention_pooling(data.options, gaussian, data.q, data.k, data.v, data.w)));
    const Tensor64 right = attention_pooling(gaussian, cast<double>(data.q), cast<double>(data.k), cast<double>(data.v),
                                             static_cast<double>(data.w));
    BOOST_CHECK_LE(max(abs(cast<double>(by_default) - right)).item(), 1e-7 * 10);
  }
}

// The sums are kept by block: the number of threads changes no bit.
BOOST_AUTO_TEST_CASE(threads_change_nothing) {
  random_bits.seed(7);
  const TreeData data{points(3000, 0), points(3000, 1), points(3000, 0), 5, {}};
  const int before = num_threads();
  set_num_threads(1);
  const TreeResult one = pool_with_gradients(gaussian, data, true);
  set_num_threads(2);
  const TreeResult two = pool_with_gradients(gaussian, data, true);
  set_num_threads(before);
  BOOST_CHECK(same_bits(one, two));
}

// A NaN score, as of a query on a key, is NaN for that query alone.
BOOST_AUTO_TEST_CASE(scores_that_are_nan_or_infinite) {
  random_bits.seed(11);
  const auto inverse = [](auto q, auto k, auto w) { return -w * log(abs(q - k)); };
  for (const std::size_t at : {0u, 16u, 69u}) {
    TreeData data{points(70, 6), points(3000, 6), points(3000, 0), 1, {}};
    data.q.writable()[at] = data.k.data()[1500];
    const TreeResult got = pool_with_gradients(inverse, data, true);
    const PlainPooling right = plain_pooling(inverse, data);
    for (std::size_t i = 0; i < 70; ++i) {
      BOOST_CHECK_EQUAL(std::isnan(got.y.data()[i]), std::isnan(right.y[i]));
      if (i != at) BOOST_CHECK_SMALL(got.y.data()[i] - right.y[i], 1e-5);
    }
  }
}

// Slopes are proven too: of powers and clamps, the gradient is taken by the tree.
BOOST_AUTO_TEST_CASE(gradients_take_the_tree) {
  random_bits.seed(12);
  const auto check = [](const char* name, const auto& score, float w) {
    TreeData data{points(4096, 0), points(4096, 0), points(4096, 0), w, {}};
    const TreeResult by_default = pool_with_gradients(score, data, false);
    data.options.tolerance = 0;
    const TreeResult by_loop = pool_with_gradients(score, data, false);
    BOOST_CHECK_MESSAGE(!same_bits(by_default.y, by_loop.y) && !same_bits(by_default.k, by_loop.k),
                        name << " takes the loop");
    BOOST_CHECK(allclose(by_default.k, by_loop.k, 1e-3, 1e-4));
  };
  check("a square", gaussian, 2);
  check("a power", [](auto q, auto k, auto w) { return -pow((q - k) * w, 2) / 2; }, 2);
  check("a clamp", [](auto q, auto k, auto w) { return -clamp(square((q - k) * w), 0, 50); }, 60);
}

BOOST_AUTO_TEST_CASE(columns_of_values) {
  random_bits.seed(8);
  const Tensor q = points(200, 0), k = points(170, 0), v = rand({170, 3}) * Tensor{1, 10, 100};
  detail::PoolingSettings forced{PoolingOptions()};
  forced.limits = {1, 1, 1, false};
  const auto of_columns = [&](const Tensor& values) {
    const Variable x(k, true), y(values, true);
    Tape tape;
    const Variable out = detail::call_attention_pooling(forced, gaussian, detail::NoMap(), q, x, y, Tensor{3});
    const Tensor result = out.value();
    tape.backward(sum(out * out));
    return std::array{result, x.grad(), y.grad()};
  };
  const auto all = of_columns(v);
  Tensor of_keys = zeros({170});
  for (int c = 0; c < 3; ++c) {
    const auto one = of_columns(select(v, 1, c));
    BOOST_CHECK(allclose(one[0], select(all[0], 1, c), 1e-6, 1e-5));
    BOOST_CHECK(allclose(one[2], select(all[2], 1, c), 1e-6, 1e-4));
    of_keys = of_keys + one[1];
  }
  BOOST_CHECK(allclose(of_keys, all[1], 1e-5, 1e-2));
}

// In double the tree answers if it may, and is then as exact as the tolerance says.
BOOST_AUTO_TEST_CASE(doubles_with_a_tolerance) {
  random_bits.seed(10);
  const TreeData data{points(3000, 0), points(3000, 0), points(3000, 0), 5, {}};
  const auto q = cast<double>(data.q), k = cast<double>(data.k), v = cast<double>(data.v);
  const Tensor64 w{5}, exact = attention_pooling(gaussian, q, k, v, w);
  PoolingOptions options;
  options.tolerance = 1e-8;
  const Tensor64 near = attention_pooling(options, gaussian, q, k, v, w);
  const double error = max(abs(near - exact)).item();
  BOOST_CHECK(error > 0 && error < 1e-7);
  options.tolerance = -1;
  CHECK_ERROR(
      attention_pooling(options, gaussian, q, k, v, w),
      "attention_pooling: tolerance is -1; it must be a number from 0, which forbids near-linear pooling, to 1");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
