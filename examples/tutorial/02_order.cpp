// Order: the tape of 00_numbers.cpp, swept from its last entry to its first, and walked in
// two wrong ways.
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

// [wrong]
// An entry is queued when it is first seen, or each time that it is seen.
std::vector<double> level_by_level(Var y, bool once) {
  std::vector<double> bar(tape.size());
  bar[y.entry] = 1;
  std::vector<bool> seen(tape.size());
  std::vector<int> queue{y.entry};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const int i = queue[next];
    for (Input x : tape[i]) {
      bar[x.entry] += bar[i] * x.derivative;
      if (!once || !seen[x.entry]) queue.push_back(x.entry);
      seen[x.entry] = true;
    }
  }
  return bar;
}
// [/wrong]

// [f]
Var f(Var a) {
  Var b = a + a;
  Var m = b * a;
  return b + m;
}
// [/f]

int main() {
  Var a = 2, c = f(a);
  const double h = 1e-3, rise = f(2 + h).value - f(2 - h).value;
  std::cout << "finite difference               " << rise / (2 * h) << '\n'
            << "last to first                   " << backward(c)[a.entry] << '\n'
            << "level by level, each entry once " << level_by_level(c, true)[a.entry]
            << '\n'
            << "level by level, every visit     " << level_by_level(c, false)[a.entry]
            << '\n';
}
