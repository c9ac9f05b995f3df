// A sweep that is recorded can be swept in turn: higher derivatives, and a Jacobian-vector
// product from two sweeps. With a name, as in 03_twice tape.html, a tape that holds a sweep
// is written there as a page to step through.
#include <fstream>
#include <iostream>

#include "autograd/autograd.h"

using namespace tg;

int main(int argc, char** argv) {
  {
    // [orders]
    Variable x(1, /*requires_grad=*/true);
    Tape tape({.trace = true});
    Variable y = x * exp(x);
    std::cout << "x exp(x) at x = 1    " << y.item() << "   " << tape.size()
              << " entries\n";
    for (int order = 1; order <= 3; ++order) {
      y = tape.gradient(y, {x}, {.create_graph = true})[0];
      std::cout << "derivative, order " << order << "  " << y.item() << "   " << tape.size()
                << " entries\n";
      if (order == 1) std::cout << '\n' << tape << '\n';
    }
    // [/orders]
  }
  {
    // [jvp]
    auto f = [](const Variable& x) {  // f(a, b) = (a², a b, b³)
      Variable a = narrow(x, 0, 0, 1), b = narrow(x, 0, 1, 1);
      return cat({square(a), a * b, pow(b, 3)});
    };
    Variable x(Tensor{2, 3}, true), u(zeros({3}), true);
    const Tensor t{1, 1};

    Tape tape;
    // g = u J, a function of u; and the derivative of g·t towards u, which is J t
    Variable g = tape.gradient(sum(u * f(x)), {x}, {.create_graph = true})[0];
    Variable d = tape.gradient(sum(g * t), {u})[0];
    // [/jvp]
    std::cout << "\nJ t at (2, 3), t = (1, 1)\ntwo sweeps  " << d << "\nby hand     "
              << Tensor{2 * 2, 3 + 2, 3 * 3 * 3} << '\n';
  }
  if (argc > 1) {
    // [html]
    Variable x(1, /*requires_grad=*/true);
    Tape tape({.trace = true});
    Variable y = x * exp(x);
    Variable slope = tape.gradient(y, {x}, {.create_graph = true})[0];
    tape.gradient(slope, {x});  // this sweep is shown: the last one
    std::ofstream(argv[1]) << tape.to_html("x exp(x), and a sweep from its derivative");
    // [/html]
  }
}
