// The leave-one-out loss as a function of w, its lowest point, and the steps that gradient
// descent takes on it.
#include <iomanip>
#include <iostream>
#include <vector>

#include "examples/figures.h"
#include "nn/nn.h"

using namespace tg;

int main() {
  manual_seed(0);  // the chapter's data, in double
  const Tensor x_float = sort(rand({50}) * 5).values;
  const Tensor64 x = cast<double>(x_float);
  const Tensor64 y =
      cast<double>(2 * sin(x_float) + pow(x_float, 0.8) + normal(0.0, 0.5, {50}));
  const double start = rand({1}).item();

  // [loss]
  auto loss = [&](const Variable64& w) {
    return sum(
        square(attention_pooling({.exclude_self = true}, nn::gaussian, x, x, y, w) - y));
  };
  // [/loss]

  // [newton]
  Variable64 optimum(4.0, /*requires_grad=*/true);
  for (int i = 0; i < 4; ++i) {
    Tape64 tape;
    auto slope = tape.gradient(loss(optimum), {optimum}, {.create_graph = true})[0];
    auto curvature = tape.gradient(slope, {optimum})[0];
    optimum.set_value(optimum.value() - slope.value() / curvature.value());
  }
  // [/newton]
  std::cout << std::fixed << std::setprecision(4) << "The lowest loss is "
            << loss(optimum).item() << ", at w = " << optimum.item() << ": a bandwidth of "
            << 1 / optimum.item() << "\n\n";

  auto slope_at = [&](double w) {
    const Variable64 leaf(w, true);
    Tape64 tape;
    return tape.gradient(loss(leaf), {leaf})[0].item();
  };
  std::vector<double> path;
  std::cout << "Gradient descent on the sum, lr 0.5\n  step        w     loss    slope  "
               "step to w\n";
  double w = start;
  for (int step = 0; step <= 5; ++step) {
    const double slope = slope_at(w), next = w - 0.5 * slope;
    std::cout << std::setw(6) << step << std::setw(9) << w << std::setw(9)
              << loss(Variable64(w)).item() << std::setw(9) << slope << std::setw(11)
              << next << '\n';
    path.push_back(w);
    w = next;
  }

  std::cout << "\nw after      5 steps       50      500\n";
  auto descend = [&](const char* what, double lr) {
    std::cout << what;
    w = start;
    for (int step = 1; step <= 500; ++step) {
      w -= lr * slope_at(w);
      if (step == 5 || step == 50 || step == 500) std::cout << std::setw(9) << w;
    }
    std::cout << '\n';
  };
  descend("sum,  lr 0.5 ", 0.5);
  descend("sum,  lr 0.05", 0.05);
  descend("mean, lr 0.5 ", 0.5 / 50);

  auto curve = [&](const char* label, const std::vector<double>& ws, bool dots = false) {
    examples::Curve c{label, {}, {}, dots};
    for (const double at : ws) {
      c.x.values.push_back(static_cast<float>(at));
      c.y.values.push_back(static_cast<float>(loss(Variable64(at)).item()));
    }
    return c;
  };
  examples::Figures().plot(
      "loss-against-w",
      {curve("leave-one-out loss", linspace<double>(0, 12, 121).to_vector()),
       curve("gradient descent", path), curve("optimum", {optimum.item()}, true)},
      {.x_label = "w", .y_label = "loss", .x_range = {0, 12}, .y_range = {0, 70}});
}
