// Softmax: rows of scores turned into weights that are not negative and sum to 1. T: float, double.
#pragma once

#include "tensor/basic_tensor.h"

namespace tg {

// y_i = exp(x_i) / Σ_j exp(x_j) along dimension dim, of x's shape, shifted by the row's maximum so that nothing
// overflows. A row of -inf gives NaN. Throws if x is empty or has no dimension dim. As torch.softmax.
template <class T> BasicTensor<T> softmax(BasicTensor<T> x, int dim);

// y = log(softmax(x)), of x's shape, without the loss of digits of taking the logarithm afterwards. Throws as softmax
// does. As torch.log_softmax.
template <class T> BasicTensor<T> log_softmax(BasicTensor<T> x, int dim);

// The vector-Jacobian products of the two, from the cotangent g of y and y itself, of one shape, or they throw:
//   softmax:     x̄ = y (g - Σ_j g_j y_j)          log_softmax:     x̄ = g - exp(y) Σ_j g_j
// As PyTorch's _softmax_backward_data.
template <class T> BasicTensor<T> softmax_vjp(BasicTensor<T> g, const BasicTensor<T>& y, int dim);
template <class T> BasicTensor<T> log_softmax_vjp(BasicTensor<T> g, const BasicTensor<T>& y, int dim);

}  // namespace tg
