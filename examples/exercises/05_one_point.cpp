// Exercise 05-3. The S of SGD: take the gradient of one point, drawn at random, instead of
// all. What is left of the descent, with a fixed learning rate and with one that falls?
//
// Answer: the gradient of one point is right on the average only. With a fixed rate w comes
// near the optimum quickly and then wanders about it for ever, the farther the larger the
// rate. With a rate that falls like 1/t the wandering dies away, and w settles.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

void answer(const Arguments& arguments) {
  const std::int64_t n = 50, steps = arguments["steps"];
  manual_seed(0);
  const Tensor x = rand({n}) * 2 - 1, y = 2 * x + normal(0.0, 0.3, {n});
  // Where the sum over all points has slope 0.
  const double best = sum(x * y).item() / sum(square(x)).item();
  const std::vector<int> drawn = [&] {
    std::vector<int> all;
    for (float u : rand({steps}).to_vector()) all.push_back(static_cast<int>(u * n));
    return all;
  }();

  Progress progress("descending", 3 * steps);
  std::vector<Curve> curves;
  std::cout << std::fixed << std::setprecision(3) << "the best w is " << best << "\n\n"
            << "                   w at the end    wandering in the last tenth\n";
  auto run = [&](const std::string& name, auto rate_at) {
    Variable w(Tensor{0}, true);
    nn::SGD trainer({w}, {.lr = rate_at(0)});
    std::vector<float> path;
    double squares = 0;
    for (std::int64_t step = 0; step < steps; ++step, progress.step()) {
      trainer.set_lr(rate_at(step));
      const int i = drawn[static_cast<std::size_t>(step)];
      Tape tape;
      const Variable loss = nn::mse_loss(w * narrow(x, 0, i, 1), narrow(y, 0, i, 1));
      trainer.zero_grad();
      tape.backward(loss);
      trainer.step();
      path.push_back(w.item());
      if (step >= steps - steps / 10) squares += std::pow(w.item() - best, 2);
    }
    progress.clear();
    std::cout << std::left << std::setw(14) << name << std::right << std::setw(17)
              << w.item() << std::setw(20)
              << std::sqrt(squares / static_cast<double>(steps / 10)) << '\n';
    curves.push_back({name, arange(static_cast<double>(steps)), path});
  };
  run("lr 0.5", [](std::int64_t) { return 0.5; });
  run("lr 0.05", [](std::int64_t) { return 0.05; });
  run("falling",
      [](std::int64_t step) { return 0.5 / (1 + static_cast<double>(step) / 20); });
  arguments.figures().plot(
      "one-point", curves,
      {.x_label = "step", .y_label = "w", .y_range = {0, 4}, .x_whole = true});
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(argc, argv,
                     "Stochastic descent: a single point, drawn at random, in each step.",
                     {{"steps", "steps of each run", 5000, 10, 1000000}}, answer);
}
