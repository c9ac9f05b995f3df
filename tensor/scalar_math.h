// Scalar math: functions of one float or double, written so that a loop over them vectorises.
#pragma once

#include "tensor/scalar_exponential.h"
#include "tensor/scalar_trigonometry.h"

namespace tg::scalar {

template <class T> T square(T x) { return x * x; }
template <class T> T relu(T x) { return x < 0 ? T(0) : x; }                   // NaN stays NaN
template <class T> T sign(T x) { return static_cast<T>((x > 0) - (x < 0)); }  // 0 for NaN, as in torch.sign
template <class T> T maximum(T a, T b) { return ((a > b) | (a != a)) ? a : b; }
template <class T> T minimum(T a, T b) { return ((a < b) | (a != a)) ? a : b; }
template <class T> T clamp(T x, T low, T high) { return x < low ? low : x > high ? high : x; }

// x^e. Where GCC vectorises a pow(x, 0.5) it makes sqrt(x) of it, which differs at -∞ and at -0. So that one is spelled
// out; an exponent that the compiler does not know is not touched.
template <class T> T pow(T x, T e) {
  const T root = x == -std::numeric_limits<T>::infinity() ? -x : std::sqrt(x) + T(0);
  return __builtin_constant_p(e) && e == T(0.5) ? root : std::pow(x, e);
}

// A cotangent times a slope: a b, but 0 where one is 0 and the other infinite. What a result does not depend on gets no
// gradient, however steep the rest is. NaN stays NaN.
template <class T> T scaled(T a, T b) {
  const T y = a * b;
  const bool was_nan = std::isunordered(a, b), is_nan = std::isnan(y);
  return (is_nan & !was_nan) ? T(0) : y;
}

}  // namespace tg::scalar
