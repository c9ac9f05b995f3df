// Linear algebra: products of matrices and vectors, by OpenBLAS where it pays.
#include "tensor/linalg.h"

#if __has_include(<cblas.h>)
#include <cblas.h>
#else
#include <openblas/cblas.h>  // Fedora's
#endif

#include <algorithm>
#include <limits>

#include "tensor/create.h"
#include "tensor/elementwise.h"
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

// The shape of a b, both of at least two dimensions.
Shape product_shape(const Shape& a, const Shape& b) {
  const std::int64_t columns = b[b.dim() - 1];
  if (a.dim() == b.dim() && std::equal(a.begin(), a.end() - 2, b.begin())) {  // the usual case: equal batches
    Shape shape = a;
    shape[a.dim() - 1] = columns;
    return shape;
  }
  Shape shape = broadcast_shapes("matmul", without_last_two(a), without_last_two(b));
  shape.push_back(a[a.dim() - 2]);
  shape.push_back(columns);
  return shape;
}

void check_matmul(const Shape& a, const Shape& b) {
  if (a.dim() == 0 || b.dim() == 0) {
    fail("matmul: a is ", a, ", b is ", b, "; a single number is no matrix, multiply by it with *");
  }
  const std::int64_t inner_a = a[a.dim() - 1], inner_b = b[b.dim() == 1 ? 0 : b.dim() - 2];
  if (inner_a == inner_b) {
    if (a.dim() < 3 || b.dim() < 3) return;
    if (broadcast_together(without_last_two(a), without_last_two(b))) return;
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

// A matrix somewhere in memory: element (i, j) at data[i * row + j * column].
template <class T> struct Matrix {
  const T* data;
  std::int64_t rows, columns, row, column;
};

// How BLAS sees a matrix: as it is or transposed, with a leading dimension. `fits` is false if neither stride is 1.
struct BlasView {
  bool fits;
  CBLAS_TRANSPOSE transposed;
  std::int64_t leading;
};

template <class T> BlasView blas_view(const Matrix<T>& m) {
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
[[gnu::always_inline]] inline T strided_dot(const T* a, std::int64_t step_a, const T* b, std::int64_t step_b,
                                            std::int64_t n) {
  if (step_a == 1 && step_b == 1) return static_cast<T>(sum_terms<T>(n, [=](std::int64_t i) { return a[i] * b[i]; }));
  return static_cast<T>(sum_terms<T>(n, [=](std::int64_t i) { return a[i * step_a] * b[i * step_b]; }));
}

// c += scale * x, or c = scale * x the first time.
template <class T> void add_scaled_row(T scale, const T* x, std::int64_t step, std::int64_t n, bool first, T* c) {
  if (first && step == 1) {
#pragma omp simd
    for (std::int64_t j = 0; j < n; ++j) c[j] = scale * x[j];
  } else {
    for (std::int64_t j = 0; j < n; ++j) c[j] = (first ? T(0) : c[j]) + scale * x[j * step];
  }
}

// c = a b by BLAS, a large product in parts: of c's rows, or of its columns if there are more. OpenBLAS itself is held
// to one thread, so that there is one pool, ours. A part is worth at least 50 µs; and as few as there are threads,
// since each part has OpenBLAS rearrange the other operand anew.
template <class T>
void multiply_by_blas(const Matrix<T>& a, const BlasView& va, const Matrix<T>& b, const BlasView& vb, T* c) {
  [[maybe_unused]] static const bool once = (openblas_set_num_threads(1), true);
  const std::int64_t m = a.rows, k = a.columns, n = b.columns;
  auto part = [&](std::int64_t row, std::int64_t rows, std::int64_t column, std::int64_t columns) {
    auto call = [&](auto gemm) {
      gemm(CblasRowMajor, va.transposed, vb.transposed, static_cast<int>(rows), static_cast<int>(columns),
           static_cast<int>(k), 1, a.data + row * a.row, static_cast<int>(va.leading), b.data + column * b.column,
           static_cast<int>(vb.leading), 0, c + row * n + column, static_cast<int>(n));
    };
    if constexpr (std::is_same_v<T, float>) call(cblas_sgemm);
    if constexpr (std::is_same_v<T, double>) call(cblas_dgemm);
  };
  constexpr double worth_a_part = 4e6;  // multiplications
  const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  const std::int64_t parts = std::clamp<std::int64_t>(static_cast<std::int64_t>(work / worth_a_part), 1, num_threads());
  const std::int64_t length = std::max(m, n), grain = ((length + parts - 1) / parts + 63) / 64 * 64;  // whole blocks
  parallel_kernel(length, parts == 1 ? length : grain, [&](std::int64_t begin, std::int64_t end) {
    m >= n ? part(begin, end - begin, 0, n) : part(0, m, begin, end - begin);
  });
}

// c = a b, c contiguous. A call of BLAS costs about 50 ns, so tiny matrices are multiplied by plain loops. Returns
// false if BLAS cannot take the operands' strides.
template <class T> bool multiply(const Matrix<T>& a, const Matrix<T>& b, T* c) {
  const std::int64_t m = a.rows, k = a.columns, n = b.columns;
  if (m * n * k <= 64) {
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
  multiply_by_blas(a, va, b, vb, c);
  return true;
}

template <class T> Matrix<T> last_two(const BasicTensor<T>& x) {
  const int d = x.dim();
  return {x.data(), x.shape()[d - 2], x.shape()[d - 1], x.strides()[d - 2], x.strides()[d - 1]};
}

// Two operands' matrices, batch after batch: a count through the batch dimensions, as a RowWalk's. (One loop for both
// makes bmm of small matrices a tenth slower.)
template <class T> struct Batches {
  Batches(const BasicTensor<T>& x, const BasicTensor<T>& y, int rank_) : a(last_two(x)), b(last_two(y)), rank(rank_) {
    for (int d = 0; d < rank; ++d) {
      const int i = d - rank + x.dim() - 2, j = d - rank + y.dim() - 2;  // aligned at the last batch dimension
      const std::int64_t m = i < 0 ? 1 : x.shape()[i], n = j < 0 ? 1 : y.shape()[j];
      index[d] = 0;
      size[d] = m == 1 ? n : m;
      step_a[d] = m == 1 ? 0 : x.strides()[i];
      step_b[d] = n == 1 ? 0 : y.strides()[j];
    }
  }
  void next() {
    for (int d = rank - 1; d >= 0; --d) {
      a.data += step_a[d];
      b.data += step_b[d];
      if (++index[d] < size[d]) break;
      a.data -= step_a[d] * size[d];
      b.data -= step_b[d] * size[d];
      index[d] = 0;
    }
  }
  Matrix<T> a, b;
  int rank;
  std::int64_t size[max_rank], index[max_rank], step_a[max_rank], step_b[max_rank];
};

// The operands have at least two dimensions, of fitting sizes.
template <class T> BasicTensor<T> multiply_batches(const BasicTensor<T>& a, const BasicTensor<T>& b) {
  const Matrix<T> first_a = last_two(a), first_b = last_two(b);
  const std::int64_t m = first_a.rows, k = first_a.columns, n = first_b.columns;
  const Shape shape = product_shape(a.shape(), b.shape());
  check_sizes("matmul", shape, sizeof(T));
  if (k == 0) return zeros<T>(shape);
  if (k == 1) return a * b;  // a column by a row: c_ij = a_i b_j, which is broadcasting

  BasicTensor<T> y = BasicTensor<T>::uninitialized(shape);
  if (y.numel() == 0) return y;
  T* out = y.writable();
  Batches<T> at(a, b, shape.dim() - 2);
  const std::int64_t batches = y.numel() / (m * n);
  const detail::FlushSubnormals flush(batches * m * n * k > lane_count<T>);
  if (m == 1 && n == 1) {  // rows by columns
    for (std::int64_t i = 0; i < batches; ++i, at.next())
      out[i] = strided_dot(at.a.data, at.a.column, at.b.data, at.b.row, k);
    return y;
  }
  for (std::int64_t i = 0; i < batches; ++i, at.next()) {
    // Strides that BLAS cannot take are the same for all batches, so this happens in the first round if at all.
    if (!multiply(at.a, at.b, out + i * m * n)) return multiply_batches(contiguous(a), contiguous(b));
  }
  return y;
}

}  // namespace

template <class T> BasicTensor<T> matmul(const BasicTensor<T>& a, const BasicTensor<T>& b) {
  check_matmul(a.shape_for("matmul"), b.shape_for("matmul"));
  BasicTensor<T> y = multiply_batches(a.dim() == 1 ? unsqueeze(a, 0) : a, b.dim() == 1 ? unsqueeze(b, 1) : b);
  if (b.dim() == 1) y = squeeze(y, -1);
  if (a.dim() == 1) y = squeeze(y, b.dim() == 1 ? -1 : -2);
  return y;
}

template <class T> BasicTensor<T> bmm(const BasicTensor<T>& a, const BasicTensor<T>& b) {
  check_bmm(a.shape_for("bmm"), b.shape_for("bmm"));
  return multiply_batches(a, b);
}

template <class T> BasicTensor<T> dot(const BasicTensor<T>& a, const BasicTensor<T>& b) {
  check_dot(a.shape_for("dot"), b.shape_for("dot"));
  return BasicTensor<T>::from_number(strided_dot(a.data(), a.strides()[0], b.data(), b.strides()[0], a.numel()));
}

#define TG_INSTANTIATE(T)                                                       \
  template BasicTensor<T> matmul(const BasicTensor<T>&, const BasicTensor<T>&); \
  template BasicTensor<T> bmm(const BasicTensor<T>&, const BasicTensor<T>&);    \
  template BasicTensor<T> dot(const BasicTensor<T>&, const BasicTensor<T>&);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg
