// First sweep: the tape of 00_numbers.cpp with a sum and a product, on a formula of three
// lines.
#include <iostream>
#include <vector>

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
Var operator*(Var a, Var b) {
  const double y = a.value * b.value;
  return {y, {{a.entry, b.value}, {b.entry, a.value}}};
}

std::vector<double> backward(Var y) {
  std::vector<double> bar(tape.size());
  bar[y.entry] = 1;
  for (int i = y.entry; i >= 0; --i) {
    for (Input x : tape[i]) bar[x.entry] += bar[i] * x.derivative;
  }
  return bar;
}

// [main]
int main() {
  Var a = 2;
  Var b = a + a;
  Var c = b * b + a;
  const std::vector<double> bar = backward(c);
  std::cout << "c is " << c.value << '\n';
  std::cout << "dc/db is " << bar[b.entry] << ", dc/da is " << bar[a.entry] << '\n';
}
// [/main]
