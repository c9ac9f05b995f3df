// Linear algebra: products of matrices and vectors, by OpenBLAS where it pays.
#include "tensor/linalg.h"

#include <cblas.h>

#include <algorithm>
#include <limits>

#include "tensor/create.h"
#include "tensor/tiles.h"
#include "tensor/views.h"

namespace tg {

namespace {

// The leading dimensions of a shape or of strides.
Shape without_last_two(Shape shape) {
  shape.erase(shape.dim() - 1);
  shape.erase(shape.dim() - 1);
  return shape;
}

bool batches_broadcast(const Shape& a, const Shape& b) {
  for (int d = 3; d <= std::min(a.dim(), b.dim()); ++d) {
    const std::int64_t m = a[a.dim() - d], n = b[b.dim() - d];
    if (m != n && m != 1 && n != 1) return false;
  }
  return true;
}

}  // namespace

void check_matmul(const Shape& a, const Shape& b) {
  if (a.dim() == 0 || b.dim() == 0) {
    fail("matmul: a is ", a, ", b is ", b, "; a single number is no matrix, multiply by it with *");
  }
  const std::int64_t inner_a = a[a.dim() - 1], inner_b = b[b.dim() == 1 ? 0 : b.dim() - 2];
  if (inner_a == inner_b) {
    if (a.dim() < 3 || b.dim() < 3) return;
    if (batches_broadcast(a, b)) return;
    fail("matmul: batches do not broadcast: a is ", a, ", b is ", b,
         "; all sizes before the last two must be equal or 1.");
  }
  fail("matmul: inner sizes differ: a is ", a, ", b is ", b, "; a's last must equal b's ",
       b.dim() > 2 ? "last but one" : "first", ".", b.dim() > 1 ? " Did you mean transpose(b)?" : "");
}

void check_bmm(const Shape& a, const Shape& b) {
  if (a.dim() != 3 || b.dim() != 3) {
    fail("bmm: a is ", a, ", b is ", b, "; both must have 3 dimensions (batch, rows, columns). matmul takes others.");
  }
  if (a[0] != b[0]) fail("bmm: batch sizes differ: a is ", a, ", b is ", b, "; their first sizes must be equal.");
  if (a[2] != b[1]) {
    fail("bmm: inner sizes differ: a is ", a, ", b is ", b,
         "; a's last must equal b's second. Did you mean transpose(b)?");
  }
}

void check_dot(const Shape& a, const Shape& b) {
  if (a.dim() != 1 || b.dim() != 1 || a[0] != b[0]) {
    fail("dot: a is ", a, ", b is ", b, "; both must be 1-d and of one length.");
  }
}

namespace {

// A matrix somewhere in memory: element (i, j) at data[i * row + j * column].
template <class T>
struct Matrix {
  const T* data;
  std::int64_t rows, columns, row, column;
};

// How BLAS sees a matrix: as it is or transposed, with a leading dimension. `fits` is false if neither stride is 1.
struct BlasView {
  bool fits;
  CBLAS_TRANSPOSE transposed;
  std::int64_t leading;
};

template <class T>
BlasView blas_view(const Matrix<T>& m) {
  const bool rows_contiguous = m.column == 1 || m.columns == 1, columns_contiguous = m.row == 1 || m.rows == 1;
  if (rows_contiguous && (m.row >= m.columns || m.rows == 1)) {
    return {true, CblasNoTrans, m.rows == 1 ? std::max<std::int64_t>(m.columns, 1) : m.row};
  }
  if (columns_contiguous && (m.column >= m.rows || m.columns == 1)) {
    return {true, CblasTrans, m.columns == 1 ? std::max<std::int64_t>(m.rows, 1) : m.column};
  }
  return {false, CblasNoTrans, 0};
}

template <class T>
T strided_dot(const T* a, std::int64_t step_a, const T* b, std::int64_t step_b, std::int64_t n) {
  if (step_a == 1 && step_b == 1) return static_cast<T>(sum_terms<T>(n, [=](std::int64_t i) { return a[i] * b[i]; }));
  return static_cast<T>(sum_terms<T>(n, [=](std::int64_t i) { return a[i * step_a] * b[i * step_b]; }));
}

// c += scale * x, or c = scale * x the first time.
template <class T>
void add_scaled_row(T scale, const T* x, std::int64_t step, std::int64_t n, bool first, T* c) {
  if (first && step == 1) {
#pragma omp simd
    for (std::int64_t j = 0; j < n; ++j) c[j] = scale * x[j];
  } else {
    for (std::int64_t j = 0; j < n; ++j) c[j] = (first ? T(0) : c[j]) + scale * x[j * step];
  }
}

void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, const float* a, int lda, const float* b, int ldb,
          float* c) {
  cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, n);
}
void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, const double* a, int lda, const double* b,
          int ldb, double* c) {
  cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, n);
}

// c = a b, c contiguous. A call of BLAS costs about 50 ns, so a row by a column, an outer product and tiny matrices
// are done by plain loops. Returns false if BLAS cannot take the operands' strides.
template <class T>
bool multiply(const Matrix<T>& a, const Matrix<T>& b, T* c) {
  const std::int64_t m = a.rows, k = a.columns, n = b.columns;
  if (m == 1 && n == 1) {
    *c = strided_dot(a.data, a.column, b.data, b.row, k);
    return true;
  }
  if (k == 1 || m * n * k <= 64) {
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t l = 0; l < k; ++l) {
        add_scaled_row(a.data[i * a.row + l * a.column], b.data + l * b.row, b.column, n, l == 0, c + i * n);
      }
    }
    return true;
  }
  const BlasView va = blas_view(a), vb = blas_view(b);
  if (!va.fits || !vb.fits) return false;
  const std::int64_t limit = std::numeric_limits<int>::max();
  if (std::max({m, n, k, va.leading, vb.leading}) > limit) {
    fail("matmul: a size or stride of (", m, ", ", k, ") x (", k, ", ", n, ") is beyond what BLAS can count, ", limit);
  }
  gemm(va.transposed, vb.transposed, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), a.data,
       static_cast<int>(va.leading), b.data, static_cast<int>(vb.leading), c);
  return true;
}

template <class T>
Matrix<T> last_two(const BasicTensor<T>& x) {
  const int d = x.dim();
  return {x.data(), x.shape()[d - 2], x.shape()[d - 1], x.strides()[d - 2], x.strides()[d - 1]};
}

// The operands have at least two dimensions, of fitting sizes.
template <class T>
BasicTensor<T> multiply_batches(const BasicTensor<T>& a, const BasicTensor<T>& b) {
  const Shape batch_a = without_last_two(a.shape()), batch_b = without_last_two(b.shape());
  const Shape batch = broadcast_shapes("matmul", batch_a, batch_b);
  const Strides step_a = broadcast_strides(batch_a, without_last_two(a.strides()), batch);
  const Strides step_b = broadcast_strides(batch_b, without_last_two(b.strides()), batch);
  Matrix<T> ma = last_two(a), mb = last_two(b);
  Shape shape = batch;
  shape.push_back(ma.rows);
  shape.push_back(mb.columns);
  check_sizes("matmul", shape, sizeof(T));
  if (ma.columns == 0) return zeros<T>(shape);

  BasicTensor<T> y = BasicTensor<T>::uninitialized(shape);
  T* out = y.writable();
  const std::int64_t step_y = ma.rows * mb.columns;
  if (y.numel() == 0) return y;
  Shape index = batch;  // counts through the batches, like the wheels of an odometer
  for (int d = 0; d < batch.dim(); ++d) index[d] = 0;
  for (std::int64_t i = 0, batches = batch.numel(); i < batches; ++i) {
    // Strides that BLAS cannot take are the same for all batches, so this happens in the first round if at all.
    if (!multiply(ma, mb, out + i * step_y)) return multiply_batches(contiguous(a), contiguous(b));
    for (int d = batch.dim() - 1; d >= 0; --d) {
      ma.data += step_a[d];
      mb.data += step_b[d];
      if (++index[d] < batch[d]) break;
      ma.data -= step_a[d] * batch[d];
      mb.data -= step_b[d] * batch[d];
      index[d] = 0;
    }
  }
  return y;
}

}  // namespace

template <class T>
BasicTensor<T> matmul(const BasicTensor<T>& a, const BasicTensor<T>& b) {
  check_matmul(a.shape(), b.shape());
  BasicTensor<T> y = multiply_batches(a.dim() == 1 ? unsqueeze(a, 0) : a, b.dim() == 1 ? unsqueeze(b, 1) : b);
  if (b.dim() == 1) y = squeeze(y, -1);
  if (a.dim() == 1) y = squeeze(y, b.dim() == 1 ? -1 : -2);
  return y;
}

template <class T>
BasicTensor<T> bmm(const BasicTensor<T>& a, const BasicTensor<T>& b) {
  check_bmm(a.shape(), b.shape());
  return multiply_batches(a, b);
}

template <class T>
BasicTensor<T> dot(const BasicTensor<T>& a, const BasicTensor<T>& b) {
  check_dot(a.shape(), b.shape());
  return BasicTensor<T>::from_number(strided_dot(a.data(), a.strides()[0], b.data(), b.strides()[0], a.numel()));
}

#define TG_INSTANTIATE(T)                                                       \
  template BasicTensor<T> matmul(const BasicTensor<T>&, const BasicTensor<T>&); \
  template BasicTensor<T> bmm(const BasicTensor<T>&, const BasicTensor<T>&);    \
  template BasicTensor<T> dot(const BasicTensor<T>&, const BasicTensor<T>&);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)

}  // namespace tg
