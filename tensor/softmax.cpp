// Softmax: a few contiguous rows at a time, so that they stay in the cache between the passes over them.
#include "tensor/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tensor/rows.h"
#include "tensor/scalar_math.h"
#include "tensor/tiles.h"

namespace tg {
namespace {

// The largest element; a NaN may be passed over, since it then turns up in the sum of exponentials.
template <class T>
T row_max(const T* x, std::int64_t n) {
  return reduce_row(x, n, -std::numeric_limits<T>::infinity(), [](T a, T b) { return b > a ? b : a; });
}

template <class T>
void subtract(const T* x, T shift, T* y, std::int64_t n) {
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] - shift;
}

// Softmax of `rows` rows of n. The exponentials of all rows are one loop: a short row alone would leave most of the
// processor's lanes idle.
template <class T>
void softmax_rows(const T* x, T* y, std::int64_t rows, std::int64_t n) {
  for (std::int64_t r = 0; r < rows; ++r) subtract(x + r * n, row_max(x + r * n, n), y + r * n, n);
#pragma omp simd
  for (std::int64_t i = 0; i < rows * n; ++i) y[i] = scalar::exp(y[i]);
  for (std::int64_t r = 0; r < rows; ++r) {
    T* row = y + r * n;
    const T scale = static_cast<T>(1 / sum_contiguous(row, n));
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) row[i] *= scale;
  }
}

template <class T>
void log_softmax_rows(const T* x, T* y, std::int64_t rows, std::int64_t n) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* row = x + r * n;
    const T shift = row_max(row, n);
    double total = 0;
    for (std::int64_t i = 0; i < n; ++i) total += static_cast<double>(scalar::exp(row[i] - shift));
    subtract(row, shift, y + r * n, n);
    subtract(y + r * n, static_cast<T>(std::log(total)), y + r * n, n);
  }
}

template <class T>
void softmax_vjp_row(const T* g, const T* y, T* out, std::int64_t n) {
  const T mean = static_cast<T>(sum_terms<T>(n, [g, y](std::int64_t i) { return g[i] * y[i]; }));
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) out[i] = y[i] * (g[i] - mean);
}

template <class T>
void log_softmax_vjp_row(const T* g, const T* y, T* out, std::int64_t n) {
  const T total = static_cast<T>(sum_contiguous(g, n));
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) out[i] = g[i] - scalar::exp(y[i]) * total;
}

// Calls f(in, out, begin, rows, n) for blocks of rows of x along dim, of which `in` and `out` are the first elements
// and `begin` the place; a block has about 2,048 elements. The result takes x's buffer if x is dying.
template <class T, class F>
BasicTensor<T> map_rows(BasicTensor<T> x, int dim, const F& f) {
  x = contiguous(move_to_end(x, dim));
  BasicTensor<T> y = x.is_disposable() ? x : BasicTensor<T>::uninitialized(x.shape());
  const std::int64_t n = x.shape()[x.dim() - 1], numel = x.numel();
  const std::int64_t block = n * std::max<std::int64_t>(1, 2048 / std::max<std::int64_t>(n, 1));
  for (std::int64_t begin = 0; begin < numel; begin += block) {
    f(x.data() + begin, y.writable() + begin, begin, std::min(block, numel - begin) / n, n);
  }
  return move_from_end(y, dim);
}

template <class T>
BasicTensor<T> y_like(const char* op, const BasicTensor<T>& g, const BasicTensor<T>& y, int dim) {
  if (g.shape() != y.shape())
    fail(op, ": g has shape ", g.shape(), ", y has shape ", y.shape(), "; they must be equal");
  return contiguous(move_to_end(y, dim));
}

}  // namespace

template <class T>
BasicTensor<T> softmax(BasicTensor<T> x, int dim) {
  const int d = resolve_dim("softmax", dim, x.shape());
  return map_rows(std::move(x), d, [](const T* in, T* out, std::int64_t, std::int64_t rows, std::int64_t n) {
    softmax_rows(in, out, rows, n);
  });
}

template <class T>
BasicTensor<T> log_softmax(BasicTensor<T> x, int dim) {
  const int d = resolve_dim("log_softmax", dim, x.shape());
  return map_rows(std::move(x), d, [](const T* in, T* out, std::int64_t, std::int64_t rows, std::int64_t n) {
    log_softmax_rows(in, out, rows, n);
  });
}

template <class T>
BasicTensor<T> softmax_vjp(BasicTensor<T> g, const BasicTensor<T>& y, int dim) {
  const int d = resolve_dim("softmax_vjp", dim, y.shape());
  const BasicTensor<T> weights = y_like("softmax_vjp", g, y, d);
  return map_rows(std::move(g), d, [&](const T* in, T* out, std::int64_t begin, std::int64_t rows, std::int64_t n) {
    for (std::int64_t r = 0; r < rows; ++r) softmax_vjp_row(in + r * n, weights.data() + begin + r * n, out + r * n, n);
  });
}

template <class T>
BasicTensor<T> log_softmax_vjp(BasicTensor<T> g, const BasicTensor<T>& y, int dim) {
  const int d = resolve_dim("log_softmax_vjp", dim, y.shape());
  const BasicTensor<T> logs = y_like("log_softmax_vjp", g, y, d);
  return map_rows(std::move(g), d, [&](const T* in, T* out, std::int64_t begin, std::int64_t rows, std::int64_t n) {
    for (std::int64_t r = 0; r < rows; ++r)
      log_softmax_vjp_row(in + r * n, logs.data() + begin + r * n, out + r * n, n);
  });
}

#define TG_INSTANTIATE(T)                                                          \
  template BasicTensor<T> softmax(BasicTensor<T>, int);                            \
  template BasicTensor<T> log_softmax(BasicTensor<T>, int);                        \
  template BasicTensor<T> softmax_vjp(BasicTensor<T>, const BasicTensor<T>&, int); \
  template BasicTensor<T> log_softmax_vjp(BasicTensor<T>, const BasicTensor<T>&, int);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)

}  // namespace tg
