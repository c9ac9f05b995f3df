// Block sums: what a walk adds up for its lanes, over tiles of rows or of points.
//
//   S_c = Σ_j p_lj W_jc        p_lj = exp(s_lj - L_j - M_l)
//   T_c = Σ_j p_lj (t_lj - t_l) W_jc        for each slope t of the score; t_l is that for the lane's nearest row
//
// L_j is a row's shift. M_l is the largest s_lj - L_j so far, as in an online softmax, where the nearest row is: what
// a lane's slopes have in common cancels in a gradient, and would leave its rounding error there.
#pragma once

#include "nn/attention/cells.h"

namespace tg::detail {

// What is summed: for the lanes of one side, in any order, over the rows of the other side's cells.
struct SumCall {
  const Scorer<double>& scorer;
  InLanes side;
  const Side<double>& lanes;
  const Cells& cells;
  std::vector<std::size_t> inputs;  // that slopes are taken towards: 0 is the query, 1 the key, 2 + i parameter i

  // If a lane's factors are given, one for each column, a slope has one sum: T = Σ_j p_lj t_lj Σ_c factor_lc W_jc. So
  // differences of columns are taken pair by pair, before a large slope is multiplied.
  const Side<double>* factors = nullptr;

  std::size_t sums_of_slope() const { return factors ? 1 : cells.columns.width; }
  std::size_t sum_count() const { return cells.columns.width + inputs.size() * sums_of_slope(); }
};

// For each lane, in the order given: M, the slopes for its nearest row, and S_0, S_1, ..., T_0, T_1, ...
struct LaneSums {
  explicit LaneSums(const SumCall& call)
      : largest(call.lanes.count, 1),
        nearest_slopes(call.lanes.count, call.inputs.size()),
        sums(call.lanes.count, call.sum_count()) {}
  Side<double> largest, nearest_slopes, sums;
};

// Sixteen lanes, `order[0]` to `order[used - 1]` of the call's.
class BlockSums {
 public:
  BlockSums(const SumCall& call, const Index* order, Index used);

  // Adds rows `first` to first + count - 1, of cells.rows. The row own_rows[l], if they are given, is no pair with lane
  // l. Gives the logarithm of the least S_0.
  double add(Index first, Index count, const Index* own_rows);
  void store(LaneSums& out) const;

 private:
  void add_slopes(const ScoreTile<double>& tile, const PairTile<double>& p, bool raised);
  void move_nearest_slope(std::size_t t, const PairTile<double>& slopes);
  PerLane<double>* sums_of_slope(std::size_t t) {
    return &sums_[call_.cells.columns.width + t * call_.sums_of_slope()];
  }

  const SumCall& call_;
  const Index* order_;
  Index used_;
  LaneList<double> lanes_, factors_, sums_, nearest_slopes_;
  PerLane<double> largest_, shift_{}, nearest_row_;
};

}  // namespace tg::detail
