// Walk: near-linear sums over all rows of a side, by proof.
//
// A block of 64 lanes, sorted, walks down the tree of cells, to fill its sums (block_sums.h). For the block and a cell
// the user's lambda is called with regions, and what they give decides:
//
//   skip    by an upper bound of exp(s) over the block and the cell, the cell adds less than a fortieth as much;
//   points  on the ellipse around the cell exp(s) is analytic, and bounded so that sixteen points are exact enough;
//   open    neither is proven: its halves are looked at, the more important one first, and a cell of 64 rows is summed.
//
// Enough is relative to a lower bound of the lanes' sums, the least so far and what the cell itself must add. The
// bounds of all points taken add up to the tolerance at most; those of the sum of exp(s) t, t a slope, by duals of
// regions, to 25 times as much of a lower bound of Σ_j exp(s_lj) |t_lj|. A cell with a row that is no pair with a lane
// is opened.
#pragma once

#include <optional>

#include "nn/attention/block_sums.h"

namespace tg::detail {

// When the tree is taken: for so many pairs, rows and lanes, and if a few blocks show a gain.
struct TreeLimits {
  Index pairs = 8'000'000, rows = 2048, lanes = 2048;
  bool pilot = true;

  bool allow(Index of_rows, Index of_lanes) const {
    return of_rows >= rows && of_lanes >= lanes && of_rows >= pairs / of_lanes;
  }
};

// A row of columns for each lane, as BlockSums stores it; nothing if all pairs are as quickly summed.
std::optional<Side<double>> walk(const TreeCall& call, const TreeLimits& limits);

}  // namespace tg::detail
