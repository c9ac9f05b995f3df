// What momentum does in a narrow valley, (a^2 + 25 b^2) / 2: paths and losses.
#include <iomanip>
#include <iostream>

#include "examples/figures.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

struct Path {
  std::vector<float> a, b, loss;  // before each step, and at the end
};

// [valley]
Path descend(nn::SGDOptions options, int steps) {
  Variable point(Tensor{10, 1}, true);
  nn::SGD trainer({point}, options);
  Path path;
  for (int step = 0; step <= steps; ++step) {
    Tape tape;
    const Variable loss = sum(Tensor{1, 25} * square(point)) / 2;
    trainer.zero_grad();
    tape.backward(loss);
    path.a.push_back(point.value()(0));
    path.b.push_back(point.value()(1));
    path.loss.push_back(loss.item());
    trainer.step();
  }
  return path;
}
// [/valley]

int main() {
  const Figures figures;
  const Path plain = descend({.lr = 0.07}, 15),
             heavy = descend({.lr = 0.07, .momentum = 0.5}, 15);
  const Tensor turn = linspace(0, 6.2832, 200);
  std::vector<Curve> paths{{"no momentum", plain.a, plain.b},
                           {"momentum 0.5", heavy.a, heavy.b}};
  // Level lines.
  for (double size : {3.0, 6.0, 9.0})
    paths.push_back({"", size * cos(turn), size / 5 * sin(turn)});
  figures.plot("momentum-paths", paths,
               {.x_label = "a", .y_label = "b", .x_range = {-4, 11}, .y_range = {-2, 3}});
  std::cout << "after 15 steps with lr 0.07: a = " << std::setprecision(3) << plain.a.back()
            << " without momentum, " << heavy.a.back() << " with 0.5\n\n";

  // [runs]
  const std::vector<std::pair<std::string, nn::SGDOptions>> runs{
      {"no momentum", {.lr = 2.0 / 26}},
      {"momentum 4/9", {.lr = 1.0 / 9, .momentum = 4.0 / 9}},
      {"momentum 0.9", {.lr = 1.0 / 9, .momentum = 0.9}},
      {"Nesterov 2/3", {.lr = 1.0 / 25, .momentum = 2.0 / 3, .nesterov = true}}};
  // [/runs]
  std::vector<Curve> losses;
  std::cout << "loss after step        0        10        20        30\n"
            << std::scientific << std::setprecision(2);
  for (const auto& [name, options] : runs) {
    const Path path = descend(options, 60);
    std::cout << std::left << std::setw(14) << name << std::right;
    for (std::size_t step : {0, 10, 20, 30}) std::cout << std::setw(10) << path.loss[step];
    std::cout << '\n';
    losses.push_back({name, arange(0, 61), path.loss});
  }
  figures.plot("momentum-loss", losses,
               {.x_label = "step",
                .y_label = "loss",
                .x_range = {0, 60},
                .y_range = {1e-10, 1000},
                .y_log = true});
}
