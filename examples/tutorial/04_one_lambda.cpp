// One lambda is one entry on the tape, and gives the gradients that five ops give. With a
// name, as in 04_one_lambda tape.html, the five ops are written there as a page to step
// through.
#include <fstream>
#include <iostream>

#include "autograd/autograd.h"

using namespace tg;

// [score]
constexpr auto score = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
// [/score]

int main(int argc, char** argv) {
  std::cout.precision(4);
  // [inputs]
  Variable queries(Tensor{{1}, {2}}, true);  // (2, 1): a column
  Variable keys(Tensor{0, 0.5, 3}, true);    // (3): a row
  Variable w(Tensor{2}, true);               // (1)
  // The cotangent of the scores, as if a later op had sent it.
  const Tensor g{{1, 0, 0}, {1, 1, 1}};
  // [/inputs]

  {
    // [one]
    Tape tape({.trace = true});
    Variable scores = elementwise(score, queries, keys, w);
    tape.backward(scores, g);
    // [/one]
    std::cout << "one lambda\n" << tape << '\n';
  }
  const Tensor by_lambda = cat({flatten(queries.grad()), keys.grad(), w.grad()});

  for (Variable x : {queries, keys, w}) x.zero_grad();
  {
    // [ops]
    Tape tape({.trace = true});
    Variable scores = score(queries, keys, w);  // the same lambda, called with Variables
    tape.backward(scores, g);
    // [/ops]
    std::cout << "five ops\n" << tape << '\n';
    if (argc > 1)
      std::ofstream(argv[1]) << tape.to_html("-square((q - k) * w) / 2, as five ops");
  }
  const Tensor by_ops = cat({flatten(queries.grad()), keys.grad(), w.grad()});
  std::cout << "The gradients " << (allclose(by_lambda, by_ops) ? "agree" : "differ")
            << ".\n";
}
