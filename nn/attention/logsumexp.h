// Logsumexp: how much weight all keys have together for a query, before a softmax divides by it.
#pragma once

#include "nn/attention/attention.h"

namespace tg {
namespace detail {

// The same as Variables, for a sweep that records itself.
template <class T, class Score, class Map, std::size_t... I>
void composed_logsumexp_vjp(const PoolingSettings& options, const Score& score, const Map& map, Context<T>& ctx,
                            std::span<BasicVariable<T>> out, std::index_sequence<I...>) {
  std::array<BasicVariable<T>, 2 + sizeof...(I)> x{ctx.x(0), ctx.x(1), ctx.x(2 + I)...};
  const std::vector<BasicVariable<T>> asked = detach_needed<T>(ctx, x);
  const BasicVariable<T> y = logsumexp(composed_scores(options, score, map, x[0], x[1], x[2 + I]...), 1);
  give_gradients(ctx, sum(y * ctx.g), asked, out);
}

template <class C, class Score, class Map, class... W>
C log_arrays(PoolingSettings options, const Score& score, const Map& map, const C& queries, const C& keys,
             const W&... w) {
  constexpr auto op = "attention_logsumexp";
  using T = typename C::value_type;
  check_pooling(op, options, queries.shape_for(op), keys.shape_for(op), nullptr, {w.shape_for(op)...});
  options.logs = true;
  const BasicTensor<T> all_one = ones<T>({keys.size(0)});
  const Shape shape{queries.size(0)};
  const PoolingInputs<T> inputs{options, Side(values_of(queries)), Side(values_of(keys)), Side(all_one)};
  if constexpr (array_level<C> == 1) {
    return pool<T>(Similarities<BasicTensor, T, Score, Map, sizeof...(W)>(score, map, {w...}, inputs), inputs, shape).y;
  } else {
    const std::array<C, 2 + sizeof...(W)> x{queries, keys, w...};
    Recorded recorded{{queries.shape(), keys.shape(), all_one.shape(), w.shape()...}, needed_of<T>(x)};
    recorded.needed.insert(recorded.needed.begin() + 2, false);
    Similarities<BasicVariable, T, Score, Map, sizeof...(W)> similarities(score, map, {w.value()...}, inputs);
    Pooled<T> pooled = pool<T>(similarities, inputs, shape, recorded.any_needed() ? &recorded : nullptr);
    const BasicTensor<T> y = std::move(pooled.y);
    PooledCall<T> call{std::move(recorded), std::move(inputs), std::move(pooled)};
    return record_joint<T>(
        {"attention_logsumexp", "yᵢ = log Σⱼ exp sᵢⱼ, sᵢⱼ = map(Σ score(q, k, w...) over the features)",
         "x̄ = Σᵢⱼ ȳᵢ pᵢⱼ ∂sᵢⱼ/∂x for x = q, k, w..., pᵢⱼ = softmaxⱼ(sᵢⱼ)"},
        y, std::span<const C>(x), reads::everything & ~reads::y,
        [similarities = std::move(similarities), call = std::move(call)](Context<T>& ctx, std::span<C> out) {
          if (ctx.creates_graph()) {
            composed_logsumexp_vjp(call.inputs.options, similarities.loop.score, similarities.loop.map, ctx, out,
                                   std::index_sequence_for<W...>());
            return;
          }
          auto gradients = pooling_vjp<T>(similarities, call, ctx.g.value());
          gradients.erase(gradients.begin() + 2);  // the values', which are all 1
          for (std::size_t i = 0; i < out.size(); ++i) {
            if (ctx.needs(static_cast<int>(i))) out[i] = gradients[i];
          }
        });
  }
}

template <class Score, class Map, class Q, class K, class... W>
auto call_attention_logsumexp(const PoolingSettings& options, const Score& score, const Map& map, const Q& q,
                              const K& k, const W&... w) {
  using C = CommonArray<Q, K, W...>;
  if constexpr (check_lambdas<typename C::value_type, Score, Map, W...>()) {
    return log_arrays<C>(options, score, map, to_array<C>(q), to_array<C>(k), to_array<C>(w)...);
  }
  return C();
}

}  // namespace detail

// y_i = log Σ_j exp(s_ij)        s_ij = map(Σ_f score(q_if, k_jf, w_f...)), of shape (m)
// for queries (m) or (m, d), keys (n) or (n, d), lambdas, parameters and options as attention_pooling takes them: the
// same memory, the same tree, and -inf for a query that all keys are out of reach of. Where the tree answers, y errs by
// the tolerance, 2.5e-8 for floats, besides its rounding. Poolings over parts r of the keys, with results y_r and these
// logarithms l_r, merge to Σ_r softmax_r(l_r) y_r. Where a part is out of reach its weight is 0 but y_r NaN: merge
// where(l_r > -inf, y_r, 0) then, and only values, since such a query makes its part's gradients NaN. A kernel density
// is exp of it, divided by n and by the kernel's integral; Σ_j p_ij² is exp(l' - 2 l) with l' of the doubled score.
// Throws as attention_pooling does. Source: torch.logsumexp; Dao et al. 2022, "FlashAttention", for the merging.
template <detail::Lambda Score, Array Q, Array K, class... W> requires Operands<Q, W...>
CommonArray<Q, K, W...> attention_logsumexp(const Score& score, const Q& queries, const K& keys, const W&... w) {
  return detail::call_attention_logsumexp(PoolingOptions(), score, detail::NoMap(), queries, keys, w...);
}
template <detail::Lambda Score, detail::Lambda Map, Array Q, Array K, class... W> requires Operands<Q, W...>
CommonArray<Q, K, W...> attention_logsumexp(const Score& score, const Map& map, const Q& queries, const K& keys,
                                            const W&... w) {
  return detail::call_attention_logsumexp(PoolingOptions(), score, map, queries, keys, w...);
}
template <detail::Lambda Score, Array Q, Array K, class... W> requires Operands<Q, W...>
CommonArray<Q, K, W...> attention_logsumexp(PoolingOptions options, const Score& score, const Q& queries, const K& keys,
                                            const W&... w) {
  return detail::call_attention_logsumexp(options, score, detail::NoMap(), queries, keys, w...);
}
template <detail::Lambda Score, detail::Lambda Map, Array Q, Array K, class... W> requires Operands<Q, W...>
CommonArray<Q, K, W...> attention_logsumexp(PoolingOptions options, const Score& score, const Map& map,
                                            const Q& queries, const K& keys, const W&... w) {
  return detail::call_attention_logsumexp(options, score, map, queries, keys, w...);
}

}  // namespace tg
