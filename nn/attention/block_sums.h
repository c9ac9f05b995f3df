// Block sums: what a walk adds up for its lanes, over tiles of rows or of points.
//
//   S_c = Σ_j p_lj W_jc        p_lj = exp(s_lj - L_j - M_l)
//   T_c = Σ_j p_lj (t_lj - t_l) W_jc        for each slope t of the score; t_l is that for the lane's nearest
//
// L_j is a row's shift. M_l is the largest s_lj - L_j so far, as in an online softmax, where the nearest row, or point,
// is: what a lane's slopes have in common cancels in a gradient, and would leave its rounding error there. Of one
// column alone nothing cancels, and t_l is 0.
#pragma once

#include "nn/attention/cells.h"

namespace tg::detail {

// A call's lambdas for numbers, and for regions of queries and of keys.
struct TreeScorer {
  using Pair = std::array<Region, 2>;  // a query and a key
  virtual ~TreeScorer() = default;
  virtual const Scorer<double>& numbers() const = 0;
  virtual Region score(const Pair& x) const = 0;
  virtual Region slope(std::size_t input, const Pair& x) const = 0;
};

// What is summed: for the lanes of one side, in any order, over the rows of the other side's cells.
struct TreeCall {
  const TreeScorer& scorer;
  InLanes side;
  const Side<double>& lanes;
  const Cells& cells;
  std::vector<std::size_t> inputs;  // that slopes are taken towards: 0 is the query, 1 the key, 2 + i parameter i
  double tolerance, floor;          // how exactly: relative to a lane's S_0 + floor
  std::vector<Index> own_rows;      // with exclude_self: of each lane the sorted row that is no pair with it

  // If a lane's factors are given, one for each column, a slope has one sum: Σ_j p_lj t_lj Σ_c factor_lc W_jc. So
  // differences of columns are taken pair by pair, before a large slope is multiplied.
  const Side<double>* factors = nullptr;

  std::size_t sums_of_slope() const { return factors ? 1 : cells.columns.width; }
  std::size_t sum_count() const { return cells.columns.width + inputs.size() * sums_of_slope(); }
};

// Of sixteen of the call's lanes, or fewer.
class BlockSums {
 public:
  BlockSums(const TreeCall& call, std::span<const Index> lanes);

  bool has_own_row(Index first, Index count) const;

  // Adds rows `first` to first + count - 1, of cells.rows. Gives the logarithm of the least S_0.
  double add(Index first, Index count);

  // In the call's order of lanes: a column of M, then those of S, then those of T for each slope.
  void store(Side<double>& out) const;

 private:
  void add_columns(const PairTile<double>& weights, Index first, Index count, PerLane<double>* sums) const;
  void add_slopes(const ScoreTile<double>& tile, const PairTile<double>& p, bool raised);
  void move_nearest_slope(std::size_t t, const PairTile<double>& slopes, PerLane<double>* sums);

  const TreeCall& call_;
  std::span<const Index> lanes_;
  std::vector<Index> own_rows_;
  LaneList<double> lane_numbers_, factors_, sums_, nearest_slopes_;
  PerLane<double> largest_, shift_{}, nearest_row_;
};

}  // namespace tg::detail
