// Library: the training of 00_tensors.cpp by the library's tape.
#include <iostream>

#include "autograd/autograd.h"

using namespace tg;

int main() {
  manual_seed(0);
  const Tensor x = sort(rand({50}) * 5).values;
  const Tensor y = 2 * sin(x) + pow(x, 0.8) + normal(0.0, 0.5, {50});
  const Tensor distances = unsqueeze(x, 1) - x;
  const Tensor others = 1 - eye(50);
  // [training]
  Variable w(rand({1}), /*requires_grad=*/true);
  for (int epoch = 1; epoch <= 5; ++epoch) {
    Tape tape;
    Variable u = distances * w;
    Variable weights = exp(u * u / -2) * others;
    Variable error = sum(weights * y, 1) / sum(weights, 1) - y;
    Variable loss = sum(error * error, 0);
    std::cout << tape.size() << " entries, loss " << loss.item() << '\n';
    w.zero_grad();
    tape.backward(loss);
    w.set_value(w.value() - 0.5 * w.grad());
  }
  // [/training]
}
