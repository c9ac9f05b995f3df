// Choosing the bandwidths. The search is on t, the logarithms, in which a factor of two is
// the same step everywhere:
//
//   1. the error is looked at in many places, which differ by feature, on a sample of rows;
//   2. from the best of them a search descends to a minimum;
//   3. from the best minima it goes on with all rows: what is chosen is a minimum there.
#include "examples/regression/bandwidth.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace tg::regression {
namespace {

constexpr std::int64_t sample_rows = 1000;
constexpr double zero_lambda = -1000;  // log λ that stands for 0

Range range_of(const Data& data) {
  Range range;
  for (const Column& column : data.columns) {
    const Scale& x = column.scale;
    const double width = (x.high - x.low) / x.deviation, gap = std::max(x.smallest_gap / x.deviation / 4, width * 1e-9);
    range.low.push_back(std::log(column.words ? 1e-6 : gap));
    range.high.push_back(column.words ? 0 : std::log(width * 1000));
  }
  return range;
}

int places(std::size_t columns) { return columns == 1 ? 60 : 50 * std::min(static_cast<int>(columns) + 1, 8); }

// The error evenly from end to end for one column, at random for several; of one column
// those places that are below their neighbours.
std::vector<Minimum> look(const Model& sample, const Range& range, examples::Progress& progress) {
  const std::size_t columns = range.low.size();
  const int count = places(columns);
  std::mt19937 random(0);
  std::vector<Minimum> looked, lowest;
  for (int i = 0; i < count; ++i, progress.step()) {
    std::vector<double> t(columns);
    for (std::size_t k = 0; k < columns; ++k) {
      const bool one = columns == 1;
      const double part = one ? (i + 0.5) / count : static_cast<double>(random()) / 0x1p32;
      t[k] = std::lerp(one ? range.low[k] : std::max(range.low[k], -4.0), std::min(range.high[k], 3.0), part);
    }
    looked.push_back({t, leave_one_out(sample, t)});
  }
  if (columns > 1) return looked;
  for (std::size_t i = 0; i < looked.size(); ++i) {
    const bool left = i == 0 || looked[i].error < looked[i - 1].error;
    const bool right = i + 1 == looked.size() || looked[i].error <= looked[i + 1].error;
    if (left && right) lowest.push_back(looked[i]);
  }
  return lowest;
}

// The best first, and at most so many.
void sort(std::vector<Minimum>& minima, std::size_t most) {
  std::ranges::sort(minima, {}, &Minimum::error);
  minima.resize(std::min(minima.size(), most));
}

// From the best places down to minima; they are the same whose errors are, to six digits.
void descend_from(std::vector<Minimum>& minima, std::size_t most, const Model& model, const Range& range,
                  double precision, examples::Progress& progress) {
  sort(minima, most);
  for (Minimum& minimum : minima) {
    minimum.error = leave_one_out(model, minimum.t);
    minimum = descend(model, range, minimum, precision, progress);
  }
  sort(minima, most);
  const auto same = [](const Minimum& a, const Minimum& b) { return b.error <= a.error * (1 + 1e-6); };
  minima.erase(std::unique(minima.begin(), minima.end(), same), minima.end());
}

// What is level towards an end of its range goes all the way there, and then the others
// search on.
void move_to_ends(const Data& data, Range range, Minimum& minimum, examples::Progress& progress) {
  bool any = false;
  for (std::size_t k = 0; k < minimum.t.size(); ++k) {
    const bool feature = k < data.features();
    const bool high = minimum.t[k] > std::log(feature ? 5.0 : 0.9);
    if (!high && minimum.t[k] > -3) continue;
    Minimum moved = minimum;
    moved.t[k] = high ? range.high[k] : feature ? range.low[k] : zero_lambda;
    moved.error = leave_one_out(data.model, moved.t);
    if (moved.error > minimum.error * (1 + 1e-9)) continue;
    minimum = moved;
    range.low[k] = range.high[k] = moved.t[k];
    any = true;
  }
  if (any) minimum = descend(data.model, range, minimum, 1e-7, progress);
}

}  // namespace

Bandwidths choose_bandwidths(const Data& data) {
  constexpr std::size_t starts = 8;
  constexpr int evaluations = 20;  // of a descent, roughly
  const Range range = range_of(data);
  Model sample = data.model;
  if (sample.rows() > 2 * sample_rows) {
    const IndexTensor rows = some_rows(data.model, sample_rows);
    for (Tensor64* x : {&sample.x, &sample.y, &sample.weights}) *x = index_select(*x, 0, rows);
  }
  const bool compact = is_compact(data.model.kernel);  // whose search takes longer
  const bool rough = compact || sample.rows() < data.model.rows();
  examples::Progress progress("choosing bandwidths", places(range.low.size()) + starts * evaluations);
  std::vector<Minimum> minima = look(sample, range, progress);
  Bandwidths result;
  result.starts = static_cast<int>(std::min(minima.size(), starts));
  descend_from(minima, starts, sample, range, compact ? 1e-2 : rough ? 1e-3 : 1e-7, progress);
  progress.clear();
  const std::size_t most = compact ? 1 : 3;
  examples::Progress last("choosing bandwidths on all rows", (most + 1) * evaluations);
  if (rough) descend_from(minima, most, data.model, range, 1e-7, last);
  result.best = minima[0];
  result.others.assign(minima.begin() + 1, minima.end());
  move_to_ends(data, range, result.best, last);

  result.converged = result.best.ended;
  std::vector<double> slope(result.best.t.size());
  if (!compact) leave_one_out(data.model, result.best.t, &slope);
  for (std::size_t k = 0; k < slope.size(); ++k) {
    const double t = result.best.t[k];
    result.at_low_end.push_back(t <= range.low[k] + 1e-6);
    const bool at_end = result.at_low_end[k] || t >= range.high[k] - 1e-6;
    if (!at_end && std::abs(slope[k]) > 1e-5 * result.best.error + 1e-14) result.converged = false;
  }
  return result;
}

Bandwidths given_bandwidths(const Data& data, const std::vector<double>& h) {
  const std::size_t features = data.features(), categories = data.columns.size() - features;
  if (h.size() != data.columns.size())
    fail("--bandwidth has ", h.size(), " numbers; it takes ", features, " for the features, and then ", categories,
         " for the categories, a lambda each");
  Bandwidths result;
  for (std::size_t k = 0; k < h.size(); ++k) {
    if (k < features ? h[k] == 0 : h[k] > 1)
      fail("--bandwidth: ", h[k], "; a bandwidth is above 0, a lambda at most 1");
    result.best.t.push_back(std::max(std::log(h[k] / data.columns[k].scale.deviation), zero_lambda));
  }
  return result;
}

double bandwidth_of(const Data& data, const std::vector<double>& t, std::size_t column) {
  return std::exp(t[column]) * data.columns[column].scale.deviation;
}

bool plays_no_part(const Data& data, const std::vector<double>& t, std::size_t column) {
  if (data.columns[column].words) return t[column] > std::log(0.999);
  const Scale& x = data.columns[column].scale;
  return bandwidth_of(data, t, column) > 5 * (x.high - x.low);
}

}  // namespace tg::regression
