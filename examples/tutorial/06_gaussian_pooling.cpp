// The chapter's training once more, with nn::GaussianPooling, which holds no table of
// weights; and 45 steps more of it.
#include <iostream>

#include "examples/figures.h"
#include "nn/nn.h"

using namespace tg;

int main() {
  auto f = [](const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); };
  manual_seed(0);
  const Tensor x_train = sort(rand({50}) * 5).values,
               y_train = f(x_train) + normal(0.0, 0.5, {50});
  const Tensor x_test = arange(0, 5, 0.1), y_truth = f(x_test);

  // [model]
  nn::GaussianPooling net;  // w drawn from U[0, 1), as in the chapter
  auto fit = [&] { return net(x_train, x_train, y_train, {.exclude_self = true}); };
  auto predict = [&] { return net(x_test, x_train, y_train).value(); };
  // [/model]

  nn::SGD trainer(net.parameters(), {.lr = 0.5});
  auto step = [&] {
    Tape tape;
    Variable loss = nn::mse_loss(fit(), y_train, nn::Reduction::sum);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
    return loss.item();
  };
  auto report = [&](const Tensor& y_hat) {
    std::cout << "learned w = " << net.w.item() << "; mean squared error against the truth "
              << mean(square(y_hat - y_truth)).item() << '\n';
  };

  std::cout << "Five steps\nw starts at " << net.w.item() << '\n';
  for (int epoch = 1; epoch <= 5; ++epoch)
    std::cout << "epoch " << epoch << ", loss " << step() << '\n';
  const Tensor after_5 = predict();
  report(after_5);

  std::cout << "\nFifty steps\n";
  for (int epoch = 6; epoch <= 50; ++epoch) step();
  const Tensor after_50 = predict();
  report(after_50);
  examples::Figures().plot("five-and-fifty-steps",
                           {{"Truth", x_test, y_truth},
                            {"5 steps", x_test, after_5},
                            {"50 steps", x_test, after_50}},
                           {.x_label = "x",
                            .y_label = "y",
                            .x_range = {0, 5},
                            .y_range = {-1, 5},
                            .points = {x_train, y_train}});
}
