// vjp, jvp, jacobian, hvp and hessian of one small function, each beside what it is by
// hand.
#include <iostream>

#include "autograd/autograd.h"

using namespace tg;

int main() {
  // [function]
  // f(a, b) = (a², a b, b³), from two numbers to three, and the sum of its elements.
  auto f = [](const Variable& x) {
    Variable a = narrow(x, 0, 0, 1), b = narrow(x, 0, 1, 1);
    return cat({square(a), a * b, pow(b, 3)});
  };
  auto l = [&](const Variable& x) { return sum(f(x)); };

  Tensor x{2, 3};
  float a = 2, b = 3;
  // [/function]

  // [vjp]
  auto [y, g] = vjp(f, x, Tensor{1, 10, 100});
  // [/vjp]
  std::cout << "vjp: y = f(x) and vᵀJ, here with v = (1, 10, 100)\n"
            << "f(x)     " << y << '\n'
            << "vᵀJ      " << g << '\n'
            << "by hand  " << Tensor{1 * 2 * a + 10 * b, 10 * a + 100 * 3 * b * b}
            << ": the rows of J below, times 1, 10 and 100, added up\n\n";

  // [jvp]
  auto [z, d] = jvp(f, x, Tensor{1, 0});
  // [/jvp]
  std::cout << "jvp: y = f(x) and J t, here with t = (1, 0)\n"
            << "J t      " << d << '\n'
            << "by hand  " << Tensor{2 * a, b, 0}
            << ": the derivative towards a alone, the first column of J\n\n";

  // [jacobian]
  Variable J = jacobian(f, x);
  // [/jacobian]
  std::cout << "jacobian: J[i, j] = ∂f[i] / ∂x[j]\n"
            << J << '\n'
            << "by hand\n"
            << Tensor{{2 * a, 0}, {b, a}, {0, 3 * b * b}} << "\n\n";

  // [hessian]
  Variable H = hessian(l, x);
  // [/hessian]
  std::cout << "hessian: H[i, j] = ∂²l / ∂x[i] ∂x[j] of l = a² + a b + b³\n"
            << H << '\n'
            << "by hand\n"
            << Tensor{{2, 1}, {1, 6 * b}} << "\n\n";

  // [hvp]
  auto [value, h] = hvp(l, x, Tensor{1, -1});
  // [/hvp]
  std::cout << "hvp: H v, without H, here with v = (1, -1)\n"
            << "H v      " << h << '\n'
            << "by hand  " << Tensor{2 - 1, 1 - 6 * b}
            << ": the first column of H less the second\n";
}
