// One leaf and a step downhill, by hand and by nn::SGD; and what happens when a part of the
// loop is forgotten.
#include <iomanip>
#include <iostream>

#include "nn/nn.h"

using namespace tg;

int main() {
  // [data]
  const Tensor x{-1, 0, 1, 2}, y{-2, 1, 2, 4};
  auto loss_at = [&](const Variable& w) {
    return nn::mse_loss(w * x, y, nn::Reduction::sum);
  };
  // [/data]

  // [by_hand]
  Variable w(Tensor{0}, /*requires_grad=*/true);
  std::cout << "step      loss    dL/dw   w after the step\n";
  for (int step = 1; step <= 5; ++step) {
    w.zero_grad();                             // drop the last gradient
    Tape tape;                                 // record from here on
    const Variable loss = loss_at(w);          // the model and its loss
    tape.backward(loss);                       // the sweep: w.grad() is dL/dw
    w.set_value(w.value() - 0.05 * w.grad());  // a step downhill
    std::cout << std::setw(4) << step << std::setw(10) << loss.item() << std::setw(9)
              << w.grad().item() << std::setw(19) << w.item() << '\n';
  }
  // [/by_hand]

  // [sgd]
  auto five_steps = [&](const std::string& title, bool zero, bool sweep, bool step) {
    Variable leaf(Tensor{0}, true);
    nn::SGD trainer({leaf}, {.lr = 0.05});
    std::cout << title;
    for (int i = 0; i < 5; ++i) {
      Tape tape;
      const Variable loss = loss_at(leaf);
      if (zero) trainer.zero_grad();
      if (sweep) tape.backward(loss);
      if (step) trainer.step();
      std::cout << std::setw(9) << leaf.item();
    }
    std::cout << '\n';
  };
  std::cout << '\n';
  five_steps("all four parts    ", true, true, true);
  five_steps("without zero_grad ", false, true, true);
  five_steps("without backward  ", true, false, true);
  five_steps("without step      ", true, true, false);
  // [/sgd]

  auto print = [](const std::string& title, const Error& error) {
    std::string message = error.what();  // a line for each sentence
    for (auto end = message.find(". "); end != message.npos; end = message.find(". "))
      message[end + 1] = '\n';
    std::cout << '\n' << title << '\n' << message << '\n';
  };
  // [errors]
  try {
    const Variable loss = loss_at(w);  // no tape is open: nothing is recorded
    Tape tape;
    tape.backward(loss);
  } catch (const Error& error) {
    print("no tape while the loss was computed:", error);
  }
  try {
    Tape tape;
    // The second step on a swept tape.
    for (int step = 0; step < 2; ++step) tape.backward(loss_at(w));
  } catch (const Error& error) {
    print("one tape for two steps:", error);
  }
  // [/errors]
}
