// attention_pooling on Tensors: against plain loops in double, at all counts around a tile's, scores of any range, what
// happens where there is nothing to attend to, and errors. Gradients are tested beside it.
#include <random>

#include "nn/attention/attention.h"
#include "tests/support.h"

using namespace tests;

namespace {

const auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
const auto key_is_score = [](auto, auto k) { return k; };

// Σ_j exp(s_j) v_j / Σ_j exp(s_j), shifted by the largest score, in double.
double average(const std::vector<double>& scores, const std::vector<double>& values) {
  const double largest = *std::max_element(scores.begin(), scores.end());
  double sum = 0, weighted = 0;
  for (std::size_t j = 0; j < scores.size(); ++j) {
    const double e = std::exp(scores[j] - largest);
    sum += e;
    weighted += e * values[j];
  }
  return weighted / sum;
}

// The largest |pooled - exact| for Gaussian scores with one w a feature; column c of the values is values + c.
template <class T>
double worst_error(std::int64_t m, std::int64_t n, std::int64_t d, std::int64_t v, double w,
                   bool exclude_self = false) {
  const BasicTensor<T> q = numbers<T>({m, d}, 1), k = exclude_self ? q : numbers<T>({n, d}, 2),
                       values = numbers<T>({n, v}, 3);
  const BasicTensor<T> widths = full<T>({d}, static_cast<T>(w));
  const BasicTensor<T> y = attention_pooling(PoolingOptions{exclude_self}, gaussian, q, k, values, widths);
  BOOST_TEST((y.shape() == Shape{m, v}));
  double worst = 0;
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t c = 0; c < v; ++c) {
      std::vector<double> scores, column;
      for (std::int64_t j = 0; j < n; ++j) {
        if (exclude_self && i == j) continue;
        T score = 0;  // the same float scores
        for (std::int64_t f = 0; f < d; ++f) {
          const T x = (q(i, f) - k(j, f)) * static_cast<T>(w);
          score += -(x * x) / 2;
        }
        scores.push_back(static_cast<double>(score));
        column.push_back(static_cast<double>(values(j, c)));
      }
      const double error = std::abs(static_cast<double>(y(i, c)) - average(scores, column));
      worst = error <= worst ? worst : error;  // a NaN stays
    }
  }
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(nn)
BOOST_AUTO_TEST_SUITE(attention)

BOOST_AUTO_TEST_CASE(pooling_equals_plain_loops) {
  for (std::int64_t m : {1, 15, 16, 17, 40}) {
    for (std::int64_t n : {1, 2, 63, 64, 65, 200}) {
      BOOST_TEST(worst_error<float>(m, n, 1, 1, 1.5) < 2e-6, m << " queries, " << n << " keys");
      BOOST_TEST(worst_error<double>(m, n, 1, 1, 1.5) < 1e-14, m << " queries, " << n << " keys");
    }
  }
  for (std::int64_t d : {1, 2, 5}) {
    for (std::int64_t v : {1, 2, 7}) {
      BOOST_TEST(worst_error<float>(19, 70, d, v, 0.7) < 2e-6, d << " features, " << v << " columns");
      BOOST_TEST(worst_error<double>(19, 70, d, v, 0.7) < 1e-14, d << " features, " << v << " columns");
    }
  }
  for (std::int64_t n : {2, 16, 17, 64, 65, 130}) {
    BOOST_TEST(worst_error<float>(n, n, 1, 1, 2, true) < 2e-6, n << " points without themselves");
    BOOST_TEST(worst_error<double>(n, n, 2, 2, 2, true) < 1e-14, n << " points without themselves");
  }
}

// Within 1e-6 of the largest |value| of double arithmetic on the same float scores, at any range of scores.
BOOST_AUTO_TEST_CASE(pooling_at_any_range_of_scores) {
  std::mt19937 random(1);
  auto uniform = [&](double low, double high) { return low + (high - low) * random() / 4294967296.0; };
  for (double range : {1e-3, 1.0, 5.0, 100.0, 1e4, 1e30}) {
    for (double base : {0.0, -1e4, 1e4, -1e30}) {
      for (int n : {1, 3, 70, 1000}) {
        std::vector<float> scores, values;
        for (int j = 0; j < n; ++j) {
          scores.push_back(static_cast<float>(base - (j % 3 ? uniform(0, range) : range)));  // a third are equal
          values.push_back(static_cast<float>(j % 2 ? 1 : uniform(-1, 1)));
        }
        const double exact = average({scores.begin(), scores.end()}, {values.begin(), values.end()});
        const Tensor y = attention_pooling(key_is_score, zeros({3}), Tensor::from_vector(scores, {n}),
                                           Tensor::from_vector(values, {n}));
        const double error = std::abs(static_cast<double>(y(2)) - exact);
        BOOST_TEST(error < 1e-6, "scores " << base << " - [0, " << range << "], " << n << " keys: wrong by " << error);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(pooling_of_infinite_scores) {
  const Tensor values{1, 2, 3};
  auto pooled = [&](const Tensor& scores) { return attention_pooling(key_is_score, zeros({1}), scores, values); };
  CHECK_SAME(pooled({-inf, 0, -inf}), Tensor{2});
  CHECK_SAME(pooled({-inf, -inf, -5e4f}), Tensor{3});
  CHECK_SAME(pooled({-inf, -inf, -inf}), Tensor{NaN});  // no key in reach: as torch.softmax
  CHECK_SAME(pooled({inf, 0, 0}), Tensor{NaN});
  CHECK_SAME(pooled({NaN, 0, 0}), Tensor{NaN});
  // The only key in reach stands in the last of several tiles, or in the first.
  std::vector<float> scores(200, -inf);
  const Tensor many = arange(200);
  scores[199] = -1000;
  CHECK_SAME(attention_pooling(key_is_score, zeros({1}), Tensor::from_vector(scores, {200}), many), Tensor{199});
  scores[199] = -inf;
  scores[3] = -1000;
  CHECK_SAME(attention_pooling(key_is_score, zeros({1}), Tensor::from_vector(scores, {200}), many), Tensor{3});
}

BOOST_AUTO_TEST_CASE(pooling_shapes_and_layouts) {
  const Tensor q = numbers<float>({4, 3}, 1), k = numbers<float>({6, 3}, 2), v = numbers<float>({6, 2}, 3);
  const Tensor w{0.5, 1, 2};
  const Tensor y = attention_pooling(gaussian, q, k, v, w);
  for (const auto& laid : layouts(q)) CHECK_SAME(attention_pooling(gaussian, laid.x, k, v, w), y);
  for (const auto& laid : layouts(k)) CHECK_SAME(attention_pooling(gaussian, q, laid.x, v, w), y);
  for (const auto& laid : layouts(v)) CHECK_SAME(attention_pooling(gaussian, q, k, laid.x, w), y);
  for (const auto& laid : layouts(w)) CHECK_SAME(attention_pooling(gaussian, q, k, v, laid.x), y);
  BOOST_TEST((attention_pooling(gaussian, zeros({5}), zeros({7}), zeros({7}), 1.0).shape() == Shape{5}));
  BOOST_TEST((attention_pooling(gaussian, zeros({5}), zeros({7}), zeros({7, 2}), 1).shape() == Shape{5, 2}));
  BOOST_TEST((attention_pooling(gaussian, zeros({0, 2}), zeros({7, 2}), zeros({7}), 1).shape() == Shape{0}));
  // A parameter is a number, (1), or one for each feature; the second lambda maps the sum over the features.
  CHECK_SAME(attention_pooling(gaussian, q, k, v, 2), attention_pooling(gaussian, q, k, v, Tensor{2, 2, 2}));
  CHECK_SAME(attention_pooling(gaussian, q, k, v, Tensor{2}), attention_pooling(gaussian, q, k, v, 2));
  const auto squares = [](auto a, auto b) { return square(a - b); };
  const auto laplace = [](auto s) { return -sqrt(s); };
  CHECK_CLOSE_TO(attention_pooling(squares, laplace, q, k, v), matmul(attention_weights(squares, laplace, q, k), v),
                 1e-6);
  CHECK_SAME(sum(attention_weights(squares, laplace, q, k) * 0 + 1), full({}, 24));
}

// The same numbers, to the last bit, whatever the number of threads.
BOOST_AUTO_TEST_CASE(pooling_on_threads) {
  const int before = num_threads();
  const Tensor q = numbers<float>({700}, 1), k = numbers<float>({900}, 2), v = numbers<float>({900}, 3);
  set_num_threads(1);
  const Tensor one = attention_pooling(gaussian, q, k, v, 3);
  for (int n : {2, 5}) {
    set_num_threads(n);
    CHECK_SAME(attention_pooling(gaussian, q, k, v, 3), one);
  }
  set_num_threads(before);
}

BOOST_AUTO_TEST_CASE(pooling_memory_is_linear) {
  const int threads = num_threads();
  set_num_threads(1);  // the lambda counts
  const Tensor q = numbers<float>({3000}, 1), k = numbers<float>({5000}, 2);
  const std::int64_t before = memory_in_use();
  std::int64_t most = 0;
  // The lambda is called all the while; it looks at the pool now and then.
  int calls = 0;
  attention_pooling(
      [&](auto a, auto b) {
        if (++calls % 100'000 == 0) most = std::max(most, memory_in_use());
        return a * b;
      },
      narrow(q, 0, 0, 64), k, k);
  BOOST_TEST(most - before < 200'000);  // 64 x 5,000 weights are 1.3 MB
  set_num_threads(threads);
}

BOOST_AUTO_TEST_CASE(pooling_errors) {
  const Tensor q = zeros({5}), k = zeros({7}), q2 = zeros({5, 2}), k2 = zeros({7, 2});
  const std::string sides = "; they must be (m) and (n), or (m, d) and (n, d) with d features each";
  CHECK_ERROR(attention_pooling(gaussian, q, k2, k, 1),
              "attention_pooling: queries have shape (5), keys have shape (7, 2)" + sides);
  CHECK_ERROR(attention_pooling(gaussian, zeros({5, 3}), k2, k, 1),
              "attention_pooling: queries have shape (5, 3), keys have shape (7, 2)" + sides);
  CHECK_ERROR(attention_pooling(gaussian, zeros({}), k, k, 1),
              "attention_pooling: queries have shape (), keys have shape (7)" + sides);
  CHECK_ERROR(attention_weights(gaussian, zeros({5, 0}), zeros({7, 0}), 1),
              "attention_weights: queries have shape (5, 0), keys have shape (7, 0)" + sides);
  CHECK_ERROR(attention_pooling(gaussian, q, zeros({0}), zeros({0}), 1),
              "attention_pooling: keys have shape (0); there is no key to attend to");
  CHECK_ERROR(attention_weights(gaussian, q, zeros({0}), 1),
              "attention_weights: keys have shape (0); there is no key to attend to");
  for (const Shape& shape : {Shape{5}, Shape{7, 0}, Shape{7, 1, 1}, Shape{}}) {
    CHECK_ERROR(attention_pooling(gaussian, q, k, zeros(shape), 1),
                "attention_pooling: values have shape " + text_of(shape) +
                    ", keys have shape (7); values must be (7) or (7, v) with v at least 1, a row for each key");
  }
  CHECK_ERROR(attention_pooling(gaussian, q, k, k, zeros({2})),
              "attention_pooling: parameter 0 has shape (2); it must be () or (1)");
  CHECK_ERROR(attention_weights(gaussian, q2, k2, zeros({3})),
              "attention_weights: parameter 0 has shape (3); it must be (), (1), or (2), an element for each feature");
  CHECK_ERROR(
      attention_pooling(PoolingOptions{.exclude_self = true}, gaussian, q, k, k, 1),
      "attention_pooling: exclude_self leaves out the key of a query's own index, but there are 5 queries and 7 "
      "keys; pass the same points as both, or drop exclude_self");
  CHECK_ERROR(attention_pooling(PoolingOptions{.exclude_self = true}, gaussian, zeros({1}), zeros({1}), zeros({1}), 1),
              "attention_pooling: exclude_self leaves no key for the only query; give two points at least");
  for (int empty = 0; empty < 4; ++empty) {
    const auto x = [&](int i, const Tensor& given) { return i == empty ? Tensor() : given; };
    CHECK_ERROR(attention_pooling(gaussian, x(0, q), x(1, k), x(2, k), x(3, full({}, 1))),
                empty_text_of("attention_pooling"));
    if (empty != 2) {
      CHECK_ERROR(attention_weights(gaussian, x(0, q), x(1, k), x(3, full({}, 1))), empty_text_of("attention_weights"));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
