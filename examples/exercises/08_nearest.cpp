// Exercise 08-2. Let each query attend to its k nearest keys alone, with equal weights.
// Does it fit attention_pooling? Choose k by the leave-one-out error, and compare with the
// Gaussian kernel where the data are dense here, sparse there.
//
// Answer: it does not fit, since a score sees one query and one key, and whether a key is
// among the nearest depends on all keys. Ops do it: the k-th smallest distance of a row is
// its reach, and a mask leaves out what lies beyond. No query is ever out of reach. The
// width adapts: narrow where keys are dense, wide where they are sparse; a kernel of one
// width has to compromise.
#include <iomanip>
#include <iostream>
#include <limits>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

Tensor truth(const Tensor& x) { return sin(8 / (x + 0.5)); }

// The weights (m, n): 1/k for the k nearest keys of each query.
Tensor nearest_weights(const Tensor& queries, const Tensor& keys, std::int64_t k,
                       bool exclude_self = false) {
  const float infinity = std::numeric_limits<float>::infinity();
  Tensor distance = abs(unsqueeze(queries, 1) - keys);
  if (exclude_self) distance = masked_fill(distance, eye(keys.numel()) != 0, infinity);
  const Tensor reach = narrow(sort(distance, 1).values, 1, k - 1, 1);  // (m, 1)
  return softmax(masked_fill(zeros_like(distance), distance > reach, -infinity), 1);
}

void answer(const Arguments& arguments) {
  manual_seed(0);
  const Tensor x = sort(3 * square(rand({arguments["n"]}))).values,
               y = truth(x) + normal(0.0, 0.2, x.shape());
  const Tensor x_test = linspace(0, 3, 301);
  auto error = [](const Tensor& a, const Tensor& b) { return mean(square(a - b)).item(); };

  std::int64_t best = 1;
  float least = std::numeric_limits<float>::infinity();
  std::cout << std::fixed << std::setprecision(4) << " k   leave-one-out   error\n";
  for (std::int64_t k = 1; k <= arguments["most"]; ++k) {
    const float left_out = error(matmul(nearest_weights(x, x, k, true), y), y);
    if (left_out < least) least = left_out, best = k;
    const float now = error(matmul(nearest_weights(x_test, x, k), y), truth(x_test));
    std::cout << std::setw(2) << k << std::setw(12) << left_out << std::setw(12) << now
              << '\n';
  }
  float best_w = 0, least_of_w = std::numeric_limits<float>::infinity();
  for (float w = 1; w < 100; w *= 1.05f) {  // the Gaussian's width, by the same rule
    const nn::NadarayaWatson gaussian(w);
    const float left_out = error(gaussian(x, x, y, {.exclude_self = true}).value(), y);
    if (left_out < least_of_w) least_of_w = left_out, best_w = w;
  }
  const Tensor by_nearest = matmul(nearest_weights(x_test, x, best), y);
  const Tensor by_gaussian = nn::NadarayaWatson(best_w)(x_test, x, y).value();
  std::cout << "\nthe best k is " << best << ": error " << error(by_nearest, truth(x_test))
            << "\nthe best Gaussian has w " << std::setprecision(1) << best_w << ": error "
            << std::setprecision(4) << error(by_gaussian, truth(x_test)) << '\n';
  const Figures figures = arguments.figures();
  figures.plot("nearest",
               {{"Truth", x_test, truth(x_test)},
                {"nearest", x_test, by_nearest},
                {"Gaussian", x_test, by_gaussian}},
               {.x_label = "x", .y_label = "y", .x_range = {0, 3}, .points = {x, y}});
  figures.heatmap("nearest-weights", nearest_weights(x_test, x, best),
                  {.x_label = "Sorted training inputs",
                   .y_label = "Sorted testing inputs"});
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv, "Attention to the k nearest keys, k chosen by the leave-one-out error.",
      {{"n", "training points", 150, 30, 2000}, {"most", "the largest k tried", 12, 1, 29}},
      answer);
}
