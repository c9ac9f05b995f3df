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

template <class T> T row_max(const T* row, std::int64_t n) {
  return reduce_row(row, n, -std::numeric_limits<T>::infinity(), [](auto a, auto b) { return scalar::maximum(a, b); });
}

template <class T> T row_min(const T* row, std::int64_t n) {
  return reduce_row(row, n, std::numeric_limits<T>::infinity(), [](auto a, auto b) { return scalar::minimum(a, b); });
}

template <class T> T row_logsumexp(const T* row, std::int64_t n) {
  T shift = row_max(row, n);
  if (std::isinf(shift)) shift = 0;  // inf - inf would be NaN
  const double total = sum_terms<T>(n, [=](std::int64_t i) { return scalar::exp(row[i] - shift); });
  return static_cast<T>(std::log(total)) + shift;
}

}  // namespace

template <std::floating_point T> BasicTensor<T> sum_to(const BasicTensor<T>& x, const Shape& shape) {
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

template <std::floating_point T> BasicTensor<T> sum(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim) {
  const std::optional<int> d = resolve_dim("sum", dim, x);
  if (!d && !keepdim) return sum_to(x, {});
  const BasicTensor<T> kept = sum_to(x, reduced_shape(x.shape(), d, true));
  return keepdim ? kept : squeeze(kept, *d);
}

IndexTensor sum(const Mask& mask) {
  std::int64_t count = 0;
  for (bool m : mask.to_vector()) count += m;
  return IndexTensor::from_number(count);
}

template <std::floating_point T> BasicTensor<T> mean(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim) {
  const std::optional<int> d = resolve_dim("mean", dim, x);
  return sum(x, d, keepdim) / static_cast<T>(d ? x.shape()[*d] : x.numel());
}

template <std::floating_point T> BasicTensor<T> max(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim) {
  return reduce_rows<T>(x, resolve_choice("max", dim, x), keepdim, row_max<T>);
}

template <std::floating_point T> BasicTensor<T> min(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim) {
  return reduce_rows<T>(x, resolve_choice("min", dim, x), keepdim, row_min<T>);
}

template <std::floating_point T>
BasicTensor<T> logsumexp(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim) {
  return reduce_rows<T>(x, resolve_dim("logsumexp", dim, x), keepdim, row_logsumexp<T>);
}

#define TG_INSTANTIATE(T)                                                                         \
  template BasicTensor<T> sum_to(const BasicTensor<T>&, const Shape&);                            \
  template BasicTensor<T> mul_sum_to(const BasicTensor<T>&, const BasicTensor<T>&, const Shape&); \
  template BasicTensor<T> sum(const BasicTensor<T>&, std::optional<int>, bool);                   \
  template BasicTensor<T> mean(const BasicTensor<T>&, std::optional<int>, bool);                  \
  template BasicTensor<T> max(const BasicTensor<T>&, std::optional<int>, bool);                   \
  template BasicTensor<T> min(const BasicTensor<T>&, std::optional<int>, bool);                   \
  template BasicTensor<T> logsumexp(const BasicTensor<T>&, std::optional<int>, bool);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg
