// By hand: the tape of c = b * b + a with b = a + a, printed after the sweep.
#include <iostream>

#include "autograd/autograd.h"

using namespace tg;

int main() {
  // [tape]
  Variable a(2, /*requires_grad=*/true);  // a leaf: a value whose gradient is wanted

  Tape tape({.trace = true});  // trace: keep all numbers, for printing
  Variable b = a + a;
  Variable c = b * b + a;
  tape.backward(c);

  std::cout << tape << "\na.grad() is " << a.grad().item() << '\n';
  // [/tape]
}
