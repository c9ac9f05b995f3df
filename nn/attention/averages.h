// Averages: what a gradient needs besides the value, summed up in the loop that computes the value.
//
// The gradient has the difference v_j - y_i. What the values have in common cancels there, and the rounding error of
// y_i would stay: times a large slope it is all that one sees. So a query sees the values less a centre c_i, y_i as the
// scalar holds it, and keeps δ_i, the rest of y_i. A value without weight has no part in either.
//
//   δ_i = Σ_j p_ij (v_j - c_i)        v_j - y_i = (v_j - c_i) - δ_i
//
// A few parameters, as a bandwidth to be learned, go by forward mode: their slopes are averaged here, and the backward
// pass has no exponential left to compute. Since Σ_j s̄_ij = 0, what a query's slopes have in common cancels too: they
// are taken less the slope for its nearest key, the one with the largest score. For each element e of the parameters
//
//   ∂y_i/∂e = Σ_j p_ij t_ij (v_j - c_i) - δ_i Σ_j p_ij t_ij        t_ij = ∂s_ij/∂e, less that for the nearest key
#pragma once

#include "nn/attention/scores.h"

namespace tg::detail {

// Slopes that are summed over pairs, towards feature f of an input of the score. Those of one element add up.
struct Term {
  std::size_t input, f, element;
};
using Terms = std::vector<Term>;

// Those of the parameters that need a gradient, of a call's inputs: queries, keys, values, parameters.
Terms parameter_terms(const std::vector<Shape>& shapes, const std::vector<bool>& needed);

// In the tree all slopes go by forward mode, also the queries', the last term.
Terms tree_terms(const std::vector<Shape>& shapes, const std::vector<bool>& needed);

// In the loop those that go by forward mode: all or none.
Terms forward_terms(const std::vector<Shape>& shapes, const std::vector<bool>& needed, std::size_t columns);

inline std::size_t element_count(const Terms& terms) { return terms.empty() ? 0 : terms.back().element + 1; }

// A block's sums over the keys so far: Σ p, without and with the tile at hand, and Σ p v for each column of the values.
// p is relative to the largest score so far; `raised` says whether that is the tile's.
template <class T> struct RunningSums {
  PerLane<double> before, weights;
  LaneList<double> values;
  bool raised;
};

// How many sums are kept for v columns of values: δ of each; then, for each element, Σ p t, and Σ p t (v - c) of each.
inline std::size_t sum_count(std::size_t v, const Terms& terms) { return v + element_count(terms) * (1 + v); }

// A call's averages: for each query the centres, these sums divided by Σ p, and the nearest key.
template <class T> struct Averages {
  Averages(Index queries, std::size_t v, const Terms& terms)
      : centres(queries, v), sums(queries, sum_count(v, terms)), nearest(IndexTensor::uninitialized({queries})) {}
  void clear() {
    std::fill_n(centres.columns.writable(), centres.columns.numel(), T(0));
    std::fill_n(sums.columns.writable(), sums.columns.numel(), T(0));
  }
  Side<T> centres, sums;
  IndexTensor nearest;
};

// The sums of a block of sixteen queries. While they run, c is the average of the values so far, and the nearest key is
// the nearest so far; the sums move with them.
template <class T> class GradientSums {
 public:
  GradientSums(const Scorer<T>& scorer, const Side<T>& values, const Terms& terms)
      : scorer_(scorer),
        values_(values),
        terms_(terms),
        centres_(values.width),
        nearest_slopes_(terms.size()),
        sums_(sum_count(values.width, terms)) {}

  void start();                          // of a block
  void scale(const PerLane<T>& factor);  // larger scores have come
  void add(const ScoreTile<T>& tile, const PairTile<T>& p, const RunningSums<T>& running);
  void store(const PerLane<double>& inverse_sum, Index begin, Averages<T>& out);

 private:
  void move_centre(std::size_t c, const RunningSums<T>& running);
  void move_nearest_slope(std::size_t t, const PairTile<T>& slopes, const RunningSums<T>& running);
  void add_slopes(const ScoreTile<T>& tile, const PairTile<T>& p, const RunningSums<T>& running, PerLane<T>& share);
  auto values_less_centre(std::size_t c, Index first) const {
    return [v = values_.column(c) + first, centre = centres_[c]](Index j, Index l) { return v[j] - centre[l]; };
  }
  PerLane<double>* sums_of(std::size_t element) { return &sums_[values_.width + element * (1 + values_.width)]; }

  const Scorer<T>& scorer_;
  const Side<T>& values_;
  const Terms& terms_;
  LaneList<T> centres_, nearest_slopes_;  // one a column, and one a term
  LaneList<double> sums_;
  PerLane<T> nearest_row_;  // of the tile, if it has raised the largest score, or -1
  PerLane<Index> nearest_{};
};

}  // namespace tg::detail
