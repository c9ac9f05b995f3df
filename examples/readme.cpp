// The program of README.md: three queries attend to two keys, and the loss has a gradient.
#include <iostream>

#include "nn/nn.h"

using namespace tg;

int main() {
  Tensor queries{{0}, {1}, {2}}, keys{0.5, 1.5}, values{1, 3};
  Variable w(Tensor{2}, /*requires_grad=*/true);

  Tape tape({.trace = true});  // records from here to the end of the scope
  auto gaussian = [](auto q, auto k, auto s) { return -square((q - k) * s) / 2; };
  Variable scores = elementwise(gaussian, queries, keys, w);
  Variable prediction = matmul(softmax(scores, 1), values);
  tape.backward(nn::mse_loss(prediction, Tensor{1, 2, 3}));

  std::cout << "prediction " << prediction << "\ndloss/dw " << w.grad() << "\n\n" << tape;
}
