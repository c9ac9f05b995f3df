// Rows: kernels that work along one dimension see it as contiguous rows, whatever its place and stride.
#pragma once

#include "tensor/views.h"

namespace tg {

// x with dimension dim moved to the end.
template <class T>
BasicTensor<T> move_to_end(const BasicTensor<T>& x, int dim) {
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
  std::vector<int> dims;
  for (int d = 0; d < x.dim() - 1; ++d) dims.push_back(d);
  dims.insert(dims.begin() + dim, x.dim() - 1);
  return permute(x, dims);
}

// Calls f(row, result) for every row of x along dimension dim, where row points to size(dim) contiguous elements and
// result to one element of the reduced shape, which is returned.
template <class Out, class T, class F>
BasicTensor<Out> reduce_rows(const BasicTensor<T>& x, int dim, bool keepdim, const F& f) {
  const BasicTensor<T> rows = contiguous(move_to_end(x, dim));
  BasicTensor<Out> y = BasicTensor<Out>::uninitialized(reduced_shape(x.shape(), dim, keepdim));
  const std::int64_t length = x.shape()[dim];
  for (std::int64_t i = 0; i < y.numel(); ++i) y.writable()[i] = f(rows.data() + i * length, length);
  return y;
}

// A row reduced by `better`, which takes two values and gives one. Sixteen partial results keep the loop vectorised.
template <class T, class F>
T reduce_row(const T* row, std::int64_t n, T start, const F& better) {
  T lane[16];
  for (T& v : lane) v = start;
  std::int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
#pragma omp simd
    for (int j = 0; j < 16; ++j) lane[j] = better(lane[j], row[i + j]);
  }
  for (; i < n; ++i) lane[0] = better(lane[0], row[i]);
  for (int j = 1; j < 16; ++j) lane[0] = better(lane[0], lane[j]);
  return lane[0];
}

}  // namespace tg
