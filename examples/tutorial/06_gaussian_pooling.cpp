// The chapter's training once more, with nn::GaussianPooling, which streams over the keys and holds no table of
// weights.
#include <iostream>

#include "nn/nn.h"

using namespace tg;

int main() {
  auto f = [](const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); };
  manual_seed(0);
  const Tensor x_train = sort(rand({50}) * 5).values, y_train = f(x_train) + normal(0.0, 0.5, {50});
  const Tensor x_test = arange(0, 5, 0.1), y_truth = f(x_test);

  // [model]
  nn::GaussianPooling net;  // w drawn from U[0, 1), as in the chapter
  auto fit = [&] { return net({.exclude_self = true}, x_train, x_train, y_train); };
  auto predict = [&] { return net(x_test, x_train, y_train).value(); };
  // [/model]
  std::cout << "w starts at " << net.w.item() << '\n';
  nn::SGD trainer(net.parameters(), {.lr = 0.5});
  for (int epoch = 1; epoch <= 5; ++epoch) {
    Tape tape;
    Variable loss = nn::mse_loss(fit(), y_train, nn::Reduction::sum);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
    std::cout << "epoch " << epoch << ", loss " << loss.item() << '\n';
  }
  std::cout << "learned w = " << net.w.item() << "; mean squared error against the truth "
            << mean(square(predict() - y_truth)).item() << '\n';
}
