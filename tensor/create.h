// Create: tensors filled by rule. Each is a Tensor (float) unless another type is given: zeros<double>({2, 3}).
#pragma once

#include "tensor/basic_tensor.h"

namespace tg {

template <class T = float> BasicTensor<T> full(const Shape& shape, std::type_identity_t<T> value);
template <class T = float> BasicTensor<T> zeros(const Shape& shape);
template <class T = float> BasicTensor<T> ones(const Shape& shape);
template <class T> BasicTensor<T> zeros_like(const BasicTensor<T>& x);
template <class T> BasicTensor<T> ones_like(const BasicTensor<T>& x);

// start, start + step, ... up to but not including end; 1-d. Throws if step is 0 or leads away from end.
template <class T = float> BasicTensor<T> arange(double start, double end, double step = 1);
template <class T = float> BasicTensor<T> arange(double end) { return arange<T>(0, end); }

// `count` numbers from start to end, both included, equally far apart; 1-d.
template <class T = float> BasicTensor<T> linspace(double start, double end, std::int64_t count);

// 1 on the diagonal and 0 elsewhere; shape (rows, columns), or (rows, rows).
template <class T = float> BasicTensor<T> eye(std::int64_t rows, std::int64_t columns);
template <class T = float> BasicTensor<T> eye(std::int64_t rows) { return eye<T>(rows, rows); }

}  // namespace tg
