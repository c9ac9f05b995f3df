// Views: the same elements under another shape. Views share the buffer; no elements are copied, except by reshape and
// flatten where the elements' order in memory allows no view. T: float, double, bool, int64.
//
// All throw if x is empty or has no such dimension. A dimension counts from the end if it is negative.
#pragma once

#include <vector>

#include "tensor/basic_tensor.h"

namespace tg {

// y = the elements of x in row-major order under a new shape of as many elements; one size may be -1 and is worked out.
// Throws if the counts differ. As torch.reshape.
template <class T> BasicTensor<T> reshape(const BasicTensor<T>& x, const Shape& shape);

// y = x with dimensions start to end (both included) joined into one: of (2, 3, 4), flatten(x, 1) has shape (2, 12).
// Throws if start comes after end. As torch.flatten.
template <class T> BasicTensor<T> flatten(const BasicTensor<T>& x, int start = 0, int end = -1);

// y = x with a new dimension of size 1 before dimension dim; -1 puts it last: of (2, 3), unsqueeze(x, 0) has shape (1,
// 2, 3). Throws if x has eight dimensions. As torch.unsqueeze.
template <class T> BasicTensor<T> unsqueeze(const BasicTensor<T>& x, int dim);

// y = x without dimension dim, whose size must be 1, or it throws; or without all dimensions of size 1: (2, 1, 3)
// becomes (2, 3). As torch.squeeze.
template <class T> BasicTensor<T> squeeze(const BasicTensor<T>& x, std::optional<int> dim = all);

// y = x with two dimensions exchanged; for a matrix, y = xᵀ: (m, n) becomes (n, m). Throws for a vector, unless told
// which dimensions. As torch.transpose.
template <class T> BasicTensor<T> transpose(const BasicTensor<T>& x, int dim0 = -2, int dim1 = -1);

// y = x with its dimensions in another order: dimension d of the result is dimension dims[d] of x; of shape (2, 3, 4),
// permute(x, {2, 0, 1}) has shape (4, 2, 3). Throws unless each is named once. As torch.permute.
template <class T> BasicTensor<T> permute(const BasicTensor<T>& x, const std::vector<int>& dims);

// y = x broadcast to `shape`, every element of a dimension of size 1 standing for many; -1 keeps a size. Throws if x
// does not broadcast to it. As torch.Tensor.expand.
template <class T> BasicTensor<T> expand(const BasicTensor<T>& x, const Shape& shape);

// y = x at indices start to start + length - 1 of dimension dim: of (5, 3), narrow(x, 0, 1, 2) has shape (2, 3). Throws
// if they reach outside. As torch.narrow.
template <class T> BasicTensor<T> narrow(const BasicTensor<T>& x, int dim, std::int64_t start, std::int64_t length);

// y = x at one index of dimension dim, which is dropped: of (5, 3), select(x, 0, -1) has shape (3). Throws if there is
// no such index. As torch.select.
template <class T> BasicTensor<T> select(const BasicTensor<T>& x, int dim, std::int64_t index);

}  // namespace tg
