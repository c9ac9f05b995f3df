// Number: the scalar that a user's elementwise lambda is called with.
//
// It wraps a float or double so that functions are found by argument-dependent lookup (abs(x) can never be C's
// abs(int)), literals take its type (x / 2 and 0.5 * x stay float), and the same lambda works on dual numbers.
#pragma once

#include "tensor/elementary.h"

namespace tg {

// What Numbers and their like have in common: all that follows from value(), + - * /. Comparisons look at the value: a
// derivative holds on the side of a kink where the value lies. They give a bool, but for regions (nn/attention).
template <class X> struct NumberOperators {
  friend X operator+(const X& a) { return a; }
  friend X& operator+=(X& a, const X& b) { return a = a + b; }
  friend X& operator-=(X& a, const X& b) { return a = a - b; }
  friend X& operator*=(X& a, const X& b) { return a = a * b; }
  friend X& operator/=(X& a, const X& b) { return a = a / b; }
  friend auto operator<(const X& a, const X& b) { return a.value() < b.value(); }
  friend auto operator>(const X& a, const X& b) { return a.value() > b.value(); }
  friend auto operator<=(const X& a, const X& b) { return a.value() <= b.value(); }
  friend auto operator>=(const X& a, const X& b) { return a.value() >= b.value(); }
  friend auto operator==(const X& a, const X& b) { return a.value() == b.value(); }
  friend auto operator!=(const X& a, const X& b) { return a.value() != b.value(); }
};

template <class T> class Number : public NumberOperators<Number<T>> {
 public:
  Number() = default;
  template <Arithmetic N> Number(N value) : v_(static_cast<T>(value)) {}

  T value() const { return v_; }

  friend Number operator+(Number a, Number b) { return a.v_ + b.v_; }
  friend Number operator-(Number a, Number b) { return a.v_ - b.v_; }
  friend Number operator*(Number a, Number b) { return a.v_ * b.v_; }
  friend Number operator/(Number a, Number b) { return a.v_ / b.v_; }
  friend Number operator-(Number a) { return -a.v_; }

  friend Number sign(Number x) { return scalar::sign(x.v_); }  // -1, 0 or 1
  friend Number pow(Number x, Number e) { return scalar::pow(x.v_, e.v_); }
  friend Number maximum(Number a, Number b) { return scalar::maximum(a.v_, b.v_); }
  friend Number minimum(Number a, Number b) { return scalar::minimum(a.v_, b.v_); }
  friend Number clamp(Number x, Number low, Number high) { return minimum(high, maximum(low, x)); }  // NaN if one is
  friend bool is_nan(Number x) { return x.v_ != x.v_; }
  friend Number where(bool condition, Number a, Number b) { return condition ? a.v_ : b.v_; }

  // For dual numbers: the slopes of y = x^e, at their kinks 0 as in PyTorch; and a derivative d times a slope. A d of 0
  // stays 0, whatever the slope is: what w has no part in gives it nothing of an infinite slope, nor of a NaN.
  friend Number pow_dx(Number x, Number e) { return e == 0 ? T(0) : e.v_ * scalar::pow(x.v_, e.v_ - 1); }
  friend Number pow_de(Number x, Number e, Number y) { return x == 0 && e >= 0 ? T(0) : y.v_ * scalar::log(x.v_); }
  friend Number scaled(Number d, Number slope) { return d.v_ == 0 ? T(0) : d.v_ * slope.v_; }

 private:
  T v_;
};

template <class T> inline constexpr bool is_number<Number<T>> = true;

template <class F, class T> Number<T> apply(F, Number<T> x) { return F::value(x.value()); }

}  // namespace tg
