// Reduce: sums, means, extremes and logsumexp, over all elements or along one dimension. T: float, double.
//
// Along a dimension, the result has that dimension dropped, or kept at size 1 with keepdim. Sums are kept in double.
#pragma once

#include "tensor/basic_tensor.h"

namespace tg {

template <std::floating_point T> BasicTensor<T> sum(const BasicTensor<T>& x);
template <std::floating_point T> BasicTensor<T> sum(const BasicTensor<T>& x, int dim, bool keepdim = false);

IndexTensor sum(const Mask& mask);  // how many are true

template <std::floating_point T> BasicTensor<T> mean(const BasicTensor<T>& x);  // NaN if there are no elements
template <std::floating_point T> BasicTensor<T> mean(const BasicTensor<T>& x, int dim, bool keepdim = false);

// The largest and the smallest value; NaN if there is a NaN. Throws if there is nothing to choose from.
template <std::floating_point T> BasicTensor<T> max(const BasicTensor<T>& x);
template <std::floating_point T> BasicTensor<T> max(const BasicTensor<T>& x, int dim, bool keepdim = false);
template <std::floating_point T> BasicTensor<T> min(const BasicTensor<T>& x);
template <std::floating_point T> BasicTensor<T> min(const BasicTensor<T>& x, int dim, bool keepdim = false);

// log(sum(exp(x))), shifted by the maximum so that it does not overflow.
template <std::floating_point T> BasicTensor<T> logsumexp(const BasicTensor<T>& x);
template <std::floating_point T> BasicTensor<T> logsumexp(const BasicTensor<T>& x, int dim, bool keepdim = false);

// x summed to `shape`, which must broadcast to x's shape: the adjoint of expand(x, shape).
template <std::floating_point T> BasicTensor<T> sum_to(const BasicTensor<T>& x, const Shape& shape);

// a b summed to `shape`, which must broadcast to the shape of the product, without storing that: sum_to(a * b, shape).
template <std::floating_point T>
BasicTensor<T> mul_sum_to(const BasicTensor<T>& a, const BasicTensor<T>& b, const Shape& shape);

}  // namespace tg
