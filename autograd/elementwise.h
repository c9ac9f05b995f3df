// Elementwise: the functions of one number, + - * /, and the other functions of two. Each op is its formula, its value
// and its rules; ȳ is the cotangent of the result, ā that of a, summed over what a was broadcast to.
#pragma once

#include "autograd/record.h"

namespace tg {

namespace detail {
// x̄ by the row F of tensor/elementary.h: in one pass, or, where the sweep is recorded, by Variable ops.
template <class F, class T> BasicVariable<T> row_rule(Context<T>& ctx) {
  BasicVariable<T> read;
  if constexpr (F::reads == ReadsOf::x) read = ctx.x(0);
  if constexpr (F::reads == ReadsOf::y) read = ctx.y();
  if (ctx.creates_graph()) return F::vjp(ctx.g, read, read);
  return apply_vjp(F(), values_of(Argument(std::move(ctx.g))), values_of(read));
}
}  // namespace detail

// exp, log, tanh and so on: y and x̄ are as the row F of tensor/elementary.h says.
template <class F, class T> BasicVariable<T> apply(F f, Argument<BasicVariable<T>> x) {
  constexpr Reads what = F::reads == ReadsOf::x ? reads::x0 : F::reads == ReadsOf::y ? reads::y : reads::nothing;
  return record({F::name, F::formula}, [&] { return apply(f, values_of(x)); },
                {{x, F::rule, what, [](auto& ctx) { return detail::row_rule<F>(ctx); }}});
}

// The slope of abs; its own is 0.
template <class T> BasicTensor<T> sign(const BasicVariable<T>& x) { return sign(values_of(x)); }

template <class T>
BasicVariable<T> apply(elementary::add_ f, Argument<BasicVariable<T>> a, Argument<BasicVariable<T>> b) {
  return record({"add", "y = a + b"}, [&] { return apply(f, values_of(a), values_of(b)); },
                {{a, "ā = ȳ", reads::nothing, [](auto& ctx) { return ctx.g; }},
                 {b, "b̄ = ȳ", reads::nothing, [](auto& ctx) { return ctx.g; }}});
}

template <class T>
BasicVariable<T> apply(elementary::sub_ f, Argument<BasicVariable<T>> a, Argument<BasicVariable<T>> b) {
  return record({"sub", "y = a - b"}, [&] { return apply(f, values_of(a), values_of(b)); },
                {{a, "ā = ȳ", reads::nothing, [](auto& ctx) { return ctx.g; }},
                 {b, "b̄ = -ȳ", reads::nothing, [](auto& ctx) { return -std::move(ctx.g); }}});
}

namespace detail {
// ȳ x for input i, which is summed in the same pass if the input was broadcast.
template <class T> BasicVariable<T> product_for(int i, Context<T>& ctx, const BasicVariable<T>& x) {
  if (ctx.shape(i) == ctx.g.shape()) return std::move(ctx.g) * x;
  return mul_sum_to(ctx.g, x, ctx.shape(i));
}
}  // namespace detail

template <class T>
BasicVariable<T> apply(elementary::mul_ f, Argument<BasicVariable<T>> a, Argument<BasicVariable<T>> b) {
  return record({"mul", "y = a b"}, [&] { return apply(f, values_of(a), values_of(b)); },
                {{a, "ā = ȳ b", reads::x1, [](auto& ctx) { return detail::product_for(0, ctx, ctx.x(1)); }},
                 {b, "b̄ = ȳ a", reads::x0, [](auto& ctx) { return detail::product_for(1, ctx, ctx.x(0)); }}});
}

template <class T>
BasicVariable<T> apply(elementary::div_ f, Argument<BasicVariable<T>> a, Argument<BasicVariable<T>> b) {
  return record({"div", "y = a / b"}, [&] { return apply(f, values_of(a), values_of(b)); },
                {{a, "ā = ȳ / b", reads::x1, [](auto& ctx) { return std::move(ctx.g) / ctx.x(1); }},
                 {b, "b̄ = -ȳ y / b", reads::x1 | reads::y,
                  [](auto& ctx) { return -std::move(ctx.g) * ctx.y() / ctx.x(1); }}});
}

namespace detail {

// S in ∂ⁿ⁺ᵏ(x^e) / ∂xⁿ∂eᵏ = S x^(e-n): logᵏ x for n = 0, and each ∂/∂x multiplies with e - n + 1, a factor that ∂/∂e
// sees too. 0 times an infinite logarithm is 0.
template <class T> BasicTensor<T> pow_factor(const BasicTensor<T>& e, const BasicTensor<T>& log_x, int n, int k) {
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
  constexpr Reads three = reads::x0 | reads::x1 | reads::x2;
  return record({"pow_vjp", "z = g ∂ⁿ⁺ᵏ(x^e) / ∂xⁿ∂eᵏ"}, z,
                {{g, "ḡ = z̄ ∂ⁿ⁺ᵏ(x^e) / ∂xⁿ∂eᵏ", three & ~reads::x0,
                  [n, k](auto& ctx) { return pow_vjp(n, k, ctx.g, ctx.x(1), ctx.x(2)); }},
                 {x, "x̄ = z̄ g ∂ⁿ⁺ᵏ⁺¹(x^e) / ∂xⁿ⁺¹∂eᵏ", three,
                  [n, k](auto& ctx) { return pow_vjp(n + 1, k, ctx.g * ctx.x(0), ctx.x(1), ctx.x(2)); }},
                 {e, "ē = z̄ g ∂ⁿ⁺ᵏ⁺¹(x^e) / ∂xⁿ∂eᵏ⁺¹", three,
                  [n, k](auto& ctx) { return pow_vjp(n, k + 1, ctx.g * ctx.x(0), ctx.x(1), ctx.x(2)); }}});
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

// torch.pow and its gradients, kinks included.
template <class T>
BasicVariable<T> apply(elementary::pow_ f, Argument<BasicVariable<T>> a, Argument<BasicVariable<T>> b) {
  return record({"pow", "y = a^b"}, [&] { return apply(f, values_of(a), values_of(b)); },
                {{a, "ā = ȳ b a^(b-1), 0 where b = 0", reads::x0 | reads::x1,
                  [](auto& ctx) {
                    const auto x = ctx.x(0), e = ctx.x(1);
                    const auto z = where(e == 0, 0, ctx.g.value() * e.value() * pow(x.value(), e.value() - 1));
                    return detail::pow_vjp(1, 0, z, ctx.g, x, e);
                  }},
                 {b, "b̄ = ȳ y log a, 0 where a = 0 and b >= 0", reads::x0 | reads::x1 | reads::y, [](auto& ctx) {
                    const auto x = ctx.x(0), e = ctx.x(1);
                    const auto z = where(x == 0 && e >= 0, 0, ctx.g.value() * ctx.y().value() * log(x.value()));
                    return detail::pow_vjp(0, 1, z, ctx.g, x, e);
                  }}});
}

namespace detail {
// The part of ȳ that goes to one side of a maximum or minimum: all, or half where the sides are equal. Where
// either is NaN both get all of it, as in PyTorch.
template <class T> BasicVariable<T> chosen_side(const BasicVariable<T>& g, const Mask& lost, const Mask& tied) {
  return where(tied, g / 2, where(lost, 0, g));
}
}  // namespace detail

template <class T>
BasicVariable<T> apply(elementary::maximum_ f, Argument<BasicVariable<T>> a, Argument<BasicVariable<T>> b) {
  return record({"maximum", "y = max(a, b)"}, [&] { return apply(f, values_of(a), values_of(b)); },
                {{a, "ā = 0 where a < b, ȳ / 2 where a = b, else ȳ", reads::x0 | reads::x1,
                  [](auto& ctx) { return detail::chosen_side(ctx.g, ctx.x(0) < ctx.x(1), ctx.x(0) == ctx.x(1)); }},
                 {b, "b̄ = 0 where b < a, ȳ / 2 where a = b, else ȳ", reads::x0 | reads::x1,
                  [](auto& ctx) { return detail::chosen_side(ctx.g, ctx.x(1) < ctx.x(0), ctx.x(0) == ctx.x(1)); }}});
}

template <class T>
BasicVariable<T> apply(elementary::minimum_ f, Argument<BasicVariable<T>> a, Argument<BasicVariable<T>> b) {
  return record({"minimum", "y = min(a, b)"}, [&] { return apply(f, values_of(a), values_of(b)); },
                {{a, "ā = 0 where a > b, ȳ / 2 where a = b, else ȳ", reads::x0 | reads::x1,
                  [](auto& ctx) { return detail::chosen_side(ctx.g, ctx.x(0) > ctx.x(1), ctx.x(0) == ctx.x(1)); }},
                 {b, "b̄ = 0 where b > a, ȳ / 2 where a = b, else ȳ", reads::x0 | reads::x1,
                  [](auto& ctx) { return detail::chosen_side(ctx.g, ctx.x(1) > ctx.x(0), ctx.x(0) == ctx.x(1)); }}});
}

template <class T> BasicVariable<T> where(const Mask& mask, const BasicVariable<T>& a, const BasicVariable<T>& b) {
  return record(
      {"where", "y = a where the mask is true, else b"}, where(mask, a.value(), b.value()),
      {{a, "ā = ȳ where it is true, else 0", reads::nothing, [mask](auto& ctx) { return where(mask, ctx.g, 0); }},
       {b, "b̄ = 0 where it is true, else ȳ", reads::nothing, [mask](auto& ctx) { return where(mask, 0, ctx.g); }}});
}

template <class T>
BasicVariable<T> clamp(const BasicVariable<T>& x, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  return record({"clamp", "y = x limited to [low, high]"}, clamp(x.value(), low, high),
                {{x, "x̄ = ȳ where low <= x <= high, else 0", reads::x0,
                  [low, high](auto& ctx) { return where(ctx.x(0) >= low && ctx.x(0) <= high, ctx.g, 0); }}});
}

}  // namespace tg
