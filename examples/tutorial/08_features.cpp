// Several features, a bandwidth each: training finds out which of them count.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "nn/nn.h"

using namespace tg;

namespace {

// The first feature bends y fast, the second slowly, the third not at all.
Tensor truth(const Tensor& x) {
  auto feature = [&](int f) { return squeeze(narrow(x, 1, f, 1), 1); };
  return sin(5 * feature(0)) + square(feature(1));
}

void train(nn::GaussianPooling& net, const Tensor& x, const Tensor& y) {
  nn::SGD trainer(net.parameters(), {.lr = 10, .momentum = 0.9});
  for (int epoch = 0; epoch < 1500; ++epoch) {
    Tape tape;
    const Variable loss = nn::mse_loss(net(x, x, y, {.exclude_self = true}), y);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
  }
}

}  // namespace

int main() {
  // [features]
  manual_seed(3);
  const Tensor x = rand({200, 3}), y = truth(x) + normal(0.0, 0.3, {200}),
               x_test = rand({1000, 3});
  nn::GaussianPooling one(Tensor{5}), each(Tensor{5, 5, 5});
  train(one, x, y);
  train(each, x, y);
  // [/features]
  auto report = [&](const std::string& name, const nn::GaussianPooling& net) {
    std::cout << std::left << std::setw(19) << name << "w =";
    for (float w : net.w.value().to_vector()) {
      if (std::abs(w) < 1e-3f) {
        std::cout << "  < 0.001";  // it goes on falling
      } else {
        std::cout << "  " << std::fixed << std::setprecision(2) << w;
      }
    }
    std::cout << "\n    error " << std::setprecision(4)
              << nn::mse_loss(net(x_test, x, y), truth(x_test)).item() << '\n';
  };
  report("one for all", one);
  report("one a feature", each);
}
