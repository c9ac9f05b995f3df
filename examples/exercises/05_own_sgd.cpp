// Exercise 05-1. Write SGD yourself, with momentum, weight decay and Nesterov's look ahead,
// and show that it walks with nn::SGD. Where does weight decay lead?
//
// Answer: four lines, the formulas as they stand. Both walk through the same numbers. With
// weight decay d the walk ends where dL/dw + d w = 0, so at 24 / (12 + d) for the parabola
// 6 (w - 2)^2 + 1: decay pulls towards 0.
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

// w, one number, and its velocity.
struct OwnSGD {
  Variable w;
  nn::SGDOptions options;
  Tensor v = {};

  void step() {
    const Tensor g = w.grad() + options.weight_decay * w.value();
    v = v.defined() ? options.momentum * v + g : g;
    w.set_value(w.value() - options.lr * (options.nesterov ? g + options.momentum * v : v));
  }
};

Variable parabola(const Variable& w) { return sum(6 * square(w - 2) + 1); }

template <class Optimiser>
float walk(Optimiser& optimiser, Variable w, std::int64_t steps) {
  for (std::int64_t step = 0; step < steps; ++step) {
    w.zero_grad();
    Tape tape;
    tape.backward(parabola(w));
    optimiser.step();
  }
  return w.item();
}

void answer(const Arguments& arguments) {
  const std::int64_t steps = arguments["steps"];
  const std::vector<std::pair<std::string, nn::SGDOptions>> runs{
      {"plain", {.lr = 0.05}},
      {"momentum", {.lr = 0.05, .momentum = 0.5}},
      {"nesterov", {.lr = 0.05, .momentum = 0.5, .nesterov = true}},
      {"weight decay", {.lr = 0.05, .weight_decay = 4}},
      {"all of it", {.lr = 0.05, .momentum = 0.5, .weight_decay = 4, .nesterov = true}}};
  std::cout << std::fixed << std::setprecision(4) << "w after " << steps
            << " steps        own     nn::SGD\n";
  for (const auto& [name, options] : runs) {
    Variable a(Tensor{0}, true), b(Tensor{0}, true);
    OwnSGD own{a, options};
    nn::SGD library({b}, options);
    std::cout << std::left << std::setw(14) << name << std::right << std::setw(14)
              << walk(own, a, steps) << std::setw(12) << walk(library, b, steps) << '\n';
  }
  Variable w(Tensor{0}, true);
  nn::SGD decaying({w}, {.lr = 0.05, .weight_decay = 4});
  std::cout << "\nwith weight decay 4, after 100 steps w = " << walk(decaying, w, 100)
            << "; 24 / (12 + 4) = " << 24 / 16.0 << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(argc, argv, "SGD written by hand beside nn::SGD, on a parabola.",
                     {{"steps", "steps of each optimiser", 6, 1, 1000}}, answer);
}
