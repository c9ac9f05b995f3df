// Cells: the tree, and the weights of its points.
#include "nn/attention/cells.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tensor/scalar_exponential.h"

namespace tg::detail {
namespace {

// A leaf is a cell of 64 rows, the last one of what is left.
Index leaves_of(Index rows) { return (rows + tile_rows - 1) / tile_rows; }
Index with_points(Index rows) { return rows + cell_points * (2 * leaves_of(rows) - 1); }

// The points on [-1, 1], and L_p(u) = r_p / Σ_q r_q with r_p = scale_p / (u - x_p): the barycentric formula of Berrut
// and Trefethen 2004, "Barycentric Lagrange interpolation".
struct Chebyshev {
  PerLane<double> at, scale;  // a lane each
  Chebyshev() {
    constexpr int last = cell_points - 1;
    for (int p = 0; p <= last; ++p) {
      at[p] = std::cos(3.141592653589793 * p / last);
      scale[p] = (p % 2 ? -1 : 1) * (p % last ? 1 : 0.5);
    }
  }
  // Fills in r, and gives its sum. At a point itself r_p is so large that L_p is 1.
  double ratios(double u, PerLane<double>& r) const {
    double sum = 0;
    TG_SIMD
    for (Index p = 0; p < cell_points; ++p) r[p] = scale[p] / (u == at[p] ? 1e-60 : u - at[p]);
#pragma omp simd reduction(+ : sum)
    for (Index p = 0; p < cell_points; ++p) sum += r[p];
    return sum;
  }
};

// What each row counts in the bounds: its mass, or more. A column's numbers for a mass of 1 are measured by a few times
// the median of those that are not 0; where one is larger its row counts as so many, so that no error is relative to an
// outlier.
std::vector<double> bounding_weights(const Side<double>& columns) {
  const double* mass = columns.column(0);
  std::vector<double> bounding(mass, mass + columns.count), sizes;
  for (std::size_t c = 1; c < columns.width; ++c) {
    const double* w = columns.column(c);
    sizes.clear();
    for (std::size_t i = 0; i < bounding.size(); ++i) {
      if (w[i] != 0) sizes.push_back(std::abs(w[i]) / mass[i]);
    }
    const double usual = sizes.empty() ? 1 : 8 * median<double>(sizes);
    for (std::size_t i = 0; i < bounding.size(); ++i) bounding[i] = std::max(bounding[i], std::abs(w[i]) / usual);
  }
  return bounding;
}

}  // namespace

std::vector<Index> sorted_order(const double* x, Index count) {
  using Bits = scalar::Bits<double>;
  using Row = std::pair<Bits, Index>;  // the bits of a number, changed so that they have the order of the numbers
  constexpr int digit = 11, bits = 64;
  std::vector<Row> rows(static_cast<std::size_t>(count)), next(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Bits b = scalar::bits_of(x[i]), top = Bits(1) << (bits - 1);
    rows[i] = {b & top ? ~b : b | top, static_cast<Index>(i)};
  }
  for (int low = 0; low < bits; low += digit) {
    std::size_t starts[1 << digit] = {}, next_start = 0;
    auto digit_of = [low](Bits key) { return (key >> low) & ((1 << digit) - 1); };
    for (const Row& row : rows) ++starts[digit_of(row.first)];
    for (std::size_t& start : starts) next_start += std::exchange(start, next_start);
    for (const Row& row : rows) next[starts[digit_of(row.first)]++] = row;
    rows.swap(next);
  }
  std::vector<Index> order(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) order[i] = rows[i].second;
  return order;
}

Cells::Cells(const Side<double>& x, const Side<double>& weights, const std::vector<double>& of_rows)
    : order(sorted_order(x.column(0), x.count)),
      rows(with_points(x.count), 1),
      columns(with_points(x.count), weights.width) {
  const std::size_t n = order.size();
  auto sorted = [&](const double* from, double* to) {
    for (std::size_t i = 0; i < n; ++i) to[i] = from[order[i]];
  };
  sorted(x.column(0), rows.columns.writable());
  std::fill_n(columns.columns.writable(), columns.columns.numel(), 0.0);
  for (std::size_t c = 0; c < weights.width; ++c) {
    sorted(weights.column(c), columns.writable_column(c));
  }
  if (!of_rows.empty()) {
    shifts.resize(static_cast<std::size_t>(rows.count));
    sorted(of_rows.data(), shifts.data());
  }
  next_points_ = x.count;
  bounding_ = bounding_weights(columns);
  root = make(0, leaves_of(x.count));
  bounding_ = std::vector<double>();
}

// Makes the cell of these leaves, of 64 rows each, and the cells below it.
std::unique_ptr<Cell> Cells::make(Index leaf, Index leaves) {
  auto cell = std::make_unique<Cell>();
  cell->first = leaf * tile_rows;
  cell->count = std::min(leaves * tile_rows, std::ssize(order) - cell->first);
  cell->span = {rows.column(0)[cell->first], rows.column(0)[cell->first + cell->count - 1]};
  cell->points = std::exchange(next_points_, next_points_ + cell_points);
  if (leaves == 1) {
    if (!shifts.empty()) {
      const auto least = shifts.begin() + cell->first;
      cell->shift = *std::min_element(least, least + cell->count);
    }
    fill_points(*cell, cell->first, cell->count);
  } else {
    cell->left = make(leaf, leaves / 2);
    cell->right = make(leaf + leaves / 2, leaves - leaves / 2);
    cell->shift = std::min(cell->left->shift, cell->right->shift);
    fill_points(*cell, cell->left->points, cell_points);
    fill_points(*cell, cell->right->points, cell_points);
  }
  const double* mass = columns.column(0) + cell->points;
  cell->log_mass = std::log(std::accumulate(mass, mass + cell_points, 0.0));
  cell->log_weight = std::log(bounding_[static_cast<std::size_t>(cell->points)]);
  return cell;
}

// Adds the weights of rows, or of a half's points, to those of the cell's points.
void Cells::fill_points(const Cell& cell, Index first, Index count) {
  static const Chebyshev interpolant;
  const double middle = cell.span.middle(), radius = cell.span.radius();
  double *x = rows.columns.writable(), *weights = columns.columns.writable();
  for (Index p = 0; p < cell_points; ++p) x[cell.points + p] = middle + radius * interpolant.at[p];
  if (!shifts.empty()) std::fill_n(shifts.begin() + cell.points, cell_points, cell.shift);
  PerLane<double> r;
  for (Index j = first; j < first + count; ++j) {
    const double u = radius > 0 ? std::clamp((x[j] - middle) / radius, -1.0, 1.0) : 0;
    const double share = shifts.empty() ? 1 : std::exp(cell.shift - shifts[static_cast<std::size_t>(j)]);
    bounding_[static_cast<std::size_t>(cell.points)] += share * bounding_[static_cast<std::size_t>(j)];
    const double part = share / interpolant.ratios(u, r);
    for (std::size_t c = 0; c < columns.width; ++c) {
      double* column = weights + static_cast<Index>(c) * columns.count;
      const double weight = part * column[j];
      TG_SIMD
      for (Index p = 0; p < cell_points; ++p) column[cell.points + p] += weight * r[p];
    }
  }
}

}  // namespace tg::detail
