// SGD: stochastic gradient descent.
#pragma once

#include <vector>

#include "autograd/variable.h"

namespace tg::nn {

struct SGDOptions {
  double lr = 0.01;  // the learning rate
  double momentum = 0;
  double weight_decay = 0;
  bool nesterov = false;
};

// One step changes every parameter w that has a gradient g, as torch.optim.SGD does:
//   g += weight_decay w
//   v = momentum v + g        (v = g in the first step)
//   w -= lr v                 (lr (g + momentum v) with nesterov)
// A parameter without a gradient is skipped. Gradients are not zeroed: call zero_grad() before each sweep.
class SGD {
 public:
  // Throws if lr is not positive and finite, momentum or weight_decay is negative or not finite, nesterov is asked for
  // without momentum, there are no parameters, one is not a leaf, or two are the same leaf.
  SGD(std::vector<Variable> parameters, SGDOptions options);

  void step();
  void zero_grad();
  double lr() const { return options_.lr; }
  void set_lr(double lr);  // for a schedule; throws as the constructor does

 private:
  std::vector<Variable> parameters_;
  SGDOptions options_;
  std::vector<Tensor> velocities_;  // empty until a parameter's first step
};

}  // namespace tg::nn
