// What a learning rate does on a parabola, and how it follows the loss from a sum to a
// mean.
#include <iomanip>
#include <iostream>

#include "examples/figures.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

// w from its start at 0 and after each of `steps` steps.
template <class Loss> std::vector<float> path(const Loss& loss_at, double lr, int steps) {
  Variable w(Tensor{0}, true);
  nn::SGD trainer({w}, {.lr = lr});
  std::vector<float> points{w.item()};
  for (int step = 0; step < steps; ++step) {
    Tape tape;
    const Variable loss = loss_at(w);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
    points.push_back(w.item());
  }
  return points;
}

}  // namespace

int main() {
  const Tensor x{-1, 0, 1, 2}, y{-2, 1, 2, 4};
  // [losses]
  auto sum_of_squares = [&](const Variable& w) {
    return nn::mse_loss(w * x, y, nn::Reduction::sum);
  };
  auto mean_of_squares = [&](const Variable& w) { return nn::mse_loss(w * x, y); };
  auto half_squares = [&](const Variable& w) {
    return nn::l2_loss(w * x, y, nn::Reduction::sum);
  };
  // [/losses]

  std::vector<Curve> curves;
  std::cout << std::fixed << std::setprecision(3)
            << "   lr   1 - 12 lr   w after 1, 2, 3, 4 and 20 steps\n";
  for (double lr : {0.01, 0.05, 1 / 12.0, 0.15, 0.18}) {
    const std::vector<float> w = path(sum_of_squares, lr, 20);
    std::cout << lr << std::setw(12) << 1 - 12 * lr << "  ";
    for (std::size_t step : {1, 2, 3, 4, 20}) std::cout << std::setw(9) << w[step];
    std::cout << '\n';
    curves.push_back({"lr " + std::to_string(lr).substr(0, 5), arange(0, 21), w});
  }
  Figures().plot(
      "learning-rates", curves,
      {.x_label = "step", .y_label = "w", .x_range = {0, 20}, .y_range = {-2, 10}});

  std::cout << "\nloss                      lr   w after one step\n";
  auto row = [](const std::string& loss, double lr, float w) {
    std::cout << std::left << std::setw(23) << loss << std::right << lr << std::setw(19)
              << w << '\n';
  };
  row("sum of squares", 0.05, path(sum_of_squares, 0.05, 1)[1]);
  row("mean of squares", 0.05, path(mean_of_squares, 0.05, 1)[1]);
  row("mean of squares", 0.20, path(mean_of_squares, 0.20, 1)[1]);
  row("sum of half squares", 0.05, path(half_squares, 0.05, 1)[1]);
  row("sum of half squares", 0.10, path(half_squares, 0.10, 1)[1]);
}
