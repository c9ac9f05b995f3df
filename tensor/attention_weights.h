// Attention weights: what attention pooling streams over, from ops that hold all m x n scores. For looking at the weights,
// and for second derivatives.
#pragma once

#include <limits>

#include "tensor/create.h"
#include "tensor/pooling.h"
#include "tensor/indexing.h"
#include "tensor/softmax.h"
#include "tensor/views.h"

namespace tg {
namespace detail {

// Feature f of x as a column (m, 1) or, for keys, a row (1, n); of a parameter, its element.
template <class X>
X feature_of(const X& x, std::int64_t f, int dim) {
  return unsqueeze(x.dim() == 1 ? x : squeeze(narrow(x, 1, f, 1), 1), dim);
}
template <class X>
X parameter_of(const X& w, std::int64_t f) {
  return w.numel() == 1 ? reshape(w, {}) : squeeze(narrow(w, 0, f, 1), 0);
}

// The (m, n) scores of Tensors or Variables.
template <class X, class Score, class Map, class... W>
X composed_scores(PoolingOptions options, const Score& score, const Map& map, const X& queries, const X& keys, const W&... w) {
  X sum = elementwise(score, feature_of(queries, 0, 1), feature_of(keys, 0, 0), parameter_of(w, 0)...);
  for (std::int64_t f = 1; f < (queries.dim() == 1 ? 1 : queries.size(1)); ++f) {
    sum = std::move(sum) + elementwise(score, feature_of(queries, f, 1), feature_of(keys, f, 0), parameter_of(w, f)...);
  }
  if constexpr (!std::is_same_v<Map, NoMap>) sum = elementwise(map, std::move(sum));
  if constexpr (array_level<X> == 2) sum = stop_infinite_without_weight(std::move(sum));
  if (!options.exclude_self) return sum;
  using T = typename X::value_type;
  return masked_fill(std::move(sum), eye<T>(keys.size(0)) != 0, -std::numeric_limits<T>::infinity());
}

template <class X, class Score, class Map, class... W>
X composed_weights(PoolingOptions options, const Score& score, const Map& map, const X& queries, const X& keys, const W&... w) {
  constexpr auto op = "attention_weights";
  const std::array<Shape, sizeof...(W)> parameters{w.shape_for(op)...};
  check_pooling(op, options, queries.shape_for(op), keys.shape_for(op), nullptr, parameters);
  return softmax(composed_scores(options, score, map, queries, keys, w...), 1);
}

template <class Score, class Map, class Q, class K, class... W>
auto call_attention_weights(PoolingOptions options, const Score& score, const Map& map, const Q& q, const K& k, const W&... w) {
  using C = CommonArray<Q, K, W...>;
  if constexpr (!check_lambdas<typename C::value_type, Score, Map, W...>()) {
    return C();
  } else {
    return composed_weights<C>(options, score, map, to_array<C>(q), to_array<C>(k), C(to_array<C>(w))...);
  }
}

}  // namespace detail

// The weights softmax_j(s_ij) themselves, (m, n), for looking at them: the arguments are those of attention_pooling
// without the values.
template <detail::Lambda Score, Array Q, Array K, class... W>
  requires Operands<Q, W...>
auto attention_weights(const Score& score, const Q& queries, const K& keys, const W&... w) {
  return detail::call_attention_weights({}, score, detail::NoMap(), queries, keys, w...);
}
template <detail::Lambda Score, detail::Lambda Map, Array Q, Array K, class... W>
  requires Operands<Q, W...>
auto attention_weights(const Score& score, const Map& map, const Q& queries, const K& keys, const W&... w) {
  return detail::call_attention_weights({}, score, map, queries, keys, w...);
}
template <detail::Lambda Score, Array Q, Array K, class... W>
  requires Operands<Q, W...>
auto attention_weights(PoolingOptions options, const Score& score, const Q& queries, const K& keys, const W&... w) {
  return detail::call_attention_weights(options, score, detail::NoMap(), queries, keys, w...);
}
template <detail::Lambda Score, detail::Lambda Map, Array Q, Array K, class... W>
  requires Operands<Q, W...>
auto attention_weights(PoolingOptions options, const Score& score, const Map& map, const Q& queries, const K& keys, const W&... w) {
  return detail::call_attention_weights(options, score, map, queries, keys, w...);
}

}  // namespace tg
