// Numbers: a tape of one's own, for single numbers, trains the chapter's model.
#include <cmath>
#include <iostream>

#include "tensor/tensor.h"

using namespace tg;

// [tape]
struct Input {
  int entry;          // its place on the tape
  double derivative;  // of the result towards this input
};
using Inputs = std::vector<Input>;
std::vector<Inputs> tape;  // an entry for each number: the inputs it was computed from
// [/tape]

// [var]
struct Var {
  double value;
  int entry = tape.size();
  Var(double v, Inputs inputs = {}) : value(v) { tape.push_back(inputs); }
};
// [/var]

// [sum]
Var operator+(Var a, Var b) { return {a.value + b.value, {{a.entry, 1}, {b.entry, 1}}}; }
// [/sum]
// [difference]
Var operator-(Var a, Var b) { return {a.value - b.value, {{a.entry, 1}, {b.entry, -1}}}; }
// [/difference]
// [product]
Var operator*(Var a, Var b) {
  const double y = a.value * b.value;
  return {y, {{a.entry, b.value}, {b.entry, a.value}}};
}
// [/product]
// [more]
Var operator/(Var a, Var b) {
  const double y = a.value / b.value;
  return {y, {{a.entry, 1 / b.value}, {b.entry, -y / b.value}}};
}
Var exp(Var x) {
  const double y = std::exp(x.value);
  return {y, {{x.entry, y}}};
}
// [/more]

// [sweep]
std::vector<double> backward(Var y) {
  std::vector<double> bar(tape.size());  // a cotangent for each entry, 0 at first
  bar[y.entry] = 1;
  for (int i = y.entry; i >= 0; --i) {
    for (Input x : tape[i]) bar[x.entry] += bar[i] * x.derivative;
  }
  return bar;
}
// [/sweep]

int main() {
  // [data]
  manual_seed(0);
  const Tensor x = sort(rand({50}) * 5).values;
  const Tensor y = 2 * sin(x) + pow(x, 0.8) + normal(0.0, 0.5, {50});
  double w_now = rand({1}).item();
  // [/data]

  // [training]
  for (int epoch = 1; epoch <= 5; ++epoch) {
    tape.clear();
    Var w = w_now, loss = 0;
    // [model]
    for (int i = 0; i < 50; ++i) {
      Var top = 0, bottom = 0;
      for (int j = 0; j < 50; ++j) {
        if (j == i) continue;
        Var u = (x(i) - x(j)) * w;
        Var weight = exp(u * u / -2);
        top = top + weight * y(j);
        bottom = bottom + weight;
      }
      Var error = top / bottom - y(i);
      loss = loss + error * error;
    }
    // [/model]
    std::cout << "epoch " << epoch << ", loss " << loss.value << '\n';
    w_now -= 0.5 * backward(loss)[w.entry];
  }
  std::cout << "w is now " << w_now << "; entries: " << tape.size() << '\n';
  // [/training]
}
