// Linear algebra: products of matrices and vectors, by OpenBLAS. T: float, double.
#pragma once

#include "tensor/basic_tensor.h"

namespace tg {

// The matrix product of the last two dimensions; leading dimensions are batches and broadcast. A 1-d operand is a row
// on the left and a column on the right, and its dimension is dropped from the result. As torch.matmul.
//   (m, k) x (k, n) -> (m, n)      (b, m, k) x (k, n) -> (b, m, n)      (k) x (k) -> ()
template <class T> BasicTensor<T> matmul(const BasicTensor<T>& a, const BasicTensor<T>& b);

// The batched matrix product: (b, m, k) x (b, k, n) -> (b, m, n). As torch.bmm.
template <class T> BasicTensor<T> bmm(const BasicTensor<T>& a, const BasicTensor<T>& b);

// The inner product of two vectors of one length: (k) x (k) -> ().
template <class T> BasicTensor<T> dot(const BasicTensor<T>& a, const BasicTensor<T>& b);

// --- Shared with autograd/: they throw the errors of the op they are named after ---
void check_matmul(const Shape& a, const Shape& b);
void check_bmm(const Shape& a, const Shape& b);
void check_dot(const Shape& a, const Shape& b);

}  // namespace tg
