// Indexing: elements chosen by a mask or by indices, and put back. T: float, double, bool, int64.
//
// All throw if x is empty, if a mask does not broadcast to x's shape, if there is no dimension dim, and for an index
// out of range; negative ones count from the end.
#pragma once

#include "tensor/basic_tensor.h"

namespace tg {

// y = the elements of x where the mask is true, in row-major order, of shape (n). As torch.masked_select.
template <class T> BasicTensor<T> masked_select(const BasicTensor<T>& x, const Mask& mask);

// The reverse: y = zeros of shape `shape`, with the values standing where the mask is true. Throws unless there are as
// many values as places. As torch.masked_scatter into zeros.
template <class T> BasicTensor<T> masked_scatter(const BasicTensor<T>& values, const Mask& mask, const Shape& shape);

// y = x, with `value` wherever the mask is true, of x's shape. As torch.masked_fill.
template <class T> BasicTensor<T> masked_fill(BasicTensor<T> x, const Mask& mask, std::type_identity_t<T> value);

// One element for each index along dimension dim: y(i, j) = x(index(i, j), j) for dim 0, x(i, index(i, j)) for dim 1.
// index has x's shape except along dim, or it throws. As torch.gather.
template <class T>
BasicTensor<T> gather(const BasicTensor<T>& x, int dim, const IndexTensor& index, const char* op = "gather");

// The adjoint of gather: y = zeros with size `size` along dim, into which each value is added at its index, in double.
// Throws unless values and index have one shape. As torch.scatter_add into zeros. T: float, double.
template <class T>
BasicTensor<T> scatter_add(const BasicTensor<T>& values, int dim, const IndexTensor& index, std::int64_t size);

// y = the slices of x along dimension dim that an index of shape (n) names, in its order: of (5, 3), index_select(x, 0,
// index) has shape (n, 3). As torch.index_select.
template <class T> BasicTensor<T> index_select(const BasicTensor<T>& x, int dim, const IndexTensor& index);

// The index of index_select as one for gather on a tensor of shape `shape`; autograd/ asks for it too.
IndexTensor expand_index(const IndexTensor& index, const Shape& shape, int dim);

}  // namespace tg
