// Exercise 2 of docs/00-your-own-tape.md: a sweep with a bug. Which line is it, of which
// formulas is the result wrong, and what does the training of the page look like with it?
//
// Answer: it assigns to a cotangent where it must add. What an entry's first user has
// handed to it is lost when the second comes, and only the use that the sweep meets last
// counts. So the result is right where each number is used once, as in exp(3 * a), and
// wrong in a + a, the smallest case: 1 in place of 2. In training w is used 2450 times, and
// what is left of its derivative is a part of a single pair's. The losses still fall, in
// the fifth digit: it looks like a learning rate that is too small.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "tensor/tensor.h"

using namespace tg;
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
Var operator*(Var a, Var b) {
  const double y = a.value * b.value;
  return {y, {{a.entry, b.value}, {b.entry, a.value}}};
}
Var operator/(Var a, Var b) {
  const double y = a.value / b.value;
  return {y, {{a.entry, 1 / b.value}, {b.entry, -y / b.value}}};
}
Var exp(Var x) {
  const double y = std::exp(x.value);
  return {y, {{x.entry, y}}};
}

// [wrong]
std::vector<double> backward(Var y) {
  std::vector<double> bar(tape.size());
  bar[y.entry] = 1;
  for (int i = y.entry; i >= 0; --i) {
    for (Input x : tape[i]) bar[x.entry] = bar[i] * x.derivative;
  }
  return bar;
}
// [/wrong]

std::vector<double> mended(Var y) {
  std::vector<double> bar(tape.size());
  bar[y.entry] = 1;
  for (int i = y.entry; i >= 0; --i) {
    for (Input x : tape[i]) bar[x.entry] += bar[i] * x.derivative;
  }
  return bar;
}

using Sweep = std::vector<double> (*)(Var);
using Formula = Var (*)(Var);

void print(const char* name, Formula f) {
  tape.clear();
  Var a = 2, y = f(a);
  std::cout << std::left << std::setw(28) << name << std::right << std::setw(9)
            << backward(y)[a.entry] << std::setw(9) << mended(y)[a.entry] << '\n';
}

// The training of 00_numbers.cpp.
std::vector<double> losses(const Tensor& x, const Tensor& y, double w_now,
                           std::int64_t epochs, Sweep sweep) {
  std::vector<double> all;
  for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
    tape.clear();
    Var w = w_now, loss = 0;
    for (int i = 0; i < x.numel(); ++i) {
      Var top = 0, bottom = 0;
      for (int j = 0; j < x.numel(); ++j) {
        if (j == i) continue;
        Var u = (x(i) - x(j)) * w;
        Var weight = exp(u * u / -2);
        top = top + weight * y(j);
        bottom = bottom + weight;
      }
      Var error = top / bottom - y(i);
      loss = loss + error * error;
    }
    all.push_back(loss.value);
    w_now -= 0.5 * sweep(loss)[w.entry];
  }
  return all;
}

void run(const Arguments& arguments) {
  std::cout << "derivative at a = 2          assigned    added\n";
  print("exp(3 * a)", [](Var a) { return exp(3 * a); });
  print("a + a", [](Var a) { return a + a; });
  print("b * b + a with b = a + a", [](Var a) {
    Var b = a + a;
    return b * b + a;
  });

  manual_seed(0);
  const Tensor x = sort(rand({50}) * 5).values;
  const Tensor y = 2 * sin(x) + pow(x, 0.8) + normal(0.0, 0.5, {50});
  const double start = rand({1}).item();
  const std::int64_t epochs = arguments["epochs"];
  const std::vector<double> assigned = losses(x, y, start, epochs, backward);
  const std::vector<double> added = losses(x, y, start, epochs, mended);
  std::cout << "\nloss                         assigned    added\n";
  for (std::size_t i = 0; i < assigned.size(); ++i) {
    std::cout << "epoch " << std::left << std::setw(22) << i + 1 << std::right
              << std::setw(9) << assigned[i] << std::setw(9) << added[i] << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(argc, argv,
                     "A sweep that assigns to cotangents, beside one that adds to them.",
                     {{"epochs", "steps of the training", 5, 1, 1000}}, run);
}
