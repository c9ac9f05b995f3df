// Averages: what a gradient needs besides the value. For a few parameters that is all of it.
#include "nn/attention/averages.h"

#include <cmath>

namespace tg::detail {

Terms parameter_terms(const std::vector<Shape>& shapes, const std::vector<bool>& needed) {
  Terms terms;
  const std::size_t features = shapes[0].dim() == 1 ? 1 : static_cast<std::size_t>(shapes[0][1]);
  for (std::size_t i = 3; i < shapes.size(); ++i) {
    if (!needed[i]) continue;
    const std::size_t first = element_count(terms);
    const bool shared = shapes[i].numel() == 1;  // one element for all features
    for (std::size_t f = 0; f < features; ++f) terms.push_back({i - 1, f, first + (shared ? 0 : f)});
  }
  return terms;
}

Terms tree_terms(const std::vector<Shape>& shapes, const std::vector<bool>& needed) {
  Terms terms = parameter_terms(shapes, needed);
  if (needed[0]) terms.push_back({0, 0, element_count(terms)});
  return terms;
}

// A pass of its own computes all exponentials again, which takes as long as about four of the sums that add() takes for
// a term. The queries' gradient needs that pass anyway.
Terms forward_terms(const std::vector<Shape>& shapes, const std::vector<bool>& needed, std::size_t columns) {
  Terms terms = parameter_terms(shapes, needed);
  if (needed[0] || terms.size() * (1 + columns) > 4) terms.clear();
  return terms;
}

template <class T> void GradientSums<T>::start() {
  std::fill(centres_.begin(), centres_.end(), PerLane<T>());
  std::fill(nearest_slopes_.begin(), nearest_slopes_.end(), PerLane<T>());
  std::fill(sums_.begin(), sums_.end(), PerLane<double>());
  nearest_ = {};
}

// An infinite slope that no longer has weight is gone.
template <class T> void GradientSums<T>::scale(const PerLane<T>& factor) {
  for (PerLane<double>& sum : sums_) {
#pragma omp simd
    for (Index l = 0; l < block_lanes; ++l) sum[l] = scalar::scaled(sum[l], static_cast<double>(factor[l]));
  }
}

// Makes the centre of column c the average of the values so far, and moves the sums that are relative to it.
template <class T> void GradientSums<T>::move_centre(std::size_t c, const RunningSums<T>& running) {
  PerLane<T>& centre = centres_[c];
  PerLane<double> moved;
#pragma omp simd
  for (Index l = 0; l < block_lanes; ++l) {
    const double average = running.values[c][l] / running.weights[l];
    const T now = static_cast<T>(running.weights[l] > 0 ? average : 0);  // 0 if no key is in reach so far
    moved[l] = static_cast<double>(now) - static_cast<double>(centre[l]);
    centre[l] = now;
    sums_[c][l] -= moved[l] * running.before[l];
  }
  for (std::size_t e = 0; e < element_count(terms_); ++e) {
    PerLane<double>* sums = sums_of(e);
#pragma omp simd
    for (Index l = 0; l < block_lanes; ++l) sums[1 + c][l] -= scalar::scaled(moved[l], sums[0][l]);
  }
}

// The same for the slope that term t's are relative to: the nearest key's, if it is finite.
template <class T>
void GradientSums<T>::move_nearest_slope(std::size_t t, const PairTile<T>& slopes, const RunningSums<T>& running) {
  if (!running.raised) return;
  PerLane<T> nearest = nearest_slopes_[t];
  for (Index l = 0; l < block_lanes; ++l) {
    if (nearest_row_[l] >= 0) nearest[l] = slopes(static_cast<Index>(nearest_row_[l]), l);
    if (!std::isfinite(nearest[l])) nearest[l] = 0;
  }
  PerLane<double>* sums = sums_of(terms_[t].element);
  PerLane<double> moved;
#pragma omp simd
  for (Index l = 0; l < block_lanes; ++l) {
    moved[l] = static_cast<double>(nearest[l]) - static_cast<double>(nearest_slopes_[t][l]);
    sums[0][l] -= moved[l] * running.before[l];
  }
  for (std::size_t c = 0; c < values_.width; ++c) {
#pragma omp simd
    for (Index l = 0; l < block_lanes; ++l) sums[1 + c][l] -= moved[l] * sums_[c][l];
  }
  nearest_slopes_[t] = nearest;
}

template <class T>
void GradientSums<T>::add(const ScoreTile<T>& tile, const PairTile<T>& p, const RunningSums<T>& running) {
  if (running.raised) {
    find_rows(tile.count, p, T(1), nearest_row_);
    for (Index l = 0; l < block_lanes; ++l) {
      if (nearest_row_[l] >= 0) nearest_[l] = tile.first + static_cast<Index>(nearest_row_[l]);
    }
  }
  for (std::size_t c = 0; c < values_.width; ++c) move_centre(c, running);
  PerLane<T> share;  // Σ p (v - c) of the tile; for the first column it is summed up with the slopes, if there are any
  if (!terms_.empty()) add_slopes(tile, p, running, share);
  for (std::size_t c = 0; c < values_.width; ++c) {
    auto v = values_less_centre(c, tile.first);
    if (c > 0 || terms_.empty()) {
      sum_rows(tile.count, share, [&](Index j, Index l) { return p(j, l) * v(j, l); });
    }
    detail::add(share, sums_[c]);
  }
}

// Adds to each term's sums, and gives the first column's share: three sums in one loop.
template <class T>
void GradientSums<T>::add_slopes(const ScoreTile<T>& tile, const PairTile<T>& p, const RunningSums<T>& running,
                                 PerLane<T>& share) {
  const TileSlopes<T> of_tile(scorer_, tile);
  PairTile<T> slopes;
  PerLane<T> total;
  std::array<PerLane<T>, 3> three;
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    of_tile.towards(terms_[t].input, terms_[t].f, slopes);
    move_nearest_slope(t, slopes, running);
    const PerLane<T> nearest = nearest_slopes_[t];
    PerLane<double>* sums = sums_of(terms_[t].element);
    for (std::size_t c = 0; c < values_.width; ++c) {
      auto v = values_less_centre(c, tile.first);
      auto slope = [&](Index j, Index l) { return scalar::scaled(p(j, l), slopes(j, l) - nearest[l]); };
      auto of_value = [&](Index j, Index l) { return p(j, l) * v(j, l); };
      auto both = [&](Index j, Index l) { return scalar::scaled(of_value(j, l), slopes(j, l) - nearest[l]); };
      if (c == 0) {
        sum_rows(tile.count, three, of_value, slope, both);
        share = three[0];
        detail::add(three[1], sums[0]);
        detail::add(three[2], sums[1]);
      } else {
        sum_rows(tile.count, total, both);
        detail::add(total, sums[1 + c]);
      }
    }
  }
}

template <class T> void GradientSums<T>::store(const PerLane<double>& inverse_sum, Index begin, Averages<T>& out) {
  const Index m = out.centres.count;
  for (PerLane<double>& sum : sums_) detail::scale(inverse_sum, sum);
  store_columns(centres_.data(), centres_.size(), begin, m, out.centres.columns.writable());
  store_columns(sums_.data(), sums_.size(), begin, m, out.sums.columns.writable());
  store_rows(&nearest_, 1, begin, m, out.nearest.writable());
}

#define TG_INSTANTIATE(T) template class GradientSums<T>;
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg::detail
