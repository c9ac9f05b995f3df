// Block sums: a tile is scored, its exponentials are taken, and its sums added.
#include "nn/attention/block_sums.h"

#include <algorithm>
#include <cmath>

namespace tg::detail {
namespace {

// Of the lanes in this order; those past the last repeat it.
LaneList<double> gather_lanes(const Side<double>& side, const Index* order, Index used) {
  LaneList<double> lanes(side.width);
  for (std::size_t f = 0; f < side.width; ++f) {
    for (Index l = 0; l < block_lanes; ++l) lanes[f][l] = side.column(f)[order[std::min(l, used - 1)]];
  }
  return lanes;
}

}  // namespace

BlockSums::BlockSums(const SumCall& call, const Index* order, Index used)
    : call_(call),
      order_(order),
      used_(used),
      lanes_(gather_lanes(call.lanes, order, used)),
      sums_(call.sum_count()),
      nearest_slopes_(call.inputs.size()) {
  if (call.factors) factors_ = gather_lanes(*call.factors, order, used);
  for (double& most : largest_.value) most = -infinity<double>;
}

double BlockSums::add(Index first, Index count, const Index* own_rows) {
  const Cells& cells = call_.cells;
  const ScoreTile<double> tile{call_.side, lanes_, cells.rows, first, static_cast<int>(count)};
  PairTile<double> p;
  PerLane<double> factor, total;
  call_.scorer.scores(tile, p);
  if (!cells.shifts.empty()) {
    const double* shift = cells.shifts.data() + first;
    each_pair(count, p, [&](Index j, Index l) { return p(j, l) - shift[j]; });
  }
  for (Index l = 0; own_rows && l < used_; ++l) {
    const Index row = own_rows[l] - first;
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
  for (std::size_t c = 0; c < cells.columns.width; ++c) {
    const double* w = cells.columns.column(c) + first;
    sum_rows(count, total, [&](Index j, Index l) { return p(j, l) * w[j]; });
    detail::add(total, sums_[c]);
  }
  TG_SIMD
  for (Index l = 0; l < block_lanes; ++l) total[l] = shift_[l] + scalar::log(sums_[0][l]);
  double least = infinity<double>;
  for (double log : total.value) least = log < least ? log : least;  // a NaN, of a lane that is lost, is passed over
  return least;
}

void BlockSums::add_slopes(const ScoreTile<double>& tile, const PairTile<double>& p, bool raised) {
  const Side<double>& columns = call_.cells.columns;
  const TileSlopes<double> of_tile(call_.scorer, tile);
  PairTile<double> slopes, combined;
  PerLane<double> total;
  if (call_.factors) {
    sum_over(columns.width, tile.count, combined, [&](std::size_t c) {
      return [w = columns.column(c) + tile.first, factor = factors_[c]](Index j, Index l) { return factor[l] * w[j]; };
    });
  } else if (raised) {
    find_rows(tile.count, p, 1.0, nearest_row_);
  }
  for (std::size_t t = 0; t < call_.inputs.size(); ++t) {
    of_tile.towards(call_.inputs[t], 0, slopes);
    PerLane<double>* sums = sums_of_slope(t);
    if (call_.factors) {
      sum_rows(tile.count, total,
               [&](Index j, Index l) { return scalar::scaled(p(j, l) * combined(j, l), slopes(j, l)); });
      detail::add(total, sums[0]);
      continue;
    }
    if (raised) move_nearest_slope(t, slopes);
    const PerLane<double> nearest = nearest_slopes_[t];
    each_pair(tile.count, slopes, [&](Index j, Index l) { return scalar::scaled(p(j, l), slopes(j, l) - nearest[l]); });
    for (std::size_t c = 0; c < columns.width; ++c) {
      const double* w = columns.column(c) + tile.first;
      sum_rows(tile.count, total, [&](Index j, Index l) { return slopes(j, l) * w[j]; });
      detail::add(total, sums[c]);
    }
  }
}

// Takes the slope for the nearest row, if it is in this tile and finite, and moves the sums that are relative to it.
void BlockSums::move_nearest_slope(std::size_t t, const PairTile<double>& slopes) {
  PerLane<double>& nearest = nearest_slopes_[t];
  PerLane<double> moved{};
  for (Index l = 0; l < block_lanes; ++l) {
    if (nearest_row_[l] < 0) continue;
    const double slope = slopes(static_cast<Index>(nearest_row_[l]), l), now = std::isfinite(slope) ? slope : 0;
    moved[l] = now - nearest[l];
    nearest[l] = now;
  }
  for (std::size_t c = 0; c < call_.cells.columns.width; ++c) {
    PerLane<double>& sum = sums_of_slope(t)[c];
    TG_SIMD
    for (Index l = 0; l < block_lanes; ++l) sum[l] -= scalar::scaled(moved[l], sums_[c][l]);
  }
}

void BlockSums::store(LaneSums& out) const {
  for (Index l = 0; l < used_; ++l) {
    out.largest.columns.writable()[order_[l]] = shift_[l];
    auto store_in = [&](Side<double>& side, const LaneList<double>& from) {
      for (std::size_t k = 0; k < from.size(); ++k) {
        side.writable_column(k)[order_[l]] = from[k][l];
      }
    };
    store_in(out.nearest_slopes, nearest_slopes_);
    store_in(out.sums, sums_);
  }
}

}  // namespace tg::detail
