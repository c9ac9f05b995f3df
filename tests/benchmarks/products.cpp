// Products: of matrices, and of many rows and columns.
#include "tests/benchmarks/products.h"
#include "tensor/tensor.h"
#include "tests/benchmarks/data.h"
#include "tests/benchmarks/peers.h"

namespace bench {
namespace {

using namespace tg;

template <class T>
class MatrixProduct {
 public:
  MatrixProduct(int n, bool transposed) {
    const Factors<T> f = factors<T>(n * n);
    a_ = BasicTensor<T>::from_vector(f.a, {n, n}), b_ = BasicTensor<T>::from_vector(f.b, {n, n});
    if (transposed) a_ = transpose(a_), b_ = transpose(b_);
  }
  void run() { c_ = matmul(a_, b_); }
  std::vector<double> result() const { return sample(c_.data(), c_.numel()); }

 private:
  BasicTensor<T> a_, b_, c_;
};

template <class T>
Expected expected_product(int n, bool transposed) {
  const Factors<T> f = factors<T>(n * n);
  std::vector<int> places(n * n);
  for (int p = 0; p < n * n; ++p) places[p] = p;
  Expected expected;
  for (const double p : sample(places.data(), places.size())) {
    const int i = int(p) / n, j = int(p) % n;
    double sum = 0, size = 0;
    for (int k = 0; k < n; ++k) {
      const double term = double(f.a[transposed ? k * n + i : i * n + k]) * f.b[transposed ? j * n + k : k * n + j];
      sum += term, size += std::abs(term);
    }
    expected.values.push_back(sum);
    expected.allowed.push_back((std::is_same_v<T, float> ? 1e-6 : 1e-14) * size);
  }
  return expected;
}

class RowColumnProducts {
 public:
  RowColumnProducts(int count, int n) {
    const Factors<float> f = factors<float>(count * n);
    rows_ = Tensor::from_vector(f.a, {count, 1, n}), columns_ = Tensor::from_vector(f.b, {count, n, 1});
  }
  void run() { products_ = bmm(rows_, columns_); }
  std::vector<double> result() const { return sample(products_.data(), products_.numel()); }

 private:
  Tensor rows_, columns_, products_;
};

Expected expected_row_column_products(int count, int n) {
  const Factors<float> f = factors<float>(count * n);
  Expected expected;
  for (int i = 0; i < count; ++i) {
    double sum = 0;
    for (int k = i * n; k < (i + 1) * n; ++k) sum += double(f.a[k]) * f.b[k];
    expected.values.push_back(sum);
    expected.allowed.push_back(1e-6 * n);
  }
  return expected;
}

template <class T>
Workload matrix_product(int n, bool transposed) {
  return {.group = std::string("matmul, n x n, ") + (std::is_same_v<T, float> ? "float" : "double") +
                   (transposed ? ", both operands transposed" : ""),
          .name = "n = " + std::to_string(n),
          .ours = {{"", start<MatrixProduct<T>>(n, transposed)}},
          .peers = peers::matrix_product<T>(n, transposed),
          .expected = [=] { return expected_product<T>(n, transposed); }};
}

}  // namespace

Workloads product_workloads() {
  Workloads rows;
  const std::vector<int> sizes{64, 128, 256, 512, 1024};
  for (const int n : sizes) rows.push_back(matrix_product<float>(n, false));
  rows.push_back(two_against_one(matrix_product<float>(1024, false)));
  for (const int n : sizes) rows.push_back(matrix_product<float>(n, true));
  for (const bool transposed : {false, true}) {
    for (const int n : sizes) rows.push_back(matrix_product<double>(n, transposed));
  }
  rows.push_back({.group = "bmm",
                  .name = "50 products (1 x 49)(49 x 1)",
                  .ours = {{"", start<RowColumnProducts>(50, 49)}},
                  .peers = peers::row_column_products(50, 49),
                  .expected = [] { return expected_row_column_products(50, 49); }});
  return rows;
}

}  // namespace bench
