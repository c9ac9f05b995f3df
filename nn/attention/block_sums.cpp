// Block sums: a tile is scored, its exponentials are taken, and its sums added.
#include "nn/attention/block_sums.h"

#include <algorithm>
#include <cmath>

namespace tg::detail {
namespace {

// Of these lanes; those past the last repeat it.
LaneList<double> gather_lanes(const Side<double>& side, std::span<const Index> lanes) {
  LaneList<double> numbers(side.width);
  for (std::size_t f = 0; f < side.width; ++f) {
    for (std::size_t l = 0; l < block_lanes; ++l)
      numbers[f].value[l] = side.column(f)[lanes[std::min(l, lanes.size() - 1)]];
  }
  return numbers;
}

}  // namespace

BlockSums::BlockSums(const TreeCall& call, std::span<const Index> lanes)
    : call_(call),
      lanes_(lanes),
      lane_numbers_(gather_lanes(call.lanes, lanes)),
      sums_(call.sum_count()),
      nearest_slopes_(call.inputs.size()) {
  if (call.factors) factors_ = gather_lanes(*call.factors, lanes);
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
  PairTile<double> p;
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
  if (!call_.inputs.empty()) add_slopes(tile, p, raised);
  add_columns(p, first, count, sums_.data());
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

void BlockSums::add_slopes(const ScoreTile<double>& tile, const PairTile<double>& p, bool raised) {
  const Side<double>& columns = call_.cells.columns;
  const bool relative = columns.width > 1 && !call_.factors;
  const TileSlopes<double> of_tile(call_.scorer.numbers(), tile);
  PairTile<double> slopes, products;
  if (call_.factors) {
    sum_over(columns.width, tile.count, products, [&](std::size_t c) {
      return [w = columns.column(c) + tile.first, factor = factors_[c]](Index j, Index l) { return factor[l] * w[j]; };
    });
    each_pair(tile.count, products, [&](Index j, Index l) { return p(j, l) * products(j, l); });
  }
  if (relative && raised) find_rows(tile.count, p, 1.0, nearest_row_);
  PerLane<double>* sums = &sums_[columns.width];
  for (std::size_t t = 0; t < call_.inputs.size(); ++t, sums += call_.sums_of_slope()) {
    of_tile.towards(call_.inputs[t], 0, slopes);
    if (relative && raised) move_nearest_slope(t, slopes, sums);
    if (call_.factors) {
      PerLane<double> total;
      sum_rows(tile.count, total, [&](Index j, Index l) { return scalar::scaled(products(j, l), slopes(j, l)); });
      detail::add(total, sums[0]);
    } else {
      const PerLane<double> nearest = nearest_slopes_[t];
      each_pair(tile.count, slopes,
                [&](Index j, Index l) { return scalar::scaled(p(j, l), slopes(j, l) - nearest[l]); });
      add_columns(slopes, tile.first, tile.count, sums);
    }
  }
}

// Takes the slope for the nearest row, if it is in this tile and finite, and moves the sums that are relative to it.
void BlockSums::move_nearest_slope(std::size_t t, const PairTile<double>& slopes, PerLane<double>* sums) {
  PerLane<double>& nearest = nearest_slopes_[t];
  PerLane<double> moved{};
  for (Index l = 0; l < block_lanes; ++l) {
    if (nearest_row_[l] < 0) continue;
    const double slope = slopes(static_cast<Index>(nearest_row_[l]), l), now = std::isfinite(slope) ? slope : 0;
    moved[l] = now - nearest[l];
    nearest[l] = now;
  }
  for (std::size_t c = 0; c < call_.cells.columns.width; ++c) {
    TG_SIMD
    for (Index l = 0; l < block_lanes; ++l) sums[c][l] -= scalar::scaled(moved[l], sums_[c][l]);
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
