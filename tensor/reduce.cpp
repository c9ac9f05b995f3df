// Reduce: sums, means, extremes and logsumexp.
#include "tensor/reduce.h"

#include <cmath>
#include <limits>

#include "tensor/elementwise.h"
#include "tensor/rows.h"
#include "tensor/scalar_math.h"
#include "tensor/tiles.h"

namespace tg {
namespace {

template <class T>
T row_max(const T* row, std::int64_t n) {
  return reduce_row(row, n, -std::numeric_limits<T>::infinity(), [](auto a, auto b) { return scalar::maximum(a, b); });
}

template <class T>
T row_min(const T* row, std::int64_t n) {
  return reduce_row(row, n, std::numeric_limits<T>::infinity(), [](auto a, auto b) { return scalar::minimum(a, b); });
}

template <class T>
T row_logsumexp(const T* row, std::int64_t n) {
  T shift = row_max(row, n);
  if (std::isinf(shift)) shift = 0;  // inf - inf would be NaN
  const double total = sum_terms<T>(n, [=](std::int64_t i) { return scalar::exp(row[i] - shift); });
  return static_cast<T>(std::log(total)) + shift;
}

template <class T>
void require_elements(const char* op, const BasicTensor<T>& x, std::int64_t count) {
  if (count == 0) fail(op, ": x has shape ", x.shape(), "; there is nothing to choose from");
}

template <class T>
BasicTensor<T> flat(const char* op, const BasicTensor<T>& x) {
  return reshape(x, {x.shape_for(op).numel()});
}

}  // namespace

template <std::floating_point T>
BasicTensor<T> sum_to(const BasicTensor<T>& x, const Shape& shape) {
  if (x.shape_for("sum_to") == shape) return x;
  if (!broadcasts_to(shape, x.shape())) {
    fail("sum_to: x has shape ", x.shape(), ", and ", shape, " does not broadcast to it");
  }
  TileAdder<T> adder(shape, x.shape());
  parallel_kernel(x.numel(), adder.stretch(), [&](std::int64_t begin, std::int64_t end) {
    TileReader<T> reader(x, x.shape());
    const std::int64_t step = reader.direct() ? end - begin : tile_size;
    for (; begin < end; begin += step) {
      const std::int64_t n = std::min(step, end - begin);
      adder.add(begin, reader.read(begin, n), n);
    }
  });
  return adder.result();
}

template <std::floating_point T>
BasicTensor<T> mul_sum_to(const BasicTensor<T>& a, const BasicTensor<T>& b, const Shape& shape) {
  const Shape full = broadcast_shapes("mul_sum_to", a.shape_for("mul_sum_to"), b.shape_for("mul_sum_to"));
  if (!broadcasts_to(shape, full)) {
    fail("mul_sum_to: the product has shape ", full, ", and ", shape, " does not broadcast to it");
  }
  TileAdder<T> adder(shape, full);
  parallel_kernel(full.numel(), adder.stretch(), [&](std::int64_t begin, std::int64_t end) {
    TileReader<T> read_a(a, full), read_b(b, full);
    alignas(64) T product[tile_size];
    for (; begin < end; begin += tile_size) {
      const int n = tile_length(begin, end);
      detail::map_tile([](T x, T y) { return x * y; }, n, product, read_a.read(begin, n), read_b.read(begin, n));
      adder.add(begin, product, n);
    }
  });
  return adder.result();
}

template <std::floating_point T>
BasicTensor<T> sum(const BasicTensor<T>& x) {
  x.shape_for("sum");  // throws if x is empty
  return sum_to(x, {});
}

IndexTensor sum(const Mask& mask) {
  std::int64_t count = 0;
  for (bool m : mask.to_vector()) count += m;
  return IndexTensor::from_number(count);
}

template <std::floating_point T>
BasicTensor<T> sum(const BasicTensor<T>& x, int dim, bool keepdim) {
  const int d = resolve_dim("sum", dim, x);
  const BasicTensor<T> kept = sum_to(x, reduced_shape(x.shape(), d, true));
  return keepdim ? kept : squeeze(kept, d);
}

template <std::floating_point T>
BasicTensor<T> mean(const BasicTensor<T>& x) {
  const std::int64_t count = x.shape_for("mean").numel();
  return sum(x) / static_cast<T>(count);
}

template <std::floating_point T>
BasicTensor<T> mean(const BasicTensor<T>& x, int dim, bool keepdim) {
  const int d = resolve_dim("mean", dim, x);
  return sum(x, d, keepdim) / static_cast<T>(x.shape()[d]);
}

template <std::floating_point T>
BasicTensor<T> max(const BasicTensor<T>& x) {
  require_elements("max", x, x.shape_for("max").numel());
  return reduce_rows<T>(flat("max", x), 0, false, row_max<T>);
}

template <std::floating_point T>
BasicTensor<T> max(const BasicTensor<T>& x, int dim, bool keepdim) {
  const int d = resolve_dim("max", dim, x);
  require_elements("max", x, x.shape()[d]);
  return reduce_rows<T>(x, d, keepdim, row_max<T>);
}

template <std::floating_point T>
BasicTensor<T> min(const BasicTensor<T>& x) {
  require_elements("min", x, x.shape_for("min").numel());
  return reduce_rows<T>(flat("min", x), 0, false, row_min<T>);
}

template <std::floating_point T>
BasicTensor<T> min(const BasicTensor<T>& x, int dim, bool keepdim) {
  const int d = resolve_dim("min", dim, x);
  require_elements("min", x, x.shape()[d]);
  return reduce_rows<T>(x, d, keepdim, row_min<T>);
}

template <std::floating_point T>
BasicTensor<T> logsumexp(const BasicTensor<T>& x) {
  return reduce_rows<T>(flat("logsumexp", x), 0, false, row_logsumexp<T>);
}

template <std::floating_point T>
BasicTensor<T> logsumexp(const BasicTensor<T>& x, int dim, bool keepdim) {
  return reduce_rows<T>(x, resolve_dim("logsumexp", dim, x), keepdim, row_logsumexp<T>);
}

#define TG_INSTANTIATE(T)                                                                         \
  template BasicTensor<T> sum_to(const BasicTensor<T>&, const Shape&);                            \
  template BasicTensor<T> mul_sum_to(const BasicTensor<T>&, const BasicTensor<T>&, const Shape&); \
  template BasicTensor<T> sum(const BasicTensor<T>&);                                             \
  template BasicTensor<T> sum(const BasicTensor<T>&, int, bool);                                  \
  template BasicTensor<T> mean(const BasicTensor<T>&);                                            \
  template BasicTensor<T> mean(const BasicTensor<T>&, int, bool);                                 \
  template BasicTensor<T> max(const BasicTensor<T>&);                                             \
  template BasicTensor<T> max(const BasicTensor<T>&, int, bool);                                  \
  template BasicTensor<T> min(const BasicTensor<T>&);                                             \
  template BasicTensor<T> min(const BasicTensor<T>&, int, bool);                                  \
  template BasicTensor<T> logsumexp(const BasicTensor<T>&);                                       \
  template BasicTensor<T> logsumexp(const BasicTensor<T>&, int, bool);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)

}  // namespace tg
