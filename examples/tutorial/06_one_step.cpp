// One step of the chapter's training, the first, on a tape with trace. With a name, as in
// 06_one_step tape.html, the tape is written there as a page to step through.
#include <fstream>
#include <iostream>

#include "nn/nn.h"

using namespace tg;

int main(int argc, char** argv) {
  auto f = [](const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); };
  manual_seed(0);
  const Tensor x_train = sort(rand({50}) * 5).values,
               y_train = f(x_train) + normal(0.0, 0.5, {50});
  const Mask others = eye(50) == 0;
  // (50, 49)
  const Tensor keys = reshape(masked_select(repeat(x_train, {50, 1}), others), {50, -1});
  const Tensor values = reshape(masked_select(repeat(y_train, {50, 1}), others), {50, -1});
  Variable w(rand({1}), /*requires_grad=*/true);

  // [step]
  Tape tape({.trace = true});
  Variable weights = softmax(-square((unsqueeze(x_train, 1) - keys) * w) / 2, 1);
  Variable y_hat = reshape(bmm(unsqueeze(weights, 1), unsqueeze(values, -1)), {-1});
  tape.backward(nn::mse_loss(y_hat, y_train, nn::Reduction::sum));
  // [/step]
  std::cout.precision(3);
  std::cout << tape;
  if (argc > 1)
    std::ofstream(argv[1]) << tape.to_html("The first step of the chapter's training");
}
