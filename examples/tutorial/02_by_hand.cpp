// By hand: the tape of c = b * b + a with b = a + a, printed after the sweep. With a name,
// as in 02_by_hand tape.html, it is written there too, as a page to step through.
#include <fstream>
#include <iostream>

#include "autograd/autograd.h"

using namespace tg;

int main(int argc, char** argv) {
  // [tape]
  Variable a(2, /*requires_grad=*/true);  // a leaf: a value whose gradient is wanted

  Tape tape({.trace = true});  // trace: keep all numbers, for printing
  Variable b = a + a;
  Variable c = b * b + a;
  tape.backward(c);

  std::cout << tape << "\na.grad() is " << a.grad().item() << '\n';
  // [/tape]

  // [html]
  if (argc > 1) std::ofstream(argv[1]) << tape.to_html("c = b * b + a, with b = a + a");
  // [/html]
}
