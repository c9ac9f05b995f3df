// Cells: the tree, and the weights of its points.
#include "nn/attention/cells.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tensor/scalar_exponential.h"

namespace tg::detail {
namespace {

// The points on [-1, 1], and L_p(u) = Σ_k of_moments[k][p] T_k(u), with T_k the Chebyshev polynomials.
struct Chebyshev {
  double at[cell_points], of_moments[cell_points][cell_points];
  Chebyshev() {
    constexpr int n = cell_points - 1;
    for (int p = 0; p <= n; ++p) {
      at[p] = std::cos(3.141592653589793 * p / n);
      for (int k = 0; k <= n; ++k) {
        const double half = (p % n ? 1 : 0.5) * (k % n ? 1 : 0.5);
        of_moments[k][p] = 2.0 / n * half * std::cos(3.141592653589793 * (p * k % (2 * n)) / n);
      }
    }
  }
};
const Chebyshev& chebyshev() {
  static const Chebyshev points;
  return points;
}

// What each row counts in the bounds: its mass, or more. A column's numbers for a mass of 1 are measured by a few times
// their median; where one is larger its row counts as so many, so that no error is relative to an outlier.
std::vector<double> bounding_weights(const Side<double>& weights) {
  const double* mass = weights.column(0);
  std::vector<double> bounding(mass, mass + weights.count), sizes(bounding.size());
  for (std::size_t c = 1; c < weights.width; ++c) {
    for (std::size_t i = 0; i < sizes.size(); ++i)
      sizes[i] = mass[i] > 0 ? std::abs(weights.column(c)[i]) / mass[i] : 0;
    const double size = 8 * median(sizes);
    for (std::size_t i = 0; i < sizes.size() && size > 0; ++i) {
      bounding[i] = std::max(bounding[i], mass[i] * sizes[i] / size);
    }
  }
  return bounding;
}

}  // namespace

double median(std::span<const double> x) {
  std::vector<double> some;
  for (std::size_t i = 0; i < x.size(); i += 1 + x.size() / 1000) some.push_back(x[i]);
  const auto middle = some.begin() + static_cast<Index>(some.size()) / 2;
  std::nth_element(some.begin(), middle, some.end());
  return *middle;
}

std::vector<Index> sorted_order(const double* x, Index count) {
  using Bits = scalar::Bits<double>;
  constexpr int digit = 11, bits = 64;
  struct Row {
    Bits key;
    Index index;
  };
  std::vector<Row> rows(static_cast<std::size_t>(count)), next(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Bits b = scalar::bits_of(x[i]), top = Bits(1) << (bits - 1);
    rows[i] = {b & top ? ~b : b | top, static_cast<Index>(i)};  // these have the order of the numbers
  }
  for (int low = 0; low < bits; low += digit) {
    std::size_t starts[1 << digit] = {}, next_start = 0;
    auto digit_of = [low](Bits key) { return (key >> low) & ((1 << digit) - 1); };
    for (const Row& row : rows) ++starts[digit_of(row.key)];
    for (std::size_t& start : starts) next_start += std::exchange(start, next_start);
    for (const Row& row : rows) next[starts[digit_of(row.key)]++] = row;
    rows.swap(next);
  }
  std::vector<Index> order(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) order[i] = rows[i].index;
  return order;
}

namespace {

Index leaves_of(Index rows) { return (rows + tile_rows - 1) / tile_rows; }
Index with_points(Index rows) { return rows + cell_points * (2 * leaves_of(rows) - 1); }

}  // namespace

Cells::Cells(const Side<double>& x, const Side<double>& weights, const std::vector<double>& of_rows)
    : order(sorted_order(x.column(0), x.count)),
      rows(with_points(x.count), 1),
      columns(with_points(x.count), weights.width) {
  const std::size_t n = order.size();
  auto sorted = [&](const double* from, double* to) {
    for (std::size_t i = 0; i < n; ++i) to[i] = from[order[i]];
  };
  sorted(x.column(0), rows.columns.writable());
  for (std::size_t c = 0; c < weights.width; ++c) {
    sorted(weights.column(c), columns.writable_column(c));
  }
  std::vector<double> bounding(n);
  sorted(bounding_weights(weights).data(), bounding.data());
  if (!of_rows.empty()) {
    shifts.resize(static_cast<std::size_t>(rows.count));
    sorted(of_rows.data(), shifts.data());
  }
  cells.reserve(static_cast<std::size_t>(2 * leaves_of(x.count)));
  make(0, leaves_of(x.count), bounding);
}

// Makes the cell of these leaves, of 64 rows each, and the cells below it.
Index Cells::make(Index leaf, Index leaves, const std::vector<double>& bounding) {
  const Index n = static_cast<Index>(order.size()), first = leaf * tile_rows;
  Cell cell{first, std::min(leaves * tile_rows, n - first), 0, -1, -1, {}, 0, 0, 0};
  const double* x = rows.column(0) + first;
  cell.span = {x[0], x[cell.count - 1]};
  if (leaves == 1) {
    const double* shift = shifts.empty() ? nullptr : shifts.data() + first;
    if (shift) cell.shift = *std::min_element(shift, shift + cell.count);
    double mass = 0, weight = 0;
    for (Index j = 0; j < cell.count; ++j) {
      const double share = shift ? std::exp(cell.shift - shift[j]) : 1;
      mass += share * columns.column(0)[first + j];
      weight += share * bounding[static_cast<std::size_t>(first + j)];
    }
    cell.log_mass = std::log(mass), cell.log_weight = std::log(weight);
  } else {
    cell.left = make(leaf, leaves / 2, bounding);
    cell.right = make(leaf + leaves / 2, leaves - leaves / 2, bounding);
    const Cell &a = cells[static_cast<std::size_t>(cell.left)], &b = cells[static_cast<std::size_t>(cell.right)];
    cell.shift = std::min(a.shift, b.shift);
    auto sum = [&](double Cell::* log) {
      return std::log(std::exp(a.*log + cell.shift - a.shift) + std::exp(b.*log + cell.shift - b.shift));
    };
    cell.log_mass = sum(&Cell::log_mass), cell.log_weight = sum(&Cell::log_weight);
  }
  cell.points = n + cell_points * static_cast<Index>(cells.size());
  fill_points(cell);
  cells.push_back(cell);
  return static_cast<Index>(cells.size()) - 1;
}

void Cells::fill_points(const Cell& cell) {
  const std::size_t width = columns.width;
  LaneList<double> moments(width * cell_points);
  if (cell.left < 0) {
    gather(cell, cell.first, cell.count, moments);
  } else {
    gather(cell, cells[static_cast<std::size_t>(cell.left)].points, cell_points, moments);
    gather(cell, cells[static_cast<std::size_t>(cell.right)].points, cell_points, moments);
  }
  const double middle = (cell.span.lo + cell.span.hi) / 2, half = (cell.span.hi - cell.span.lo) / 2;
  double* at = rows.columns.writable() + cell.points;
  for (int p = 0; p < cell_points; ++p) at[p] = middle + half * chebyshev().at[p];
  if (!shifts.empty()) std::fill_n(shifts.begin() + cell.points, cell_points, cell.shift);
  for (std::size_t c = 0; c < width; ++c) {
    PerLane<double> weights{};  // a lane each
    for (std::size_t k = 0; k < cell_points; ++k) {
      const double* lanes = moments[c * cell_points + k].value;
      const double moment = std::accumulate(lanes, lanes + block_lanes, 0.0);
      TG_SIMD
      for (Index p = 0; p < cell_points; ++p) weights[p] += chebyshev().of_moments[k][p] * moment;
    }
    std::copy_n(weights.value, cell_points, columns.writable_column(c) + cell.points);
  }
}

// Adds Σ_j T_k(u_j) W_j for each k and each column, u being x on the cell's [-1, 1]: sixteen rows side by side.
void Cells::gather(const Cell& cell, Index first, Index count, LaneList<double>& moments) const {
  const double middle = (cell.span.lo + cell.span.hi) / 2, half = (cell.span.hi - cell.span.lo) / 2;
  for (Index begin = first; begin < first + count; begin += block_lanes) {
    const Index used = std::min<Index>(block_lanes, first + count - begin);
    PerLane<double> u{}, share{};
    for (Index l = 0; l < used; ++l) {
      u[l] = half > 0 ? std::clamp((rows.column(0)[begin + l] - middle) / half, -1.0, 1.0) : 0;
      share[l] = shifts.empty() ? 1 : std::exp(cell.shift - shifts[static_cast<std::size_t>(begin + l)]);
    }
    for (std::size_t c = 0; c < columns.width; ++c) {
      PerLane<double> before{}, now{};  // T_k-1 W and T_k W
      for (Index l = 0; l < used; ++l) now[l] = share[l] * columns.column(c)[begin + l];
      for (Index l = 0; l < used; ++l) before[l] = u[l] * now[l];
      for (std::size_t k = 0; k < cell_points; ++k) {
        PerLane<double>& moment = moments[c * cell_points + k];
        TG_SIMD
        for (Index l = 0; l < block_lanes; ++l) {
          moment[l] += now[l];
          const double next = 2 * u[l] * now[l] - before[l];
          before[l] = now[l];
          now[l] = next;
        }
      }
    }
  }
}

}  // namespace tg::detail
