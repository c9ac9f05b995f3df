// Block sums: a tile is scored, its exponentials are taken, and its sums added.
#include "nn/attention/block_sums.h"

#include <algorithm>
#include <cmath>

namespace tg::detail {

BlockSums::BlockSums(const TreeCall& call, std::span<const Index> lanes)
    : call_(call), lanes_(lanes), lane_numbers_(1), sums_(call.sum_count()) {
  for (std::size_t l = 0; l < block_lanes; ++l) {  // lanes past the last repeat it
    lane_numbers_[0].value[l] = call.lanes.column(0)[lanes[std::min(l, lanes.size() - 1)]];
  }
  for (std::size_t l = 0; l < lanes.size() && !call.own_rows.empty(); ++l) {
    own_rows_.push_back(call.own_rows[static_cast<std::size_t>(lanes[l])]);
  }
  std::fill_n(largest_.value, block_lanes, -infinity<double>);
}

bool BlockSums::has_own_row(Index first, Index count) const {
  return std::any_of(own_rows_.begin(), own_rows_.end(),
                     [&](Index row) { return row >= first && row < first + count; });
}

double BlockSums::add(Index first, Index count) {
  const Cells& cells = call_.cells;
  const Scorer<double>& scorer = call_.scorer.numbers();
  const ScoreTile<double> tile{call_.side, lane_numbers_, cells.rows, first, static_cast<int>(count)};
  PairTile<double> p, slopes;
  PerLane<double> factor;
  scorer.scores(tile, p);
  if (!cells.shifts.empty()) {
    const double* shift = cells.shifts.data() + first;
    each_pair(count, p, [&](Index j, Index l) { return p(j, l) - shift[j]; });
  }
  for (Index l = 0; l < std::ssize(own_rows_); ++l) {
    const Index row = own_rows_[static_cast<std::size_t>(l)] - first;
    if (row >= 0 && row < count) p(row, l) = -infinity<double>;
  }
  const bool raised = raise_shift(tile.count, p, largest_, shift_, factor);
  for (PerLane<double>& sum : sums_) {
    if (!raised) break;
    TG_SIMD
    for (Index l = 0; l < block_lanes; ++l) sum[l] = scalar::scaled(sum[l], factor[l]);
  }
  each_pair(count, p, [&](Index j, Index l) { return scalar::exp_nonpositive(p(j, l) - shift_[l]); });
  add_columns(p, first, count, sums_.data());
  if (!call_.inputs.empty()) {
    const TileSlopes<double> of_tile(scorer, tile);
    PerLane<double>* sums = sums_.data();
    for (const std::size_t input : call_.inputs) {
      of_tile.towards(input, 0, slopes);
      each_pair(count, slopes, [&](Index j, Index l) { return scalar::scaled(p(j, l), slopes(j, l)); });
      add_columns(slopes, first, count, sums += cells.columns.width);
    }
  }
  PerLane<double> logs;
  TG_SIMD
  for (Index l = 0; l < block_lanes; ++l) logs[l] = shift_[l] + scalar::log(sums_[0][l]);
  double least = infinity<double>;
  for (double log : logs.value) least = log < least ? log : least;  // a NaN, of a lane that is lost, is passed over
  return least;
}

void BlockSums::add_columns(const PairTile<double>& weights, Index first, Index count, PerLane<double>* sums) const {
  PerLane<double> total;
  for (std::size_t c = 0; c < call_.cells.columns.width; ++c) {
    const double* w = call_.cells.columns.column(c) + first;
    sum_rows(count, total, [&](Index j, Index l) { return weights(j, l) * w[j]; });
    detail::add(total, sums[c]);
  }
}

void BlockSums::store(Side<double>& out) const {
  for (Index l = 0; l < std::ssize(lanes_); ++l) {
    double* to = out.columns.writable() + lanes_[static_cast<std::size_t>(l)];
    *to = shift_[l];
    for (const PerLane<double>& sum : sums_) *(to += out.count) = sum[l];
  }
}

}  // namespace tg::detail
