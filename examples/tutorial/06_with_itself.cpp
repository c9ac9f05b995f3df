// Training with each point among its own keys: w grows and grows, and every point attends
// to itself.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <vector>

#include "examples/figures.h"
#include "nn/nn.h"

using namespace tg;

int main() {
  auto f = [](const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); };
  manual_seed(0);
  const Tensor x_train = sort(rand({50}) * 5).values,
               y_train = f(x_train) + normal(0.0, 0.5, {50});
  const Tensor x_test = arange(0, 5, 0.1), y_truth = f(x_test);

  nn::GaussianPooling net;
  auto test_error = [&] {
    return nn::mse_loss(net(x_test, x_train, y_train), y_truth).item();
  };
  // [training]
  auto loss_with_itself = [&] {
    return nn::mse_loss(net(x_train, x_train, y_train), y_train, nn::Reduction::sum);
  };
  nn::SGD trainer(net.parameters(), {.lr = 0.5});
  // [/training]
  std::cout << "  steps        w  training loss  own weight  test error\n"
            << std::setprecision(4);
  int step = 0;
  for (const int show : {0, 1, 10, 100, 1000, 10000}) {
    for (; step < show; ++step) {
      Tape tape;
      Variable loss = loss_with_itself();
      trainer.zero_grad();
      tape.backward(loss);
      trainer.step();
    }
    // The weight that a training point gives itself, on average: the diagonal of the table
    // of weights.
    const Tensor own = sum(net.attention_weights(x_train, x_train).value() * eye(50)) / 50;
    std::cout << std::setw(7) << step << std::setw(9) << net.w.item() << std::setw(15)
              << loss_with_itself().item() << std::setw(12) << own.item() << std::setw(12)
              << test_error() << '\n';
  }

  std::vector<float> ws, itself, others, test;
  for (double log_w = -0.5; log_w <= 2.5; log_w += 0.02) {
    ws.push_back(static_cast<float>(std::pow(10, log_w)));
    net.w.set_value(full({1}, ws.back()));
    itself.push_back(loss_with_itself().item() / 50);
    others.push_back(
        nn::mse_loss(net(x_train, x_train, y_train, {.exclude_self = true}), y_train)
            .item());
    test.push_back(test_error());
  }
  examples::Figures().plot("with-itself",
                           {{"training: from the others", ws, others},
                            {"training: itself among them", ws, itself},
                            {"test: against the truth", ws, test}},
                           {.x_label = "w",
                            .y_label = "mean squared error",
                            .y_range = {0, 1.8},
                            .x_log = true});
}
