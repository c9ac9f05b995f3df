// A small walk: near-linear pooling of one block of queries, in as few lines as it takes to
// see how it works. (The library's is in nn/attention/walk.h: it has gradients, any scale
// of scores, and makes the points' weights only once.)
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "nn/nn.h"

namespace tg::examples {

// The sixteen Chebyshev points of a cell's interval.
inline std::vector<double> points_of(Interval span) {
  std::vector<double> x;
  for (int p = 0; p < 16; ++p) {
    x.push_back((span.lo + span.hi) / 2 +
                (span.hi - span.lo) / 2 * std::cos(3.141592653589793 * p / 15));
  }
  return x;
}

// [lagrange]
// L_p(x): the polynomial of degree 15 that is 1 at point p and 0 at the other points.
inline double lagrange(const std::vector<double>& points, std::size_t p, double x) {
  double y = 1;
  for (std::size_t q = 0; q < points.size(); ++q) {
    if (q != p) y *= (x - points[q]) / (points[p] - points[q]);
  }
  return y;
}
// [/lagrange]

// The rectangle around the ellipse whose foci are the ends of the interval, and whose half
// axes are (ρ ± 1/ρ) / 4 of its length.
inline Region ellipse_around(Interval span, double rho) {
  const double middle = (span.lo + span.hi) / 2, quarter = (span.hi - span.lo) / 4;
  const double x = quarter * (rho + 1 / rho), y = quarter * (rho - 1 / rho);
  return {{middle - x, middle + x}, {-y, y}};
}

struct KeyCell {
  std::size_t first, count;  // of the sorted keys
  int level;                 // how far below the root

  std::size_t end() const { return first + count; }
};

enum class Fate { skipped, points, opened, summed };

// A block of queries, on its way down the tree of cells.
template <class Score> struct SmallWalk {
  const Score& score;  // of a query and a key
  const std::vector<double>& queries;
  const std::vector<double>& keys;  // sorted, as the queries are
  const std::vector<double>& values;
  double tolerance = 4e-8;
  bool by_samples = false;  // looks at some keys instead of proving

  std::vector<double> weights =
      std::vector<double>(queries.size());  // Σ exp(s) for each query, so far
  std::vector<double> sums = weights;       // and Σ exp(s) v
  double spent = 0;                         // the bounds of all points that were taken
  std::size_t terms = 0;                    // how many keys and points each query met
  std::vector<std::pair<KeyCell, Fate>> met = {};

  double exp_score(double q, double k) const {
    return std::exp(score(Number<double>(q), Number<double>(k)).value());
  }

  void run() { visit({0, keys.size(), 0}); }
  double result(std::size_t i) const { return sums[i] / weights[i]; }

  Interval span(const KeyCell& cell) const {
    return {keys[cell.first], keys[cell.end() - 1]};
  }
  Region of_queries() const { return Interval{queries.front(), queries.back()}; }
  Interval bounds(const KeyCell& cell) const {
    return score(of_queries(), Region(span(cell))).value();
  }

  // [decide]
  Fate decide(const KeyCell& cell) {
    const Interval s = bounds(cell);
    const double n = static_cast<double>(cell.count),
                 all = static_cast<double>(keys.size());
    const double so_far = *std::min_element(weights.begin(), weights.end());
    const double least =
        std::max(so_far, n * std::exp(s.lo));  // no query's sum will be less
    if (all * std::exp(s.hi) < tolerance / 40 * least) return Fate::skipped;

    for (const double rho : {7.0, 3.5}) {
      const Region z = score(of_queries(), ellipse_around(span(cell), rho));
      const double most = std::exp(z.value().hi);  // of |exp s| on the ellipse
      const double error = n * 4 * most * std::pow(rho, -15) / (rho - 1);
      if (!z.analytic() || spent + error > tolerance * least) continue;
      spent += error;
      return Fate::points;
    }
    return cell.count > 64 ? Fate::opened : Fate::summed;
  }
  // [/decide]

  // [visit]
  void visit(const KeyCell& cell) {
    const Fate fate = by_samples ? sampled(cell) : decide(cell);
    met.push_back({cell, fate});
    if (fate == Fate::opened) {
      KeyCell a{cell.first, cell.count / 2, cell.level + 1};
      KeyCell b{cell.first + a.count, cell.count - a.count, cell.level + 1};
      if (bounds(a).hi < bounds(b).hi) std::swap(a, b);
      visit(a);  // the more important half first: then the sums are large when it matters
      visit(b);
    } else if (fate == Fate::points) {
      const std::vector<double> points = points_of(span(cell));
      for (std::size_t p = 0; p < points.size(); ++p) {
        double weight = 0, value = 0;  // what the point takes over from the cell's keys
        for (std::size_t j = cell.first; j < cell.end(); ++j) {
          const double share = lagrange(points, p, keys[j]);
          weight += share;
          value += share * values[j];
        }
        add(points[p], weight, value);
      }
    } else if (fate == Fate::summed) {
      for (std::size_t j = cell.first; j < cell.end(); ++j) add(keys[j], 1, values[j]);
    }
  }

  void add(double key, double weight, double value) {
    ++terms;
    for (std::size_t i = 0; i < queries.size(); ++i) {
      const double e = exp_score(queries[i], key);
      weights[i] += e * weight;
      sums[i] += e * value;
    }
  }
  // [/visit]

  // [sampled]
  Fate sampled(const KeyCell& cell) const {
    const std::vector<double> points = points_of(span(cell));
    const double q = (queries.front() + queries.back()) / 2;
    for (std::size_t j = cell.first; j < cell.end(); j += cell.count / 8) {
      double y = 0;
      for (std::size_t p = 0; p < points.size(); ++p) {
        y += lagrange(points, p, keys[j]) * exp_score(q, points[p]);
      }
      if (std::abs(y - exp_score(q, keys[j])) < tolerance) continue;
      return cell.count > 64 ? Fate::opened : Fate::summed;
    }
    return Fate::points;
  }
  // [/sampled]
};

}  // namespace tg::examples
