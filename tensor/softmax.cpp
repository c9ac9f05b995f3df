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
template <class T> [[gnu::always_inline]] inline T largest_of_row(const T* x, std::int64_t n) {
  return reduce_row(x, n, -std::numeric_limits<T>::infinity(), [](auto a, auto b) { return b > a ? b : a; });
}

// Softmax of `rows` rows of n. The exponentials of all rows are one loop: a short row alone would leave most of the
// processor's lanes idle.
template <class T> void softmax_rows(const T* x, T* y, std::int64_t rows, std::int64_t n) {
  for (std::int64_t begin = 0; begin < rows * n; begin += n) {
    const T* in = x + begin;
    T* out = y + begin;
    const T shift = largest_of_row(in, n);
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) out[i] = in[i] - shift;
  }
#pragma omp simd
  for (std::int64_t i = 0; i < rows * n; ++i) y[i] = scalar::exp_nonpositive(y[i]);
  for (std::int64_t begin = 0; begin < rows * n; begin += n) {
    T* out = y + begin;
    const T scale = static_cast<T>(1 / sum_contiguous(out, n));
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) out[i] *= scale;
  }
}

template <class T> void log_softmax_row(const T* x, T* y, std::int64_t n) {
  const T shift = largest_of_row(x, n);
  const double total = sum_terms<T>(n, [=](std::int64_t i) { return scalar::exp_nonpositive(x[i] - shift); });
  const T log_total = static_cast<T>(std::log(total));
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] - shift - log_total;
}

template <class T> void softmax_vjp_row(const T* g, const T* y, T* out, std::int64_t n) {
  const T mean = static_cast<T>(sum_terms<T>(n, [g, y](std::int64_t i) { return g[i] * y[i]; }));
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) out[i] = y[i] * (g[i] - mean);
}

template <class T> void log_softmax_vjp_row(const T* g, const T* y, T* out, std::int64_t n) {
  const T total = static_cast<T>(sum_contiguous(g, n));
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) out[i] = g[i] - scalar::exp(y[i]) * total;
}

// Calls f(in, out, begin, rows, n) for blocks of rows of x along dim, of which `in` and `out` are the first elements
// and `begin` the place; a block has about 2,048 elements. The result takes x's buffer if x is dying.
template <class T, class F> BasicTensor<T> map_rows(BasicTensor<T> x, int dim, const F& f) {
  x = contiguous(movedim(x, dim, x.dim() - 1));
  BasicTensor<T> y = x.is_disposable() ? x : BasicTensor<T>::uninitialized(x.shape());
  const std::int64_t n = x.shape()[x.dim() - 1], numel = x.numel();
  if (numel == 0) return movedim(y, y.dim() - 1, dim);
  const T* in = x.data();
  T* out = y.writable();
  const std::int64_t block = std::max<std::int64_t>(1, 2048 / n);
  parallel_kernel(numel / n, rows_in_stretch(n), [&](std::int64_t first, std::int64_t last) {
    for (; first < last; first += block) {
      const std::int64_t begin = first * n;
      f(in + begin, out + begin, begin, std::min(block, last - first), n);
    }
  });
  return movedim(y, y.dim() - 1, dim);
}

template <class T> BasicTensor<T> y_like(const char* op, const BasicTensor<T>& g, const BasicTensor<T>& y, int dim) {
  if (g.shape_for(op) != y.shape())
    fail(op, ": g has shape ", g.shape(), ", y has shape ", y.shape(), "; they must be equal");
  return contiguous(movedim(y, dim, y.dim() - 1));
}

}  // namespace

template <class T> BasicTensor<T> softmax(BasicTensor<T> x, int dim) {
  const int d = resolve_dim("softmax", dim, x);
  return map_rows(std::move(x), d, [](const T* in, T* out, std::int64_t, std::int64_t rows, std::int64_t n) {
    softmax_rows(in, out, rows, n);
  });
}

template <class T> BasicTensor<T> log_softmax(BasicTensor<T> x, int dim) {
  const int d = resolve_dim("log_softmax", dim, x);
  return map_rows(std::move(x), d, [](const T* in, T* out, std::int64_t, std::int64_t rows, std::int64_t n) {
    for (std::int64_t r = 0; r < rows; ++r) log_softmax_row(in + r * n, out + r * n, n);
  });
}

template <class T> BasicTensor<T> softmax_vjp(BasicTensor<T> g, const BasicTensor<T>& y, int dim) {
  const int d = resolve_dim("softmax_vjp", dim, y);
  const BasicTensor<T> weights = y_like("softmax_vjp", g, y, d);
  return map_rows(std::move(g), d, [&](const T* in, T* out, std::int64_t begin, std::int64_t rows, std::int64_t n) {
    for (std::int64_t r = 0; r < rows; ++r) softmax_vjp_row(in + r * n, weights.data() + begin + r * n, out + r * n, n);
  });
}

template <class T> BasicTensor<T> log_softmax_vjp(BasicTensor<T> g, const BasicTensor<T>& y, int dim) {
  const int d = resolve_dim("log_softmax_vjp", dim, y);
  const BasicTensor<T> logs = y_like("log_softmax_vjp", g, y, d);
  return map_rows(std::move(g), d, [&](const T* in, T* out, std::int64_t begin, std::int64_t rows, std::int64_t n) {
    for (std::int64_t r = 0; r < rows; ++r) {
      log_softmax_vjp_row(in + r * n, logs.data() + begin + r * n, out + r * n, n);
    }
  });
}

#define TG_INSTANTIATE(T)                                                          \
  template BasicTensor<T> softmax(BasicTensor<T>, int);                            \
  template BasicTensor<T> log_softmax(BasicTensor<T>, int);                        \
  template BasicTensor<T> softmax_vjp(BasicTensor<T>, const BasicTensor<T>&, int); \
  template BasicTensor<T> log_softmax_vjp(BasicTensor<T>, const BasicTensor<T>&, int);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg
