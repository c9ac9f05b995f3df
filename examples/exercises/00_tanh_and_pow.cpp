// Exercise 1 of docs/00-your-own-tape.md: give the tape tanh and pow, check both against
// differences, and try a tanh that is made of exp, + - and /.
//
// Answer: each is a value and its derivatives, y = tanh x with 1 - y^2, and y = x^e with e
// x^(e-1) towards x and y log x towards e. log x is not a number for x < 0. It goes into
// the cotangent of e, and a constant e hands nothing on; so the derivative towards x stays
// right. (An exponent that is computed from x, as in 2 + 0 / x, hands it on to x.) The tanh
// made of exp needs no derivative of its own, and has the right one, until e^x is too large
// for a double: at 800 it is infinity / infinity. A function of its own may choose how it
// computes.
#include <cmath>
#include <functional>
#include <iomanip>
#include <iostream>
#include <vector>

#include "examples/program.h"

using namespace tg::examples;

namespace {

struct Input {
  int entry;
  double derivative;
};
using Inputs = std::vector<Input>;
std::vector<Inputs> tape;

struct Var {
  double value;
  int entry = tape.size();
  Var(double v, Inputs inputs = {}) : value(v) { tape.push_back(inputs); }
};

Var operator+(Var a, Var b) { return {a.value + b.value, {{a.entry, 1}, {b.entry, 1}}}; }
Var operator-(Var a, Var b) { return {a.value - b.value, {{a.entry, 1}, {b.entry, -1}}}; }
Var operator/(Var a, Var b) {
  const double y = a.value / b.value;
  return {y, {{a.entry, 1 / b.value}, {b.entry, -y / b.value}}};
}
Var exp(Var x) {
  const double y = std::exp(x.value);
  return {y, {{x.entry, y}}};
}

// The two new functions.
Var tanh(Var x) {
  const double y = std::tanh(x.value);
  return {y, {{x.entry, 1 - y * y}}};
}
Var pow(Var x, Var e) {
  const double y = std::pow(x.value, e.value);
  const double to_x = e.value * std::pow(x.value, e.value - 1);
  return {y, {{x.entry, to_x}, {e.entry, y * std::log(x.value)}}};
}

// The same tanh, of functions that the tape had before.
Var tanh_of_exp(Var x) { return (exp(x) - exp(0 - x)) / (exp(x) + exp(0 - x)); }

std::vector<double> backward(Var y) {
  std::vector<double> bar(tape.size());
  bar[y.entry] = 1;
  for (int i = y.entry; i >= 0; --i) {
    for (Input x : tape[i]) bar[x.entry] += bar[i] * x.derivative;
  }
  return bar;
}

void check(const char* name, double at, const std::function<Var(Var)>& f) {
  const double h = 1e-5, difference = (f(at + h).value - f(at - h).value) / (2 * h);
  tape.clear();
  Var x = at, y = f(x);
  std::cout << std::left << std::setw(30) << name << std::right << std::setw(5) << at
            << std::setw(12) << y.value << std::setw(12) << backward(y)[x.entry]
            << std::setw(12) << difference << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv, "tanh and pow on a tape of one's own.", {}, [](const Arguments&) {
        std::cout
            << "function                          x       value       sweep  difference\n";
        check("tanh(x)", 0.5, [](Var x) { return tanh(x); });
        check("tanh of exp", 0.5, [](Var x) { return tanh_of_exp(x); });
        check("tanh(x)", 800, [](Var x) { return tanh(x); });
        check("tanh of exp", 800, [](Var x) { return tanh_of_exp(x); });
        check("pow(x, 3)", 2, [](Var x) { return pow(x, 3); });
        check("pow(2, x)", 3, [](Var x) { return pow(2, x); });
        check("pow(x, x)", 2, [](Var x) { return pow(x, x); });
        check("pow(x, 2)", -3, [](Var x) { return pow(x, 2); });
        check("pow(x, 2 + 0 / x)", -3, [](Var x) { return pow(x, 2 + 0 / x); });
      });
}
