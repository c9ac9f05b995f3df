// Dual numbers: forward-mode differentiation inside one element.
//
// A Dual is v + Σ d_i ε_i with ε_i ε_j = 0: a value and its partial derivatives towards K inputs. Every function
// follows f(v + d ε) = f(v) + f'(v) d ε, the chain rule. A Dual of Duals carries second derivatives. So a generic
// lambda, called with Duals, computes its own derivatives.
#pragma once

#include <array>

#include "tensor/number.h"

namespace tg {

// What a comparison of Ns gives.
template <class N> using Bool = decltype(std::declval<N>() < std::declval<N>());

// A partial derivative on its way through a function. Times a slope, a derivative of 0 stays 0: see Number's scaled.
template <class N> struct Partial {
  friend Partial operator-(const Partial& g) { return {-g.d}; }
  friend Partial operator*(const Partial& g, const N& slope) { return {scaled(g.d, slope)}; }
  friend Partial operator/(const Partial& g, const N& divisor) { return {scaled(g.d, 1 / divisor)}; }
  friend Partial where(Bool<N> condition, const N& a, const Partial& g) { return {where(condition, a, g.d)}; }
  N d;
};

template <class N, std::size_t K> class Dual : public NumberOperators<Dual<N, K>> {
 public:
  Dual() = default;
  Dual(N value) : v_(value), d_{} {}  // a constant
  template <class S> requires(Arithmetic<S> || std::is_same_v<S, Bool<N>>)
  Dual(S value) : Dual(N(value)) {}

  Dual(N value, const std::array<N, K>& partials) : v_(value), d_(partials) {}

  // A function f of elementary.h: its slope times each partial.
  template <class F> friend Dual apply(F f, const Dual& x) {
    const N y = apply(f, x.v_);
    return each(y, [&](std::size_t i) { return F::vjp(Partial<N>{x.d_[i]}, x.v_, y).d; });
  }

  // The input number `i`: its derivative towards itself is 1.
  static Dual input(N value, std::size_t i) {
    return each(value, [i](std::size_t k) { return N(k == i ? 1 : 0); });
  }

  N value() const { return v_; }
  N partial(std::size_t i) const { return d_[i]; }

  friend Dual operator+(const Dual& a, const Dual& b) {
    return each(a.v_ + b.v_, [&](std::size_t i) { return a.d_[i] + b.d_[i]; });
  }
  friend Dual operator-(const Dual& a, const Dual& b) {
    return each(a.v_ - b.v_, [&](std::size_t i) { return a.d_[i] - b.d_[i]; });
  }
  friend Dual operator*(const Dual& a, const Dual& b) { return join(a.v_ * b.v_, a, b.v_, b, a.v_); }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const N y = a.v_ / b.v_;
    return join(y, a, 1 / b.v_, b, -y / b.v_);
  }
  friend Dual operator-(const Dual& a) {
    return each(-a.v_, [&](std::size_t i) { return -a.d_[i]; });
  }

  friend Dual sign(const Dual& x) { return sign(x.v_); }
  friend Bool<N> is_nan(const Dual& x) { return is_nan(x.v_); }
  friend Dual pow(const Dual& x, const Dual& e) {
    const N y = pow(x.v_, e.v_);
    return join(y, x, pow_dx(x.v_, e.v_), e, pow_de(x.v_, e.v_, y));
  }
  // The slopes of y = x^e. Their own are written out: a rule that gives 0 for e = 0, or for x = 0, has lost them there.
  friend Dual pow_dx(const Dual& x, const Dual& e) {
    const N dx = where(e.v_ == 0, N(0), e.v_ * pow_dx(x.v_, e.v_ - 1));
    return join(pow_dx(x.v_, e.v_), x, dx, e, pow_dx_de(x.v_, e.v_));
  }
  friend Dual pow_de(const Dual& x, const Dual& e, const Dual& y) {
    const N de = where(x.v_ == 0 && e.v_ >= 0, N(0), y.v_ * square(log(x.v_)));
    return join(pow_de(x.v_, e.v_, y.v_), x, pow_dx_de(x.v_, e.v_), e, de);
  }
  friend Dual maximum(const Dual& a, const Dual& b) {
    return chosen(maximum(a.v_, b.v_), a, a.v_ < b.v_, b, b.v_ < a.v_);
  }
  friend Dual minimum(const Dual& a, const Dual& b) {
    return chosen(minimum(a.v_, b.v_), a, a.v_ > b.v_, b, b.v_ > a.v_);
  }
  friend Dual clamp(const Dual& x, const Dual& low, const Dual& high) {
    const N y = clamp(x.v_, low.v_, high.v_);
    return each(y, [&](std::size_t i) {
      const N d = where(x.v_ > high.v_ || low.v_ > high.v_, high.d_[i], where(x.v_ < low.v_, low.d_[i], x.d_[i]));
      return where(is_nan(y), N(0), d);  // NaN has slope 0
    });
  }
  friend Dual where(Bool<N> condition, const Dual& a, const Dual& b) {
    return each(where(condition, a.v_, b.v_), [&](std::size_t i) { return where(condition, a.d_[i], b.d_[i]); });
  }

  // d times a slope. A derivative of 0 stays 0, whatever it is multiplied with: see Number's. In d slope' both are
  // derivatives.
  friend Dual scaled(const Dual& d, const Dual& slope) {
    return each(scaled(d.v_, slope.v_), [&](std::size_t i) {
      return scaled(d.d_[i], slope.v_) + where(d.v_ == 0, N(0), scaled(slope.d_[i], d.v_));
    });
  }

 private:
  // value + Σ partial(i) ε_i, spelled out without a loop, so that all parts stay in registers.
  template <class F> [[gnu::always_inline]] static Dual each(const N& value, const F& partial) {
    return each(value, partial, std::make_index_sequence<K>());
  }
  template <class F, std::size_t... I>
  [[gnu::always_inline]] static Dual each(const N& value, const F& partial, std::index_sequence<I...>) {
    return Dual(value, {partial(I)...});
  }

  // f(a, b) from its value and slopes.
  [[gnu::always_inline]] static Dual join(const N& y, const Dual& a, const N& slope_a, const Dual& b,
                                          const N& slope_b) {
    return each(y, [&](std::size_t i) { return scaled(a.d_[i], slope_a) + scaled(b.d_[i], slope_b); });
  }

  // Of a maximum or minimum: all goes to the side that has not lost, half to each where they are equal. Where either is
  // NaN both get all of it, as in PyTorch.
  [[gnu::always_inline]] static Dual chosen(const N& y, const Dual& a, Bool<N> a_lost, const Dual& b, Bool<N> b_lost) {
    return each(y, [&](std::size_t i) {
      const N sum = where(a_lost, N(0), a.d_[i]) + where(b_lost, N(0), b.d_[i]);
      return where(a.v_ == b.v_, sum / 2, sum);
    });
  }

  static N pow_dx_de(const N& x, const N& e) {
    const N slope = pow(x, e - 1) * (1 + where(e == 0, N(0), e * log(x)));
    return where(x == 0 && e > 1, N(0), slope);
  }

  N v_;
  std::array<N, K> d_;
};

template <class N, std::size_t K> inline constexpr bool is_number<Dual<N, K>> = true;

}  // namespace tg
