// Attention pooling for Variables: the gradient is streamed as the value is, and computes the weights anew.
//
//   y_i = Σ_j p_ij v_j        p_ij = softmax_j(s_ij)
//   v̄_j = Σ_i p_ij ȳ_i        s̄_ij = p_ij (ȳ_i·v_j - ȳ_i·y_i)        x̄ = Σ s̄_ij ∂s_ij/∂x for x a query, a key, a parameter
//
// The lambda's derivative ∂s/∂x comes from dual numbers, one input at a time, for those inputs that need it.
#pragma once

#include "autograd/dual.h"
#include "autograd/elementwise.h"
#include "autograd/select.h"
#include "autograd/softmax.h"
#include "tensor/pooling.h"

namespace tg {
namespace detail {

// A tile's derivatives, with the lambda hidden behind them.
template <class T>
struct TileDifferentiator {
  virtual ~TileDifferentiator() = default;
  // From the cotangents of scores to those of the sums over features: cotangents(j, l) *= map'(Σ_f ...).
  virtual void pull_back_map(const Tile<T>& tile, PairTile<T>& cotangents) const = 0;
  // totals[l] = Σ_j cotangents(j, l) ∂score/∂x, where x is feature f of the side in the lanes.
  virtual void sum_partials(const Tile<T>& tile, std::int64_t f, const PairTile<T>& cotangents, PerLane<T>& totals) const = 0;
  // The same for parameter i, from feature f; queries are in the lanes.
  virtual void sum_partials(const Tile<T>& tile, std::int64_t f, std::size_t i, const PairTile<T>& cotangents,
                            PerLane<T>& totals) const = 0;
};

template <class T, class Score, class Map, std::size_t K>
class DifferentiableSimilarity : public Similarity<T, Score, Map, K>, public TileDifferentiator<T> {
 public:
  using Similarity<T, Score, Map, K>::Similarity;

  void pull_back_map(const Tile<T>& tile, PairTile<T>& cotangents) const override {
    if constexpr (!std::is_same_v<Map, NoMap>) {
      PairTile<T> sums;
      this->add_features(tile, sums);
      each_pair(tile.count, cotangents, [&](Index j, Index l) {
        return product(cotangents(j, l), this->map_(Dual<Number<T>, 1>::input(sums(j, l), 0)).partial(0).value());
      });
    }
  }

  void sum_partials(const Tile<T>& tile, std::int64_t f, const PairTile<T>& cotangents, PerLane<T>& totals) const override {
    if (tile.side == InLanes::queries) {
      sum<InLanes::queries, 0>(tile, f, cotangents, totals);
    } else {
      sum<InLanes::keys, 1>(tile, f, cotangents, totals);
    }
  }
  void sum_partials(const Tile<T>& tile, std::int64_t f, std::size_t i, const PairTile<T>& cotangents,
                    PerLane<T>& totals) const override {
    sum_parameter(tile, f, i, cotangents, totals, std::make_index_sequence<K>());
  }

 private:
  template <std::size_t... I>
  void sum_parameter(const Tile<T>& tile, std::int64_t f, std::size_t i, const PairTile<T>& cotangents, PerLane<T>& totals,
                     std::index_sequence<I...>) const {
    ((i == I ? sum<InLanes::queries, 2 + I>(tile, f, cotangents, totals) : void()), ...);
  }

  // Input 0 of the score is the query, 1 the key, 2 + i parameter i.
  template <InLanes side, std::size_t input>
  [[gnu::noinline]] void sum(const Tile<T>& tile, std::int64_t f, const PairTile<T>& cotangents, PerLane<T>& totals) const {
    const std::array<Number<T>, K> w = this->parameters_of(f);
    const PerLane<T> lane = tile.lanes[static_cast<std::size_t>(f)];
    const T* row = tile.rows.column(f) + tile.first;
    sum_rows(tile.count, totals, [&](Index j, Index l) {
      const T q = side == InLanes::queries ? lane[l] : row[j], k = side == InLanes::queries ? row[j] : lane[l];
      return product(cotangents(j, l), slope<input>(q, k, w, std::make_index_sequence<K>()));
    });
  }

  // ∂score/∂x for one feature of one query and one key.
  template <std::size_t input, std::size_t... I>
  T slope(T q, T k, const std::array<Number<T>, K>& w, std::index_sequence<I...>) const {
    using N = Number<T>;
    using D = Dual<N, 1>;
    return this->score_(D(q, {N(input == 0)}), D(k, {N(input == 1)}), D(w[I], {N(input == I + 2)})...).partial(0).value();
  }

  // A pair without weight has no share in a gradient, even if the slope there is infinite or NaN. (An infinite slope of
  // the map makes an infinite cotangent, of which an input that the sum does not depend on has no share either.)
  static T product(T cotangent, T slope) {
    const T share = cotangent == 0 ? T(0) : cotangent * slope;
    return std::is_same_v<Map, NoMap> || slope != 0 ? share : T(0);
  }
};

// The gradients towards the queries, keys, values and parameters that are needed, in this order, by streaming; the
// others are empty. In pooling.cpp.
template <class T>
std::vector<BasicTensor<T>> pooling_vjp(const TileScorer<T>& scorer, const TileDifferentiator<T>& differentiator,
                                        const PoolingInputs<T>& inputs, const Pooled<T>& pooled, const BasicTensor<T>& g,
                                        const std::vector<bool>& needed, const std::vector<Shape>& shapes);

// The same as Variables, for a sweep that records itself: through ops that hold all scores.
template <class T, class Score, class Map, std::size_t... I>
void composed_pooling_vjp(PoolingOptions options, const Score& score, const Map& map, Pullback<T>& p,
                          std::span<BasicVariable<T>> out, std::index_sequence<I...>) {
  // Inputs of the composed ops alone: if a query depends on a parameter elsewhere, that path is not theirs.
  std::array<BasicVariable<T>, 3 + sizeof...(I)> x{p.x(0), p.x(1), p.x(2), p.x(3 + I)...};
  std::vector<BasicVariable<T>> asked;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!p.needs(static_cast<int>(i))) continue;
    asked.push_back(x[i] = reshape(x[i], x[i].shape()));
  }
  const BasicVariable<T> y = matmul(softmax(composed_scores(options, score, map, x[0], x[1], x[3 + I]...), 1), x[2]);
  const auto gradients = BasicTape<T>::current()->gradient(sum(y * p.g), asked, {.create_graph = true});
  for (std::size_t i = 0, next = 0; i < x.size(); ++i) {
    if (p.needs(static_cast<int>(i))) out[i] = gradients[next++];
  }
}

}  // namespace detail

// y = attention_pooling(score, map, queries, keys, values, w...)
// Called by attention_pooling() of tensor/pooling.h when an operand is a Variable.
template <class T, class Score, class Map, class... W>
BasicVariable<T> attention_pooling_variables(PoolingOptions options, const Score& score, const Map& map, const BasicVariable<T>& queries,
                                             const BasicVariable<T>& keys, const BasicVariable<T>& values, const W&... w) {
  constexpr std::size_t count = sizeof...(W);
  using Scorer = detail::DifferentiableSimilarity<T, Score, Map, count>;
  detail::check_lambdas<T, Score, Map, W...>();
  detail::check_pooling("attention_pooling", options, queries.shape(), keys.shape(), &values.shape(), std::array<Shape, count>{w.shape()...});
  const detail::PoolingInputs<T> inputs(options, queries.value(), keys.value(), values.value());
  const Scorer scorer(score, map, {w.value()...});
  const detail::Pooled<T> pooled = detail::pool(scorer, inputs, detail::pooled_shape(queries.shape(), values.shape()));
  const std::array<BasicVariable<T>, 3 + count> x{queries, keys, values, w...};
  return record_joint<T>("attention_pooling", pooled.y, std::span<const BasicVariable<T>>(x), reads::everything,
                         [scorer, inputs, pooled, score, map, options](Pullback<T>& p, std::span<BasicVariable<T>> out) {
                           if (p.creates_graph()) {
                             detail::composed_pooling_vjp<T>(options, score, map, p, out, std::make_index_sequence<count>());
                             return;
                           }
                           std::vector<bool> needed;
                           std::vector<Shape> shapes;
                           for (int i = 0; i < static_cast<int>(out.size()); ++i) {
                             needed.push_back(p.needs(i));
                             shapes.push_back(needed.back() ? p.shape(i) : Shape());
                           }
                           const auto gradients = detail::pooling_vjp<T>(scorer, scorer, inputs, pooled, p.g.value(), needed, shapes);
                           for (std::size_t i = 0; i < out.size(); ++i) {
                             if (needed[i]) out[i] = gradients[i];
                           }
                         });
}

}  // namespace tg
