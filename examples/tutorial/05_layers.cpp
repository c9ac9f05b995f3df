// A model put together from layers: attention pooling, each point predicted from the
// others.
#include <iostream>

#include "nn/nn.h"

using namespace tg;

// [model]
class LeaveOneOut : public nn::Module {
 public:
  explicit LeaveOneOut(std::int64_t n) : n_(n), tile_({n, 1}), others_(eye(n) == 0) {}

  Variable operator()(const Variable& x, const Variable& y) const {
    const Variable scores = -square((unsqueeze(x, 1) - of_the_others(x)) * w) / 2;
    const Variable weights = softmax_(scores);  // (n, n - 1)
    const Variable values = of_the_others(y);   // (n, n - 1)
    return flatten(bmm_(unsqueeze(weights, 1), unsqueeze(values, 2)));
  }

  const Variable& w = register_parameter("w", ones({1}));

 private:
  // n rows, each of all numbers but one: row i lacks the i-th.
  Variable of_the_others(const Variable& x) const {
    return reshape(others_(tile_(x)), {n_, n_ - 1});
  }

  std::int64_t n_;
  nn::Repeat tile_;          // x in n equal rows,
  nn::MaskedSelect others_;  // without the diagonal
  nn::Softmax softmax_{1};
  nn::Bmm bmm_;
};
// [/model]

int main() {
  manual_seed(0);
  const Tensor x = sort(rand({50}) * 5).values;
  const Tensor y = 2 * sin(x) + pow(x, 0.8) + normal(0, 0.5, {50});

  const LeaveOneOut net(50);
  const nn::NadarayaWatson same(1.0);  // w = 1, as in the other
  const Variable fit = same(x, x, y, {.exclude_self = true});
  std::cout << "from layers           " << nn::mse_loss(net(x, y), y).item() << '\n'
            << "nn::NadarayaWatson    " << nn::mse_loss(fit, y).item() << '\n';
}
