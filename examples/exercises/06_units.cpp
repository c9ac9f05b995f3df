// Question: x is a length in metres. Write it in decimetres instead (every x times 10), or
// in decametres (times 0.1), and train again, with w still drawn from U[0, 1). What happens
// to the best w? To what gradient descent finds in five steps? Which parameter would make
// training indifferent to the unit?
//
// Answer: only (x - x_i) w matters, so the best w is divided by the factor c, and the best
// bandwidth multiplied by it, as a length should be. Gradient descent is not so wise: with
// u = c w, the same number in every unit, its step is u - lr c^2 L'(u). In decimetres the
// rate is a hundred times larger, in decametres a hundred times smaller, and the start
// differs too. With theta = log w a change of unit only adds a constant to theta. The slope
// by theta is u L'(u) in every unit, so from a start that is shifted alike the path is the
// same.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;

namespace {

constexpr double units[] = {0.1, 1, 10};

template <class Loss>
double descend(const Loss& loss, double start, double lr, std::int64_t steps) {
  Variable64 parameter(start, true);
  for (std::int64_t i = 0; i < steps; ++i) {
    Tape64 tape;
    parameter.set_value(parameter.value() -
                        lr * tape.gradient(loss(parameter), {parameter})[0].value());
  }
  return parameter.item();
}

void run(const examples::Arguments& arguments) {
  manual_seed(static_cast<std::uint64_t>(arguments["seed"]));
  const Tensor x_float = sort(rand({50}) * 5).values;
  const Tensor64 x = cast<double>(x_float);
  const Tensor64 y =
      cast<double>(2 * sin(x_float) + pow(x_float, 0.8) + normal(0.0, 0.5, {50}));
  const double start = rand({1}).item();
  auto loss = [&](double unit, const Variable64& w) {
    const Tensor64 keys = x * unit;
    return sum(square(
        attention_pooling({.exclude_self = true}, nn::gaussian, keys, keys, y, w) - y));
  };

  const std::int64_t steps = arguments["steps"];
  std::cout << std::setprecision(4) << "The parameter is w, which starts at " << start
            << " in every unit; lr 0.5.\n"
            << "    unit    w after 5    times unit\n";
  for (const double unit : units) {
    const double w =
        descend([&](const Variable64& v) { return loss(unit, v); }, start, 0.5, 5);
    std::cout << std::setw(8) << unit << std::setw(13) << w << std::setw(14) << w * unit
              << '\n';
  }
  std::cout << "\nThe parameter is log w, which starts at log(" << start
            << " / unit); lr 0.02.\n"
            << "    unit    w after 5    times unit    w after " << std::setw(6)
            << std::left << steps << std::right << "times unit\n";
  for (const double unit : units) {
    auto of_log = [&](const Variable64& theta) { return loss(unit, exp(theta)); };
    const double few = std::exp(descend(of_log, std::log(start / unit), 0.02, 5));
    const double many = std::exp(descend(of_log, std::log(start / unit), 0.02, steps));
    std::cout << std::setw(8) << unit << std::setw(13) << few << std::setw(14) << few * unit
              << std::setw(14) << many << std::setw(14) << many * unit << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  return examples::run_program(
      argc, argv, "What a change of unit does to gradient descent on w, and on log w.",
      {{"seed", "seed of the random numbers", 0, 0, 4294967295},
       {"steps", "steps of the longer training", 500, 1, 100000}},
      run);
}
