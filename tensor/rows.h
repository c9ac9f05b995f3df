// Rows: kernels that work along one dimension see it as contiguous rows, whatever its place and stride.
#pragma once

#include "tensor/tiles.h"
#include "tensor/views.h"

namespace tg {

// x with dimension dim moved to the end.
template <class T>
BasicTensor<T> move_to_end(const BasicTensor<T>& x, int dim) {
  if (dim == x.dim() - 1) return x;
  std::vector<int> dims;
  for (int d = 0; d < x.dim(); ++d) {
    if (d != dim) dims.push_back(d);
  }
  dims.push_back(dim);
  return permute(x, dims);
}

// The reverse: x with its last dimension moved to place dim.
template <class T>
BasicTensor<T> move_from_end(const BasicTensor<T>& x, int dim) {
  if (dim == x.dim() - 1) return x;
  std::vector<int> dims;
  for (int d = 0; d < x.dim() - 1; ++d) dims.push_back(d);
  dims.insert(dims.begin() + dim, x.dim() - 1);
  return permute(x, dims);
}

// How many rows of a length are worth a thread.
inline std::int64_t rows_in_stretch(std::int64_t length) {
  return std::max<std::int64_t>(1, stretch_size / std::max<std::int64_t>(length, 1));
}

// f(row, length) for every row of x along dimension dim, or for all elements as one row; a row's elements are contiguous.
template <class Out, class T, class F>
BasicTensor<Out> reduce_rows(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim, const F& f) {
  const BasicTensor<T> rows = contiguous(dim ? move_to_end(x, *dim) : x);
  BasicTensor<Out> y = BasicTensor<Out>::uninitialized(reduced_shape(x.shape(), dim, keepdim));
  const std::int64_t length = dim ? x.shape()[*dim] : x.numel();
  parallel_kernel(y.numel(), rows_in_stretch(length), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) y.writable()[i] = f(rows.data() + i * length, length);
  });
  return y;
}

}  // namespace tg
