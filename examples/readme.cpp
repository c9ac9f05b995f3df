// The program of README.md: attention pooling of three queries over two keys, and the gradient of its loss.
#include <iostream>

#include "nn/nn.h"

using namespace tg;

int main() {
  Tensor queries{{0}, {1}, {2}}, keys{0.5, 1.5}, values{1, 3};
  Variable w(Tensor{2}, /*requires_grad=*/true);

  Tape tape({.trace = true});  // records from here to the end of the scope
  Variable scores = elementwise([](auto q, auto k, auto s) { return -square((q - k) * s) / 2; }, queries, keys, w);
  Variable prediction = matmul(softmax(scores, 1), values);
  tape.backward(nn::mse_loss(prediction, Tensor{1, 2, 3}));

  std::cout << "prediction " << prediction << "\ndloss/dw " << w.grad() << "\n\n" << tape;
}
