// Exercise 3 of docs/00-your-own-tape.md: a tape that differentiates twice, and what
// Newton's method makes of the chapter's loss with it.
//
// Answer: a derivative that is a number has no derivative in turn. So the number on the
// edge becomes a rule, as for tensors, and the rule computes with Vars: it is recorded, and
// a second sweep goes back through the first. Two things change in the sweep. It starts
// with a cotangent for each entry up to y's only, since rules add entries behind it. And it
// copies an entry's inputs before it calls their rules, since a vector that grows moves
// what it holds.
#include <cmath>
#include <functional>
#include <iomanip>
#include <iostream>
#include <vector>

#include "examples/program.h"
#include "tensor/tensor.h"

using namespace tg;
using namespace tg::examples;

namespace {

struct Var;
struct Input {
  int entry;
  // From the result's cotangent to this input's, both on the tape.
  std::function<Var(Var)> rule;
};
using Inputs = std::vector<Input>;
std::vector<Inputs> tape;

struct Var {
  double value;
  int entry = tape.size();
  Var(double v, Inputs inputs = {}) : value(v) { tape.push_back(inputs); }
};

Var operator+(Var a, Var b) {
  auto same = [](Var g) { return g; };
  return {a.value + b.value, {{a.entry, same}, {b.entry, same}}};
}
Var operator-(Var a, Var b) {
  auto same = [](Var g) { return g; };
  auto minus = [](Var g) { return 0 - g; };
  return {a.value - b.value, {{a.entry, same}, {b.entry, minus}}};
}
Var operator*(Var a, Var b) {
  auto to_a = [b](Var g) { return g * b; };
  auto to_b = [a](Var g) { return g * a; };
  return {a.value * b.value, {{a.entry, to_a}, {b.entry, to_b}}};
}
Var operator/(Var a, Var b) {
  auto to_a = [b](Var g) { return g / b; };
  auto to_b = [a, b](Var g) { return 0 - g * a / (b * b); };
  return {a.value / b.value, {{a.entry, to_a}, {b.entry, to_b}}};
}
Var exp(Var x) {
  auto to_x = [x](Var g) { return g * exp(x); };
  return {std::exp(x.value), {{x.entry, to_x}}};
}

std::vector<Var> backward(Var y) {
  std::vector<Var> bar(y.entry + 1, Var(0));
  bar[y.entry] = 1;
  for (int i = y.entry; i >= 0; --i) {
    const Inputs inputs = tape[i];
    for (const Input& x : inputs) bar[x.entry] = bar[x.entry] + x.rule(bar[i]);
  }
  return bar;
}

// The chapter's loss.
Var loss_of(Var w, const Tensor& x, const Tensor& y) {
  Var loss = 0;
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
  return loss;
}

void run(const Arguments& arguments) {
  Var a = 2, y = a * exp(a);
  Var first = backward(y)[a.entry], second = backward(first)[a.entry],
      third = backward(second)[a.entry];
  std::cout << "a exp(a) at a = 2: the derivatives divided by exp(2) are "
            << first.value / std::exp(2) << ", " << second.value / std::exp(2) << ", "
            << third.value / std::exp(2) << "\n\n";

  manual_seed(0);
  const Tensor xs = sort(rand({50}) * 5).values;
  const Tensor ys = 2 * sin(xs) + pow(xs, 0.8) + normal(0.0, 0.5, {50});
  double w_now = 4;
  std::cout << "Newton's method on the chapter's loss\n"
            << "step        w     loss         slope  curvature  entries\n";
  for (std::int64_t step = 0; step <= arguments["steps"]; ++step) {
    tape.clear();
    Var w = w_now, loss = loss_of(w, xs, ys);
    Var slope = backward(loss)[w.entry];
    Var curvature = backward(slope)[w.entry];
    std::cout << std::setw(4) << step << std::setw(9) << w.value << std::setw(9)
              << loss.value << std::setw(14) << slope.value << std::setw(11)
              << curvature.value << std::setw(9) << tape.size() << '\n';
    w_now -= slope.value / curvature.value;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(argc, argv, "First and second derivatives by a tape of one's own.",
                     {{"steps", "steps of Newton's method", 4, 1, 20}}, run);
}
