// Softmax: one contiguous row at a time, so that a row stays in the cache between its passes.
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
  T best = -std::numeric_limits<T>::infinity();
#pragma omp simd reduction(max : best)
  for (std::int64_t i = 0; i < n; ++i) best = x[i] > best ? x[i] : best;
  return best;
}

template <class T>
void softmax_row(const T* x, T* y, std::int64_t n) {
  const T shift = row_max(x, n);
  double total = 0;
  for (std::int64_t begin = 0; begin < n; begin += tile_size) {
    const int length = tile_length(begin, n);
    T sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < length; ++i) {
      const T e = scalar::exp(x[begin + i] - shift);
      y[begin + i] = e;
      sum += e;
    }
    total += static_cast<double>(sum);
  }
  const T scale = static_cast<T>(1 / total);
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) y[i] *= scale;
}

template <class T>
void log_softmax_row(const T* x, T* y, std::int64_t n) {
  const T shift = row_max(x, n);
  double total = 0;
  for (std::int64_t i = 0; i < n; ++i) total += static_cast<double>(scalar::exp(x[i] - shift));
  const T log_total = static_cast<T>(std::log(total));
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] - shift - log_total;
}

template <class T>
T dot_row(const T* a, const T* b, std::int64_t n) {
  double total = 0;
  for (std::int64_t begin = 0; begin < n; begin += tile_size) {
    const int length = tile_length(begin, n);
    T sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < length; ++i) sum += a[begin + i] * b[begin + i];
    total += static_cast<double>(sum);
  }
  return static_cast<T>(total);
}

template <class T>
void softmax_vjp_row(const T* g, const T* y, T* out, std::int64_t n) {
  const T mean = dot_row(g, y, n);
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) out[i] = y[i] * (g[i] - mean);
}

template <class T>
void log_softmax_vjp_row(const T* g, const T* y, T* out, std::int64_t n) {
  const T total = static_cast<T>(sum_contiguous(g, n));
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) out[i] = g[i] - scalar::exp(y[i]) * total;
}

// Applies `row(in, out, n)` to the rows of x along dim; the result takes x's buffer if x is dying.
template <class T, class F>
BasicTensor<T> map_rows(BasicTensor<T> x, int dim, const F& row) {
  x = contiguous(move_to_end(x, dim));
  BasicTensor<T> y = x.is_disposable() ? x : BasicTensor<T>::uninitialized(x.shape());
  const std::int64_t n = x.shape()[x.dim() - 1];
  for (std::int64_t begin = 0; n > 0 && begin < x.numel(); begin += n) row(x.data() + begin, y.writable() + begin, begin, n);
  return move_from_end(y, dim);
}

template <class T>
BasicTensor<T> y_like(const char* op, const BasicTensor<T>& g, const BasicTensor<T>& y, int dim) {
  if (g.shape() != y.shape()) fail(op, ": g has shape ", g.shape(), ", y has shape ", y.shape(), "; they must be equal");
  return contiguous(move_to_end(y, dim));
}

}  // namespace

template <class T>
BasicTensor<T> softmax(BasicTensor<T> x, int dim) {
  const int d = resolve_dim("softmax", dim, x.dim());
  return map_rows(std::move(x), d, [](const T* in, T* out, std::int64_t, std::int64_t n) { softmax_row(in, out, n); });
}

template <class T>
BasicTensor<T> log_softmax(BasicTensor<T> x, int dim) {
  const int d = resolve_dim("log_softmax", dim, x.dim());
  return map_rows(std::move(x), d, [](const T* in, T* out, std::int64_t, std::int64_t n) { log_softmax_row(in, out, n); });
}

template <class T>
BasicTensor<T> softmax_vjp(BasicTensor<T> g, const BasicTensor<T>& y, int dim) {
  const int d = resolve_dim("softmax_vjp", dim, y.dim());
  const BasicTensor<T> rows = y_like("softmax_vjp", g, y, d);
  return map_rows(std::move(g), d, [&rows](const T* in, T* out, std::int64_t begin, std::int64_t n) {
    softmax_vjp_row(in, rows.data() + begin, out, n);
  });
}

template <class T>
BasicTensor<T> log_softmax_vjp(BasicTensor<T> g, const BasicTensor<T>& y, int dim) {
  const int d = resolve_dim("log_softmax_vjp", dim, y.dim());
  const BasicTensor<T> rows = y_like("log_softmax_vjp", g, y, d);
  return map_rows(std::move(g), d, [&rows](const T* in, T* out, std::int64_t begin, std::int64_t n) {
    log_softmax_vjp_row(in, rows.data() + begin, out, n);
  });
}

#define TG_INSTANTIATE(T)                                                                \
  template BasicTensor<T> softmax(BasicTensor<T>, int);                                  \
  template BasicTensor<T> log_softmax(BasicTensor<T>, int);                              \
  template BasicTensor<T> softmax_vjp(BasicTensor<T>, const BasicTensor<T>&, int);       \
  template BasicTensor<T> log_softmax_vjp(BasicTensor<T>, const BasicTensor<T>&, int);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)

}  // namespace tg
