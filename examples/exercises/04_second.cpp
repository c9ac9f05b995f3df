// Exercise 2 of docs/04-fused-elementwise.md: second derivatives from duals of duals.
//
// Answer: make Dual a template over its number, and let the number be a Dual. The inner ε
// is seeded with 1 in the value, the outer one with 1 (and inner slope 0) in the slope:
// x = (x0 + ε1) + ε2. Then
// f(x) = f + f' ε1 + f' ε2 + f'' ε1 ε2, and f'' is the slope of the slope. The tape gives
// the same by differentiating its own sweep.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "autograd/autograd.h"
#include "examples/program.h"

using namespace tg::examples;

namespace {

template <class N> struct Dual {
  N value, slope;

  Dual(N v, N s) : value(v), slope(s) {}
  Dual(double v) : value(v), slope(0.0) {}
};

template <class N> Dual<N> operator+(Dual<N> a, Dual<N> b) {
  return {a.value + b.value, a.slope + b.slope};
}
template <class N> Dual<N> operator*(Dual<N> a, Dual<N> b) {
  return {a.value * b.value, a.slope * b.value + a.value * b.slope};
}

// Each function names its own derivative, which is again a function of N: a number, or a
// Dual.
using std::cos, std::exp, std::sin;
template <class N> Dual<N> exp(Dual<N> x) { return {exp(x.value), exp(x.value) * x.slope}; }
template <class N> Dual<N> cos(Dual<N> x);
template <class N> Dual<N> sin(Dual<N> x) { return {sin(x.value), cos(x.value) * x.slope}; }
template <class N> Dual<N> cos(Dual<N> x) {
  return {cos(x.value), N(-1.0) * sin(x.value) * x.slope};
}

const auto f = [](auto x) { return sin(x * x) * exp(x) + x * x; };

void answer(const Arguments& arguments) {
  using Inner = Dual<double>;
  const double at = static_cast<double>(arguments["hundredths"]) / 100;
  const Dual<Inner> y = f(Dual<Inner>(Inner(at, 1), Inner(1, 0)));

  using namespace tg;
  Variable64 x(Tensor64{at}, true);
  Tape64 tape;
  const Variable64 value = elementwise(f, x);
  const Variable64 first = tape.gradient(value, {x}, {.create_graph = true})[0];
  const Variable64 second = tape.gradient(first, {x})[0];

  // By hand: f'' = e^x ((1 - 4x²) sin x² + (4x + 2) cos x²) + 2.
  const double s = at * at, e = std::exp(at);
  const double by_hand = e * ((1 - 4 * s) * std::sin(s) + (4 * at + 2) * std::cos(s)) + 2;
  std::cout << "f(x) = sin(x²) exp(x) + x² at x = " << at << "\n\n"
            << std::setprecision(6) << "              duals of duals      the tape\n"
            << "f(x)        " << std::setw(16) << y.value.value << std::setw(14)
            << value.item() << '\n'
            << "f'(x)       " << std::setw(16) << y.value.slope << std::setw(14)
            << first.item() << '\n'
            << "f'(x) again " << std::setw(16) << y.slope.value << '\n'
            << "f''(x)      " << std::setw(16) << y.slope.slope << std::setw(14)
            << second.item() << '\n'
            << "f''(x), by hand " << std::setw(12) << by_hand << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(argc, argv,
                     "A second derivative by nested dual numbers, beside the tape's.",
                     {{"hundredths", "x in hundredths", 70, -300, 300}}, answer);
}
