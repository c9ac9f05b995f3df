// Exercise 05-2. A line is to be fitted to points with x from 8 to 12. Why does descent
// take so long, and what helps?
//
// Answer: all x are far from 0, so slope and shift can replace each other: along one
// direction the loss is thousands of times flatter than across it. The steep direction sets
// the limit 2 / steep for the rate, and with it the flat one takes tens of thousands of
// steps. Subtract the mean of x first: then sum x = 0, the two parameters no longer
// interfere, and some thirty steps do.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

// The two curvatures of sum (slope x + shift - y)^2: the eigenvalues of its Hessian 2 [[sum
// x^2, sum x], [sum x, n]].
std::pair<double, double> curvatures(const Tensor& x) {
  const double a = 2.0 * sum(square(x)).item(), b = 2.0 * sum(x).item(),
               c = 2.0 * static_cast<double>(x.numel());
  const double middle = (a + c) / 2, half = std::hypot((a - c) / 2, b);
  return {middle - half, middle + half};
}

void answer(const Arguments& arguments) {
  const Tensor x = linspace(8, 12, 9), y = 3 * x - 20;  // exact, so that the loss goes to 0
  auto report = [&](const std::string& name, const Tensor& inputs) {
    const auto [flat, steep] = curvatures(inputs);
    Variable slope(Tensor{0}, true), shift(Tensor{0}, true);
    nn::SGD trainer({slope, shift}, {.lr = 1.8 / steep});  // just below the limit 2 / steep
    std::int64_t step = 0;
    for (float loss_now = 1; loss_now > 1e-4f && step < arguments["most"]; ++step) {
      Tape tape;
      const Variable loss = nn::mse_loss(slope * inputs + shift, y, nn::Reduction::sum);
      trainer.zero_grad();
      tape.backward(loss);
      trainer.step();
      loss_now = loss.item();
    }
    std::cout << std::left << std::setw(14) << name << std::right << std::setprecision(4)
              << std::setw(10) << flat << std::setw(10) << steep << std::setw(10)
              << steep / flat << std::setw(10) << step << '\n';
  };
  std::cout << "curvature           flat     steep     ratio     steps\n";
  report("x as it is", x);
  report("x - mean", x - mean(x));
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv,
      "Fits a line by descent, to inputs far from 0 and to the same inputs centred.",
      {{"most", "steps at most", 50000, 1, 1000000}}, answer);
}
