// Reduce: sums, means, extremes and logsumexp. A cotangent spreads over what was reduced.
#pragma once

#include "autograd/record.h"

namespace tg {

namespace detail {
// g with the reduced dimension back at size 1, whether it was kept or not. (A single number broadcasts as it is.)
template <class T> BasicVariable<T> with_dim(const BasicVariable<T>& g, const Shape& shape, std::optional<int> dim) {
  return dim ? reshape(g, reduced_shape(shape, dim, true)) : g;
}

// The cotangent of the extreme of all elements: shared equally by those that attain it (torch.max()).
template <class T>
BasicVariable<T> share_among_attaining(const BasicVariable<T>& g, const BasicTensor<T>& x, const BasicTensor<T>& y) {
  const Mask attains = y.item() == y.item() ? x == y : x != x;  // a NaN attains a NaN
  return where(attains, g / sum(cast<T>(attains)), 0);
}
}  // namespace detail

template <class T> BasicVariable<T> sum_to(const BasicVariable<T>& x, const Shape& shape) {
  return record({"sum_to", "y = x summed to a shape that broadcasts to x's"}, sum_to(x.value(), shape),
                {{x, "x̄ = ȳ broadcast to x's shape", reads::nothing,
                  [](auto& ctx) { return expand(ctx.g, ctx.shape(0)); }}});
}

template <class T>
BasicVariable<T> mul_sum_to(const BasicVariable<T>& a, const BasicVariable<T>& b, const Shape& shape) {
  constexpr auto broadcast_g = [](auto& ctx) {
    return expand(ctx.g, broadcast_shapes("mul_sum_to", ctx.x(0).shape(), ctx.x(1).shape()));
  };
  return record({"mul_sum_to", "y = a b summed to a shape"}, mul_sum_to(a.value(), b.value(), shape),
                {{a, "ā = ȳ b", reads::x0 | reads::x1, [=](auto& ctx) { return broadcast_g(ctx) * ctx.x(1); }},
                 {b, "b̄ = ȳ a", reads::x0 | reads::x1, [=](auto& ctx) { return broadcast_g(ctx) * ctx.x(0); }}});
}

template <class T> BasicVariable<T> sum(const BasicVariable<T>& x, std::optional<int> dim = all, bool keepdim = false) {
  const std::optional<int> d = resolve_dim("sum", dim, x);
  return record({"sum", "y = Σ x"}, sum(x.value(), d, keepdim),
                {{x, "x̄ = ȳ, everywhere", reads::nothing,
                  [d](auto& ctx) { return expand(detail::with_dim(ctx.g, ctx.shape(0), d), ctx.shape(0)); }}});
}

template <class T>
BasicVariable<T> mean(const BasicVariable<T>& x, std::optional<int> dim = all, bool keepdim = false) {
  const std::optional<int> d = resolve_dim("mean", dim, x);
  const std::int64_t n = d ? x.shape()[*d] : x.numel();
  return record({"mean", "y = Σ x / n"}, mean(x.value(), d, keepdim),
                {{x, "x̄ = ȳ / n, everywhere", reads::nothing,
                  [d, n](auto& ctx) { return expand(detail::with_dim(ctx.g / n, ctx.shape(0), d), ctx.shape(0)); }}});
}

namespace detail {
// Along a dimension, the first extreme element is gathered, and its cotangent goes to it
// alone, by gather's rule in indexing.h (torch.max(dim)).
template <class T>
BasicVariable<T> gathered(const BasicVariable<T>& x, int dim, bool keepdim, const IndexTensor& indices) {
  const BasicVariable<T> y = gather(x, dim, indices);
  return keepdim ? y : reshape(y, reduced_shape(x.shape(), dim, false));
}
}  // namespace detail

template <class T> BasicVariable<T> max(const BasicVariable<T>& x, std::optional<int> dim = all, bool keepdim = false) {
  const std::optional<int> d = resolve_choice("max", dim, x);
  if (d) return detail::gathered(x, *d, keepdim, argmax(x, d, true));
  return record({"max", "y = max x"}, max(x.value(), d, keepdim),
                {{x, "x̄ = ȳ / k for each of the k elements that attain y, else 0", reads::x0 | reads::y,
                  [](auto& ctx) { return detail::share_among_attaining(ctx.g, ctx.x(0).value(), ctx.y().value()); }}});
}

template <class T> BasicVariable<T> min(const BasicVariable<T>& x, std::optional<int> dim = all, bool keepdim = false) {
  const std::optional<int> d = resolve_choice("min", dim, x);
  if (d) return detail::gathered(x, *d, keepdim, argmin(x, d, true));
  return record({"min", "y = min x"}, min(x.value(), d, keepdim),
                {{x, "x̄ = ȳ / k for each of the k elements that attain y, else 0", reads::x0 | reads::y,
                  [](auto& ctx) { return detail::share_among_attaining(ctx.g, ctx.x(0).value(), ctx.y().value()); }}});
}

template <class T>
BasicVariable<T> logsumexp(const BasicVariable<T>& x, std::optional<int> dim = all, bool keepdim = false) {
  const std::optional<int> d = resolve_dim("logsumexp", dim, x);
  return record({"logsumexp", "y = log Σ exp x"}, logsumexp(x.value(), d, keepdim),
                {{x, "x̄ = ȳ exp(x - y)", reads::x0 | reads::y, [d](auto& ctx) {
                    const Shape& shape = ctx.shape(0);
                    return detail::with_dim(ctx.g, shape, d) * exp(ctx.x(0) - detail::with_dim(ctx.y(), shape, d));
                  }}});
}

}  // namespace tg
