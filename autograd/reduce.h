// Reduce: sums, means, extremes and logsumexp. A cotangent spreads over what was reduced.
#pragma once

#include "autograd/elementary.h"

namespace tg {

template <class T> BasicVariable<T> expand(const BasicVariable<T>& x, const Shape& shape);
template <class T> BasicVariable<T> reshape(const BasicVariable<T>& x, const Shape& shape);
template <class T> BasicVariable<T> gather(const BasicVariable<T>& x, int dim, const IndexTensor& index);

namespace detail {
// g with the reduced dimension dim back at size 1, whether it was kept or not.
template <class T>
BasicVariable<T> with_dim(const BasicVariable<T>& g, const Shape& shape, int dim) {
  return reshape(g, reduced_shape(shape, dim, true));
}
}  // namespace detail

// y = x summed to a shape that broadcasts to x's        x̄ = ȳ broadcast to x's shape
template <class T>
BasicVariable<T> sum_to(const BasicVariable<T>& x, const Shape& shape) {
  return record("sum_to", sum_to(x.value(), shape), {{x, reads::nothing, [](auto& ctx) { return expand(ctx.g, ctx.shape(0)); }}});
}

// z = a b summed to a shape        ā = z̄ b        b̄ = z̄ a, with z̄ broadcast to the product's shape
template <class T>
BasicVariable<T> mul_sum_to(const BasicVariable<T>& a, const BasicVariable<T>& b, const Shape& shape) {
  constexpr auto broadcast_g = [](auto& ctx) {
    return expand(ctx.g, broadcast_shapes("mul_sum_to", ctx.x(0).shape(), ctx.x(1).shape()));
  };
  return record("mul_sum_to", mul_sum_to(a.value(), b.value(), shape),
                {{a, reads::x0 | reads::x1, [=](auto& ctx) { return broadcast_g(ctx) * ctx.x(1); }},
                 {b, reads::x0 | reads::x1, [=](auto& ctx) { return broadcast_g(ctx) * ctx.x(0); }}});
}

// y = Σ x          x̄ = ȳ, everywhere
template <class T>
BasicVariable<T> sum(const BasicVariable<T>& x) {
  return record("sum", sum(x.value()), {{x, reads::nothing, [](auto& ctx) { return expand(ctx.g, ctx.shape(0)); }}});
}
template <class T>
BasicVariable<T> sum(const BasicVariable<T>& x, int dim, bool keepdim = false) {
  const int d = resolve_dim("sum", dim, x);
  return record("sum", sum(x.value(), d, keepdim),
                {{x, reads::nothing, [d](auto& ctx) { return expand(detail::with_dim(ctx.g, ctx.shape(0), d), ctx.shape(0)); }}});
}

// y = Σ x / n      x̄ = ȳ / n, everywhere
template <class T>
BasicVariable<T> mean(const BasicVariable<T>& x) {
  return record("mean", mean(x.value()),
                {{x, reads::nothing, [](auto& ctx) { return expand(ctx.g / ctx.shape(0).numel(), ctx.shape(0)); }}});
}
template <class T>
BasicVariable<T> mean(const BasicVariable<T>& x, int dim, bool keepdim = false) {
  const int d = resolve_dim("mean", dim, x);
  return record("mean", mean(x.value(), d, keepdim), {{x, reads::nothing, [d](auto& ctx) {
                  return expand(detail::with_dim(ctx.g / ctx.shape(0)[d], ctx.shape(0), d), ctx.shape(0));
                }}});
}

namespace detail {
// The cotangent of the extreme of all elements: shared equally by those that attain it (torch.max()).
template <class T>
BasicVariable<T> share_among_attaining(Context<T>& ctx) {
  const BasicTensor<T> x = ctx.x(0).value(), y = ctx.y().value();
  const Mask attains = y.item() == y.item() ? x == y : x != x;  // a NaN attains a NaN
  return where(attains, ctx.g / sum(cast<T>(attains)), 0);
}
}  // namespace detail

// y = max x        x̄ = ȳ / k where one of the k elements with x = y stands, else 0
template <class T>
BasicVariable<T> max(const BasicVariable<T>& x) {
  return record("max", max(x.value()), {{x, reads::x0 | reads::y, [](auto& ctx) { return detail::share_among_attaining(ctx); }}});
}
template <class T>
BasicVariable<T> min(const BasicVariable<T>& x) {
  return record("min", min(x.value()), {{x, reads::x0 | reads::y, [](auto& ctx) { return detail::share_among_attaining(ctx); }}});
}

// Along a dimension, the first extreme element is selected, and its cotangent goes to it alone (torch.max(dim)).
template <class T>
BasicVariable<T> max(const BasicVariable<T>& x, int dim, bool keepdim = false) {
  const int d = resolve_dim("max", dim, x);
  if (x.shape()[d] == 0) max(x.value(), d);  // throws
  const BasicVariable<T> y = gather(x, d, argmax(x.value(), d, true));
  return keepdim ? y : reshape(y, reduced_shape(x.shape(), d, false));
}
template <class T>
BasicVariable<T> min(const BasicVariable<T>& x, int dim, bool keepdim = false) {
  const int d = resolve_dim("min", dim, x);
  if (x.shape()[d] == 0) min(x.value(), d);  // throws
  const BasicVariable<T> y = gather(x, d, argmin(x.value(), d, true));
  return keepdim ? y : reshape(y, reduced_shape(x.shape(), d, false));
}

// y = log Σ exp x        x̄ = ȳ exp(x - y)
template <class T>
BasicVariable<T> logsumexp(const BasicVariable<T>& x) {
  return record("logsumexp", logsumexp(x.value()),
                {{x, reads::x0 | reads::y, [](auto& ctx) { return ctx.g * exp(ctx.x(0) - ctx.y()); }}});
}
template <class T>
BasicVariable<T> logsumexp(const BasicVariable<T>& x, int dim, bool keepdim = false) {
  const int d = resolve_dim("logsumexp", dim, x);
  return record("logsumexp", logsumexp(x.value(), d, keepdim), {{x, reads::x0 | reads::y, [d](auto& ctx) {
                  const Shape& shape = ctx.shape(0);
                  return detail::with_dim(ctx.g, shape, d) * exp(ctx.x(0) - detail::with_dim(ctx.y(), shape, d));
                }}});
}

}  // namespace tg

#include "autograd/indexing.h"  // gather, for max and min along a dimension
#include "autograd/views.h"   // expand and reshape, for the rules
