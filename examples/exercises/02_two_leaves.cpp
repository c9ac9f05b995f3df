// Question: x = 3, y = 2; u = x * y; v = u + x; L = v * u. Write the list and every
// cotangent on paper, then the derivatives of all entries towards x in forward mode. How
// many passes does each mode need for both derivatives?
//
// Answer: the entries are u = 6, v = 9, L = 54. Backward: L̄ = 1; v̄ = 1 * u = 6 and
// ū = 1 * v = 9; then v hands out 6 to u, so ū = 15, and 6 to x; then u hands out
// 15 * y = 30 to x and 15 * x = 45 to y. So x̄ = 36 and ȳ = 45. Forward with ẋ = 1, ẏ = 0:
// u̇ = y = 2, v̇ = 2 + 1 = 3, L̇ = 3 * u + 2 * v = 36. Forward mode needs a second pass,
// with ẋ = 0 and ẏ = 1, for the 45; one backward pass gives both.
#include <iostream>

#include "autograd/autograd.h"
#include "examples/program.h"

using namespace tg;
using namespace tg::examples;

// The derivatives of u, v and L where x and y change at the rates dx and dy.
void print_forward(double x, double y, double dx, double dy) {
  const double u = x * y, du = dx * y + x * dy;
  const double v = u + x, dv = du + dx;
  const double dl = dv * u + v * du;
  std::cout << "forward with dx = " << dx << ", dy = " << dy << ": du = " << du
            << ", dv = " << dv << ", dL = " << dl << '\n';
}

void body(const Arguments& arguments) {
  Variable x(arguments["x"], true), y(arguments["y"], true);
  Tape tape({.trace = true});
  Variable u = x * y;
  Variable v = u + x;
  Variable loss = v * u;
  tape.backward(loss);
  std::cout << tape << '\n';

  const double x0 = static_cast<double>(x.value().item()),
               y0 = static_cast<double>(y.value().item());
  print_forward(x0, y0, 1, 0);
  print_forward(x0, y0, 0, 1);
}

int main(int argc, char** argv) {
  return run_program(argc, argv, "u = x * y; v = u + x; L = v * u, backward and forward.",
                     {{"x", "the first input", 3, -100, 100},
                      {"y", "the second input", 2, -100, 100}},
                     body);
}
