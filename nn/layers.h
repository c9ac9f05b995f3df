// Layers: modules that others are put together from.
#pragma once

#include <tuple>
#include <utility>

#include "nn/module.h"

namespace tg::nn {

// y = x Wᵀ + b, from x of shape (..., in) to (..., out). weight is (out, in), bias (out); both are drawn from U(-1/√in,
// 1/√in), by PyTorch's generator in PyTorch's order. Throws if in or out is below 1, and if x's last size is not in. As
// torch.nn.Linear.
class Linear : public Module {
 public:
  Linear(std::int64_t in, std::int64_t out, bool with_bias = true);
  Variable operator()(const Variable& x) const;

  const Variable weight, bias;  // bias is empty without one
};

// y = softmax(x) along a dimension, of x's shape. Throws if x has no such dimension. As torch.nn.Softmax.
class Softmax : public Module {
 public:
  explicit Softmax(int dim) : dim_(dim) {}
  Variable operator()(const Variable& x) const { return softmax(x, dim_); }

 private:
  int dim_;
};

// y = a b for every batch: (b, m, k) x (b, k, n) -> (b, m, n). Throws for other shapes. As torch.bmm.
class Bmm : public Module {
 public:
  Variable operator()(const Variable& a, const Variable& b) const { return bmm(a, b); }
};

// y = x tiled times[d] times along each dimension d: of (2, 3), Repeat({2, 1}) gives (4, 3). Throws as repeat does. As
// torch.Tensor.repeat.
class Repeat : public Module {
 public:
  explicit Repeat(const Shape& times) : times_(times) {}
  Variable operator()(const Variable& x) const { return repeat(x, times_); }

 private:
  Shape times_;
};

// y = the elements of x where a mask is true, of shape (n). Throws if the mask does not broadcast to x's shape. As
// torch.masked_select.
class MaskedSelect : public Module {
 public:
  explicit MaskedSelect(Mask mask) : mask_(std::move(mask)) { require_defined("nn::MaskedSelect", mask_); }
  Variable operator()(const Variable& x) const { return masked_select(x, mask_); }

 private:
  Mask mask_;
};

namespace detail {
// Stands for a module that is a temporary, so that Sequential can refuse it in one line.
struct Temporary {
  template <class M> Temporary(M&&);
  Variable operator()(const Variable&) const;
};
}  // namespace detail

// y = f_n(... f_1(x)): steps one after the other, each a module or any function of one Variable, of x's shape or
// another:
//   nn::Linear hidden(1, 8), out(8, 1);
//   nn::Sequential net(hidden, [](const Variable& x) { return tanh(x); }, out);
// It refers to its modules, which must outlive it, and copies its functions. Its parameters are those of its modules,
// named by their place: "0.weight", "2.weight". Throws what they throw. As torch.nn.Sequential.
template <class... Steps> class Sequential : public Module {
  static_assert((!std::is_same_v<Steps, detail::Temporary> && ...),
                "nn::Sequential: a module among the steps is a temporary; name it first, Sequential only refers to it");

 public:
  explicit Sequential(Steps... steps) : steps_(std::forward<Steps>(steps)...) {
    std::size_t place = 0;
    std::apply([&](auto&... step) { (register_step(place++, step), ...); }, steps_);
  }

  Variable operator()(Variable x) {
    std::apply([&x](auto&... step) { ((x = step(x)), ...); }, steps_);
    return x;
  }

 private:
  template <class Step> void register_step(std::size_t place, Step& step) {
    static_assert(std::is_invocable_v<Step&, Variable>,
                  "nn::Sequential: every step must take one Variable and return one");
    if constexpr (std::is_base_of_v<Module, Step>) register_module(std::to_string(place), step);
  }

  std::tuple<Steps...> steps_;
};

namespace detail {
// How a step is held: a module by reference, a function by value.
template <class Step>
using HeldStep = std::conditional_t<!std::is_base_of_v<Module, std::remove_cvref_t<Step>>, std::decay_t<Step>,
                                    std::conditional_t<std::is_lvalue_reference_v<Step>, Step, Temporary>>;
}  // namespace detail

template <class... Steps> Sequential(Steps&&...) -> Sequential<detail::HeldStep<Steps>...>;

}  // namespace tg::nn
