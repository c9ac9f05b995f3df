// Attention pooling: what a gradient needs that is summed up with the value. For a few parameters that is all of it.
#include "autograd/pooling.h"

#include <cmath>

namespace tg::detail {

template <class T>
GradientAverages<T>::GradientAverages(const TileDifferentiator<T>& differentiator, const Side<T>& values,
                                      const std::vector<Shape>& shapes, const std::vector<bool>& needed)
    : differentiator_(differentiator), values_(values), columns_(static_cast<std::size_t>(values.width)) {
  std::vector<Term> terms;
  std::size_t elements = 0;
  const Index features = shapes[0].dim() == 1 ? 1 : shapes[0][1];
  for (std::size_t i = 3; i < shapes.size(); ++i) {
    if (!needed[i]) continue;
    const bool shared = shapes[i].numel() == 1;  // one element for all features
    for (Index f = 0; f < features; ++f)
      terms.push_back({i - 3, f, elements + (shared ? 0 : static_cast<std::size_t>(f))});
    elements += static_cast<std::size_t>(shapes[i].numel());
  }
  // A pass of its own computes all exponentials again, which takes as long as about four of the sums that add() takes
  // for a term. The queries' gradient needs that pass anyway.
  if (needed[0] || terms.size() * (1 + columns_) > 4) return;
  terms_ = terms;
  elements_ = elements;
}

// Makes the centre of column c the average of the values so far, and moves the sums that are relative to it.
template <class T>
PerLane<T> GradientAverages<T>::move_centre(std::size_t c, const RunningSums<T>& running, PerLane<double>* sums) const {
  PerLane<T> centre;
  PerLane<double> moved;
#pragma omp simd
  for (Index l = 0; l < block_lanes; ++l) {
    const double average = running.values[c][l] / running.weights[l];
    centre[l] = static_cast<T>(running.weights[l] > 0 ? average : 0);  // no key is in reach so far
    moved[l] = static_cast<double>(centre[l]) - sums[c][l];
    sums[c][l] = static_cast<double>(centre[l]);
    sums[columns_ + c][l] -= moved[l] * running.before[l];
  }
  for (std::size_t e = 0; e < elements_; ++e) {
    PerLane<double>* slopes = sums + 2 * columns_ + e * (1 + columns_);
#pragma omp simd
    for (Index l = 0; l < block_lanes; ++l) slopes[1 + c][l] -= scalar::scaled(moved[l], slopes[0][l]);
  }
  return centre;
}

// The same for the slope that term t's slopes are relative to: that of the key with the largest score, if it is finite.
template <class T>
PerLane<T> GradientAverages<T>::move_slope(std::size_t t, const PairTile<T>& slopes, const RunningSums<T>& running,
                                           PerLane<double>* sums) const {
  PerLane<double>& slope = sums[width() - terms_.size() + t];
  PerLane<T> at_top;
  for (Index l = 0; l < block_lanes; ++l) at_top[l] = static_cast<T>(slope[l]);
  if (!running.raised) return at_top;
  for (Index l = 0; l < block_lanes; ++l) {
    if (running.top[l] >= 0) at_top[l] = slopes(static_cast<Index>(running.top[l]), l);
    if (!std::isfinite(at_top[l])) at_top[l] = 0;
  }
  PerLane<double>* of_e = sums + 2 * columns_ + terms_[t].element * (1 + columns_);
  PerLane<double> moved;
#pragma omp simd
  for (Index l = 0; l < block_lanes; ++l) {
    moved[l] = static_cast<double>(at_top[l]) - slope[l];
    slope[l] = static_cast<double>(at_top[l]);
    of_e[0][l] -= moved[l] * running.before[l];
  }
  for (std::size_t c = 0; c < columns_; ++c) {
#pragma omp simd
    for (Index l = 0; l < block_lanes; ++l) of_e[1 + c][l] -= moved[l] * sums[columns_ + c][l];
  }
  return at_top;
}

template <class T>
void GradientAverages<T>::add(const ScoreTile<T>& tile, const PairTile<T>& p, const RunningSums<T>& running,
                              PerLane<double>* sums) const {
  LaneList<T> centres(columns_), shares(columns_);
  for (std::size_t c = 0; c < columns_; ++c) centres[c] = move_centre(c, running, sums);
  auto values_less_centre = [&](std::size_t c) {
    return [v = values_.column(static_cast<Index>(c)) + tile.first, centre = centres[c]](Index j, Index l) {
      return v[j] - centre[l];
    };
  };
  // The first column's sum is taken in one loop with the first slopes, if there are any.
  for (std::size_t c = terms_.empty() ? 0 : 1; c < columns_; ++c) {
    auto v = values_less_centre(c);
    sum_rows(tile.count, shares[c], [&](Index j, Index l) { return p(j, l) * v(j, l); });
  }
  PairTile<T> slopes, of_map;
  PerLane<T> total;
  std::array<PerLane<T>, 3> three;
  const bool has_map = !terms_.empty() && differentiator_.map_slopes(tile, of_map);
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    PerLane<double>* to = sums + 2 * columns_ + terms_[t].element * (1 + columns_);
    differentiator_.parameter_slopes(tile, terms_[t].feature, terms_[t].parameter, slopes);
    if (has_map) {
      each_pair(tile.count, slopes, [&](Index j, Index l) { return scalar::scaled(of_map(j, l), slopes(j, l)); });
    }
    const PerLane<T> top = move_slope(t, slopes, running, sums);
    for (std::size_t c = 0; c < columns_; ++c) {
      auto v = values_less_centre(c);
      auto slope = [&](Index j, Index l) { return scalar::scaled(p(j, l), slopes(j, l) - top[l]); };
      auto share = [&](Index j, Index l) { return p(j, l) * v(j, l); };
      auto slope_share = [&](Index j, Index l) { return scalar::scaled(share(j, l), slopes(j, l) - top[l]); };
      if (c == 0) {
        sum_rows(tile.count, three, share, slope, slope_share);
        shares[0] = three[0];
        detail::add(three[1], to[0]);
        detail::add(three[2], to[1]);
      } else {
        sum_rows(tile.count, total, slope_share);
        detail::add(total, to[1 + c]);
      }
    }
  }
  for (std::size_t c = 0; c < columns_; ++c) detail::add(shares[c], sums[columns_ + c]);
}

// w̄_e = Σ_i Σ_c ȳ_ic ∂y_ic/∂e, from the slopes that were averaged with the value.
template <class T>
bool add_up_slopes(const Side<T>& g, const PooledCall<T>& call, std::vector<BasicTensor<T>>& out) {
  if (call.pooled.further.size(0) == 2 * g.width) return false;  // no slopes
  const T* averages = call.pooled.further.data();
  auto average = [&](Index k) { return averages + k * g.count; };
  Index slopes = 2 * g.width;  // the first of an element's
  for (std::size_t i = 3; i < call.needed.size(); ++i) {
    T* gradient = start(call.needed[i], call.shapes[i], out[i]);
    for (Index e = 0; gradient && e < call.shapes[i].numel(); ++e, slopes += 1 + g.width) {
      double total = 0;
      for (Index c = 0; c < g.width; ++c) {
        const T *of_g = g.column(c), *rest = average(g.width + c);
        const T *slope = average(slopes), *weighted = average(slopes + 1 + c);
        for (Index q = 0; q < g.count; ++q) {
          const double less = scalar::scaled(static_cast<double>(rest[q]), static_cast<double>(slope[q]));
          total += static_cast<double>(of_g[q]) * (static_cast<double>(weighted[q]) - less);
        }
      }
      gradient[e] = static_cast<T>(total);
    }
  }
  return true;
}

#define TG_INSTANTIATE(T)             \
  template class GradientAverages<T>; \
  template bool add_up_slopes(const Side<T>&, const PooledCall<T>&, std::vector<BasicTensor<T>>&);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg::detail
