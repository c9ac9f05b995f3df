// Attention pooling: what a gradient needs that is summed up with the value. For a few parameters that is all of it.
#include "autograd/pooling.h"

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
PerLane<T> GradientAverages<T>::move_centre(std::size_t c, const RunningSums& running, PerLane<double>* sums) const {
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

template <class T>
void GradientAverages<T>::add(const ScoreTile<T>& tile, const PairTile<T>& p, const RunningSums& running,
                              PerLane<double>* sums) const {
  LaneList<T> centres(columns_);
  for (std::size_t c = 0; c < columns_; ++c) centres[c] = move_centre(c, running, sums);
  auto values_less_centre = [&](std::size_t c) {
    return [v = values_.column(static_cast<Index>(c)) + tile.first, centre = centres[c]](Index j, Index l) {
      return v[j] - centre[l];
    };
  };
  // The first column's sum is taken in one loop with the first slopes, if there are any.
  PerLane<T> total;
  std::array<PerLane<T>, 3> three;
  for (std::size_t c = terms_.empty() ? 0 : 1; c < columns_; ++c) {
    auto v = values_less_centre(c);
    sum_rows(tile.count, total, [&](Index j, Index l) { return p(j, l) * v(j, l); });
    detail::add(total, sums[columns_ + c]);
  }
  PairTile<T> slopes, of_map;
  const bool has_map = !terms_.empty() && differentiator_.map_slopes(tile, of_map);
  for (const Term& term : terms_) {
    PerLane<double>* to = sums + 2 * columns_ + term.element * (1 + columns_);
    differentiator_.parameter_slopes(tile, term.feature, term.parameter, slopes);
    if (has_map) {
      each_pair(tile.count, slopes, [&](Index j, Index l) { return scalar::scaled(of_map(j, l), slopes(j, l)); });
    }
    for (std::size_t c = 0; c < columns_; ++c) {
      auto v = values_less_centre(c);
      auto slope = [&](Index j, Index l) { return scalar::scaled(p(j, l), slopes(j, l)); };
      auto share = [&](Index j, Index l) { return p(j, l) * v(j, l); };
      auto slope_share = [&](Index j, Index l) { return scalar::scaled(share(j, l), slopes(j, l)); };
      if (c == 0) {
        sum_rows(tile.count, three, share, slope, slope_share);
        if (&term == &terms_.front()) detail::add(three[0], sums[columns_]);
        detail::add(three[1], to[0]);
        detail::add(three[2], to[1]);
      } else {
        sum_rows(tile.count, total, slope_share);
        detail::add(total, to[1 + c]);
      }
    }
  }
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
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)

}  // namespace tg::detail
