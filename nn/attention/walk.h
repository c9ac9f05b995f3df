// Walk: near-linear sums over all rows of a side, by proof.
//
//   for each lane l, and each column c:   S_c = Σ_j exp(s_lj - L_j) W_jc,   T_c = Σ_j exp(s_lj - L_j) t_lj W_jc
//
// with s the score, t a slope of it, L the rows' shifts. A block of 64 lanes, sorted, walks down the tree of cells. For
// the block and a cell the user's lambda is called with regions, and what they give decides:
//
//   skip    by an upper bound of exp(s) over the block and the cell, the cell adds nothing that a float would show;
//   points  on the ellipse around the cell exp(s) is analytic, and bounded so that sixteen points are exact enough;
//   open    neither is proven: its halves are looked at, the more important one first, and a cell of 64 rows is summed.
//
// Enough is relative to a lower bound of the lane's sum, D = the least of the block's sums so far, which can only grow;
// the bounds of all points taken add up to at most the tolerance. A slope's sum is bounded as well: with duals of
// regions, relative to a lower bound of Σ_j exp(s_lj - L_j) |t_lj|.
#pragma once

#include <optional>

#include "nn/attention/cells.h"

namespace tg::detail {

// A call's lambdas for numbers and for regions. Input 0 is the query, 1 the key, 2 + i parameter i.
struct TreeScorer {
  virtual ~TreeScorer() = default;
  virtual const Scorer<double>& numbers() const = 0;
  virtual Region score(const Region& query, const Region& key) const = 0;
  virtual Region slope(std::size_t input, const Region& query, const Region& key) const = 0;
};

// When the tree is taken: for so many pairs, rows and lanes, and if a few blocks show a gain.
struct TreeLimits {
  Index pairs = 8'000'000, rows = 2048, lanes = 256;
  bool pilot = true;

  bool allow(Index of_rows, Index of_lanes) const {
    return of_rows >= rows && of_lanes >= lanes && of_rows >= pairs / of_lanes;
  }
};

struct Walk {
  const TreeScorer& scorer;
  InLanes side;                     // which side is in the lanes
  const Side<double>& lanes;        // in any order
  const Cells& cells;               // of the other side
  std::vector<std::size_t> inputs;  // that slopes are summed for
  double tolerance, floor;          // relative to each lane's sum of column 0, or to this if it is larger
  bool exclude_self;                // lane i and row i, of the orders before sorting, are no pair
};

// For each lane, in the order given: M, and its sums times exp(-M).
struct LaneSums {
  LaneSums(Index lanes, std::size_t columns, std::size_t inputs)
      : largest(lanes, 1), sums(lanes, columns * (1 + inputs)) {}
  Side<double> largest, sums;
};

// Nothing if the pilot finds that all pairs are as quickly summed.
std::optional<LaneSums> walk(const Walk& call, const TreeLimits& limits);

}  // namespace tg::detail
