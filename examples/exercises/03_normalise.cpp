// Exercise 1 of page 03. y = x / |x|, where |x| = √(Σ x²): a vector of any length becomes
// one of length 1. Derive the vector-Jacobian product, write the op with record, and check
// it. What comes back for the seed ȳ = y, and why?
//
// Answer. Let r = |x|. From r² = Σ x² follows dr = Σ x dx / r = Σ y dx. Then
//
//   dy = dx / r - x dr / r² = (dx - y Σ y dx) / r
//   dL = Σ ȳ dy = (Σ ȳ dx - (Σ ȳ y) (Σ y dx)) / r = Σ ((ȳ - y Σ ȳ y) / r) dx
//
// What stands before dx is x̄ = (ȳ - y Σ ȳ y) / r. The Jacobian, never formed, is
// (I - y yᵀ) / r: it takes away the part of ȳ along y, and divides by the length. The seed
// ȳ = y has no other part, for Σ y y = 1, so nothing comes back: x̄ = 0. Indeed, to first
// order Σ y dy = 0 whatever dx is: y keeps its length, so a loss whose cotangent is along y
// does not feel a step of x. The rule is that of softmax, nearly: ȳ less y Σ ȳ y. It reads
// y, and x
// for its length. (Where x = 0 there is no direction: the value is 0 / 0, NaN, and so is
// the rule.)
#include <iostream>

#include "autograd/autograd.h"
#include "examples/program.h"

using namespace tg;
using namespace tg::examples;

namespace {

// [op]
// y = x / |x|        x̄ = (ȳ - y Σ ȳ y) / |x|
template <class T> BasicVariable<T> normalise(const BasicVariable<T>& x) {
  return record("normalise", x.value() / sqrt(sum(square(x.value()))),
                {{x, reads::x0 | reads::y, [](auto& ctx) {
                    return (ctx.g - ctx.y() * sum(ctx.g * ctx.y())) /
                           sqrt(sum(square(ctx.x(0))));
                  }}});
}
// [/op]

void answer(const Arguments&) {
  Variable64 x(Tensor64{3, 0, 4}, true);
  Tape64 tape;
  const Variable64 y = normalise(x);
  std::cout << "x = " << x << ", y = x / |x| = " << y << "\n\n";
  for (const Tensor64& seed : {Tensor64{1, 0, 0}, Tensor64{0, 1, 0}, Tensor64{0, 0, 1}}) {
    std::cout << "seed " << seed << "    x̄ = " << tape.gradient(y, seed, {x})[0] << '\n';
  }
  const double back = max(abs(tape.gradient(y, y.value(), {x})[0].value())).item();
  std::cout << "seed y                 x̄ = "
            << (back < 1e-12 ? "0, up to rounding" : "not 0") << "\n\n";

  const Function64 f = [](const auto& v) { return normalise(v[0]); };
  const std::vector<Variable64> at = {Tensor64{0.3, -1.2, 2, 0.7}};
  if (gradcheck(f, at)) std::cout << "gradcheck: all 16 first derivatives agree\n";
  if (gradgradcheck(f, at)) std::cout << "gradgradcheck: the second derivatives agree\n";
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv, "Page 03, exercise 1: the rule of x / |x|, derived, written and checked.",
      {}, answer);
}
