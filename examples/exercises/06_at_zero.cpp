// Question: the MXNet tab starts w between -0.07 and 0.07. What happens from exactly 0? And
// how many steps does gradient descent need to get away from a start near 0?
//
// Answer: the loss depends on w only through its square, so at 0 its slope is 0 and w never
// moves: average pooling for ever. Near 0 the loss is L(0) + c w^2 / 2 with the curvature
// c = L''(0), the slope is c w, and a step multiplies w by 1 - lr c. If c is negative, that
// is more than 1: w grows by this factor at every step, and a start ten times nearer to 0
// costs only log(10) / log(1 - lr c) steps more. If c is positive (--seed 3), 0 is a
// minimum beside the real one, and gradient descent with a rate below 2 / c that starts
// near 0 ends there.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;

namespace {

void run(const examples::Arguments& arguments) {
  const std::int64_t n = arguments["n-train"];
  manual_seed(static_cast<std::uint64_t>(arguments["seed"]));
  const Tensor x_float = sort(rand({n}) * 5).values;
  const Tensor64 x = cast<double>(x_float);
  const Tensor64 y =
      cast<double>(2 * sin(x_float) + pow(x_float, 0.8) + normal(0.0, 0.5, {n}));
  auto loss = [&](const Variable64& w) {
    return sum(
        square(attention_pooling({.exclude_self = true}, nn::gaussian, x, x, y, w) - y));
  };
  auto slope_at = [&](double at) {
    const Variable64 w(at, true);
    Tape64 tape;
    return tape.gradient(loss(w), {w})[0].item();
  };

  const Variable64 zero(0.0, true);
  Tape64 tape;
  const Variable64 slope = tape.gradient(loss(zero), {zero}, {.create_graph = true})[0];
  const double curvature = tape.gradient(slope, {zero})[0].item(),
               factor = 1 - 0.5 * curvature;
  std::cout << "At w = 0 the slope is " << std::abs(slope.item()) << " and the curvature "
            << curvature << ".\n";
  if (curvature >= 0) {
    std::cout << "So 0 is a minimum: near it, gradient descent with lr below "
              << 2 / curvature << " goes to 0 and stays.\n";
    return;
  }
  std::cout << "Near 0 a step with lr 0.5 multiplies w by " << factor << ".\n";
  std::cout << "\n    start  predicted steps to 0.1  counted\n";
  for (int digits = 2; digits <= 9; ++digits) {
    const double start = std::pow(10, -digits);
    int steps = 0;
    for (double w = start; std::abs(w) < 0.1 && steps < 10000; ++steps)
      w -= 0.5 * slope_at(w);
    std::cout << std::setw(9) << start << std::setw(24)
              << std::log(0.1 / start) / std::log(factor) << std::setw(9) << steps << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  return examples::run_program(
      argc, argv,
      "How long gradient descent needs to leave w = 0, where the loss is level.",
      {{"seed", "seed of the random numbers", 0, 0, 4294967295},
       {"n-train", "training points", 50, 3, 2000}},
      run);
}
