// Reduce: sums, means, extremes and logsumexp, over all elements or along one dimension. T: float, double.
//
// Of an x of shape (2, 3), sum(x) has shape (), sum(x, 1) has shape (2), and with keepdim = true (1, 1) and (2, 1).
// Sums are kept in double from one stretch of a thousand elements to the next. All throw if x is empty or has no
// dimension dim.
#pragma once

#include "tensor/basic_tensor.h"

namespace tg {

// y = Σ x. As torch.sum.
template <std::floating_point T>
BasicTensor<T> sum(const BasicTensor<T>& x, std::optional<int> dim = all, bool keepdim = false);

// How many are true, of shape (): y = Σ mask. As torch.sum of a mask.
IndexTensor sum(const Mask& mask);

// y = Σ x / n, NaN if n is 0. As torch.mean.
template <std::floating_point T>
BasicTensor<T> mean(const BasicTensor<T>& x, std::optional<int> dim = all, bool keepdim = false);

// The largest and the smallest value: y = max x, y = min x; NaN if there is a NaN. Throws if there is nothing to choose
// from. As torch.max(x), torch.max(x, dim).values and so on.
template <std::floating_point T>
BasicTensor<T> max(const BasicTensor<T>& x, std::optional<int> dim = all, bool keepdim = false);
template <std::floating_point T>
BasicTensor<T> min(const BasicTensor<T>& x, std::optional<int> dim = all, bool keepdim = false);

// y = log Σ exp x, shifted by the maximum so that it does not overflow. As torch.logsumexp.
template <std::floating_point T>
BasicTensor<T> logsumexp(const BasicTensor<T>& x, std::optional<int> dim = all, bool keepdim = false);

// y = x summed to `shape`, which must broadcast to x's shape, or it throws: the adjoint of expand(x, shape). As
// torch.Tensor.sum_to_size.
template <std::floating_point T> BasicTensor<T> sum_to(const BasicTensor<T>& x, const Shape& shape);

// y = a b summed to `shape`, which must broadcast to the shape of the product, or it throws: sum_to(a * b, shape),
// without the product being stored. As torch.einsum.
template <std::floating_point T>
BasicTensor<T> mul_sum_to(const BasicTensor<T>& a, const BasicTensor<T>& b, const Shape& shape);

}  // namespace tg
