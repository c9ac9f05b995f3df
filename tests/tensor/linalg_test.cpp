// matmul, bmm and dot against three plain loops, for every layout and size of their operands.
#include <array>
#include <limits>

#include "tests/support.h"

using namespace tests;

namespace {

// (b, m, k) x (b, k, n) in double.
template <class T>
BasicTensor<T> bmm_slowly(const BasicTensor<T>& a, const BasicTensor<T>& b) {
  const std::vector<T> left = elements(a), right = elements(b);
  const std::int64_t rows = a.size(1), inner = a.size(2), columns = b.size(2);
  return tabulate<T>({a.size(0), rows, columns}, [&](const Index& i) {
    double total = 0;
    for (std::int64_t k = 0; k < inner; ++k) {
      total += double(left[static_cast<std::size_t>((i[0] * rows + i[1]) * inner + k)]) *
               double(right[static_cast<std::size_t>((i[0] * inner + k) * columns + i[2])]);
    }
    return total;
  });
}

template <class T>
BasicTensor<T> matmul_slowly(const BasicTensor<T>& a, const BasicTensor<T>& b) {
  return squeeze(bmm_slowly(unsqueeze(a, 0), unsqueeze(b, 0)), 0);
}

// A matrix in every layout, and with all rows, all columns or all elements one and the same place in memory.
template <class T>
std::vector<Laid<T>> matrices(std::int64_t rows, std::int64_t columns, int salt) {
  std::vector<Laid<T>> all = layouts(numbers<T>({rows, columns}, salt));
  all.push_back({"equal rows", expand(numbers<T>({1, columns}, salt), {rows, columns})});
  all.push_back({"equal columns", expand(numbers<T>({rows, 1}, salt), {rows, columns})});
  all.push_back({"one number", expand(full<T>({1, 1}, T(0.7)), {rows, columns})});
  return all;
}

template <class T>
void check_matmul_of(std::int64_t m, std::int64_t k, std::int64_t n, double tolerance) {
  for (const auto& [name_a, a] : matrices<T>(m, k, 1)) {
    for (const auto& [name_b, b] : matrices<T>(k, n, 2)) {
      const std::string differs = difference(matmul(a, b), matmul_slowly(a, b), tolerance);
      BOOST_CHECK_MESSAGE(differs.empty(),
                          m << " " << k << " " << n << ", " << name_a << " by " << name_b << ": " << differs);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(matmul_of_any_size_and_layout) {
  for (std::int64_t m : {0, 1, 2, 3, 17}) {
    for (std::int64_t k : {0, 1, 2, 3, 17}) {
      for (std::int64_t n : {0, 1, 2, 3, 17}) {
        check_matmul_of<float>(m, k, n, 2e-5);
        check_matmul_of<double>(m, k, n, 1e-13);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(matmul_of_large_matrices) {
  for (auto [m, k, n] :
       {std::array<std::int64_t, 3>{64, 64, 64}, {64, 1, 17}, {1, 64, 17}, {17, 64, 1}, {3, 17, 64}, {1, 64, 1}}) {
    check_matmul_of<float>(m, k, n, 5e-5);
    check_matmul_of<double>(m, k, n, 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(matmul_of_vectors) {
  const Tensor64 a = numbers<double>({2, 3}), v = numbers<double>({3}, 1), u = numbers<double>({2}, 2);
  CHECK_CLOSE_TO(matmul(a, v), squeeze(matmul_slowly(a, unsqueeze(v, 1)), 1), 1e-15);
  CHECK_CLOSE_TO(matmul(u, a), squeeze(matmul_slowly(unsqueeze(u, 0), a), 0), 1e-15);
  CHECK_CLOSE_TO(matmul(v, v), sum(v * v), 1e-15);
  CHECK_SAME(matmul(zeros({0}), zeros({0})), zeros({}));
  CHECK_SAME(matmul(zeros({2, 0}), zeros({0})), zeros({2}));
  const Tensor64 batch = numbers<double>({4, 2, 3}, 3);
  CHECK_CLOSE_TO(matmul(batch, v),
                 tabulate<double>({4, 2},
                                  [&](const Index& i) {
                                    double total = 0;
                                    for (std::int64_t k = 0; k < 3; ++k) total += batch(i[0], i[1], k) * v(k);
                                    return total;
                                  }),
                 1e-15);
  CHECK_CLOSE_TO(matmul(u, batch), squeeze(matmul(expand(u, {4, 1, 2}), batch), 1), 1e-15);
}

BOOST_AUTO_TEST_CASE(matmul_of_batches) {
  const Tensor64 a = numbers<double>({2, 1, 5, 3}, 1), b = numbers<double>({4, 3, 6}, 2);
  const Tensor64 y = matmul(a, b);
  BOOST_TEST(y.shape() == (Shape{2, 4, 5, 6}));
  for (std::int64_t i = 0; i < 2; ++i) {
    for (std::int64_t j = 0; j < 4; ++j) {
      const Tensor64 left = reshape(narrow(a, 0, i, 1), {5, 3}), right = reshape(narrow(b, 0, j, 1), {3, 6});
      CHECK_CLOSE_TO(reshape(narrow(narrow(y, 0, i, 1), 1, j, 1), {5, 6}), matmul_slowly(left, right), 1e-14);
    }
  }
  CHECK_CLOSE_TO(matmul(numbers<double>({5, 3}, 4), b), matmul(expand(numbers<double>({5, 3}, 4), {4, 5, 3}), b),
                 1e-14);
  BOOST_TEST(matmul(zeros({0, 2, 3}), zeros({3, 4})).shape() == (Shape{0, 2, 4}));
  CHECK_SAME(matmul(ones({2, 3, 0}), ones({0, 4})), zeros({2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(bmm_of_any_layout) {
  for (auto [b, m, k, n] : {std::array<std::int64_t, 4>{2, 1, 4, 6},
                            {3, 1, 49, 1},
                            {2, 5, 3, 7},
                            {5, 3, 1, 2},
                            {0, 2, 3, 4},
                            {2, 0, 3, 4},
                            {2, 3, 0, 4}}) {
    for (const auto& [name_a, x] : layouts(numbers<float>({b, m, k}, 1))) {
      for (const auto& [name_b, y] : layouts(numbers<float>({b, k, n}, 2))) {
        BOOST_TEST_CONTEXT(name_a << " by " << name_b) { CHECK_CLOSE_TO(bmm(x, y), bmm_slowly(x, y), 2e-5); }
      }
    }
    const Tensor one = expand(numbers<float>({1, m, k}, 1), {b, m, k}), many = numbers<float>({b, k, n}, 2);
    CHECK_CLOSE_TO(bmm(one, many), bmm_slowly(one, many), 2e-5);
  }
  BOOST_TEST(bmm(ones({2, 1, 4}), ones({2, 4, 6})).shape() == (Shape{2, 1, 6}));  // the chapter's example
}

BOOST_AUTO_TEST_CASE(dot_of_any_layout) {
  for (std::int64_t n : {0, 1, 2, 3, 17, 64, 1000}) {
    for (const auto& [name_a, a] : layouts(numbers<float>({n}, 1))) {
      for (const auto& [name_b, b] : layouts(numbers<float>({n}, 2))) {
        double total = 0;
        for (std::int64_t i = 0; i < n; ++i) total += double(element(a, {i})) * double(element(b, {i}));
        BOOST_TEST_CONTEXT(name_a << " by " << name_b) {
          CHECK_CLOSE_TO(dot(a, b), full({}, static_cast<float>(total)), 5e-5);
        }
      }
    }
  }
  CHECK_SAME(dot(Tensor{1, 2}, Tensor{3, 4}), full({}, 11));
}

// A long product must not lose digits because an operand is a view.
BOOST_AUTO_TEST_CASE(dot_of_a_million_floats) {
  const std::int64_t n = 1'000'000;
  const Tensor v = reshape(narrow(full({n, 2}, 0.1f), 1, 0, 1), {n}), w = ones({n});
  for (float total : {dot(contiguous(v), w).item(), dot(v, w).item(), matmul(v, w).item(), matmul(w, v).item()}) {
    BOOST_TEST(std::abs(total - 1e5f) <= 1e-5 * 1e5);
  }
}

// What is not a number or infinite arrives in the product, even beside zeros.
BOOST_AUTO_TEST_CASE(matmul_of_special_values) {
  for (std::int64_t n : {1, 2, 17}) {
    const Tensor a = masked_fill(zeros({n, n}), eye(n) == 1, NaN);
    CHECK_SAME(matmul(a, ones({n, n})), full({n, n}, NaN));
    CHECK_SAME(matmul(zeros({n, n}), full({n, n}, std::numeric_limits<float>::infinity())), full({n, n}, NaN));
  }
}

BOOST_AUTO_TEST_SUITE_END()
