// Exercise 3 of page 03. L = log Σ exp x. Write down its gradient, its Hessian H, and the
// product H v without forming H. Which vjp of the page is it? Compute H v for x = (0, 1, 3)
// and v = (2, 0, -1) with two sweeps of one tape. What is H v for v = (1, 1, 1), and why?
// What would a Newton step for L run into?
//
// Answer. The derivative of log Σ exp x towards x_i is exp(x_i) / Σ exp x: the gradient is
// y = softmax(x). The Hessian is the Jacobian of the gradient, so that of softmax:
// H = diag(y) - y yᵀ, and H v = y v - y (Σ y v) = y (v - Σ v y). That is softmax's vjp,
// with v for the cotangent; vᵀ H and H v are the same numbers, for a Hessian is symmetric.
// So the product costs what a softmax costs, and no matrix is made.
//
// For v = (1, 1, 1), Σ v y = Σ y = 1, and H v = 0: adding the same number to all x adds it
// to L and leaves the gradient as it is. So H is singular. A Newton step would need an s
// with H s = y, and there is none: the elements of H s sum to 0 for every s, and those of y
// to 1. Indeed L has no lowest point: take the same number away from all x, and L falls by
// that number, however often you do it.
#include <iostream>

#include "autograd/autograd.h"
#include "examples/program.h"

using namespace tg;
using namespace tg::examples;

namespace {

void answer(const Arguments&) {
  Variable64 x(Tensor64{0, 1, 3}, true);
  const Tensor64 v{2, 0, -1};

  Tape64 tape;
  // The first sweep, recorded.
  const Variable64 g = tape.gradient(logsumexp(x), {x}, {.create_graph = true})[0];
  // The second, with seed v.
  const Variable64 two_sweeps = tape.gradient(g, v, {x})[0];

  const Tensor64 y = softmax(x.value(), 0);
  const Tensor64 by_hand = y * (v - sum(v * y));
  const Tensor64 above = softmax(x.value() + 1e-6 * v, 0),
                 below = softmax(x.value() - 1e-6 * v, 0);
  std::cout << "gradient             " << g << "\nsoftmax(x)           " << y << "\n\n"
            << "H v, two sweeps      " << two_sweeps << "\ny (v - sum(v y))     " << by_hand
            << "\nfinite differences   " << (above - below) / 2e-6 << "\n\n";

  const double zero = max(abs(tape.gradient(g, ones<double>({3}), {x})[0].value())).item();
  std::cout << "H (1, 1, 1) is " << (zero < 1e-12 ? "0, up to rounding" : "not 0") << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv,
      "Page 03, exercise 3: a Hessian-vector product by hand and by two sweeps.", {},
      answer);
}
