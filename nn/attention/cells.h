// Cells: the rows of one side as a tree, in which sixteen points may stand for all rows of a cell.
//
// A function f of the rows' number that is smooth over a cell, which spans [a, b], is nearly its interpolant through
// the Chebyshev points x_p = (a + b) / 2 + (b - a) / 2 cos(π p / 15). So, for any weights W_j of the rows,
//
//   Σ_j f(x_j) W_j ≈ Σ_p f(x_p) W_p        W_p = Σ_j L_p(x_j) W_j        L_p the polynomial of degree 15 that is 1 at
//                                                                        x_p and 0 at the other points
// How nearly is Trefethen's theorem 8.2, "Approximation Theory and Approximation Practice": if f is analytic, and
// |f| <= M, inside the ellipse with foci a and b and half axes (b - a) (ρ ± 1/ρ) / 4, the interpolant errs by at most
// 4 M ρ^-15 / (ρ - 1). As in Fong and Darve 2009, "The black-box fast multipole method", and Wang, Krasny and Tlupova
// 2020, "A kernel-independent treecode", a cell's points get their weights from the points of its halves.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "nn/attention/region.h"
#include "nn/attention/scores.h"

namespace tg::detail {

inline constexpr int cell_points = 16;

struct Cell {
  Index first, count;                 // its rows, of the sorted ones
  Index points;                       // the row that is its first point
  std::unique_ptr<Cell> left, right;  // its halves, or none
  Interval span;                      // of its rows
  double shift = 0;                   // the least of its rows' shifts
  double log_mass;                    // log Σ_j W_j0 exp(shift - shift_j)
  double log_weight;                  // the same of what its rows count in the bounds (bounding_weights in cells.cpp)
};

// The rows are sorted, and the points follow them: a tile of points is scored as a tile of rows.
struct Cells {
  // Column 0 of the columns is the rows' mass, W_j0 >= 0. A row counts as exp(-shift_j) times its weights; shifts may
  // be left out.
  Cells(const Side<double>& x, const Side<double>& columns, const std::vector<double>& shifts);

  std::vector<Index> order;    // of the sorted rows
  Side<double> rows, columns;  // with the points behind
  std::vector<double> shifts;  // likewise, or none
  std::unique_ptr<Cell> root;

 private:
  std::unique_ptr<Cell> make(Index leaf, Index leaves);
  void fill_points(const Cell& cell, Index first, Index count);

  Index next_points_;
  std::vector<double> bounding_;  // what each row counts in the bounds; a cell's first point counts for all of it
};

// About the median: that of a thousand of the numbers at most.
template <class T> double median(std::span<const T> x) {
  std::vector<T> some;
  for (std::size_t i = 0; i < x.size(); i += 1 + x.size() / 1000) some.push_back(x[i]);
  const auto middle = some.begin() + std::ssize(some) / 2;
  std::nth_element(some.begin(), middle, some.end());
  return static_cast<double>(*middle);
}

// The order of sorted numbers, by six sweeps over them instead of argsort's comparisons. -0 comes before 0.
std::vector<Index> sorted_order(const double* x, Index count);

}  // namespace tg::detail
