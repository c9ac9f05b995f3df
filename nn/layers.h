// Layers: modules that others are put together from. Those named with 64 are of doubles.
#pragma once

#include <cmath>
#include <tuple>
#include <utility>

#include "nn/module.h"

namespace tg::nn {

// y = x Wᵀ + b, from x of shape (..., in) to (..., out). weight is (out, in), bias (out); both are drawn from U(-1/√in,
// 1/√in), by PyTorch's generator in PyTorch's order. Throws if in or out is below 1, and if x's last size is not in. As
// torch.nn.Linear.
template <class T> class BasicLinear : public BasicModule<T> {
 public:
  BasicLinear(std::int64_t in, std::int64_t out, bool with_bias = true)
      : weight(this->register_parameter("weight", draw(in, out, {out, in}))),
        bias(with_bias ? this->register_parameter("bias", draw(in, out, {out})) : BasicVariable<T>()) {}

  BasicVariable<T> operator()(const BasicVariable<T>& x) const {
    if (x.shape_for("nn::Linear").dim() == 0 || x.size(-1) != weight.size(1)) {
      fail("nn::Linear: x has shape ", x.shape(), ", the layer takes (..., ", weight.size(1),
           "); x's last size must be ", weight.size(1));
    }
    const BasicVariable<T> y = matmul(x, transpose(weight));
    return bias.defined() ? y + bias : y;
  }

  const BasicVariable<T> weight, bias;  // bias is empty without one

 private:
  static BasicTensor<T> draw(std::int64_t in, std::int64_t out, const Shape& shape) {
    if (in < 1 || out < 1) fail("nn::Linear: in is ", in, " and out is ", out, "; both must be at least 1");
    check_sizes("nn::Linear", {out, in}, sizeof(T));
    const double bound = 1 / std::sqrt(static_cast<double>(in));
    return rand<T>(shape) * (2 * bound) - bound;
  }
};
using Linear = BasicLinear<float>;
using Linear64 = BasicLinear<double>;

// y = softmax(x) along a dimension, of x's shape. Throws if x has no such dimension. As torch.nn.Softmax.
template <class T> struct BasicSoftmax : BasicModule<T> {
  explicit BasicSoftmax(int along) : dim(along) {}
  BasicVariable<T> operator()(const BasicVariable<T>& x) const { return softmax(x, dim); }
  const int dim;
};
using Softmax = BasicSoftmax<float>;
using Softmax64 = BasicSoftmax<double>;

// y = a b for every batch: (b, m, k) x (b, k, n) -> (b, m, n). Throws for other shapes. As torch.bmm.
template <class T> struct BasicBmm : BasicModule<T> {
  BasicVariable<T> operator()(const BasicVariable<T>& a, const BasicVariable<T>& b) const { return bmm(a, b); }
};
using Bmm = BasicBmm<float>;
using Bmm64 = BasicBmm<double>;

// y = x tiled times[d] times along each dimension d: of (2, 3), Repeat({2, 1}) gives (4, 3). Throws as repeat does. As
// torch.Tensor.repeat.
template <class T> struct BasicRepeat : BasicModule<T> {
  explicit BasicRepeat(const Shape& along) : times(along) {}
  BasicVariable<T> operator()(const BasicVariable<T>& x) const { return repeat(x, times); }
  const Shape times;
};
using Repeat = BasicRepeat<float>;
using Repeat64 = BasicRepeat<double>;

// y = the elements of x where a mask is true, of shape (n). Throws if the mask does not broadcast to x's shape. As
// torch.masked_select.
template <class T> struct BasicMaskedSelect : BasicModule<T> {
  explicit BasicMaskedSelect(const Mask& where) : mask(where) { require_defined("nn::MaskedSelect", mask); }
  BasicVariable<T> operator()(const BasicVariable<T>& x) const { return masked_select(x, mask); }
  const Mask mask;
};
using MaskedSelect = BasicMaskedSelect<float>;
using MaskedSelect64 = BasicMaskedSelect<double>;

namespace detail {
template <class T> T scalar_of(const BasicModule<T>&);
float scalar_of(...);  // of a function

template <class M>
concept IsModule = std::is_convertible_v<M&, const Module&> || std::is_convertible_v<M&, const Module64&>;

// Stands for a module that is a temporary, so that Sequential can refuse it in one line.
struct Temporary {
  template <class M> Temporary(M&&);
  template <class V> V operator()(const V&) const;
};

// How a step is held: a module by reference, a function by value.
template <class Step>
using HeldStep = std::conditional_t<!IsModule<Step>, std::decay_t<Step>,
                                    std::conditional_t<std::is_lvalue_reference_v<Step>, Step, Temporary>>;
}  // namespace detail

// y = f_n(... f_1(x)): steps one after the other, each a module or any function of one Variable, of x's shape or
// another:
//   nn::Linear hidden(1, 8), out(8, 1);
//   nn::Sequential net(hidden, [](const Variable& x) { return tanh(x); }, out);
// It refers to its modules, which must outlive it, and copies its functions. Its parameters are those of its modules,
// named by their place: "0.weight", "2.weight". It is of doubles if its modules are. Throws what they throw. As
// torch.nn.Sequential.
template <class T, class... Steps> class Sequential : public BasicModule<T> {
  static_assert((!std::is_same_v<Steps, detail::Temporary> && ...),
                "nn::Sequential: a module among the steps is a temporary; name it first, Sequential only refers to it");

 public:
  explicit Sequential(Steps... steps) : steps_(std::forward<Steps>(steps)...) {
    std::size_t place = 0;
    std::apply([&](auto&... step) { (register_step(place++, step), ...); }, steps_);
  }

  BasicVariable<T> operator()(BasicVariable<T> x) {
    std::apply([&x](auto&... step) { ((x = step(x)), ...); }, steps_);
    return x;
  }

 private:
  template <class Step> void register_step(std::size_t place, Step& step) {
    static_assert(std::is_invocable_v<Step&, BasicVariable<T>>,
                  "nn::Sequential: every step must take one Variable and return one, a Variable64 if a module does");
    if constexpr (std::is_base_of_v<BasicModule<T>, Step>) this->register_module(std::to_string(place), step);
  }

  std::tuple<Steps...> steps_;
};

template <class... Steps>
Sequential(Steps&&...)
    -> Sequential<decltype((0.f + ... + detail::scalar_of(std::declval<Steps&>()))), detail::HeldStep<Steps>...>;

}  // namespace tg::nn
