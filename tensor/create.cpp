// Create: tensors filled by rule.
#include "tensor/create.h"

#include <cmath>

namespace tg {

template <class T> BasicTensor<T> full(const Shape& shape, std::type_identity_t<T> value, const char* op) {
  check_sizes(op, shape, sizeof(T));
  BasicTensor<T> x = BasicTensor<T>::uninitialized(shape);
  std::fill_n(x.writable(), shape.numel(), value);
  return x;
}

template <class T> BasicTensor<T> arange(double start, double end, double step) {
  const double length = std::ceil((end - start) / step);
  if (!std::isfinite(length) || (end - start) / step < 0) {
    fail("arange: from ", start, " one cannot get to ", end, " by steps of ", step,
         "; step must be finite, not 0, and lead towards end");
  }
  if (length > 1e12) fail("arange: from ", start, " to ", end, " by ", step, " has too many elements to fit in memory");
  BasicTensor<T> x = BasicTensor<T>::uninitialized({static_cast<std::int64_t>(length)});
  for (std::int64_t i = 0; i < x.numel(); ++i) x.writable()[i] = checked_cast<T>(start + static_cast<double>(i) * step);
  return x;
}

template <class T> BasicTensor<T> linspace(double start, double end, std::int64_t count) {
  check_sizes("linspace", {count}, sizeof(T));
  if (!std::isfinite(start) || !std::isfinite(end))
    fail("linspace: start is ", start, " and end is ", end, "; both must be finite");
  BasicTensor<T> x = BasicTensor<T>::uninitialized({count});
  const double step = count > 1 ? end / static_cast<double>(count - 1) - start / static_cast<double>(count - 1) : 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const bool from_end = i > 0 && i == count - 1;  // so that the last element is end itself
    x.writable()[i] = checked_cast<T>(from_end ? end : start + static_cast<double>(i) * step);
  }
  return x;
}

template <class T> BasicTensor<T> eye(std::int64_t rows, std::int64_t columns) {
  check_sizes("eye", {rows, columns}, sizeof(T));
  BasicTensor<T> x = zeros<T>({rows, columns});
  for (std::int64_t i = 0; i < std::min(rows, columns); ++i) x.writable()[i * (columns + 1)] = T(1);
  return x;
}

#define TG_INSTANTIATE(T)                                                           \
  template BasicTensor<T> full(const Shape&, std::type_identity_t<T>, const char*); \
  template BasicTensor<T> arange(double, double, double);                           \
  template BasicTensor<T> linspace(double, double, std::int64_t);                   \
  template BasicTensor<T> eye(std::int64_t, std::int64_t);
TG_FOR_ALL(TG_INSTANTIATE)

}  // namespace tg
