// Plain: see plain.h.
#include "tests/benchmarks/peers/plain.h"

#include <cblas.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "tests/benchmarks/products.h"

namespace bench::plain {

namespace {

void gemm(CBLAS_TRANSPOSE t, int m, int n, int k, const float* a, int lda, const float* b, int ldb, float* c) {
  cblas_sgemm(CblasRowMajor, t, t, m, n, k, 1, a, lda, b, ldb, 0, c, n);
}
void gemm(CBLAS_TRANSPOSE t, int m, int n, int k, const double* a, int lda, const double* b, int ldb, double* c) {
  cblas_dgemm(CblasRowMajor, t, t, m, n, k, 1, a, lda, b, ldb, 0, c, n);
}

template <class T>
class MatrixProduct {
 public:
  MatrixProduct(int n, bool transposed)
      : n_(n), t_(transposed ? CblasTrans : CblasNoTrans), f_(factors<T>(n * n)), c_(n * n) {}
  void run() { gemm(t_, n_, n_, n_, f_.a.data(), n_, f_.b.data(), n_, c_.data()); }
  std::vector<double> result() const { return sample(c_.data(), c_.size()); }

 private:
  int n_;
  CBLAS_TRANSPOSE t_;
  Factors<T> f_;
  std::vector<T> c_;
};

// A call of cblas_sgemm each.
class RowColumnProducts {
 public:
  RowColumnProducts(int count, int n) : n_(n), f_(factors<float>(count * n)), c_(count) {}
  void run() {
    for (std::size_t i = 0; i < c_.size(); ++i) {
      gemm(CblasNoTrans, 1, 1, n_, f_.a.data() + i * n_, n_, f_.b.data() + i * n_, 1, &c_[i]);
    }
  }
  std::vector<double> result() const { return sample(c_.data(), c_.size()); }

 private:
  int n_;
  Factors<float> f_;
  std::vector<float> c_;
};

class Elementary {
 public:
  Elementary(float (*libm)(float), const std::vector<float>& x) : libm_(libm), x_(x), y_(x.size()) {}
  void run() {
    float (*volatile f)(float) = libm_;  // read anew for each call: nothing to inline, nothing to vectorise
    for (std::size_t i = 0; i < x_.size(); ++i) y_[i] = f(x_[i]);
  }
  std::vector<double> result() const { return sample(y_.data(), y_.size(), y_.size()); }

 private:
  float (*libm_)(float);
  std::vector<float> x_, y_;
};

// Reads half of the bytes and writes the other half, a quarter of a gigabyte at most at a time, on two threads.
class MemoryCopy {
 public:
  explicit MemoryCopy(std::size_t bytes)
      : from_(std::min(bytes / 2, std::size_t{1} << 26), 'x'), to_(from_.size()), times_(bytes / 2 / from_.size()) {}
  void run() {
    const std::size_t half = from_.size() / 2;
    auto copy = [this](std::size_t begin, std::size_t size) {
      for (std::size_t i = 0; i < times_; ++i) std::memcpy(to_.data() + begin, from_.data() + begin, size);
    };
    std::thread other([&] { copy(half, from_.size() - half); });
    copy(0, half);
    other.join();
  }
  std::vector<double> result() const { return {to_ == from_ ? 1.0 : 0.0}; }

 private:
  std::vector<char> from_, to_;
  std::size_t times_;
};

}  // namespace

template <class T>
Contestant matrix_product(int n, bool transposed) {
  return {sizeof(T) == 4 ? "cblas_sgemm" : "cblas_dgemm", start<MatrixProduct<T>>(n, transposed), 1,
          openblas_set_num_threads};
}
template Contestant matrix_product<float>(int, bool);
template Contestant matrix_product<double>(int, bool);

Contestant row_column_products(int count, int n) {
  return {"50 calls of cblas_sgemm", start<RowColumnProducts>(count, n), 1, openblas_set_num_threads};
}

Contestant elementary(float (*libm)(float), const std::vector<float>& x) {
  return {"scalar libm", start<Elementary>(libm, x)};
}

Contestant memory_copy(std::size_t bytes) {
  return {.who = "memcpy of as many bytes", .start = start<MemoryCopy>(bytes), .threads = 2, .expected = [] {
            return Expected{{1}, {0}};
          }};
}

std::string openblas_version() { return std::string(openblas_get_config()) + " on " + openblas_get_corename(); }

}  // namespace bench::plain
