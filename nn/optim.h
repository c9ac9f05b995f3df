// Optim: optimisers, which step parameters by their gradients. SGD and Adam, and SGD64 and Adam64 for doubles.
#pragma once

#include <array>
#include <cmath>
#include <tuple>
#include <vector>

#include "autograd/autograd.h"

namespace tg::nn {

// What optimisers share; a schedule sets the learning rate of any of them. As torch.optim.Optimizer.
template <class T> class BasicOptimizer {
 public:
  virtual ~BasicOptimizer() = default;

  // Changes every parameter w that has a gradient g:
  //   g += weight_decay w
  //   w -= update(g)
  // A parameter without a gradient is skipped. Gradients are not zeroed: call zero_grad() before each sweep.
  void step() {
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const BasicVariable<T>& w = parameters_[i];
      if (!w.has_grad()) continue;
      BasicTensor<T> g = w.grad();
      if (weight_decay_ != 0) g = g + weight_decay_ * w.value();
      w.set_value(w.value() - update(i, g));
    }
  }

  void zero_grad() {
    for (const auto& w : parameters_) w.zero_grad();
  }

  double lr() const { return lr_; }
  // For a schedule; throws if lr, as the parameters' scalar holds it, is not positive and finite.
  void set_lr(double lr) {
    if (!std::isfinite(static_cast<T>(lr)) || static_cast<T>(lr) <= 0)
      fail(op_, ": lr is ", lr, "; a learning rate must be finite and positive");
    lr_ = lr;
  }

 protected:
  // Throws if lr is not positive and finite, weight_decay is negative or not finite, there are no parameters, one is
  // not a leaf, or two are the same leaf.
  BasicOptimizer(const char* op, std::vector<BasicVariable<T>> parameters, double lr, double weight_decay)
      : parameters_(std::move(parameters)), op_(op), weight_decay_(weight_decay) {
    set_lr(lr);
    check_not_negative("weight_decay", weight_decay);
    if (parameters_.empty()) {
      fail(op, ": there are no parameters to step. A module lists those that register_parameter gave it, and those of ",
           "the modules that make_module or register_module made its parts; is one of them not registered?");
    }
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      if (!parameters_[i].is_leaf()) {
        fail(op, ": parameter ", i, ", of shape ", parameters_[i].shape_for(op),
             ", is not a leaf; make it Variable(value, true) or register it with a module");
      }
      for (std::size_t j = 0; j < i; ++j) {
        if (parameters_[i].same_leaf(parameters_[j]))
          fail(op, ": parameters ", j, " and ", i, " are the same leaf; name each once");
      }
    }
  }

  void check_not_negative(const char* name, double value) const {
    if (!std::isfinite(value) || value < 0)
      fail(op_, ": ", name, " is ", value, "; it must be finite and not negative");
  }

  // What a step takes from the i-th parameter, whose gradient is g.
  virtual BasicTensor<T> update(std::size_t i, const BasicTensor<T>& g) = 0;

  std::vector<BasicVariable<T>> parameters_;

 private:
  const char* op_;
  double lr_ = 0, weight_decay_;
};
using Optimizer = BasicOptimizer<float>;
using Optimizer64 = BasicOptimizer<double>;

struct SGDOptions {
  double lr = 0.01;  // the learning rate
  double momentum = 0;
  double weight_decay = 0;
  bool nesterov = false;
};

// Stochastic gradient descent, as torch.optim.SGD:
//   v = momentum v + g        (v = g in the first step)
//   w -= lr v                 (lr (g + momentum v) with nesterov)
// Throws if momentum is negative or not finite, or nesterov is asked for without it, and as all optimisers do.
template <class T> class BasicSGD : public BasicOptimizer<T> {
 public:
  BasicSGD(std::vector<BasicVariable<T>> parameters, SGDOptions options)
      : BasicOptimizer<T>("nn::SGD", std::move(parameters), options.lr, options.weight_decay), options_(options) {
    this->check_not_negative("momentum", options.momentum);
    if (options.nesterov && options.momentum == 0) fail("nn::SGD: nesterov needs a momentum; give one above 0");
  }

 private:
  BasicTensor<T> update(std::size_t i, const BasicTensor<T>& g) override {
    if (options_.momentum == 0) return this->lr() * g;
    BasicTensor<T>& v = velocities_[i];  // empty before the first step
    v = v.defined() ? options_.momentum * std::move(v) + g : g;
    return this->lr() * (options_.nesterov ? g + options_.momentum * v : v);
  }

  SGDOptions options_;
  std::vector<BasicTensor<T>> velocities_ = std::vector<BasicTensor<T>>(this->parameters_.size());
};
using SGD = BasicSGD<float>;
using SGD64 = BasicSGD<double>;

struct AdamOptions {
  double lr = 0.001;
  std::array<double, 2> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 0;
};

// Adam, as torch.optim.Adam (Kingma and Ba 2015, "Adam: a method for stochastic optimization"). In a parameter's t-th
// step
//   m = β₁ m + (1 - β₁) g,   v = β₂ v + (1 - β₂) g²        (both are 0 before the first)
//   w -= lr m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + eps)
// Throws if a beta is not in [0, 1) or eps is negative or not finite, and as all optimisers do.
template <class T> class BasicAdam : public BasicOptimizer<T> {
 public:
  BasicAdam(std::vector<BasicVariable<T>> parameters, AdamOptions options)
      : BasicOptimizer<T>("nn::Adam", std::move(parameters), options.lr, options.weight_decay), options_(options) {
    for (const double beta : options.betas) {
      if (!(beta >= 0 && beta < 1)) fail("nn::Adam: a beta is ", beta, "; both must be at least 0 and below 1");
    }
    this->check_not_negative("eps", options.eps);
    for (const auto& w : this->parameters_) moments_.push_back({zeros_like(w), zeros_like(w), 0});
  }

 private:
  BasicTensor<T> update(std::size_t i, const BasicTensor<T>& g) override {
    const auto [beta1, beta2] = options_.betas;
    auto& [m, v, t] = moments_[i];
    ++t;
    m = beta1 * std::move(m) + (1 - beta1) * g;
    v = beta2 * std::move(v) + (1 - beta2) * square(g);
    const double rate = this->lr() / (1 - std::pow(beta1, t)), correction = std::sqrt(1 - std::pow(beta2, t));
    return rate * m / (sqrt(v) / correction + options_.eps);
  }

  AdamOptions options_;
  std::vector<std::tuple<BasicTensor<T>, BasicTensor<T>, std::int64_t>> moments_;  // m, v and t of each parameter
};
using Adam = BasicAdam<float>;
using Adam64 = BasicAdam<double>;

}  // namespace tg::nn
