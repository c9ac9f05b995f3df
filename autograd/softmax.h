// Softmax and its logarithm. Their vector-Jacobian products are ops of their own, one pass each, with rules in turn.
#pragma once

#include "autograd/record.h"

namespace tg {

// Softmax's vector-Jacobian product, from the cotangent g of y = softmax(x).
template <class T> BasicVariable<T> softmax_vjp(BasicVariable<T> g, const BasicVariable<T>& y, int dim) {
  const int d = resolve_dim("softmax_vjp", dim, y);
  return record({"softmax_vjp", "z = y (g - Σ g y), Σ along dim"},
                [&] { return softmax_vjp(take(std::move(g)), y.value(), d); },
                {{g, "ḡ = y (z̄ - Σ z̄ y)", reads::x1, [d](auto& ctx) { return softmax_vjp(ctx.g, ctx.x(1), d); }},
                 {y, "ȳ = z̄ (g - Σ g y) - g Σ z̄ y", reads::x0 | reads::x1, [d](auto& ctx) {
                    const auto u = ctx.x(0), v = ctx.x(1);
                    return ctx.g * (u - sum(u * v, d, true)) - u * sum(ctx.g * v, d, true);
                  }}});
}

template <class T> BasicVariable<T> softmax(BasicVariable<T> x, int dim) {
  const int d = resolve_dim("softmax", dim, x);
  return record({"softmax", "y = exp(x) / Σ exp(x) along dim"}, [&] { return softmax(take(std::move(x)), d); },
                {{x, "x̄ = y (ȳ - Σ ȳ y)", reads::y,
                  [d](auto& ctx) { return softmax_vjp(std::move(ctx.g), ctx.y(), d); }}});
}

// log_softmax's vector-Jacobian product.
template <class T> BasicVariable<T> log_softmax_vjp(BasicVariable<T> g, const BasicVariable<T>& y, int dim) {
  const int d = resolve_dim("log_softmax_vjp", dim, y);
  return record({"log_softmax_vjp", "z = g - exp(y) Σ g, Σ along dim"},
                [&] { return log_softmax_vjp(take(std::move(g)), y.value(), d); },
                {{g, "ḡ = z̄ - Σ z̄ exp(y)", reads::x1,
                  [d](auto& ctx) { return ctx.g - sum(ctx.g * exp(ctx.x(1)), d, true); }},
                 {y, "ȳ = -z̄ exp(y) Σ g", reads::x0 | reads::x1,
                  [d](auto& ctx) { return -ctx.g * exp(ctx.x(1)) * sum(ctx.x(0), d, true); }}});
}

template <class T> BasicVariable<T> log_softmax(BasicVariable<T> x, int dim) {
  const int d = resolve_dim("log_softmax", dim, x);
  return record({"log_softmax", "y = x - log Σ exp(x) along dim"}, [&] { return log_softmax(take(std::move(x)), d); },
                {{x, "x̄ = ȳ - exp(y) Σ ȳ", reads::y,
                  [d](auto& ctx) { return log_softmax_vjp(std::move(ctx.g), ctx.y(), d); }}});
}

}  // namespace tg
