// Exercise 1 of docs/04-fused-elementwise.md: teach the page's Dual sqrt, log, tanh and
// abs, and check each.
//
// Answer: each function is one line, f(value) and f'(value) times the slope. A check by a
// finite difference finds a wrong slope at once. At the kink of abs any number between -1
// and 1 is a fair answer; the usual one is 0, which the difference (f(h) - f(-h)) / 2h
// gives too.
#include <cmath>
#include <functional>
#include <iomanip>
#include <iostream>

#include "examples/program.h"

using namespace tg::examples;

namespace {

struct Dual {
  double value, slope = 0;
};

Dual sqrt(Dual x) {
  const double y = std::sqrt(x.value);
  return {y, x.slope / (2 * y)};
}
Dual log(Dual x) { return {std::log(x.value), x.slope / x.value}; }
Dual tanh(Dual x) {
  const double y = std::tanh(x.value);
  return {y, (1 - y * y) * x.slope};
}
Dual abs(Dual x) {
  return {std::abs(x.value), (x.value > 0) * x.slope - (x.value < 0) * x.slope};
}

void check(const char* name, const std::function<Dual(Dual)>& f, double x) {
  const double h = 1e-6, difference = (f({x + h}).value - f({x - h}).value) / (2 * h);
  const double slope = f({x, 1}).slope;
  std::cout << std::left << std::setw(28) << name << std::right << std::setw(6) << x
            << std::setw(10) << slope
            << (std::abs(slope - difference) < 1e-8 ? "   the difference agrees"
                                                    : "   THE DIFFERENCE DISAGREES")
            << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv, "Four more functions for a dual number, each beside a finite difference.",
      {}, [](const Arguments&) {
        std::cout << std::setprecision(5)
                  << "function                         x     slope\n";
        check("sqrt(x)", [](Dual x) { return sqrt(x); }, 2);
        check("log(x)", [](Dual x) { return log(x); }, 2);
        check("tanh(x)", [](Dual x) { return tanh(x); }, 0.5);
        check("abs(x)", [](Dual x) { return abs(x); }, -3);
        check("abs(x)", [](Dual x) { return abs(x); }, 0);
        check("tanh(log(sqrt(x)))", [](Dual x) { return tanh(log(sqrt(x))); }, 2);
      });
}
