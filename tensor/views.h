// Views: the same elements under another shape. Views share the buffer; no elements are copied, except by reshape
// where the elements' order in memory allows no view. T: float, double, bool, int64.
#pragma once

#include <initializer_list>
#include <vector>

#include "tensor/basic_tensor.h"

namespace tg {

// The elements in row-major order under a new shape of as many elements; one size may be -1 and is worked out.
template <class T> BasicTensor<T> reshape(const BasicTensor<T>& x, const Shape& shape);

// Dimensions start to end (both included) joined into one.
template <class T> BasicTensor<T> flatten(const BasicTensor<T>& x, int start = 0, int end = -1);

// A new dimension of size 1 before dimension dim; -1 puts it last.
template <class T> BasicTensor<T> unsqueeze(const BasicTensor<T>& x, int dim);

// Without dimension dim, whose size must be 1; or without all dimensions of size 1.
template <class T> BasicTensor<T> squeeze(const BasicTensor<T>& x, std::optional<int> dim = all);

// Two dimensions exchanged; for a matrix, its transpose.
template <class T> BasicTensor<T> transpose(const BasicTensor<T>& x, int dim0 = -2, int dim1 = -1);

// The dimensions in another order: dimension d of the result is dimension dims[d] of x.
template <class T> BasicTensor<T> permute(const BasicTensor<T>& x, const std::vector<int>& dims);

// Broadcast to `shape`, every element of a dimension of size 1 standing for many; -1 keeps a size.
template <class T> BasicTensor<T> expand(const BasicTensor<T>& x, const Shape& shape);

// Indices start to start + length - 1 of dimension dim.
template <class T>
BasicTensor<T> narrow(const BasicTensor<T>& x, int dim, std::int64_t start, std::int64_t length);

// Index `index` of dimension dim, which is dropped; a negative index counts from the end.
template <class T> BasicTensor<T> select(const BasicTensor<T>& x, int dim, std::int64_t index);

// --- Shapes of results, which autograd/ asks for too ---

Shape resolve_reshape(const Shape& from, const Shape& to);  // the -1 worked out; throws if the counts differ
Shape resolve_expand(const Shape& from, const Shape& to);

}  // namespace tg
