// Gradient: attention pooling on a tape. It is streamed as the value is, and computes the weights anew.
//
//   v̄_j = Σ_i p_ij ȳ_i
//   x̄ = Σ_ij s̄_ij ∂s_ij/∂x        s̄_ij = p_ij ȳ_i·(v_j - y_i)        for x a query, a key, a parameter
#pragma once

#include "nn/attention/value.h"
#include "nn/attention/weights.h"

namespace tg::detail {

// What a sweep finds of a call: its inputs and its results.
template <class T> struct PooledCall : Recorded {
  PoolingInputs<T> inputs;
  Pooled<T> pooled;
};

// The gradients that are needed, in the order of the inputs; the others are empty.
template <class T>
std::vector<BasicTensor<T>> pooling_vjp(const Scorers<T>& scorers, const PooledCall<T>& call, const BasicTensor<T>& g);

// For a sweep that records itself: the inputs that need a gradient, made inputs of composed ops alone (if a query
// depends on a parameter elsewhere, that path is not theirs), and what a total gives them.
template <class T> std::vector<BasicVariable<T>> detach_needed(Context<T>& ctx, std::span<BasicVariable<T>> x) {
  std::vector<BasicVariable<T>> asked;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!ctx.needs(static_cast<int>(i))) continue;
    asked.push_back(x[i] = reshape(x[i], x[i].shape()));
  }
  return asked;
}
template <class T>
void give_gradients(Context<T>& ctx, const BasicVariable<T>& total, const std::vector<BasicVariable<T>>& asked,
                    std::span<BasicVariable<T>> out) {
  const auto gradients = BasicTape<T>::current()->gradient(total, asked, {.create_graph = true});
  for (std::size_t i = 0, next = 0; i < out.size(); ++i) {
    if (ctx.needs(static_cast<int>(i))) out[i] = gradients[next++];
  }
}

// The gradients as Variables, for a sweep that records itself: through ops that hold all scores, for the values less
// the queries' centres.
template <class T, class Score, class Map, std::size_t... I>
void composed_pooling_vjp(const PooledCall<T>& call, const Score& score, const Map& map, Context<T>& ctx,
                          std::span<BasicVariable<T>> out, std::index_sequence<I...>) {
  std::array<BasicVariable<T>, 3 + sizeof...(I)> x{ctx.x(0), ctx.x(1), ctx.x(2), ctx.x(3 + I)...};
  const std::vector<BasicVariable<T>> asked = detach_needed<T>(ctx, x);
  const BasicVariable<T> weights =
      softmax(composed_scores(call.inputs.options, score, map, x[0], x[1], x[3 + I]...), 1);
  BasicVariable<T> total;
  const BasicTensor<T>& centres = call.pooled.averages->centres.columns;
  for (Index c = 0; c < centres.size(0); ++c) {
    const BasicVariable<T> less = feature_of(x[2], c, 0) - transpose(narrow(centres, 0, c, 1));
    const BasicVariable<T> of_column = sum(sum(weights * less, 1, true) * feature_of(ctx.g, c, 1));
    total = c == 0 ? of_column : total + of_column;
  }
  give_gradients(ctx, total, asked, out);
}

// Which of a call's inputs need a gradient.
template <class T> std::vector<bool> needed_of(std::span<const BasicVariable<T>> inputs) {
  std::vector<bool> needed;
  for (const BasicVariable<T>& x : inputs) needed.push_back(BasicTape<T>::current() && x.requires_grad());
  return needed;
}

// attention_pooling of Variables, whose shapes are checked: the queries, keys, values and parameters.
template <class T, class Score, class Map, std::size_t N, std::size_t... I>
BasicVariable<T> record_pooling(const PoolingSettings& options, const Score& score, const Map& map,
                                const std::array<BasicVariable<T>, N>& x, std::index_sequence<I...> parameters) {
  using V = BasicVariable<T>;
  Recorded recorded{{x[0].shape(), x[1].shape(), x[2].shape(), x[3 + I].shape()...}, needed_of<T>(x)};
  if (!recorded.any_needed()) {                 // a prediction: nothing to record
    Recorder<T> recorder("attention_pooling");  // it throws for an input of another thread's open tape
    recorder.inputs(std::span(x), reads::nothing, {});
    return recorder.output(
        pool_values(options, score, map, values_of(x[0]), values_of(x[1]), values_of(x[2]), values_of(x[3 + I])...));
  }

  PoolingInputs<T> inputs{options, Side(values_of(x[0])), Side(values_of(x[1])), Side(values_of(x[2]))};
  Similarities<BasicVariable, T, Score, Map, N - 3> similarities(score, map, {values_of(x[3 + I])...}, inputs);
  Pooled<T> pooled = pool<T>(similarities, inputs, pooled_shape(recorded.shapes[0], recorded.shapes[2]), &recorded);
  const BasicTensor<T> y = std::move(pooled.y);  // no rule reads it
  PooledCall<T> call{std::move(recorded), std::move(inputs), std::move(pooled)};
  return record_joint<T>(
      {"attention_pooling", "yᵢ = Σⱼ pᵢⱼ vⱼ, pᵢⱼ = softmaxⱼ(sᵢⱼ), sᵢⱼ = map(Σ score(q, k, w...) over the features)",
       "v̄ⱼ = Σᵢ pᵢⱼ ȳᵢ, x̄ = Σᵢⱼ s̄ᵢⱼ ∂sᵢⱼ/∂x for x = q, k, w..., s̄ᵢⱼ = pᵢⱼ ȳᵢ·(vⱼ - yᵢ)"},
      y, std::span<const V>(x), reads::everything & ~reads::y,
      [similarities = std::move(similarities), call = std::move(call), parameters](Context<T>& ctx, std::span<V> out) {
        if (ctx.creates_graph()) {
          composed_pooling_vjp(call, similarities.loop.score, similarities.loop.map, ctx, out, parameters);
          return;
        }
        const auto gradients = pooling_vjp<T>(similarities, call, ctx.g.value());
        for (std::size_t i = 0; i < out.size(); ++i) {
          if (call.needed[i]) out[i] = gradients[i];
        }
      });
}

}  // namespace tg::detail
