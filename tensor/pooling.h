// Attention pooling: every query gets a weighted average of the values, with weights from a softmax over its scores.
//
//   y_i = Σ_j softmax_j(s_ij) v_j        s_ij = map(Σ_f score(q_if, k_jf, w_f...))
//
// It streams: the m x n weights are never held, and memory grows with m + n only. A loop around the lambda fills one tile
// of scores at a time (Similarity); what happens to a tile is in pooling.cpp.
#pragma once

#include <array>
#include <limits>
#include <span>
#include <vector>

#include "tensor/create.h"
#include "tensor/lambda.h"
#include "tensor/pairs.h"
#include "tensor/views.h"

namespace tg {

struct PoolingOptions {
  bool exclude_self = false;  // query i does not attend to key i, as when every training point predicts itself
};

namespace detail {

// --- Scores by tile ---

template <class T>
using LaneList = std::vector<PerLane<T>, PoolAllocator<PerLane<T>>>;

// One side of a call, (n) or (n, width), with its columns apart: rows then lie one after the other in each.
template <class T>
struct Side {
  explicit Side(const BasicTensor<T>& x)
      : count(x.size(0)), width(x.dim() == 1 ? 1 : x.size(1)), columns(contiguous(x.dim() == 1 ? x : transpose(x))) {}
  const T* column(std::int64_t f) const { return columns.data() + f * count; }
  LaneList<T> lanes(std::int64_t begin) const;  // of rows begin to begin + 15; lanes past the end repeat the last row

  std::int64_t count, width;
  BasicTensor<T> columns;
};

// A tile: sixteen lanes of one side, and rows first to first + count - 1 of the other.
enum class InLanes { queries, keys };
template <class T>
struct ScoreTile {
  InLanes side;
  const LaneList<T>& lanes;
  const Side<T>& rows;
  std::int64_t first;
  int count;
};

// A tile's scores, with the lambda hidden behind them.
template <class T>
struct TileScorer {
  virtual ~TileScorer() = default;
  virtual void score(const ScoreTile<T>& tile, PairTile<T>& scores) const = 0;
};

struct NoMap {};  // stands for a second lambda that is not given

// The two lambdas and their parameters. Parameter i has one element, or one a feature.
template <class T, class Score, class Map, std::size_t K>
class Similarity : public TileScorer<T> {
 public:
  Similarity(const Score& score, const Map& map, const std::array<BasicTensor<T>, K>& parameters) : score_(score), map_(map) {
    for (std::size_t i = 0; i < K; ++i) {
      parameters_[i] = contiguous(parameters[i]);
      data_[i] = parameters_[i].data();
      step_[i] = parameters_[i].numel() == 1 ? 0 : 1;
    }
  }

  void score(const ScoreTile<T>& tile, PairTile<T>& scores) const override {
    add_features(tile, scores);
    if constexpr (!std::is_same_v<Map, NoMap>) {
      each_pair(tile.count, scores, [&](Index j, Index l) { return map_(Number<T>(scores(j, l))).value(); });
    }
  }

 protected:
  // Σ_f score(q_f, k_f, w_f...)
  void add_features(const ScoreTile<T>& tile, PairTile<T>& sums) const {
    if (tile.side == InLanes::queries) {
      add_features<InLanes::queries>(tile, sums, std::make_index_sequence<K>());
    } else {
      add_features<InLanes::keys>(tile, sums, std::make_index_sequence<K>());
    }
  }

  std::array<Number<T>, K> parameters_of(std::int64_t feature) const {
    std::array<Number<T>, K> w;
    for (std::size_t i = 0; i < K; ++i) w[i] = data_[i][step_[i] * feature];
    return w;
  }

  Score score_;
  Map map_;

 private:
  template <InLanes side, std::size_t... I>
  [[gnu::noinline]] void add_features(const ScoreTile<T>& tile, PairTile<T>& sums, std::index_sequence<I...>) const {
    using N = Number<T>;
    for (std::int64_t f = 0; f < tile.rows.width; ++f) {
      const std::array<N, K> w = parameters_of(f);
      const PerLane<T> lane = tile.lanes[static_cast<std::size_t>(f)];
      const T* row = tile.rows.column(f) + tile.first;
      auto score_of = [&](Index j, Index l) {
        const N of_lane = lane[l], of_row = row[j];
        return (side == InLanes::queries ? score_(of_lane, of_row, w[I]...) : score_(of_row, of_lane, w[I]...)).value();
      };
      if (f == 0) {
        each_pair(tile.count, sums, score_of);
      } else {
        each_pair(tile.count, sums, [&](Index j, Index l) { return sums(j, l) + score_of(j, l); });
      }
    }
  }

  std::array<BasicTensor<T>, K> parameters_;
  std::array<const T*, K> data_;
  std::array<std::int64_t, K> step_;
};

// --- Streaming, in pooling.cpp ---

template <class T>
struct PoolingInputs {
  PoolingInputs(PoolingOptions options_, const BasicTensor<T>& queries_, const BasicTensor<T>& keys_, const BasicTensor<T>& values_)
      : options(options_), queries(queries_), keys(keys_), values(values_) {}

  PoolingOptions options;
  Side<T> queries, keys, values;
};

// A block's sums over the keys so far: Σ p, without and with the tile at hand, and Σ p v for each column of the values,
// with it. p is relative to the largest score so far; if that is the tile's, it has raised it: top is its row, or -1.
template <class T>
struct RunningSums {
  PerLane<double> before, weights;
  LaneList<double> values;
  bool raised;
  PerLane<T> top;
};

// What a gradient needs besides: `width` numbers for each query, some of which are averages over the keys, Σ_j p_ij h_ij.
template <class T>
struct TileAverages {
  virtual ~TileAverages() = default;
  virtual std::size_t width() const = 0;
  virtual std::span<PerLane<double>> averages(LaneList<double>& sums) const = 0;  // those of them
  // Adds Σ_j p(j, l) h_k(j, l) to sums[k][l]; p are the weights of the tile's pairs.
  virtual void add(const ScoreTile<T>& tile, const PairTile<T>& p, const RunningSums<T>& running, PerLane<double>* sums) const = 0;
};

// A call's result, with what a backward pass needs: for each query its largest score M and 1 / Σ_j exp(s_ij - M), from
// which its weights are computed anew, the key that has M, and what is summed further, (width, m).
template <class T>
struct Pooled {
  BasicTensor<T> y, largest, inverse_sum, further;
  IndexTensor top;
};

template <class T>
Pooled<T> pool(const TileScorer<T>& scorer, const PoolingInputs<T>& inputs, const Shape& result_shape,
               const TileAverages<T>* further = nullptr);
Shape pooled_shape(const Shape& queries, const Shape& values);  // (m) or (m, v)

// Throw unless the shapes fit together; `values` is null for attention_weights.
void check_pooling(const char* op, PoolingOptions options, const Shape& queries, const Shape& keys, const Shape* values,
                   std::span<const Shape> parameters);

// With exclude_self: what a pair of a row and a lane of one index has, a score of -inf or a cotangent of 0.
template <class T>
void set_self_pairs(std::int64_t first_lane, std::int64_t first_row, int count, T value, PairTile<T>& pairs);

// How many lanes a stretch of a parallel loop has, of which each meets `rows` rows: about 20 µs of work.
std::int64_t pooling_grain(std::int64_t rows);

// The lambdas' signatures, checked in one line each: F takes `Args` and gives an N.
template <class N, class F, class... Args>
constexpr bool gives() {
  if constexpr (std::is_invocable_v<const F&, Args...>) {
    return std::is_same_v<std::invoke_result_t<const F&, Args...>, N>;
  } else {
    return false;
  }
}
template <class T, class Score, class Map, class... W>
constexpr bool check_lambdas() {
  using N = Number<T>;
  constexpr bool score = gives<N, Score, N, N, std::conditional_t<true, N, W>...>();
  constexpr bool map = std::is_same_v<Map, NoMap> || gives<N, Map, N>();
  static_assert(score, "attention pooling: the score must be a lambda of a query, a key and one argument for each parameter, "
                       "all auto, that returns their type; write q * 0 + 1 instead of a bare literal, exp instead of "
                       "std::exp, and pass a Variable as a parameter");
  static_assert(map, "attention pooling: the second lambda takes the sum over the features, as auto, and returns its "
                     "type; write exp instead of std::exp, and pass a Variable to the first");
  return score && map;
}

template <class T, class Score, class Map, class... W>
BasicTensor<T> attention_pooling_values(PoolingOptions options, const Score& score, const Map& map, const BasicTensor<T>& queries,
                                        const BasicTensor<T>& keys, const BasicTensor<T>& values, const W&... w) {
  constexpr auto op = "attention_pooling";
  const std::array<Shape, sizeof...(W)> parameters{w.shape_for(op)...};
  check_pooling(op, options, queries.shape_for(op), keys.shape_for(op), &values.shape_for(op), parameters);
  const PoolingInputs<T> inputs(options, queries, keys, values);
  const Similarity<T, Score, Map, sizeof...(W)> similarity(score, map, {w...});
  return pool(similarity, inputs, pooled_shape(queries.shape(), values.shape())).y;
}

template <class Score, class Map, class Q, class K, class V, class... W>
auto call_attention_pooling(PoolingOptions options, const Score& score, const Map& map, const Q& q, const K& k, const V& v,
                            const W&... w) {
  using C = CommonArray<Q, K, V, W...>;
  if constexpr (!check_lambdas<typename C::value_type, Score, Map, W...>()) {
    return C();
  } else if constexpr (array_level<C> == 1) {
    return attention_pooling_values(options, score, map, to_array<C>(q), to_array<C>(k), to_array<C>(v), to_array<C>(w)...);
  } else {
    return attention_pooling_variables(options, score, map, C(to_array<C>(q)), C(to_array<C>(k)), C(to_array<C>(v)),
                                       C(to_array<C>(w))...);
  }
}

template <class F>
concept Lambda = !Array<F> && !Arithmetic<F> && !std::is_same_v<std::remove_cvref_t<F>, PoolingOptions>;

}  // namespace detail

// Attention pooling, y_i = Σ_j softmax_j(s_ij) v_j, of
//   queries (m) or (m, d), keys (n) or (n, d), values (n) or (n, v); the result is (m) or (m, v);
//   score   a lambda of one feature of a query, the same feature of a key, and the parameters; s_ij is its sum over the
//           features: [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; } is the Gaussian kernel, q * k a
//           dot product;
//   map     a second lambda, which may follow, makes the score of that sum: [](auto s) { return -sqrt(s); };
//   w...    parameters, each (), (1), or (d) with an element a feature.
// All may be Tensors or Variables, float or double. Memory O(m + n), forward and backward. Second derivatives are taken
// through ops that hold all m x n scores, and third ones throw, as elementwise's do. The weights are torch.softmax's; a
// query that all keys are out of reach of, with scores -inf everywhere, gets NaN as there: a weighted average of nothing.
// The lambdas are copied onto the tape, so they must capture by value; they must not throw.
// Throws if the shapes do not fit, if there is no key, or, with exclude_self, if the counts of queries and keys differ.
template <detail::Lambda Score, Array Q, Array K, Array V, class... W>
  requires Operands<Q, W...>
auto attention_pooling(const Score& score, const Q& queries, const K& keys, const V& values, const W&... w) {
  return detail::call_attention_pooling({}, score, detail::NoMap(), queries, keys, values, w...);
}
template <detail::Lambda Score, detail::Lambda Map, Array Q, Array K, Array V, class... W>
  requires Operands<Q, W...>
auto attention_pooling(const Score& score, const Map& map, const Q& queries, const K& keys, const V& values, const W&... w) {
  return detail::call_attention_pooling({}, score, map, queries, keys, values, w...);
}
template <detail::Lambda Score, Array Q, Array K, Array V, class... W>
  requires Operands<Q, W...>
auto attention_pooling(PoolingOptions options, const Score& score, const Q& queries, const K& keys, const V& values, const W&... w) {
  return detail::call_attention_pooling(options, score, detail::NoMap(), queries, keys, values, w...);
}
template <detail::Lambda Score, detail::Lambda Map, Array Q, Array K, Array V, class... W>
  requires Operands<Q, W...>
auto attention_pooling(PoolingOptions options, const Score& score, const Map& map, const Q& queries, const K& keys, const V& values,
                       const W&... w) {
  return detail::call_attention_pooling(options, score, map, queries, keys, values, w...);
}

}  // namespace tg
