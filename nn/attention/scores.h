// Scores: a call's two lambdas, and the sides of the pairs that they are called for.
//
//   s_ij = map(Σ_f score(q_if, k_jf, w_f...))
//
// A loop around the lambdas fills one tile of pairs at a time, with scores or with slopes: these come from dual
// numbers, towards one input at a time. The .cpp files see the lambdas through one interface, Scorer.
#pragma once

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "autograd/dual.h"
#include "nn/attention/pairs.h"
#include "tensor/operands.h"
#include "tensor/views.h"

namespace tg::detail {

template <class T> using LaneList = std::vector<PerLane<T>, PoolAllocator<PerLane<T>>>;

// One side of a call, (n) or (n, width), with its columns apart: rows then lie one after the other in each.
template <class T> struct Side {
  explicit Side(const BasicTensor<T>& x)
      : count(x.size(0)),
        width(x.dim() == 1 ? 1 : static_cast<std::size_t>(x.size(1))),
        columns(x.dim() == 1 ? contiguous(x) : contiguous(transpose(x))) {}
  Side(Index count_, std::size_t width_)  // to be filled in
      : count(count_), width(width_), columns(BasicTensor<T>::uninitialized({static_cast<Index>(width), count})) {}

  const T* column(std::size_t f) const { return columns.data() + static_cast<Index>(f) * count; }
  T* writable_column(std::size_t f) { return columns.writable() + static_cast<Index>(f) * count; }

  // Of rows begin to begin + 15; lanes past the end repeat the last row.
  LaneList<T> lanes(Index begin) const {
    LaneList<T> lanes(width);
    const Index rows = std::min<Index>(block_lanes, count - begin);
    for (std::size_t f = 0; f < width; ++f) {
      T* lane = lanes[f].value;
      std::copy_n(column(f) + begin, rows, lane);
      std::fill(lane + rows, lane + block_lanes, lane[rows - 1]);
    }
    return lanes;
  }

  Index count;
  std::size_t width;
  BasicTensor<T> columns;
};

// A tile: sixteen lanes of one side, and rows first to first + count - 1 of the other.
enum class InLanes { queries, keys };
template <class T> struct ScoreTile {
  InLanes side;
  const LaneList<T>& lanes;
  const Side<T>& rows;
  Index first;
  int count;
};

// A call's lambdas and their parameters, for every pair of a tile.
template <class T> struct Scorer {
  virtual ~Scorer() = default;
  virtual void scores(const ScoreTile<T>& tile, PairTile<T>& scores) const = 0;

  // Slopes, of Variables only. First of the sum over the features, towards feature f of one input: 0 is the query and
  // 1 the key, each in the lanes; 2 + i is parameter i, with the queries in the lanes.
  virtual void slopes(const ScoreTile<T>& tile, std::size_t input, std::size_t f, PairTile<T>& slopes) const = 0;
  // Then map'(Σ_f ...); false if there is no second lambda.
  virtual bool map_slopes(const ScoreTile<T>& tile, PairTile<T>& slopes) const = 0;
};

struct NoMap {};  // stands for a second lambda that is not given

// Of Tensors or Variables, by their type C. Parameter i has one element, or one a feature.
template <class C, class Score, class Map, std::size_t K> class Similarity : public Scorer<typename C::value_type> {
  using T = typename C::value_type;
  using N = Number<T>;
  using D = Dual<N, 1>;

 public:
  template <class P>
  Similarity(const Score& score_, const Map& map_, const std::array<BasicTensor<P>, K>& parameters)
      : score(score_), map(map_) {
    for (std::size_t i = 0; i < K; ++i) parameters_[i] = contiguous(cast<T>(parameters[i]));
  }

  void scores(const ScoreTile<T>& tile, PairTile<T>& scores) const override {
    sum_features(tile, scores);
    if constexpr (!std::is_same_v<Map, NoMap>) {
      each_pair(tile.count, scores, [&](Index j, Index l) { return map(N(scores(j, l))).value(); });
    }
  }
  void slopes(const ScoreTile<T>& tile, std::size_t input, std::size_t f, PairTile<T>& slopes) const override {
    if constexpr (array_level<C> == 2) slopes_of_inputs(tile, input, f, slopes, std::make_index_sequence<2 + K>());
  }
  bool map_slopes(const ScoreTile<T>& tile, PairTile<T>& slopes) const override {
    if constexpr (array_level<C> == 2 && !std::is_same_v<Map, NoMap>) {
      sum_features(tile, slopes);
      each_pair(tile.count, slopes,
                [&](Index j, Index l) { return map(D::input(slopes(j, l), 0)).partial(0).value(); });
      return true;
    }
    return false;
  }

  Score score;
  Map map;

 private:
  std::array<N, K> parameters_of(std::size_t f) const {
    std::array<N, K> w;
    for (std::size_t i = 0; i < K; ++i) w[i] = parameters_[i].data()[parameters_[i].numel() == 1 ? 0 : f];
    return w;
  }

  void sum_features(const ScoreTile<T>& tile, PairTile<T>& sums) const {
    if (tile.side == InLanes::queries) {
      sum_features<InLanes::queries>(tile, sums, std::make_index_sequence<K>());
    } else {
      sum_features<InLanes::keys>(tile, sums, std::make_index_sequence<K>());
    }
  }
  template <InLanes side, std::size_t... I>
  [[gnu::noinline]] void sum_features(const ScoreTile<T>& tile, PairTile<T>& sums, std::index_sequence<I...>) const {
    sum_over(tile.rows.width, tile.count, sums, [&](std::size_t f) {
      const T* row = tile.rows.column(f) + tile.first;
      return [this, row, lane = tile.lanes[f], w = parameters_of(f)](Index j, Index l) {
        const N of_lane = lane[l], of_row = row[j];
        const N q = side == InLanes::queries ? of_lane : of_row, k = side == InLanes::queries ? of_row : of_lane;
        return score(q, k, w[I]...).value();
      };
    });
  }

  template <std::size_t... I>
  void slopes_of_inputs(const ScoreTile<T>& tile, std::size_t input, std::size_t f, PairTile<T>& slopes,
                        std::index_sequence<I...>) const {
    ((input == I ? slopes_towards<I>(tile, f, slopes, std::make_index_sequence<K>()) : void()), ...);
  }
  template <std::size_t input, std::size_t... I>
  [[gnu::noinline]] void slopes_towards(const ScoreTile<T>& tile, std::size_t f, PairTile<T>& slopes,
                                        std::index_sequence<I...>) const {
    constexpr bool queries_in_lanes = input != 1;
    const std::array<N, K> w = parameters_of(f);
    const PerLane<T> lane = tile.lanes[f];
    const T* row = tile.rows.column(f) + tile.first;
    each_pair(tile.count, slopes, [&](Index j, Index l) {
      const N q = queries_in_lanes ? lane[l] : row[j], k = queries_in_lanes ? row[j] : lane[l];
      const D s = score(D(q, {N(input == 0)}), D(k, {N(input == 1)}), D(w[I], {N(input == I + 2)})...);
      return s.partial(0).value();
    });
  }

  std::array<BasicTensor<T>, K> parameters_;
};

// A tile's slopes, through the second lambda if there is one.
template <class T> class TileSlopes {
 public:
  TileSlopes(const Scorer<T>& scorer, const ScoreTile<T>& tile)
      : scorer_(scorer), tile_(tile), has_map_(scorer.map_slopes(tile, of_map_)) {}

  // ∂s/∂x for every pair, where x is feature f of an input of the score.
  void towards(std::size_t input, std::size_t f, PairTile<T>& slopes) const {
    scorer_.slopes(tile_, input, f, slopes);
    if (!has_map_) return;
    each_pair(tile_.count, slopes, [&](Index j, Index l) { return scalar::scaled(of_map_(j, l), slopes(j, l)); });
  }

 private:
  const Scorer<T>& scorer_;
  const ScoreTile<T>& tile_;
  PairTile<T> of_map_;
  bool has_map_;
};

// The lambdas' signatures, checked in one line each: F takes `Args` and gives an N.
template <class N, class F, class... Args>
concept Gives = requires {
  { std::declval<const F&>()(std::declval<Args>()...) } -> std::same_as<N>;
};
template <class T, class Score, class Map, class... W> constexpr bool check_lambdas() {
  using N = Number<T>;
  constexpr bool score = Gives<N, Score, N, N, std::conditional_t<true, N, W>...>;
  constexpr bool map = std::is_same_v<Map, NoMap> || Gives<N, Map, N>;
  static_assert(score, "attention pooling: the score must be a lambda of a query, a key and one argument for each "
                       "parameter, all auto, that returns their type; write q * 0 + 1 instead of a bare literal, exp "
                       "instead of std::exp, and pass a Variable as a parameter");
  static_assert(map, "attention pooling: the second lambda takes the sum over the features, as auto, and returns its "
                     "type; write exp instead of std::exp, and pass a Variable to the first");
  return score && map;
}

}  // namespace tg::detail
