// Rows: kernels that work along one dimension see it as contiguous rows, whatever its place and stride.
#pragma once

#include "tensor/tiles.h"
#include "tensor/views.h"

namespace tg {

// x with dimension `from` moved to place `to`, the others in their order. As torch.movedim.
template <class T> BasicTensor<T> movedim(const BasicTensor<T>& x, int from, int to) {
  if (from == to) return x;
  std::vector<int> dims;
  for (int d = 0; d < x.dim(); ++d) {
    if (d != from) dims.push_back(d);
  }
  dims.insert(dims.begin() + to, from);
  return permute(x, dims);
}

// How many rows of a length are worth a thread.
inline std::int64_t rows_in_stretch(std::int64_t length) {
  return std::max<std::int64_t>(1, stretch_size / std::max<std::int64_t>(length, 1));
}

// f(row, length) for every row of x along dimension dim, or for all elements as one row; a row's elements are
// contiguous.
template <class Out, class T, class F>
BasicTensor<Out> reduce_rows(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim, const F& f) {
  const BasicTensor<T> rows = contiguous(dim ? movedim(x, *dim, x.dim() - 1) : x);
  BasicTensor<Out> y = BasicTensor<Out>::uninitialized(reduced_shape(x.shape(), dim, keepdim));
  const std::int64_t length = dim ? x.shape()[*dim] : x.numel();
  parallel_kernel(y.numel(), rows_in_stretch(length), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) y.writable()[i] = f(rows.data() + i * length, length);
  });
  return y;
}

}  // namespace tg
