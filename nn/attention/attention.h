// Attention pooling: every query gets a weighted average of the values, with weights from a softmax over its scores.
//
//   y_i = Σ_j p_ij v_j        p_ij = softmax_j(s_ij)        s_ij = map(Σ_f score(q_if, k_jf, w_f...))
//
// It streams, forward and backward: the m x n weights are never held, and memory grows with m + n only. Where it is
// proven to cost less than a float's rounding, cells of many keys are skipped or sixteen points stand for them. This is
// the way of a call through the files of this folder, and the order to read them in:
//
//   attention.h   the call: its operands meet in one type, Tensors or Variables; lambdas and shapes are checked
//   pairs.h       the unit of work: sixteen rows of one side, a lane each, against a tile of 64 rows of the other
//   scores.h      the lambdas fill a tile with scores, and, by dual numbers, with their slopes
//   value.h       a block of sixteen queries meets all keys, tile by tile,
//   value.cpp     in an online softmax
//   averages.h    on a tape, what the gradient needs besides is averaged in the same loop;
//   averages.cpp  for a few parameters that is all they need
//   gradient.h    the op is recorded; when a sweep comes back,
//   gradient.cpp  it adds up these parameters' gradients, and computes the weights anew for the others: once with the
//                 queries in the lanes, for theirs and the parameters', once with the keys, for theirs and the values'
//   tree.h        a large call of one feature: what the loop sums is summed
//   tree.cpp      by a walk down a tree,
//   cells.h       whose cells hold the rows of one side, and points that may stand for them.
//   region.h      The lambdas, called with rectangles of complex numbers, prove
//   walk.h        where a cell may be skipped and where its points suffice;
//   block_sums.h  the rest is summed
//   weights.h     a sweep that records itself takes ops that hold all m x n scores, as attention_weights does
//   logsumexp.h   the sums themselves, which merge poolings of parts of the keys
//   models.h      modules that call it: AveragePooling, GaussianPooling, NadarayaWatson
#pragma once

#include "nn/attention/gradient.h"
#include "nn/attention/weights.h"

namespace tg {
namespace detail {

template <class F>
concept Lambda = !Array<F> && !Arithmetic<F> && !std::is_same_v<std::remove_cvref_t<F>, PoolingOptions>;

// x are the queries, keys, values and parameters.
template <class C, class Score, class Map, std::size_t N, std::size_t... I>
C pool_arrays(const PoolingSettings& options, const Score& score, const Map& map, const std::array<C, N>& x,
              std::index_sequence<I...>) {
  constexpr auto op = "attention_pooling";
  check_pooling(op, options, x[0].shape_for(op), x[1].shape_for(op), &x[2].shape_for(op), {x[3 + I].shape_for(op)...});
  if constexpr (array_level<C> == 1) {
    return pool_values(options, score, map, x[0], x[1], x[2], x[3 + I]...);
  } else {
    return record_pooling(options, score, map, x, std::index_sequence<I...>());
  }
}
template <class Score, class Map, class Q, class K, class V, class... W>
auto call_attention_pooling(const PoolingSettings& options, const Score& score, const Map& map, const Q& q, const K& k,
                            const V& v, const W&... w) {
  using C = CommonArray<Q, K, V, W...>;
  if constexpr (check_lambdas<typename C::value_type, Score, Map, W...>()) {
    return pool_arrays(options, score, map,
                       std::array{C(to_array<C>(q)), C(to_array<C>(k)), C(to_array<C>(v)), C(to_array<C>(w))...},
                       std::index_sequence_for<W...>());
  }
  return C();
}

template <class Score, class Map, class Q, class K, class... W>
auto call_attention_weights(PoolingOptions options, const Score& score, const Map& map, const Q& q, const K& k,
                            const W&... w) {
  using C = CommonArray<Q, K, W...>;
  if constexpr (check_lambdas<typename C::value_type, Score, Map, W...>()) {
    return weigh_arrays<C>(options, score, map, to_array<C>(q), to_array<C>(k), to_array<C>(w)...);
  }
  return C();
}

}  // namespace detail

// y_i = Σ_j p_ij v_j        p_ij = softmax_j(s_ij)        s_ij = map(Σ_f score(q_if, k_jf, w_f...))
//   queries (m) or (m, d), keys (n) or (n, d), values (n) or (n, v); the result is (m) or (m, v);
//   score   a lambda of one feature of a query, the same feature of a key, and the parameters: q * k is a dot product,
//           [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; } the Gaussian kernel;
//   map     a second lambda, which may follow, makes the score of the sum over the features:
//           [](auto s) { return -sqrt(s); };
//   w...    parameters, each (), (1), or (d) with an element a feature.
// All may be Tensors or Variables, float or double, and parameters plain numbers. Memory O(m + n), forward and
// backward. Time O(m n), but of floats with one feature, from 2,048 queries, 2,048 keys and 8,000,000 pairs on,
// near-linear where that is proven for the lambdas: values may then differ from those of a loop in double by 1e-7 of
// the largest |v|, and gradients, where the loop has no part in them, by 1e-6 of what they would be if nothing
// cancelled. PoolingOptions{.tolerance} allows it for doubles, or forbids it. Second derivatives are taken through ops
// that hold all m x n scores, and third ones throw, as elementwise's do. A query that all keys are out of reach of,
// with scores -inf everywhere, gets NaN, as from torch.softmax: a weighted average of nothing. The lambdas are copied
// onto the tape, so they must capture by value; they must not throw. Throws if the shapes do not fit, if there is no
// key, if an operand is empty, if the tolerance is not from 0 to 1, or, with exclude_self, if there is one point only,
// or the counts of queries and keys differ. Source: torch.nn.functional.scaled_dot_product_attention, with any score;
// the streaming is that of Milakov and Gimelshein 2018, "Online normalizer calculation for softmax", and of Dao et al.
// 2022, "FlashAttention".
template <detail::Lambda Score, Array Q, Array K, Array V, class... W> requires Operands<Q, W...>
CommonArray<Q, K, V, W...> attention_pooling(const Score& score, const Q& queries, const K& keys, const V& values,
                                             const W&... w) {
  return detail::call_attention_pooling(PoolingOptions(), score, detail::NoMap(), queries, keys, values, w...);
}
template <detail::Lambda Score, detail::Lambda Map, Array Q, Array K, Array V, class... W> requires Operands<Q, W...>
CommonArray<Q, K, V, W...> attention_pooling(const Score& score, const Map& map, const Q& queries, const K& keys,
                                             const V& values, const W&... w) {
  return detail::call_attention_pooling(PoolingOptions(), score, map, queries, keys, values, w...);
}
template <detail::Lambda Score, Array Q, Array K, Array V, class... W> requires Operands<Q, W...>
CommonArray<Q, K, V, W...> attention_pooling(PoolingOptions options, const Score& score, const Q& queries,
                                             const K& keys, const V& values, const W&... w) {
  return detail::call_attention_pooling(options, score, detail::NoMap(), queries, keys, values, w...);
}
template <detail::Lambda Score, detail::Lambda Map, Array Q, Array K, Array V, class... W> requires Operands<Q, W...>
CommonArray<Q, K, V, W...> attention_pooling(PoolingOptions options, const Score& score, const Map& map,
                                             const Q& queries, const K& keys, const V& values, const W&... w) {
  return detail::call_attention_pooling(options, score, map, queries, keys, values, w...);
}

// p_ij = softmax_j(s_ij), the weights themselves, (m, n), for looking at them: the arguments are those of
// attention_pooling without the values. Memory O(m n). Throws as attention_pooling does. Source: torch.softmax.
template <detail::Lambda Score, Array Q, Array K, class... W> requires Operands<Q, W...>
CommonArray<Q, K, W...> attention_weights(const Score& score, const Q& queries, const K& keys, const W&... w) {
  return detail::call_attention_weights({}, score, detail::NoMap(), queries, keys, w...);
}
template <detail::Lambda Score, detail::Lambda Map, Array Q, Array K, class... W> requires Operands<Q, W...>
CommonArray<Q, K, W...> attention_weights(const Score& score, const Map& map, const Q& queries, const K& keys,
                                          const W&... w) {
  return detail::call_attention_weights({}, score, map, queries, keys, w...);
}
template <detail::Lambda Score, Array Q, Array K, class... W> requires Operands<Q, W...>
CommonArray<Q, K, W...> attention_weights(PoolingOptions options, const Score& score, const Q& queries, const K& keys,
                                          const W&... w) {
  return detail::call_attention_weights(options, score, detail::NoMap(), queries, keys, w...);
}
template <detail::Lambda Score, detail::Lambda Map, Array Q, Array K, class... W> requires Operands<Q, W...>
CommonArray<Q, K, W...> attention_weights(PoolingOptions options, const Score& score, const Map& map, const Q& queries,
                                          const K& keys, const W&... w) {
  return detail::call_attention_weights(options, score, map, queries, keys, w...);
}

}  // namespace tg
