// SGD: stochastic gradient descent.
#include "nn/sgd.h"

#include <cmath>

namespace tg::nn {
namespace {

void check_lr(double lr) {
  const float as_float = static_cast<float>(lr);  // parameters are float, so the rate must be a float's
  if (!std::isfinite(as_float) || as_float <= 0)
    fail("nn::SGD: lr is ", lr, "; a learning rate must be finite and positive");
}

void check_not_negative(const char* name, double value) {
  if (!std::isfinite(value) || value < 0)
    fail("nn::SGD: ", name, " is ", value, "; it must be finite and not negative");
}

}  // namespace

SGD::SGD(std::vector<Variable> parameters, SGDOptions options)
    : parameters_(std::move(parameters)), options_(options), velocities_(parameters_.size()) {
  check_lr(options.lr);
  check_not_negative("momentum", options.momentum);
  check_not_negative("weight_decay", options.weight_decay);
  if (parameters_.empty()) {
    fail("nn::SGD: there are no parameters to step. A module lists those that register_parameter gave it, and those of "
         "the modules that make_module or register_module made its parts; is one of them not registered?");
  }
  if (options.nesterov && options.momentum == 0) fail("nn::SGD: nesterov needs a momentum; give one above 0");
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].is_leaf()) {
      fail("nn::SGD: parameter ", i, ", of shape ", parameters_[i].shape_for("nn::SGD"),
           ", is not a leaf; make it Variable(value, true) or register it with a module");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (parameters_[i].same_leaf(parameters_[j]))
        fail("nn::SGD: parameters ", j, " and ", i, " are the same leaf; name each once");
    }
  }
}

void SGD::set_lr(double lr) {
  check_lr(lr);
  options_.lr = lr;
}

void SGD::zero_grad() {
  for (const Variable& parameter : parameters_) parameter.zero_grad();
}

void SGD::step() {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Variable& w = parameters_[i];
    if (!w.has_grad()) continue;
    Tensor g = w.grad();
    if (options_.weight_decay != 0) g = g + options_.weight_decay * w.value();
    if (options_.momentum != 0) {
      Tensor& v = velocities_[i];
      v = v.defined() ? options_.momentum * std::move(v) + g : g;
      g = options_.nesterov ? g + options_.momentum * v : v;
    }
    w.set_value(w.value() - options_.lr * g);
  }
}

}  // namespace tg::nn
