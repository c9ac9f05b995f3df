// Jacobians as pictures: of an op that looks at one element, at an element and its
// neighbours, and at all of them.
#include "autograd/autograd.h"
#include "examples/figures.h"

using namespace tg;
using namespace tg::examples;

int main() {
  // [ops]
  auto each = [](const Variable& x) { return exp(x); };
  auto neighbours =
      [](const Variable& x) {  // a quarter of each neighbour and half of itself
        const std::int64_t n = x.numel() - 2;
        return (narrow(x, 0, 0, n) + 2 * narrow(x, 0, 1, n) + narrow(x, 0, 2, n)) / 4;
      };
  auto all = [](const Variable& x) { return softmax(x, 0); };
  // [/ops]
  manual_seed(0);
  const Tensor x = randn({10});
  const Figures figures;
  const HeatmapOptions labels{.x_label = "input j", .y_label = "output i"};
  figures.heatmap("jacobian-exp", abs(jacobian(each, x).value()), labels);
  figures.heatmap("jacobian-neighbours", abs(jacobian(neighbours, x).value()), labels);
  figures.heatmap("jacobian-softmax", abs(jacobian(all, x).value()), labels);
}
