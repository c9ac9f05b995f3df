// Value: the average itself, y_i = Σ_j p_ij v_j with p_ij = softmax_j(s_ij), streamed over tiles of keys.
#pragma once

#include <initializer_list>

#include "nn/attention/tree.h"

namespace tg {

struct PoolingOptions {
  bool exclude_self = false;  // query i does not attend to key i, as when every training point predicts itself

  // The part that near-linear pooling may lose of a query's weights; 0 forbids it. Values err by less than four times
  // as much of the largest |v|. If it is not given: 2.5e-8 for floats, 0 for doubles.
  std::optional<double> tolerance = {};
};

namespace detail {

struct PoolingSettings : PoolingOptions {
  PoolingSettings(const PoolingOptions& options) : PoolingOptions(options) {}
  TreeLimits limits;
  bool logs = false;  // the result is the logarithm of the sum of the weights, before they are divided by it
};

template <class T> struct PoolingInputs {
  PoolingSettings options;
  Side<T> queries, keys, values;
};

// A call's result, with what a gradient needs: for each query its largest score M and 1 / Σ_j exp(s_ij - M), from which
// its weights are computed anew, or, if the tree has answered, log Σ_j exp(s_ij); and its averages, with the slopes of
// the terms `forward`.
template <class T> struct Pooled {
  BasicTensor<T> y;
  Side<T> largest, inverse_sum;
  std::vector<double> log_sums;
  std::optional<Averages<T>> averages;
  Terms forward;
};

// A call's lambdas, for the loop and for the tree.
template <class T> struct Scorers {
  const Scorer<T>& loop;
  const TreeScorer* tree;  // or null
};

// May the tree answer? Only a large call of one feature with a tolerance above 0.
template <class T> bool tree_may_answer(const PoolingInputs<T>& in);

template <template <class> class C, class T, class Score, class Map, std::size_t K> struct Similarities {
  Similarities(const Score& score, const Map& map, const std::array<BasicTensor<T>, K>& w, const PoolingInputs<T>& in)
      : loop(score, map, w) {
    if (tree_may_answer(in)) tree.emplace(score, map, w);
  }
  operator Scorers<T>() const { return {loop, tree ? &*tree : nullptr}; }

  Similarity<C<T>, Score, Map, K> loop;
  std::optional<TreeSimilarity<C<double>, Score, Map, K>> tree;
};

// The inputs of a recorded call: queries, keys, values, parameters. Which of them need a gradient?
struct Recorded {
  std::vector<Shape> shapes;
  std::vector<bool> needed;
  bool any_needed() const { return std::find(needed.begin(), needed.end(), true) != needed.end(); }
};

// Without `recorded` no gradient is needed.
template <class T>
Pooled<T> pool(const Scorers<T>& scorers, const PoolingInputs<T>& in, const Shape& result_shape,
               const Recorded* recorded = nullptr);
template <class T>
Pooled<T> pool_by_loop(const Scorer<T>& scorer, const PoolingInputs<T>& in, const Shape& result_shape,
                       const Terms* forward);
Shape pooled_shape(const Shape& queries, const Shape& values);  // (m) or (m, v)

// attention_pooling of Tensors, whose shapes are checked.
template <class T, class Score, class Map, class... W>
BasicTensor<T> pool_values(const PoolingSettings& options, const Score& score, const Map& map,
                           const BasicTensor<T>& queries, const BasicTensor<T>& keys, const BasicTensor<T>& values,
                           const W&... w) {
  const PoolingInputs<T> inputs{options, Side(queries), Side(keys), Side(values)};
  const Similarities<BasicTensor, T, Score, Map, sizeof...(W)> similarities(score, map, {w...}, inputs);
  return pool<T>(similarities, inputs, pooled_shape(queries.shape(), values.shape())).y;
}

// Throw unless the shapes fit together; `values` is null for attention_weights.
void check_pooling(const char* op, PoolingOptions options, const Shape& queries, const Shape& keys, const Shape* values,
                   std::initializer_list<Shape> parameters);

// With exclude_self: what a pair of a row and a lane of one index has, a score of -inf or a cotangent of 0.
template <class T>
void set_self_pairs(const PoolingInputs<T>& in, Index first_lane, const ScoreTile<T>& tile, T value,
                    PairTile<T>& pairs) {
  if (!in.options.exclude_self) return;
  const Index end = std::min(first_lane + block_lanes, tile.first + tile.count);
  for (Index i = std::max(first_lane, tile.first); i < end; ++i) pairs(i - tile.first, i - first_lane) = value;
}

// Calls f(tile) for each tile of a block, rows begin to begin + 15 of one side against all of the other, with its
// scores in `s`.
template <class T, class F>
void each_tile(const Scorer<T>& scorer, const PoolingInputs<T>& in, InLanes side, Index begin, PairTile<T>& s,
               const F& f) {
  const LaneList<T> lanes = (side == InLanes::queries ? in.queries : in.keys).lanes(begin);
  const Side<T>& rows = side == InLanes::queries ? in.keys : in.queries;
  for (Index first = 0; first < rows.count; first += tile_rows) {
    const int count = static_cast<int>(std::min<Index>(tile_rows, rows.count - first));
    const ScoreTile<T> tile{side, lanes, rows, first, count};
    scorer.scores(tile, s);
    set_self_pairs(in, begin, tile, -infinity<T>, s);
    f(tile);
  }
}

// How many lanes a stretch of a parallel loop has, of which each meets `rows` rows: about 20 µs of work.
Index pooling_grain(Index rows);

}  // namespace detail
}  // namespace tg
