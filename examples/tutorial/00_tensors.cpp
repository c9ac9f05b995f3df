// Tensors: the tape of 00_numbers.cpp, for whole tables of numbers.
#include <functional>
#include <iostream>

#include "tensor/tensor.h"

using namespace tg;

// [tape]
struct Input {
  int entry;
  std::function<Tensor(Tensor)> rule;  // from the result's cotangent to this input's
};
using Inputs = std::vector<Input>;
struct Entry {
  Shape shape;
  Inputs inputs;
};
std::vector<Entry> tape;

struct Var {
  Tensor value;
  int entry = tape.size();
  Var(Tensor v, Inputs inputs = {}) : value(v) { tape.push_back({v.shape(), inputs}); }
  Var(double v) : Var(Tensor::from_number(v)) {}
};
// [/tape]

// [arithmetic]
Var operator+(Var a, Var b) {
  auto same = [](Tensor g) { return g; };
  return {a.value + b.value, {{a.entry, same}, {b.entry, same}}};
}
Var operator-(Var a, Var b) {
  auto same = [](Tensor g) { return g; };
  auto minus = [](Tensor g) { return -g; };
  return {a.value - b.value, {{a.entry, same}, {b.entry, minus}}};
}
Var operator*(Var a, Var b) {
  auto to_a = [b](Tensor g) { return g * b.value; };
  auto to_b = [a](Tensor g) { return g * a.value; };
  return {a.value * b.value, {{a.entry, to_a}, {b.entry, to_b}}};
}
Var operator/(Var a, Var b) {
  const Tensor y = a.value / b.value;
  auto to_a = [b](Tensor g) { return g / b.value; };
  auto to_b = [b, y](Tensor g) { return -g * y / b.value; };
  return {y, {{a.entry, to_a}, {b.entry, to_b}}};
}
Var exp(Var x) {
  const Tensor y = tg::exp(x.value);
  auto to_x = [y](Tensor g) { return g * y; };
  return {y, {{x.entry, to_x}}};
}
// [/arithmetic]
// [reduction]
Var sum(Var x, int dim) {
  const Shape shape = x.value.shape();
  auto to_x = [dim, shape](Tensor g) { return expand(unsqueeze(g, dim), shape); };
  return {tg::sum(x.value, dim), {{x.entry, to_x}}};
}
// [/reduction]

// [sweep]
std::vector<Tensor> backward(Var y) {
  std::vector<Tensor> bar;
  for (const Entry& entry : tape) bar.push_back(zeros(entry.shape));
  bar[y.entry] = ones(y.value.shape());
  for (int i = y.entry; i >= 0; --i) {
    for (const Input& x : tape[i].inputs) {
      bar[x.entry] = bar[x.entry] + sum_to(x.rule(bar[i]), tape[x.entry].shape);
    }
  }
  return bar;
}
// [/sweep]

int main() {
  manual_seed(0);
  const Tensor x = sort(rand({50}) * 5).values;
  const Tensor y = 2 * sin(x) + pow(x, 0.8) + normal(0.0, 0.5, {50});
  Tensor w_now = rand({1});
  // [training]
  const Tensor distances = unsqueeze(x, 1) - x;  // (50, 50): x_i - x_j in row i, column j
  const Tensor others = 1 - eye(50);             // 0 on the diagonal, 1 elsewhere
  for (int epoch = 1; epoch <= 5; ++epoch) {
    tape.clear();
    Var w = w_now;
    Var u = distances * w;
    Var weights = exp(u * u / -2) * others;
    Var error = sum(weights * y, 1) / sum(weights, 1) - y;
    Var loss = sum(error * error, 0);
    std::cout << "epoch " << epoch << ", loss " << loss.value.item() << '\n';
    w_now = w_now - 0.5 * backward(loss)[w.entry];
  }
  std::cout << "w is now " << w_now.item() << "; entries: " << tape.size() << '\n';
  // [/training]
}
