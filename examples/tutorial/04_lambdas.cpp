// What a lambda for elementwise may contain: types, branches, kinks, and the order of its
// derivatives.
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <iostream>

#include "autograd/autograd.h"

using namespace tg;

// The slope of a function at the points x.
template <class F> Tensor slope(const F& f, const Tensor& points) {
  Variable x(points, true);
  Tape tape;
  return tape.gradient(sum(f(x)), {x})[0].value();
}

int main() {
  // [abs]
  const Tensor distances{0.25, 0.75, 1.25};
  const Tensor kernel = elementwise([](auto d) { return exp(-abs(d)); }, distances);
  // C's own: what a bare `abs(d)` finds for a float in many a file
  int (*c_abs)(int) = std::abs;
  // [/abs]
  std::cout << std::setprecision(4) << "distance                 " << distances << '\n'
            << "exp(-|d|), tg's scalars  " << kernel << '\n'
            << "exp(-|d|), C's abs(int)  [";
  for (float d : distances.to_vector())
    std::cout << (d > 0.5f ? ", " : "") << std::exp(-c_abs(d));
  std::cout << "]\n\n";

  // [branches]
  auto huber = [](auto x) {  // a parabola near 0, straight lines further out
    if (abs(x) <= 1) return square(x) / 2;
    return abs(x) - 0.5;
  };
  auto triangle = [](auto x) { return relu(1 - abs(x)); };
  auto root = [](auto x) { return where(x > 0, sqrt(x), 0); };
  // [/branches]
  auto fused = [](auto f) { return [f](const Variable& x) { return elementwise(f, x); }; };
  const Tensor points{-2, -1, -0.5, 0, 0.25};
  std::cout << "x               " << points << '\n'
            << "huber: slope    " << slope(fused(huber), points) << '\n'
            << "triangle: slope " << slope(fused(triangle), points) << '\n'
            << "root: slope     " << slope(fused(root), points) << "\n\n";

  // [traps]
  auto root_by_ops = [](const Variable& x) { return where(x > 0, sqrt(x), 0); };
  // x² everywhere, so the slope should be 2 x
  auto patched = [](auto x) { return x == 1 ? 1 : square(x); };
  // [/traps]
  std::cout << "root of 0 by ops: slope " << slope(root_by_ops, Tensor{0})
            << "\nroot of 0, fused: slope " << slope(fused(root), Tensor{0})
            << "\npatched x² at 1:  slope " << slope(fused(patched), Tensor{1}) << "\n\n";

  // [third]
  Variable x(Tensor{0.5}, true);
  Tape tape;
  Variable y = elementwise([](auto v) { return exp(2 * v); }, x);
  Variable first = tape.gradient(y, {x}, {.create_graph = true})[0];
  Variable second = tape.gradient(first, {x}, {.create_graph = true})[0];
  std::cout << "exp(2 x) and its derivatives: " << y.item() << ", " << first.item() << ", "
            << second.item() << '\n';
  try {
    tape.gradient(second, {x});
  } catch (const Error& error) {
    std::cout << error.what() << '\n';
  }
  // [/third]
}
