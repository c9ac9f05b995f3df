// Softmax: rows of scores turned into weights that are positive and sum to 1. T: float, double.
#pragma once

#include "tensor/basic_tensor.h"

namespace tg {

// y_i = exp(x_i) / sum_j exp(x_j) along dimension dim, shifted by the row's maximum so that nothing overflows.
// A row of -inf gives NaN, as in PyTorch.
template <class T> BasicTensor<T> softmax(BasicTensor<T> x, int dim);

// log(softmax(x)), without the loss of digits of taking the logarithm afterwards.
template <class T> BasicTensor<T> log_softmax(BasicTensor<T> x, int dim);

// The vector-Jacobian products of the two, from the cotangent g of y and y itself:
//   softmax:     x̄ = y (g - sum_j g_j y_j)          log_softmax:     x̄ = g - exp(y) sum_j g_j
template <class T> BasicTensor<T> softmax_vjp(BasicTensor<T> g, const BasicTensor<T>& y, int dim);
template <class T> BasicTensor<T> log_softmax_vjp(BasicTensor<T> g, const BasicTensor<T>& y, int dim);

}  // namespace tg
