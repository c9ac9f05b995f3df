// Exercise 09-1. Why sixteen points? Let p points stand for the keys of a cell, for p from
// 4 to 24, and compare the error of the sum over the cell with the theorem's bounds for two
// ellipses.
//
// Answer: each point more divides a bound by its ρ. The larger ellipse falls faster, but
// begins higher, since exp(s) is larger on it. The error lies below both, and falls faster
// still: the Gaussian is analytic everywhere, so there are better ellipses yet. From about
// 18 points on it is the rounding of doubles. For this cell and a float, 12 points would do
// by the first bound; with 16 the same is true of larger cells. More points would serve
// larger cells again, but each costs as much as a key does.
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "examples/small_walk.h"

using namespace tg;
using namespace tg::examples;

namespace {

void answer(const Arguments& arguments) {
  manual_seed(0);
  const auto gaussian = [](auto q, auto k) { return -square(4 * (q - k)) / 2; };
  const double q = 2.2;
  const std::vector<double> keys =
      (2 + 0.5 * sort(rand<double>({arguments["keys"]})).values).to_vector();
  const Interval span{keys.front(), keys.back()};
  auto weight = [&](double k) {
    return std::exp(gaussian(Number<double>(q), Number<double>(k)).value());
  };
  double exact = 0;
  for (const double k : keys) exact += weight(k);

  Curve error{"error", {}, {}, true}, large{"bound, ρ = 7", {}, {}},
      small{"bound, ρ = 3.5", {}, {}};
  std::cout << "points   error     rho = 7   rho = 3.5   (measured)\n"
            << std::scientific << std::setprecision(1);
  for (std::int64_t count = 4; count <= arguments["most"]; ++count) {
    std::vector<double> points;
    for (std::int64_t p = 0; p < count; ++p) {
      const double angle =
          3.141592653589793 * static_cast<double>(p) / static_cast<double>(count - 1);
      points.push_back((span.lo + span.hi) / 2 + (span.hi - span.lo) / 2 * std::cos(angle));
    }
    double sum = 0;
    for (std::size_t p = 0; p < points.size(); ++p) {
      for (const double k : keys) sum += lagrange(points, p, k) * weight(points[p]);
    }
    auto bound = [&](double rho) {  // relative to the sum
      const double most =
          std::exp(gaussian(Region(q), ellipse_around(span, rho)).value().hi);
      const double degree = static_cast<double>(count - 1);
      return static_cast<double>(keys.size()) * 4 * most * std::pow(rho, -degree) /
             (rho - 1) / exact;
    };
    const double found = std::abs(sum - exact) / exact;
    std::cout << std::setw(6) << count << std::setw(10) << found << std::setw(10)
              << bound(7) << std::setw(12) << bound(3.5) << " (measured)\n";
    for (const auto& [curve, y] :
         {std::pair{&error, found}, {&large, bound(7)}, {&small, bound(3.5)}}) {
      curve->x.values.push_back(static_cast<float>(count));
      curve->y.values.push_back(static_cast<float>(std::max(y, 1e-17)));
    }
  }
  arguments.figures().plot(
      "how-many-points", {large, small, error},
      {.x_label = "points", .y_label = "relative error", .x_whole = true, .y_log = true});
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(argc, argv, "The error of p points in place of a cell's keys.",
                     {{"keys", "of the cell", 1000, 10, 100000},
                      {"most", "the largest p", 24, 5, 40}},
                     answer);
}
