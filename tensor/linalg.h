// Linear algebra: products of matrices and vectors, by OpenBLAS. T: float, double.
#pragma once

#include "tensor/basic_tensor.h"

namespace tg {

// y = a b, the matrix product of the last two dimensions; leading dimensions are batches and broadcast. A 1-d operand
// is a row on the left and a column on the right, and its dimension is dropped from the result.
//   (m, k) x (k, n) -> (m, n)      (b, m, k) x (k, n) -> (b, m, n)      (k) x (k) -> ()
// Throws if the inner sizes differ, the batches do not broadcast, or one is a single number. As torch.matmul.
template <class T> BasicTensor<T> matmul(const BasicTensor<T>& a, const BasicTensor<T>& b);

// y = a b for every batch: (b, m, k) x (b, k, n) -> (b, m, n). Throws for other shapes. As torch.bmm.
template <class T> BasicTensor<T> bmm(const BasicTensor<T>& a, const BasicTensor<T>& b);

// y = Σ a b, the inner product of two vectors of one length: (k) x (k) -> (). Throws for other shapes. As torch.dot.
template <class T> BasicTensor<T> dot(const BasicTensor<T>& a, const BasicTensor<T>& b);

}  // namespace tg
