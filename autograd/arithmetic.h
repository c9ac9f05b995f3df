// Arithmetic: + - * / and negation, and the functions of two arguments. Each op is its formula, its value and its
// rules; ȳ is the cotangent of the result, ā that of a. The operators themselves are in tensor/operands.h.
#pragma once

#include "autograd/record.h"

namespace tg {

// y = a + b        ā = ȳ        b̄ = ȳ
template <class A, class B>
  requires VariableArguments<A, B>
auto add(A&& a, B&& b) {
  return record("add", [&] { return add(take(std::forward<A>(a)), take(std::forward<B>(b))); },
                {{a, reads::nothing, [](auto& ctx) { return ctx.g; }},
                 {b, reads::nothing, [](auto& ctx) { return ctx.g; }}});
}

// y = a - b        ā = ȳ        b̄ = -ȳ
template <class A, class B>
  requires VariableArguments<A, B>
auto sub(A&& a, B&& b) {
  return record("sub", [&] { return sub(take(std::forward<A>(a)), take(std::forward<B>(b))); },
                {{a, reads::nothing, [](auto& ctx) { return ctx.g; }},
                 {b, reads::nothing, [](auto& ctx) { return -std::move(ctx.g); }}});
}

template <class T>
BasicVariable<T> mul_sum_to(const BasicVariable<T>& a, const BasicVariable<T>& b, const Shape& shape);

namespace detail {
// ȳ x for input i, which is summed in the same pass if the input was broadcast.
template <class T>
BasicVariable<T> product_for(int i, Context<T>& ctx, const BasicVariable<T>& x) {
  if (ctx.shape(i) == ctx.g.shape()) return std::move(ctx.g) * x;
  return mul_sum_to(ctx.g, x, ctx.shape(i));
}
}  // namespace detail

// y = a b          ā = ȳ b      b̄ = ȳ a
template <class A, class B>
  requires VariableArguments<A, B>
auto mul(A&& a, B&& b) {
  return record("mul", [&] { return mul(take(std::forward<A>(a)), take(std::forward<B>(b))); },
                {{a, reads::x1, [](auto& ctx) { return detail::product_for(0, ctx, ctx.x(1)); }},
                 {b, reads::x0, [](auto& ctx) { return detail::product_for(1, ctx, ctx.x(0)); }}});
}

// y = a / b        ā = ȳ / b    b̄ = -ȳ y / b
template <class A, class B>
  requires VariableArguments<A, B>
auto div(A&& a, B&& b) {
  return record("div", [&] { return div(take(std::forward<A>(a)), take(std::forward<B>(b))); },
                {{a, reads::x1, [](auto& ctx) { return std::move(ctx.g) / ctx.x(1); }},
                 {b, reads::x1 | reads::y, [](auto& ctx) { return -std::move(ctx.g) * ctx.y() / ctx.x(1); }}});
}

// y = -x           x̄ = -ȳ
template <VariableArgument X>
auto neg(X&& x) {
  return record("neg", [&] { return neg(take(std::forward<X>(x))); },
                {{x, reads::nothing, [](auto& ctx) { return -std::move(ctx.g); }}});
}

namespace detail {

// S in ∂ⁿ⁺ᵏ(x^e) / ∂xⁿ∂eᵏ = S x^(e-n): logᵏ x for n = 0, and each ∂/∂x multiplies with e - n + 1, a factor that ∂/∂e sees
// too. 0 times an infinite logarithm is 0.
template <class T>
BasicTensor<T> pow_factor(const BasicTensor<T>& e, const BasicTensor<T>& log_x, int n, int k) {
  if (n == 0) return k == 0 ? BasicTensor<T>::from_number(1) : log_x * pow_factor(e, log_x, 0, k - 1);
  const BasicTensor<T> r = e - static_cast<T>(n - 1), s = where(r == 0, 0, r * pow_factor(e, log_x, n - 1, k));
  return k == 0 ? s : s + static_cast<T>(k) * pow_factor(e, log_x, n - 1, k - 1);
}

// z = g ∂ⁿ⁺ᵏ(x^e) / ∂xⁿ∂eᵏ, so that every derivative of pow has the next ones as its own. A rule of masked ops, as
// where(e == 0, 0, g e x^(e-1)), would lose the slope towards e.
template <class T>
BasicVariable<T> pow_vjp(int n, int k, const BasicVariable<T>& g, const BasicVariable<T>& x, const BasicVariable<T>& e);
template <class T>
BasicVariable<T> pow_vjp(int n, int k, const BasicTensor<T>& z, const BasicVariable<T>& g, const BasicVariable<T>& x,
                         const BasicVariable<T>& e) {
  constexpr Reads all = reads::x0 | reads::x1 | reads::x2;
  return record("pow_vjp", z,
                {{g, all & ~reads::x0, [n, k](auto& ctx) { return pow_vjp(n, k, ctx.g, ctx.x(1), ctx.x(2)); }},
                 {x, all, [n, k](auto& ctx) { return pow_vjp(n + 1, k, ctx.g * ctx.x(0), ctx.x(1), ctx.x(2)); }},
                 {e, all, [n, k](auto& ctx) { return pow_vjp(n, k + 1, ctx.g * ctx.x(0), ctx.x(1), ctx.x(2)); }}});
}
template <class T>
BasicVariable<T> pow_vjp(int n, int k, const BasicVariable<T>& g, const BasicVariable<T>& x_,
                         const BasicVariable<T>& e_) {
  const BasicTensor<T>&x = x_.value(), &e = e_.value();
  const BasicTensor<T> s = pow_factor(e, log(x), n, k), power = pow(x, e - static_cast<T>(n));
  // A factor of 0 (e - 1, say) is 0 whatever x is; a logarithm of 0 only beside an infinite power.
  Mask zero = s == 0;
  if (k > 0) {
    zero = (zero && abs(power) == std::numeric_limits<T>::infinity()) ||
           (x == 0 && (n == 0 ? e >= 0 : e > static_cast<T>(n)));
  }
  return pow_vjp(n, k, where(zero, 0, g.value() * s * power), g, x_, e_);
}

}  // namespace detail

// y = a^b          ā = ȳ b a^(b-1), 0 where b = 0        b̄ = ȳ y log a, 0 where a = 0 and b >= 0
// (torch.pow and its gradients, kinks included)
template <class A, class B>
  requires VariableArguments<A, B>
auto pow(A&& a, B&& b) {
  return record("pow", [&] { return pow(take(std::forward<A>(a)), take(std::forward<B>(b))); },
                {{a, reads::x0 | reads::x1,
                  [](auto& ctx) {
                    const auto x = ctx.x(0), e = ctx.x(1);
                    const auto z = where(e == 0, 0, ctx.g.value() * e.value() * pow(x.value(), e.value() - 1));
                    return detail::pow_vjp(1, 0, z, ctx.g, x, e);
                  }},
                 {b, reads::x0 | reads::x1 | reads::y, [](auto& ctx) {
                    const auto x = ctx.x(0), e = ctx.x(1);
                    const auto z = where(x == 0 && e >= 0, 0, ctx.g.value() * ctx.y().value() * log(x.value()));
                    return detail::pow_vjp(0, 1, z, ctx.g, x, e);
                  }}});
}

namespace detail {
// The part of ȳ that goes to the side `chosen` of a maximum or minimum: all, or half where the sides are equal. Where
// either is NaN both get all of it, as in PyTorch.
template <class T>
BasicVariable<T> chosen_side(const BasicVariable<T>& g, const Mask& not_lost, const Mask& tied) {
  return where(tied, g / 2, where(not_lost, g, 0));
}
}  // namespace detail

// y = max(a, b)    ā = ȳ where a > b, ȳ / 2 where a = b, else 0; b̄ likewise
template <class A, class B>
  requires VariableArguments<A, B>
auto maximum(A&& a, B&& b) {
  return record("maximum", [&] { return maximum(take(std::forward<A>(a)), take(std::forward<B>(b))); },
                {{a, reads::x0 | reads::x1,
                  [](auto& ctx) { return detail::chosen_side(ctx.g, !(ctx.x(0) < ctx.x(1)), ctx.x(0) == ctx.x(1)); }},
                 {b, reads::x0 | reads::x1,
                  [](auto& ctx) { return detail::chosen_side(ctx.g, !(ctx.x(1) < ctx.x(0)), ctx.x(0) == ctx.x(1)); }}});
}

// y = min(a, b)    ā = ȳ where a < b, ȳ / 2 where a = b, else 0; b̄ likewise
template <class A, class B>
  requires VariableArguments<A, B>
auto minimum(A&& a, B&& b) {
  return record("minimum", [&] { return minimum(take(std::forward<A>(a)), take(std::forward<B>(b))); },
                {{a, reads::x0 | reads::x1,
                  [](auto& ctx) { return detail::chosen_side(ctx.g, !(ctx.x(0) > ctx.x(1)), ctx.x(0) == ctx.x(1)); }},
                 {b, reads::x0 | reads::x1,
                  [](auto& ctx) { return detail::chosen_side(ctx.g, !(ctx.x(1) > ctx.x(0)), ctx.x(0) == ctx.x(1)); }}});
}

// y = a where the mask is true, else b        ā = ȳ where it is true, else 0        b̄ = 0 where it is true, else ȳ
template <class T>
BasicVariable<T> where(const Mask& mask, const BasicVariable<T>& a, const BasicVariable<T>& b) {
  return record("where", where(mask, a.value(), b.value()),
                {{a, reads::nothing, [mask](auto& ctx) { return where(mask, ctx.g, 0); }},
                 {b, reads::nothing, [mask](auto& ctx) { return where(mask, 0, ctx.g); }}});
}

}  // namespace tg

#include "autograd/elementary.h"  // log, for pow's rule
