// Weights: what attention pooling streams over, from ops that hold all m x n scores. For looking at the weights, and
// for second derivatives.
#pragma once

#include "autograd/autograd.h"
#include "nn/attention/value.h"

namespace tg {

// z = g, but 0 where g is infinite and the mask true; g and the mask have one shape, or it throws. Its rule is itself.
// (PyTorch has none: there softmax's gradient is NaN.)
template <class T> BasicVariable<T> stop_infinite_vjp(const BasicVariable<T>& g, const Mask& mask) {
  const Mask infinite = abs(g.value()) == detail::infinity<T>;
  return record({"stop_infinite_vjp", "z = g, 0 where g is infinite and the mask true"},
                where(infinite && mask, zeros<T>({}), g.value()),
                {{g, "ḡ = z̄, 0 where z̄ is infinite and the mask true", reads::nothing,
                  [mask](auto& ctx) { return stop_infinite_vjp(ctx.g, mask); }}});
}

// y = x, whose infinite gradients stop where the mask is true; x and the mask have one shape, or a sweep throws. (Not
// in PyTorch either.)
template <class T> BasicVariable<T> stop_infinite(const BasicVariable<T>& x, const Mask& mask) {
  return record({"stop_infinite", "y = x"}, x.value(),
                {{x, "x̄ = ȳ, 0 where ȳ is infinite and the mask true", reads::nothing,
                  [mask](auto& ctx) { return stop_infinite_vjp(ctx.g, mask); }}});
}

namespace detail {

// Scores on their way to softmax. A pair whose score is -inf has the weight 0, and an infinite slope there no share: in
// a second derivative the softmax's ops would meet 0 times infinity.
template <class T> BasicVariable<T> stop_infinite_without_weight(const BasicVariable<T>& scores) {
  if (!scores.requires_grad()) return scores;
  const Mask out_of_reach = scores.value() == -infinity<T>;
  return sum(cast<T>(out_of_reach)).item() == 0 ? scores : stop_infinite(scores, out_of_reach);
}

// Feature f of x as a column (m, 1) or, for keys, a row (1, n); of a parameter, its element.
template <class X> X feature_of(const X& x, Index f, int dim) {
  return unsqueeze(x.dim() == 1 ? x : squeeze(narrow(x, 1, f, 1), 1), dim);
}
template <class X> X parameter_of(const X& w, Index f) {
  return w.numel() == 1 ? reshape(w, {}) : squeeze(narrow(w, 0, f, 1), 0);
}

// The (m, n) scores of Tensors or Variables.
template <class X, class Score, class Map, class... W>
X composed_scores(PoolingOptions options, const Score& score, const Map& map, const X& queries, const X& keys,
                  const W&... w) {
  X sum = elementwise(score, feature_of(queries, 0, 1), feature_of(keys, 0, 0), parameter_of(w, 0)...);
  for (Index f = 1; f < (queries.dim() == 1 ? 1 : queries.size(1)); ++f) {
    sum = std::move(sum) + elementwise(score, feature_of(queries, f, 1), feature_of(keys, f, 0), parameter_of(w, f)...);
  }
  if constexpr (!std::is_same_v<Map, NoMap>) sum = elementwise(map, std::move(sum));
  if constexpr (array_level<X> == 2) sum = stop_infinite_without_weight(std::move(sum));
  if (!options.exclude_self) return sum;
  using T = typename X::value_type;
  return masked_fill(std::move(sum), eye<T>(keys.size(0)) != 0, -infinity<T>);
}

// Their softmax: the weights, (m, n).
template <class C, class Score, class Map, class... W>
C weigh_arrays(PoolingOptions options, const Score& score, const Map& map, const C& queries, const C& keys,
               const W&... w) {
  constexpr auto op = "attention_weights";
  check_pooling(op, options, queries.shape_for(op), keys.shape_for(op), nullptr, {w.shape_for(op)...});
  return softmax(composed_scores(options, score, map, queries, keys, w...), 1);
}

}  // namespace detail
}  // namespace tg
