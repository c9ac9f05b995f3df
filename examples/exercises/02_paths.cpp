// Question: x0 = 1, doubled twenty times: x1 = x0 + x0, x2 = x1 + x1 and so on to x20. How
// many paths lead from x0 to x20, and what is the derivative? How many edges does a walk
// take that follows each path from x20 down and hands on only what is new? How many does a
// sweep take?
//
// Answer: each entry has two edges to the one before, so there are 2^20 = 1048576 paths.
// The derivative along each is 1, so the derivative of x20 is 2^20 as well. The walk is
// right, but it comes to x19 twice, to x18 four times and so on:
// 2 + 4 + ... + 2^20 = 2097150 steps. The sweep adds up what arrives at an entry before it
// passes on the sum, and so takes each of the 40 edges once.
#include <iostream>

#include "autograd/autograd.h"
#include "examples/program.h"

using namespace tg;
using namespace tg::examples;

// Goes down both edges of entry k with the product of the derivatives so far; adds it to
// `sum` at x0.
void walk(std::int64_t k, std::int64_t product, std::int64_t& sum, std::int64_t& steps) {
  if (k == 0) {
    sum += product;
    return;
  }
  for (const std::int64_t derivative : {1, 1}) {
    ++steps;
    walk(k - 1, product * derivative, sum, steps);
  }
}

void body(const Arguments& arguments) {
  const std::int64_t doublings = arguments["doublings"];
  std::int64_t gradient = 0, steps = 0;
  walk(doublings, 1, gradient, steps);
  std::cout << "path by path: gradient " << gradient << " in " << steps << " steps\n";

  Variable64 start(1, true);
  Tape64 tape;
  Variable64 x = start;
  for (std::int64_t k = 0; k < doublings; ++k) x = x + x;
  tape.backward(x);
  std::cout << "one sweep:    gradient " << static_cast<std::int64_t>(start.grad().item())
            << " in " << 2 * tape.size() << " steps, two for each of " << tape.size()
            << " entries\n";
}

int main(int argc, char** argv) {
  return run_program(argc, argv, "A gradient as a sum over paths, and by a sweep.",
                     {{"doublings", "entries that double the one before", 20, 1, 28}},
                     body);
}
