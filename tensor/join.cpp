// Join: tensors put together from copies of others.
#include "tensor/join.h"

#include <algorithm>

#include "tensor/views.h"

namespace tg {

DimSplit::DimSplit(const Shape& shape, int dim) : size(shape[dim]) {
  for (int d = 0; d < dim; ++d) outer *= shape[d];
  for (int d = dim + 1; d < shape.dim(); ++d) inner *= shape[d];
}

Shape padded_for_repeat(const Shape& shape, const Shape& times) {
  if (times.dim() < shape.dim()) {
    fail("repeat: x has shape ", shape, ", times is ", times, "; give a number for each dimension of x");
  }
  for (std::int64_t n : times) {
    if (n < 0) fail("repeat: times is ", times, "; a number of repetitions is not negative");
  }
  Shape padded = shape;
  while (padded.dim() < times.dim()) padded.insert(0, 1);
  return padded;
}

namespace {

// Each of x's `count` equal stretches written `times` times.
template <class T>
BasicTensor<T> repeat_stretches(const char* op, const BasicTensor<T>& x, std::int64_t count, std::int64_t times,
                                const Shape& result) {
  check_sizes(op, result, sizeof(T));
  const std::int64_t length = count > 0 ? x.numel() / count : 0;
  return reshape(expand(reshape(x, {count, 1, length}), {count, times, length}), result);
}

}  // namespace

template <class T> BasicTensor<T> cat(const std::vector<BasicTensor<T>>& tensors, int dim) {
  if (tensors.empty()) fail("cat: no tensors; give at least one");
  const Shape& first = tensors[0].shape_for("cat");
  const int d = resolve_dim("cat", dim, first);
  Shape shape = first;
  shape[d] = 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    Shape others = tensors[i].shape_for("cat");
    if (others.dim() == first.dim()) others[d] = first[d];
    if (others != first) {
      fail("cat: tensor 0 has shape ", first, ", tensor ", i, " has shape ", tensors[i].shape(),
           "; all sizes but that of dimension ", d, " must agree");
    }
    shape[d] += tensors[i].shape()[d];
  }
  check_sizes("cat", shape, sizeof(T));
  BasicTensor<T> y = BasicTensor<T>::uninitialized(shape);
  const DimSplit around(shape, d);
  T* out = y.writable();
  for (const BasicTensor<T>& x : tensors) {
    const BasicTensor<T> from = contiguous(x);
    const std::int64_t length = x.shape()[d] * around.inner, stride = around.size * around.inner;
    for (std::int64_t i = 0; i < around.outer; ++i) std::copy_n(from.data() + i * length, length, out + i * stride);
    out += length;
  }
  return y;
}

template <class T> BasicTensor<T> stack(const std::vector<BasicTensor<T>>& tensors, int dim) {
  if (tensors.empty()) fail("stack: no tensors; give at least one");
  const Shape& first = tensors[0].shape_for("stack");
  std::vector<BasicTensor<T>> rows;
  for (const BasicTensor<T>& x : tensors) {
    if (x.shape_for("stack") != first) {
      fail("stack: tensor 0 has shape ", first, ", tensor ", rows.size(), " has shape ", x.shape(),
           "; all shapes must be equal");
    }
    if (x.dim() == max_rank)
      fail("stack: the tensors have shape ", x.shape(), ", and a tensor has at most ", max_rank, " dimensions");
    rows.push_back(unsqueeze(x, resolve_dim("stack", dim, x, 1)));
  }
  return cat(rows, resolve_dim("stack", dim, tensors[0].shape(), 1));
}

template <class T> BasicTensor<T> repeat(const BasicTensor<T>& x, const Shape& times) {
  Shape shape = padded_for_repeat(x.shape_for("repeat"), times);
  BasicTensor<T> y = reshape(x, shape);
  for (int d = times.dim() - 1; d >= 0; --d) {
    if (times[d] == 1) continue;
    const std::int64_t count = DimSplit(shape, d).outer;
    shape[d] = multiply_sizes("repeat", shape[d], times[d]);
    y = repeat_stretches("repeat", y, count, times[d], shape);
  }
  return y;
}

template <class T>
BasicTensor<T> repeat_interleave(const BasicTensor<T>& x, std::int64_t times, std::optional<int> dim) {
  if (times < 0) fail("repeat_interleave: times is ", times, "; a number of repetitions is not negative");
  const std::optional<int> d = resolve_dim("repeat_interleave", dim, x);
  Shape shape = d ? x.shape() : Shape{x.numel()};
  const DimSplit around(shape, d.value_or(0));
  shape[d.value_or(0)] = multiply_sizes("repeat_interleave", around.size, times);
  return repeat_stretches("repeat_interleave", x, around.outer * around.size, times, shape);
}

#define TG_INSTANTIATE(T)                                                 \
  template BasicTensor<T> cat(const std::vector<BasicTensor<T>>&, int);   \
  template BasicTensor<T> stack(const std::vector<BasicTensor<T>>&, int); \
  template BasicTensor<T> repeat(const BasicTensor<T>&, const Shape&);    \
  template BasicTensor<T> repeat_interleave(const BasicTensor<T>&, std::int64_t, std::optional<int>);
TG_FOR_ALL(TG_INSTANTIATE)

}  // namespace tg
