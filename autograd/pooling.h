// Attention pooling for Variables: the gradient is streamed as the value is, and computes the weights anew.
//
//   y_i = Σ_j p_ij v_j        p_ij = softmax_j(s_ij)
//   v̄_j = Σ_i p_ij ȳ_i        s̄_ij = p_ij (ȳ_i·v_j - ȳ_i·y_i)        x̄ = Σ s̄_ij ∂s_ij/∂x for x a query, a key, a parameter
//
// The lambda's derivative ∂s/∂x comes from dual numbers, one input at a time, for those inputs that need it.
//
// A few parameters, as a bandwidth to be learned, go the other way: forward mode. While the value is computed, so are
// ∂y_i/∂w = Σ_j p_ij ∂s_ij/∂w v_j - y_i Σ_j p_ij ∂s_ij/∂w, and the backward pass has no exponential left to compute.
//
// In the difference v_j - y_i what the values have in common cancels, and the rounding error of y_i would stay: times a
// large slope it is all that one sees. So a query sees the values less a centre c_i, y_i as the scalar holds it, and keeps
// δ_i = Σ_j p_ij (v_j - c_i), the rest of y_i: v_j - y_i = (v_j - c_i) - δ_i. A value without weight has no part in either.
// And since Σ_j s̄_ij = 0, what a query's slopes have in common cancels too: they are taken less that of its nearest key,
// the one with the largest score.
#pragma once

#include <algorithm>

#include "autograd/dual.h"
#include "autograd/lambda.h"
#include "autograd/linalg.h"
#include "autograd/reduce.h"
#include "autograd/indexing.h"
#include "autograd/softmax.h"
#include "tensor/attention_weights.h"
#include "tensor/pooling.h"

namespace tg {

// y = x        x̄ = ȳ, but 0 where ȳ is infinite and the mask true
template <class T>
BasicVariable<T> stop_infinite(const BasicVariable<T>& x, const Mask& mask) {
  return record("stop_infinite", x.value(), {{x, reads::nothing, [mask](auto& ctx) { return stop_infinite_vjp(ctx.g, mask); }}});
}

// z = g, but 0 where g is infinite and the mask true        ḡ = z̄, but 0 where z̄ is infinite and the mask true
template <class T>
BasicVariable<T> stop_infinite_vjp(const BasicVariable<T>& g, const Mask& mask) {
  const Mask infinite = abs(g.value()) == std::numeric_limits<T>::infinity();
  return record("stop_infinite_vjp", where(infinite && mask, zeros<T>({}), g.value()),
                {{g, reads::nothing, [mask](auto& ctx) { return stop_infinite_vjp(ctx.g, mask); }}});
}

// Scores on their way to softmax. A pair whose score is -inf has the weight 0, and an infinite slope there no share: in a
// second derivative the softmax's ops would meet 0 times infinity.
template <class T>
BasicVariable<T> stop_infinite_without_weight(const BasicVariable<T>& scores) {
  if (!scores.requires_grad()) return scores;
  const Mask out_of_reach = scores.value() == -std::numeric_limits<T>::infinity();
  return sum(cast<T>(out_of_reach)).item() == 0 ? scores : stop_infinite(scores, out_of_reach);
}

namespace detail {

// A tile's derivatives, with the lambda hidden behind them.
template <class T>
struct TileDifferentiator {
  virtual ~TileDifferentiator() = default;
  // ∂score/∂x for every pair, where x is feature f of the side in the lanes, or parameter i for that feature.
  virtual void slopes(const ScoreTile<T>& tile, Index f, PairTile<T>& slopes) const = 0;
  virtual void parameter_slopes(const ScoreTile<T>& tile, Index f, std::size_t i, PairTile<T>& slopes) const = 0;
  // map'(Σ_f ...) for every pair; false if there is no second lambda.
  virtual bool map_slopes(const ScoreTile<T>& tile, PairTile<T>& slopes) const = 0;
};

template <class T, class Score, class Map, std::size_t K>
class DifferentiableSimilarity : public Similarity<T, Score, Map, K>, public TileDifferentiator<T> {
 public:
  using Similarity<T, Score, Map, K>::Similarity;

  void slopes(const ScoreTile<T>& tile, Index f, PairTile<T>& slopes) const override {
    if (tile.side == InLanes::queries) {
      slopes_towards<InLanes::queries, 0>(tile, f, slopes);
    } else {
      slopes_towards<InLanes::keys, 1>(tile, f, slopes);
    }
  }
  void parameter_slopes(const ScoreTile<T>& tile, Index f, std::size_t i, PairTile<T>& slopes) const override {
    towards_parameter(tile, f, i, slopes, std::make_index_sequence<K>());
  }
  bool map_slopes(const ScoreTile<T>& tile, PairTile<T>& slopes) const override {
    if constexpr (std::is_same_v<Map, NoMap>) {
      return false;
    } else {
      this->add_features(tile, slopes);
      each_pair(tile.count, slopes, [&](Index j, Index l) {
        return this->map_(Dual<Number<T>, 1>::input(slopes(j, l), 0)).partial(0).value();
      });
      return true;
    }
  }

 private:
  template <std::size_t... I>
  void towards_parameter(const ScoreTile<T>& tile, [[maybe_unused]] Index f, [[maybe_unused]] std::size_t i, PairTile<T>& slopes,
                         std::index_sequence<I...>) const {
    ((i == I ? slopes_towards<InLanes::queries, 2 + I>(tile, f, slopes) : void()), ...);
  }

  // Input 0 of the score is the query, 1 the key, 2 + i parameter i.
  template <InLanes side, std::size_t input>
  [[gnu::noinline]] void slopes_towards(const ScoreTile<T>& tile, Index f, PairTile<T>& slopes) const {
    const std::array<Number<T>, K> w = this->parameters_of(f);
    const PerLane<T> lane = tile.lanes[static_cast<std::size_t>(f)];
    const T* row = tile.rows.column(f) + tile.first;
    each_pair(tile.count, slopes, [&](Index j, Index l) {
      const T q = side == InLanes::queries ? lane[l] : row[j], k = side == InLanes::queries ? row[j] : lane[l];
      return slope<input>(q, k, w, std::make_index_sequence<K>());
    });
  }
  template <std::size_t input, std::size_t... I>
  T slope(T q, T k, const std::array<Number<T>, K>& w, std::index_sequence<I...>) const {
    using N = Number<T>;
    using D = Dual<N, 1>;
    return this->score_(D(q, {N(input == 0)}), D(k, {N(input == 1)}), D(w[I], {N(input == I + 2)})...).partial(0).value();
  }
};

// What a gradient needs besides the value, in this order: the centre c of each column of values and its δ; then, for each
// element e of the parameters that go by forward mode, Σ_j p_ij t_ij, and Σ_j p_ij t_ij (v_j - c_i) for each column, where
// t_ij is ∂s_ij/∂e less that slope for the key with the largest score; and these slopes. While the sums run, c is the
// average of the values so far, and they move with it; so they do with the slopes.
template <class T>
class GradientAverages : public TileAverages<T> {
 public:
  // The shapes of queries, keys, values and parameters, and which of them need a gradient.
  GradientAverages(const TileDifferentiator<T>& differentiator, const Side<T>& values, const std::vector<Shape>& shapes,
                   const std::vector<bool>& needed);

  std::size_t width() const override { return 2 * columns_ + elements_ * (1 + columns_) + terms_.size(); }
  std::span<PerLane<double>> averages(LaneList<double>& sums) const override {
    return std::span(sums).subspan(columns_, columns_ + elements_ * (1 + columns_));
  }
  void add(const ScoreTile<T>& tile, const PairTile<T>& p, const RunningSums<T>& running, PerLane<double>* sums) const override;

 private:
  PerLane<T> move_centre(std::size_t c, const RunningSums<T>& running, PerLane<double>* sums) const;
  PerLane<T> move_slope(std::size_t t, const PairTile<T>& slopes, const RunningSums<T>& running, PerLane<double>* sums) const;

  // A parameter, a feature, and the element whose slopes these two add to.
  struct Term {
    std::size_t parameter;
    Index feature;
    std::size_t element;
  };
  const TileDifferentiator<T>& differentiator_;
  Side<T> values_;
  std::size_t columns_;
  std::vector<Term> terms_;
  std::size_t elements_ = 0;
};

// What a sweep finds of a call: its sides, its results, and what needs a gradient.
template <class T>
struct PooledCall {
  PoolingInputs<T> inputs;
  Pooled<T> pooled;
  std::vector<Shape> shapes;
  std::vector<bool> needed;
};

// Makes the gradient that is needed, and gives where to write it.
template <class T>
T* start(bool needed, const Shape& shape, BasicTensor<T>& gradient) {
  if (!needed) return nullptr;
  gradient = BasicTensor<T>::uninitialized(shape);
  return gradient.writable();
}

// The parameters' gradients from the slopes that were averaged with the value, if any were: whether. In
// pooling_averages.cpp.
template <class T>
bool add_up_slopes(const Side<T>& g, const PooledCall<T>& call, std::vector<BasicTensor<T>>& out);

// The gradients towards the queries, keys, values and parameters that are needed, in this order, by streaming; the
// others are empty. In pooling.cpp.
template <class T>
std::vector<BasicTensor<T>> pooling_vjp(const TileScorer<T>& scorer, const TileDifferentiator<T>& differentiator,
                                        const PooledCall<T>& call, const BasicTensor<T>& g);

// The same as Variables, for a sweep that records itself: through ops that hold all scores, for the values less the
// queries' centres.
template <class T, class Score, class Map, std::size_t... I>
void composed_pooling_vjp(const PooledCall<T>& call, const Score& score, const Map& map, Context<T>& ctx,
                          std::span<BasicVariable<T>> out, std::index_sequence<I...>) {
  // Inputs of the composed ops alone: if a query depends on a parameter elsewhere, that path is not theirs.
  std::array<BasicVariable<T>, 3 + sizeof...(I)> x{ctx.x(0), ctx.x(1), ctx.x(2), ctx.x(3 + I)...};
  std::vector<BasicVariable<T>> asked;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!ctx.needs(static_cast<int>(i))) continue;
    asked.push_back(x[i] = reshape(x[i], x[i].shape()));
  }
  const BasicVariable<T> weights = softmax(composed_scores(call.inputs.options, score, map, x[0], x[1], x[3 + I]...), 1);
  BasicVariable<T> total;
  for (Index c = 0; c < call.inputs.values.width; ++c) {
    const BasicVariable<T> less = feature_of(x[2], c, 0) - transpose(narrow(call.pooled.further, 0, c, 1));
    const BasicVariable<T> of_column = sum(sum(weights * less, 1, true) * feature_of(ctx.g, c, 1));
    total = c == 0 ? of_column : total + of_column;
  }
  const auto gradients = BasicTape<T>::current()->gradient(total, asked, {.create_graph = true});
  for (std::size_t i = 0, next = 0; i < x.size(); ++i) {
    if (ctx.needs(static_cast<int>(i))) out[i] = gradients[next++];
  }
}

}  // namespace detail

// y = attention_pooling(score, map, queries, keys, values, w...)
// Called by attention_pooling() of tensor/pooling.h when an operand is a Variable.
template <class T, class Score, class Map, class... W>
BasicVariable<T> attention_pooling_variables(PoolingOptions options, const Score& score, const Map& map, const BasicVariable<T>& queries,
                                             const BasicVariable<T>& keys, const BasicVariable<T>& values, const W&... w) {
  constexpr std::size_t count = sizeof...(W);
  const std::array<BasicVariable<T>, 3 + count> x{queries, keys, values, w...};
  constexpr auto op = "attention_pooling";
  std::vector<Shape> shapes{queries.shape_for(op), keys.shape_for(op), values.shape_for(op), w.shape_for(op)...};
  detail::check_pooling(op, options, shapes[0], shapes[1], &shapes[2], std::span(shapes).subspan(3));
  std::vector<bool> needed;
  for (const BasicVariable<T>& input : x) needed.push_back(BasicTape<T>::current() && input.requires_grad());
  if (std::find(needed.begin(), needed.end(), true) == needed.end()) {  // a prediction: nothing to record
    Recorder<T> recorder(op);  // it throws for an input of another thread's open tape
    recorder.inputs(std::span(x), reads::nothing, {});
    return recorder.output(
        detail::attention_pooling_values(options, score, map, queries.value(), keys.value(), values.value(), w.value()...));
  }

  detail::DifferentiableSimilarity<T, Score, Map, count> similarity(score, map, {w.value()...});
  detail::PoolingInputs<T> inputs(options, queries.value(), keys.value(), values.value());
  const detail::GradientAverages<T> averages(similarity, inputs.values, shapes, needed);
  detail::Pooled<T> pooled = detail::pool(similarity, inputs, detail::pooled_shape(shapes[0], shapes[2]), &averages);
  const BasicTensor<T> y = std::move(pooled.y);  // no rule reads it
  detail::PooledCall<T> call{std::move(inputs), std::move(pooled), std::move(shapes), std::move(needed)};
  return record_joint<T>("attention_pooling", y, std::span<const BasicVariable<T>>(x), reads::everything & ~reads::y,
                         [similarity = std::move(similarity), call = std::move(call), score, map](Context<T>& ctx, std::span<BasicVariable<T>> out) {
                           if (ctx.creates_graph()) {
                             const auto parameters = std::make_index_sequence<count>();
                             detail::composed_pooling_vjp<T>(call, score, map, ctx, out, parameters);
                             return;
                           }
                           const auto gradients = detail::pooling_vjp<T>(similarity, similarity, call, ctx.g.value());
                           for (std::size_t i = 0; i < out.size(); ++i) {
                             if (call.needed[i]) out[i] = gradients[i];
                           }
                         });
}

}  // namespace tg
