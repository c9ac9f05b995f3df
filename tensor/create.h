// Create: tensors filled by rule. Each is a Tensor (float) unless another type is given: zeros<double>({2, 3}).
//
// All throw if the shape has a negative size or does not fit in memory.
#pragma once

#include "tensor/operands.h"

namespace tg {

// y = value everywhere, of this shape. As torch.full, torch.zeros and torch.ones.
template <class T = float>
BasicTensor<T> full(const Shape& shape, std::type_identity_t<T> value, const char* op = "full");
template <class T = float> BasicTensor<T> zeros(const Shape& shape) { return full<T>(shape, T(0), "zeros"); }
template <class T = float> BasicTensor<T> ones(const Shape& shape) { return full<T>(shape, T(1), "ones"); }

// y = 0 or 1 of the shape and the scalar of a Tensor or Variable x. Throws if x is empty. As torch.zeros_like.
template <Array X> auto zeros_like(const X& x) { return zeros<typename X::value_type>(x.shape_for("zeros_like")); }
template <Array X> auto ones_like(const X& x) { return ones<typename X::value_type>(x.shape_for("ones_like")); }

// y = start, start + step, ... up to but not including end, of shape (n). Throws if step is 0 or leads away from end.
// As torch.arange.
template <class T = float> BasicTensor<T> arange(double start, double end, double step = 1);
template <class T = float> BasicTensor<T> arange(double end) { return arange<T>(0, end); }

// y = `count` numbers from start to end, both included, equally far apart, of shape (count); a single one is start.
// Throws if one is not finite. As torch.linspace.
template <class T = float> BasicTensor<T> linspace(double start, double end, std::int64_t count);

// y = 1 on the diagonal and 0 elsewhere, of shape (rows, columns), or (rows, rows). As torch.eye.
template <class T = float> BasicTensor<T> eye(std::int64_t rows, std::int64_t columns);
template <class T = float> BasicTensor<T> eye(std::int64_t rows) { return eye<T>(rows, rows); }

}  // namespace tg
