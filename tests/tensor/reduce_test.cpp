// Reductions against plain double loops; softmax and logsumexp where exp over- and underflows.
#include <algorithm>
#include <limits>
#include <numeric>

#include "tests/support.h"

using namespace tests;

namespace {

// f(row) for every row of x along dim, the rows picked one element at a time.
template <class T, class F>
BasicTensor<T> by_rows(const BasicTensor<T>& x, int dim, bool keepdim, const F& f) {
  Shape kept = x.shape(), shape = kept;
  kept[dim] = 1;
  keepdim ? void(shape[dim] = 1) : shape.erase(dim);
  std::vector<T> values;
  for_each_index(kept, [&](Index index) {
    std::vector<double> row;
    for (std::int64_t i = 0; i < x.shape()[dim]; ++i) {
      index[static_cast<std::size_t>(dim)] = i;
      row.push_back(static_cast<double>(element(x, index)));
    }
    values.push_back(static_cast<T>(f(row)));
  });
  return BasicTensor<T>::from_vector(values, shape);
}

using Row = std::vector<double>;
double row_sum(const Row& r) { return std::accumulate(r.begin(), r.end(), 0.0); }
double row_mean(const Row& r) { return row_sum(r) / static_cast<double>(r.size()); }
double row_max(const Row& r) { return *std::max_element(r.begin(), r.end()); }
double row_min(const Row& r) { return *std::min_element(r.begin(), r.end()); }
double row_logsumexp(const Row& r) {
  double total = 0;
  for (double v : r) total += std::exp(v);
  return std::log(total);
}

template <class T>
void check_reductions(const Shape& shape, double tolerance) {
  for (const auto& [name, x] : layouts(numbers<T>(shape))) {
    for (int d = 0; d < shape.dim(); ++d) {
      for (bool keepdim : {false, true}) {
        BOOST_TEST_CONTEXT(shape << ", " << name << ", dim " << d) {
          CHECK_CLOSE_TO(sum(x, d, keepdim), by_rows(x, d, keepdim, row_sum), tolerance);
          CHECK_CLOSE_TO(sum(x, d - shape.dim(), keepdim), by_rows(x, d, keepdim, row_sum), tolerance);
          CHECK_CLOSE_TO(logsumexp(x, d, keepdim), by_rows(x, d, keepdim, row_logsumexp), tolerance);
          if (shape[d] == 0) continue;
          CHECK_CLOSE_TO(mean(x, d, keepdim), by_rows(x, d, keepdim, row_mean), tolerance);
          CHECK_SAME(max(x, d, keepdim), by_rows(x, d, keepdim, row_max));
          CHECK_SAME(min(x, d - shape.dim(), keepdim), by_rows(x, d, keepdim, row_min));
        }
      }
    }
    if (x.numel() == 0) continue;
    const BasicTensor<T> flat = reshape(x, {1, x.numel()});
    CHECK_CLOSE_TO(sum(x), by_rows(flat, 1, false, row_sum)(0) + zeros<T>({}), tolerance);
    CHECK_CLOSE_TO(mean(x), by_rows(flat, 1, false, row_mean)(0) + zeros<T>({}), tolerance);
    CHECK_CLOSE_TO(logsumexp(x), by_rows(flat, 1, false, row_logsumexp)(0) + zeros<T>({}), tolerance);
    CHECK_SAME(max(x), by_rows(flat, 1, false, row_max)(0) + zeros<T>({}));
    CHECK_SAME(min(x), by_rows(flat, 1, false, row_min)(0) + zeros<T>({}));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(sum_mean_max_min_logsumexp) {
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{7}, Shape{2, 3}, Shape{5, 1, 4}, Shape{2, 3, 4, 5}, Shape{3, 300},
                             Shape{300, 3}, Shape{0, 4}, Shape{4, 0}, Shape{2, 1, 2, 1, 2, 1, 2, 3}}) {
    check_reductions<float>(shape, 2e-6);
    check_reductions<double>(shape, 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(sum_of_a_million_floats) {
  const std::int64_t n = 1'000'003;
  double exact = 0;
  const Tensor x = abs(numbers<float>({n}));
  for (float v : x.to_vector()) exact += static_cast<double>(v);
  auto right = [&](float total) { return std::abs(static_cast<double>(total) - exact) <= 1e-6 * exact; };
  BOOST_TEST(right(sum(x).item()));
  BOOST_TEST(right(sum(x, 0).item()));
  BOOST_TEST(right(sum(reshape(x, {n, 1}), 0).item()));
  BOOST_TEST(right(sum(expand(reshape(x, {n, 1}), {n, 2}), 0)(1)));
  BOOST_TEST(right(mean(x).item() * static_cast<float>(n)));
  BOOST_TEST(std::abs(sum(full({n}, 0.1f)).item() - 0.1f * static_cast<float>(n)) <= 1e-6 * 100000);
  BOOST_TEST(sum(expand(full({}, 1), {1000, 20000})).item() == 2e7f);  // beyond where a float counts by ones
}

BOOST_AUTO_TEST_CASE(sums_of_nothing) {
  BOOST_TEST(sum(zeros({0})).item() == 0);
  CHECK_SAME(sum(zeros({0, 3}), 0), zeros({3}));
  BOOST_TEST(sum(zeros({0, 3}), 1).shape() == (Shape{0}));
  BOOST_TEST(std::isnan(mean(zeros({0})).item()));
  CHECK_SAME(mean(zeros({2, 0}), 1), full({2}, NaN));
  CHECK_SAME(logsumexp(zeros({2, 0}), 1), full({2}, -inf));
}

BOOST_AUTO_TEST_CASE(reductions_of_special_values) {
  for (std::int64_t place : {0, 5, 15, 16, 39}) {  // in any lane of a vectorised loop
    const Tensor x = masked_fill(numbers<float>({40}), arange(40) == place, NaN);
    BOOST_TEST(std::isnan(max(x).item()));
    BOOST_TEST(std::isnan(min(x).item()));
    BOOST_TEST(std::isnan(sum(x).item()));
    BOOST_TEST(std::isnan(logsumexp(x).item()));
    BOOST_TEST(std::isnan(sum(softmax(x, 0)).item()));
    const Tensor y = masked_fill(numbers<float>({40}), arange(40) == place, 3);
    BOOST_TEST(max(y).item() == 3);
    BOOST_TEST(min(-y).item() == -3);
  }
  BOOST_TEST(max(Tensor{-inf, -inf}).item() == -inf);
  BOOST_TEST(min(Tensor{inf, inf}).item() == inf);
  BOOST_TEST(logsumexp(Tensor{-inf, -inf}).item() == -inf);
  BOOST_TEST(logsumexp(Tensor{1, inf}).item() == inf);
  BOOST_TEST(logsumexp(Tensor{1e4f, 1e4f}).item() == 1e4f + std::log(2.0f));
}

BOOST_AUTO_TEST_CASE(sum_to_) {
  const Tensor64 x = numbers<double>({2, 3, 4});
  CHECK_SAME(sum_to(x, {2, 3, 4}), x);
  CHECK_CLOSE_TO(sum_to(x, {4}), sum(sum(x, 0), 0), 1e-14);
  CHECK_CLOSE_TO(sum_to(x, {3, 1}), sum(sum(x, 0), 1, true), 1e-14);
  CHECK_CLOSE_TO(sum_to(x, {2, 1, 4}), sum(x, 1, true), 1e-14);
  CHECK_CLOSE_TO(sum_to(x, {}), sum(x), 1e-14);
  CHECK_SAME(sum_to(zeros({0, 3}), {1, 3}), zeros({1, 3}));
}

BOOST_AUTO_TEST_CASE(softmax_) {
  for (const auto& [name, x] : layouts(numbers<double>({3, 4, 5}))) {
    for (int d : {0, 1, 2, -1, -3}) {
      BOOST_TEST_CONTEXT(name << ", dim " << d) {
        const Tensor64 e = exp(x);
        CHECK_CLOSE_TO(softmax(x, d), e / sum(e, d, true), 1e-14);
        CHECK_CLOSE_TO(log_softmax(x, d), x - log(sum(e, d, true)), 1e-14);
        CHECK_CLOSE_TO(sum(softmax(x, d), d), ones_like(sum(x, d)), 1e-14);
      }
    }
  }
  BOOST_TEST(softmax(zeros({0, 3}), 1).shape() == (Shape{0, 3}));
  BOOST_TEST(softmax(zeros({3, 0}), 1).shape() == (Shape{3, 0}));
  CHECK_SAME(softmax(Tensor{{5}}, 1), Tensor{{1}});
  const Tensor wide = softmax(numbers<float>({2, 5000}), 1);
  CHECK_CLOSE_TO(sum(wide, 1), ones({2}), 1e-6);
}

BOOST_AUTO_TEST_CASE(softmax_of_large_and_missing_scores) {
  CHECK_SAME(softmax(Tensor{1e4f, 1e4f, -1e4f, -1e4f}, 0), (Tensor{0.5, 0.5, 0, 0}));
  CHECK_SAME(softmax(Tensor{-1e4f, -1e4f}, 0), (Tensor{0.5, 0.5}));
  CHECK_SAME(softmax(Tensor{-inf, 2, -inf, 2}, 0), (Tensor{0, 0.5, 0, 0.5}));
  CHECK_SAME(softmax(Tensor{{-inf, -inf}, {0, 0}}, 1), (Tensor{{NaN, NaN}, {0.5, 0.5}}));  // as in PyTorch
  CHECK_SAME(log_softmax(Tensor{1e4f, -1e4f}, 0), (Tensor{0, -2e4f}));
  CHECK_SAME(log_softmax(Tensor{-inf, 3}, 0), (Tensor{-inf, 0}));
  CHECK_SAME(log_softmax(Tensor{{-inf, -inf}}, 1), (Tensor{{NaN, NaN}}));
  CHECK_CLOSE_TO(log_softmax(Tensor64{-1e4, -1e4, -1e4}, 0), full<double>({3}, -std::log(3.0)), 1e-14);
  CHECK_CLOSE_TO(logsumexp(Tensor64{-1e4, -1e4}, 0), full<double>({}, -1e4 + std::log(2.0)), 1e-14);
}

// Weights of float scores against softmax in double, at rows around the lengths where the loops change and at scores
// of any size.
BOOST_AUTO_TEST_CASE(softmax_is_accurate_at_any_range) {
  for (std::int64_t n : {1, 7, 16, 49, 64, 130, 1025, 3000}) {
    for (float range : {1e-3f, 1.f, 30.f, 200.f, 1e4f, 1e30f}) {
      Tensor x = numbers<float>({3, n}) * range;
      if (n > 16) x = where(arange(n) == 5, -1e30f, x);
      const Tensor y = softmax(x, 1);
      double worst = 0;
      for (std::int64_t r = 0; r < 3; ++r) {
        double top = x(r, 0), total = 0;
        for (std::int64_t i = 0; i < n; ++i) top = std::max<double>(top, x(r, i));
        for (std::int64_t i = 0; i < n; ++i) total += std::exp(x(r, i) - top);
        for (std::int64_t i = 0; i < n; ++i)
          worst = std::max(worst, std::abs(y(r, i) - std::exp(x(r, i) - top) / total));
      }
      BOOST_TEST(worst <= 1e-6, "rows of " << n << ", scores up to " << range << ": an error of " << worst);
    }
  }
}

// Larger than a stretch, so that threads share the work: the same to the last bit on one thread and on several.
BOOST_AUTO_TEST_CASE(threads_change_no_number) {
  const int threads = num_threads();
  const Tensor x = numbers<float>({700, 1001}), column = numbers<float>({700, 1});
  auto results = [&] {
    return std::vector<Tensor>{sum(x),
                               sum(x, 0),
                               sum(x, 1),
                               mul_sum_to(x, column, {1}),
                               max(x, 1),
                               softmax(x, 1),
                               softmax_vjp(x, x, 1),
                               x - column,
                               exp(x) / (x * column),
                               logsumexp(x, 0)};
  };
  set_num_threads(1);
  const std::vector<Tensor> alone = results();
  const Tensor product = matmul(x, transpose(x));
  set_num_threads(3);
  const std::vector<Tensor> shared = results();
  CHECK_CLOSE_TO(matmul(x, transpose(x)), product, 1e-4);  // by BLAS, whose last digits depend on where it is cut
  set_num_threads(threads);
  for (std::size_t i = 0; i < alone.size(); ++i) BOOST_TEST(difference(alone[i], shared[i]) == "", "result " << i);
}

BOOST_AUTO_TEST_CASE(mul_sum_to_) {
  const Tensor64 a = numbers<double>({2, 3, 4}), b = numbers<double>({3, 1}, 1);
  CHECK_CLOSE_TO(mul_sum_to(a, b, {}), sum(a * b), 1e-14);
  CHECK_CLOSE_TO(mul_sum_to(a, b, {3, 1}), sum_to(a * b, {3, 1}), 1e-14);
  CHECK_CLOSE_TO(mul_sum_to(b, a, {2, 3, 4}), a * b, 1e-14);
  CHECK_ERROR(mul_sum_to(a, b, {5}), "mul_sum_to: the product has shape (2, 3, 4), and (5) does not broadcast to it");
}

BOOST_AUTO_TEST_CASE(softmax_vjp_) {
  const Tensor64 g = numbers<double>({3, 4}, 1), y = softmax(numbers<double>({3, 4}, 2), 0);
  CHECK_CLOSE_TO(softmax_vjp(g, y, 0), y * (g - sum(g * y, 0, true)), 1e-14);
  CHECK_CLOSE_TO(log_softmax_vjp(g, log(y), -2), g - y * sum(g, 0, true), 1e-14);
}

BOOST_AUTO_TEST_SUITE_END()
