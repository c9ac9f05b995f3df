// Sweeps: gradients add up until they are zeroed, a swept tape is spent, and only what
// stands on a tape has a gradient.
#include <iostream>

#include "autograd/autograd.h"

using namespace tg;

int main() {
  Variable a(2, true);
  // [add]
  {
    Tape tape;
    Variable b = a + a;
    Variable c = b * b + a;
    tape.backward(c, {.retain = true});
    std::cout << "after one sweep   " << a.grad().item() << '\n';
    tape.backward(c);
    std::cout << "after two sweeps  " << a.grad().item() << '\n';
    a.zero_grad();
    std::cout << "after zero_grad   " << a.grad().item() << "\n\n";

    try {
      tape.backward(c);
    } catch (const Error& error) {
      std::cout << "Error: " << error.what() << "\n\n";
    }
  }
  // [/add]

  // [gradient]
  {
    Tape tape;
    Variable b = a + a;
    Variable c = b * b + a;
    const auto first = tape.gradient(c, {a, b});
    const auto again = tape.gradient(c, {a, b});
    std::cout << "dc/da " << first[0].item() << ", dc/db " << first[1].item()
              << "; asked again " << again[0].item() << ", " << again[1].item()
              << "; a.grad() is still " << a.grad().item() << "\n\n";
  }
  // [/gradient]

  // [scope]
  Variable before = a * a;  // no tape is open: a plain number
  Tape tape;
  Variable b = a + a;
  Variable c = b.detach() * b + a;  // the first factor counts as a number
  tape.backward(c, {.retain = true});
  std::cout << "outside a tape, requires_grad: " << std::boolalpha << before.requires_grad()
            << '\n'
            << "with one b detached, a.grad(): " << a.grad().item() << "\n\n";

  try {
    tape.backward(before);
  } catch (const Error& error) {
    std::cout << "Error: " << error.what() << '\n';
  }
  // [/scope]
}
