// Select: elements chosen by a mask or by indices, and put back. T: float, double, bool, int64.
#pragma once

#include "tensor/basic_tensor.h"

namespace tg {

// The elements of x where the mask is true, in row-major order, 1-d. The mask must broadcast to x's shape.
template <class T> BasicTensor<T> masked_select(const BasicTensor<T>& x, const Mask& mask);

// The reverse: zeros of shape `shape`, with the values standing where the mask is true.
template <class T>
BasicTensor<T> masked_scatter(const BasicTensor<T>& values, const Mask& mask, const Shape& shape);

// x with `value` wherever the mask is true. The mask must broadcast to x's shape.
template <class T>
BasicTensor<T> masked_fill(BasicTensor<T> x, const Mask& mask, std::type_identity_t<T> value);

// One element for each index along dimension dim: y(i, j) = x(index(i, j), j) for dim 0, x(i, index(i, j)) for dim 1.
// index has x's shape except along dim. Negative indices count from the end.
template <class T>
BasicTensor<T> gather(const BasicTensor<T>& x, int dim, const IndexTensor& index, const char* op = "gather");

// The adjoint of gather: zeros with size `size` along dim, into which each value is added at its index, in double.
template <class T>
BasicTensor<T> scatter_add(const BasicTensor<T>& values, int dim, const IndexTensor& index, std::int64_t size);

// The slices of x along dimension dim that a 1-d index names, in its order.
template <class T> BasicTensor<T> index_select(const BasicTensor<T>& x, int dim, const IndexTensor& index);

// --- Shared with autograd/ ---

// The 1-d index of index_select as an index for gather on a tensor of shape `shape`.
IndexTensor expand_index(const IndexTensor& index, const Shape& shape, int dim);

void check_mask(const char* op, const Mask& mask, const Shape& shape);  // throws unless it broadcasts to shape

}  // namespace tg
