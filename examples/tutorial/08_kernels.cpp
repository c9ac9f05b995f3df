// Five kernels side by side: each is a score in one lambda.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <limits>

#include "examples/figures.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

// [scores]
constexpr double infinity = std::numeric_limits<double>::infinity();

const auto boxcar = [](auto q, auto k, auto w) {
  return where(abs((q - k) * w) <= 1, q * 0, -infinity);
};
const auto triangular = [](auto q, auto k, auto w) {
  return log(relu(1 - abs((q - k) * w)));
};
const auto epanechnikov = [](auto q, auto k, auto w) {
  return log(relu(1 - square((q - k) * w)));
};
const auto laplace = [](auto q, auto k, auto w) { return -abs((q - k) * w); };
const auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
// [/scores]

Tensor f(const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); }

}  // namespace

int main() {
  manual_seed(0);
  const Tensor x = sort(rand({50}) * 5).values, y = f(x) + normal(0.0, 0.5, {50});
  const Tensor x_test = arange(0, 5, 0.05);
  const Tensor beside_1{-1.00001, -1, 1,
                        1.00001};  // where the boxcar's kernel falls at once
  const Tensor u = sort(cat({linspace(-3, 3, 241), beside_1})).values;
  std::vector<Curve> kernels, fits, fits_alike;
  std::cout << "kernel          spread   error, w = 1   error, spread 0.25\n"
            << std::fixed << std::setprecision(3);
  auto try_out = [&](const std::string& name, auto score, double spread) {
    // [fit]
    const Tensor fit = attention_pooling(score, x_test, x, y, 1.0);
    const Tensor fit_alike = attention_pooling(score, x_test, x, y, spread / 0.25);
    // [/fit]
    auto error = [&](const Tensor& prediction) {
      return mean(square(prediction - f(x_test))).item();
    };
    std::cout << std::left << std::setw(14) << name << std::right << std::setw(8) << spread
              << std::setw(15) << error(fit) << std::setw(21) << error(fit_alike) << '\n';
    kernels.push_back({name, u, exp(elementwise(score, u, 0.0, 1.0))});
    fits.push_back({name, x_test, fit});
    fits_alike.push_back({name, x_test, fit_alike});
  };
  try_out("Boxcar", boxcar, std::sqrt(1 / 3.0));
  try_out("Triangular", triangular, std::sqrt(1 / 6.0));
  try_out("Epanechnikov", epanechnikov, std::sqrt(1 / 5.0));
  try_out("Laplace", laplace, std::sqrt(2.0));
  try_out("Gaussian", gaussian, 1);

  const Figures figures;
  const PlotOptions of_data{.x_label = "x",
                            .y_label = "y",
                            .x_range = {0, 5},
                            .y_range = {-1, 5},
                            .points = {x, y}};
  const HeatmapOptions inputs{.x_label = "Sorted training inputs",
                              .y_label = "Sorted testing inputs"};
  figures.plot("kernels", kernels,
               {.x_label = "(q - k) w", .y_label = "kernel", .x_range = {-3, 3}});
  figures.plot("kernel-fits", fits, of_data);
  figures.plot("kernel-fits-alike", fits_alike, of_data);
  figures.heatmap("kernel-weights-boxcar", attention_weights(boxcar, x_test, x, 1.0),
                  inputs);
  figures.heatmap("kernel-weights-triangular",
                  attention_weights(triangular, x_test, x, 1.0), inputs);
  figures.heatmap("kernel-weights-epanechnikov",
                  attention_weights(epanechnikov, x_test, x, 1.0), inputs);
  figures.heatmap("kernel-weights-laplace", attention_weights(laplace, x_test, x, 1.0),
                  inputs);
  figures.heatmap("kernel-weights-gaussian", attention_weights(gaussian, x_test, x, 1.0),
                  inputs);
}
