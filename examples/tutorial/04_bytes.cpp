// The traffic of the chapter's score, counted: five ops against one lambda.
#include <iomanip>
#include <iostream>

#include "tensor/tensor.h"

using namespace tg;

double passes = 0, reads = 0, writes = 0;  // of all passes; floats a pair

void line(const std::string& name, double read, double write) {
  std::cout << std::left << std::setw(40) << name << std::right << std::setw(9) << read
            << std::setw(9) << write << '\n';
}

// [counted]
// Stands for a tensor in a formula: a shape without numbers. Each op on it notes what its
// pass over memory moves.
struct Counted {
  Shape shape;
  // For each pair.
  double floats() const { return static_cast<double>(shape.numel()) / (1000 * 999); }
};

// 1,000 queries, each with 999 keys of its own
const Counted q{{1000, 1}}, k{{1000, 999}}, w{{1}};

Counted pass(const char* name, std::initializer_list<Counted> in, const Counted& out) {
  double read = 0;
  for (const Counted& x : in) read += x.floats();
  line(name, read, out.floats());
  passes += 1, reads += read, writes += out.floats();
  return out;
}

Counted joint(const Counted& a, const Counted& b) {
  return {broadcast_shapes("counted", a.shape, b.shape)};
}
Counted operator-(const Counted& a, const Counted& b) {
  return pass("  q - k", {a, b}, joint(a, b));
}
Counted operator*(const Counted& a, const Counted& b) {
  return pass("  (q - k) w", {a, b}, joint(a, b));
}
Counted square(const Counted& x) { return pass("  square", {x}, x); }
Counted operator-(const Counted& x) { return pass("  negate", {x}, x); }
Counted operator/(const Counted& x, int) { return pass("  / 2", {x}, x); }
// [/counted]

void total() {
  line(std::to_string(static_cast<int>(passes)) + " passes", reads, writes);
  std::cout << std::setw(58) << reads + writes << " floats a pair\n\n";
  passes = reads = writes = 0;
}

int main() {
  std::cout << std::fixed << std::setprecision(2);
  // [count]
  auto score = [](auto a, auto b, auto c) { return -square((a - b) * c) / 2; };

  std::cout << "Five ops                                     read    write\n"
            << "forward\n";
  const Counted s = score(q, k, w);  // the same lambda once more, called with Counted
  std::cout << "backward, w alone needs a gradient\n";
  pass("  / 2: g / 2", {s}, s);
  pass("  negate: -g", {s}, s);
  pass("  square: 2 g x", {s, s}, s);
  pass("  (q - k) w: the sum of g (q - k)", {s, s}, w);
  total();

  std::cout << "One lambda                                   read    write\n";
  pass("forward: the values", {q, k, w}, s);
  pass("backward: the sum of g times ds/dw", {s, q, k, w}, w);
  total();
  // [/count]
}
