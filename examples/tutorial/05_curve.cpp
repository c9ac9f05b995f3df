// A small network, nn::Linear and tanh, fitted to twenty points: the loss falls, the curve
// bends.
#include <iomanip>
#include <iostream>

#include "examples/figures.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

// [net]
struct Net : nn::Module {
  nn::Linear& hidden = make_module<nn::Linear>("hidden", 1, 4);
  nn::Linear& out = make_module<nn::Linear>("out", 4, 1);

  Variable operator()(const Variable& x) const {
    return squeeze(out(tanh(hidden(unsqueeze(x, 1)))), 1);
  }
};
// [/net]

int main() {
  // [data]
  manual_seed(0);
  const Tensor x = linspace(-2, 2, 20), y = sin(2 * x) + normal(0.0, 0.1, {20});
  // [/data]
  Net net;
  for (const auto& [name, parameter] : net.named_parameters()) {
    std::cout << std::left << std::setw(15) << name << parameter.shape() << '\n';
  }
  std::cout << std::right << std::setprecision(3) << "\nepoch     loss\n";
  const Figures figures;
  // [train]
  nn::SGD trainer(net.parameters(), {.lr = 0.1, .momentum = 0.9});
  Animator animator(figures, "curve-loss",
                    {.x_label = "epoch", .y_label = "loss", .y_log = true});
  for (int epoch = 0; epoch <= 1000; ++epoch) {
    Tape tape;
    const Variable loss = nn::mse_loss(net(x), y);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
    animator.add(epoch, loss.item());
    if (epoch % 200 == 0)
      std::cout << std::setw(5) << epoch << std::setw(9) << loss.item() << '\n';
  }
  animator.finish();
  // [/train]
  const Tensor grid = linspace(-2.5, 2.5, 101);
  figures.plot("curve-fit",
               {{"sin 2x", grid, sin(2 * grid)}, {"net", grid, net(grid).value()}},
               {.x_label = "x", .y_label = "y", .points = {x, y}});
}
