// Sixteen points stand for the keys of a cell: the ellipse that proves it, and the sums
// that show it.
#include <iomanip>
#include <iostream>
#include <numbers>

#include "examples/figures.h"
#include "examples/small_walk.h"

using namespace tg;
using namespace tg::examples;

int main() {
  // [cell]
  manual_seed(0);
  const auto gaussian = [](auto q, auto k) { return -square(4 * (q - k)) / 2; };
  const std::vector<double> keys =
      (2 + 0.5 * sort(rand<double>({1000})).values).to_vector();
  const std::vector<double> values = randn<double>({1000}).to_vector();
  const Interval span{keys.front(), keys.back()};
  const std::vector<double> points = points_of(span);
  std::vector<double> weights(16), sums(16);
  for (std::size_t p = 0; p < 16; ++p) {
    for (std::size_t j = 0; j < keys.size(); ++j) {
      weights[p] += lagrange(points, p, keys[j]);
      sums[p] += lagrange(points, p, keys[j]) * values[j];
    }
  }
  // [/cell]
  const std::vector<double> queries{1.8, 2, 2.2, 2.4, 2.6};
  const SmallWalk<decltype(gaussian)> walk{gaussian, queries, keys, values};
  std::cout << "query   1000 keys   16 points   error by theorem   error\n" << std::fixed;
  for (const double q : queries) {
    // [bound]
    const double rho = 7;
    const Region z = gaussian(Region(q), ellipse_around(span, rho));
    const double most = std::exp(z.value().hi);  // of |exp s|
    const double bound = 1000 * 4 * most * std::pow(rho, -15) / (rho - 1);
    // [/bound]
    double of_keys = 0, of_points = 0;
    for (const double k : keys) of_keys += walk.exp_score(q, k);
    for (std::size_t p = 0; p < 16; ++p)
      of_points += walk.exp_score(q, points[p]) * weights[p];
    std::cout << std::setprecision(1) << std::setw(5) << q << std::setprecision(6)
              << std::setw(12) << of_keys << std::setw(12) << of_points
              << std::setprecision(1) << std::scientific << std::setw(19) << bound
              << std::setw(8) << std::abs(of_keys - of_points) << std::fixed
              << " (measured)\n";
  }

  auto floats = [](const std::vector<double>& x) {
    return std::vector<float>(x.begin(), x.end());
  };
  std::vector<Curve> curves;
  for (const double q : {1.8, 2.2, 2.6}) {
    Curve line{"q = " + std::to_string(q).substr(0, 3), {}, {}};
    for (double k = 1.9; k < 2.6; k += 0.005) {
      line.x.values.push_back(static_cast<float>(k));
      line.y.values.push_back(static_cast<float>(walk.exp_score(q, k)));
    }
    curves.push_back(line);
  }
  Curve dots{"at the points", {}, {}, true};
  for (const double q : {1.8, 2.2, 2.6}) {
    for (const double k : points) {
      dots.x.values.push_back(static_cast<float>(k));
      dots.y.values.push_back(static_cast<float>(walk.exp_score(q, k)));
    }
  }
  curves.push_back(dots);
  const Figures figures;
  std::vector<float> some_keys;
  for (std::size_t j = 0; j < keys.size(); j += 20)
    some_keys.push_back(static_cast<float>(keys[j]));
  figures.plot("sixteen-points", curves,
               {.x_label = "k",
                .y_label = "exp s(q, k)",
                .x_range = {1.9, 2.6},
                .y_range = {-0.05, 1.3},
                .points = {some_keys, std::vector<float>(some_keys.size()), "keys"}});

  std::vector<Curve> shapes;
  for (const double rho : {7.0, 3.5}) {
    const double middle = (span.lo + span.hi) / 2, quarter = (span.hi - span.lo) / 4;
    Curve ellipse{rho == 7 ? "ellipse, ρ = 7" : "ellipse, ρ = 3.5", {}, {}};
    for (int i = 0; i <= 200; ++i) {
      const double angle = 2 * std::numbers::pi * i / 200;
      ellipse.x.values.push_back(
          static_cast<float>(middle + quarter * (rho + 1 / rho) * std::cos(angle)));
      ellipse.y.values.push_back(
          static_cast<float>(quarter * (rho - 1 / rho) * std::sin(angle)));
    }
    shapes.push_back(ellipse);
  }
  shapes.push_back({"points", floats(points), std::vector<float>(16), true});
  const Region box = ellipse_around(span, 3.5);
  const Interval x = box.value(), y = box.imaginary();
  shapes.push_back({"region, ρ = 3.5", floats({x.lo, x.hi, x.hi, x.lo, x.lo}),
                    floats({y.lo, y.lo, y.hi, y.hi, y.lo})});
  figures.plot("ellipse", shapes,
               {.x_label = "real part of k",
                .y_label = "imaginary part of k",
                .y_range = {-1, 1.6}});
}
