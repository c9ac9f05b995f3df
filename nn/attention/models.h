// Models of Nadaraya-Watson kernel regression. None holds the weights; they are given on demand.
//
//   nn::GaussianPooling net;                                                // w drawn from U[0, 1)
//   Variable fit = net(x_train, x_train, y_train, {.exclude_self = true});  // every point predicted by the others
//   Variable y = net(x_test, x_train, y_train);
//
// GaussianPooling64, NadarayaWatson64 and AveragePooling64 do the same with doubles.
//
// Queries are (m) or (m, d), keys (n) or (n, d), values (n) or (n, v); the result is (m) or (m, v), weights are (m, n).
// Calls throw what attention_pooling throws.
#pragma once

#include "nn/attention/attention.h"
#include "nn/module.h"

namespace tg::nn {

// s = -((q - k) w)² / 2, the score of the Gaussian kernel, for attention_pooling. w is an inverse width: 1/|w| is the
// distance at which the score falls to -1/2.
inline constexpr auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };

// y_i = Σ_j v_j / n: every key weighs the same. With exclude_self y_i is the mean of all values but the i-th.
// Throws as attention_pooling does. Source: torch.mean; Zhang et al. 2023, "Dive into Deep Learning".
template <class T> class BasicAveragePooling : public BasicModule<T> {
 public:
  BasicVariable<T> operator()(const BasicVariable<T>& queries, const BasicVariable<T>& keys,
                              const BasicVariable<T>& values, PoolingOptions options = {}) const;
  BasicVariable<T> attention_weights(const BasicVariable<T>& queries, const BasicVariable<T>& keys,
                                     PoolingOptions options = {}) const;
};

// y_i = Σ_j softmax_j(-|(q_i - k_j) w|² / 2) v_j, for w, an inverse width, of shape (), (1), or (d) for one
// of its own for each feature. What the two models below share; source: Nadaraya 1964, Watson 1964. Throws as
// attention_pooling does, if w's shape does not fit too.
template <class T> class BasicGaussianKernel : public BasicModule<T> {
 public:
  BasicVariable<T> operator()(const BasicVariable<T>& queries, const BasicVariable<T>& keys,
                              const BasicVariable<T>& values, PoolingOptions options = {}) const;
  BasicVariable<T> attention_weights(const BasicVariable<T>& queries, const BasicVariable<T>& keys,
                                     PoolingOptions options = {}) const;

  const BasicVariable<T> w;

 protected:
  BasicGaussianKernel(const BasicTensor<T>& w_start, bool learned)
      : w(learned ? this->register_parameter("w", w_start) : w_start) {}
};

// Gaussian kernel regression with a learned w, its parameter. Throws if w_start is empty.
// Source: Zhang et al. 2023, "Dive into Deep Learning", parametric attention pooling.
template <class T> class BasicGaussianPooling : public BasicGaussianKernel<T> {
 public:
  explicit BasicGaussianPooling(const BasicTensor<T>& w_start = rand<T>({1})) : BasicGaussianKernel<T>(w_start, true) {}
};

// The same with a fixed w; it has no parameters. Throws if w is empty.
// Source: Nadaraya 1964, "On estimating regression"; Watson 1964, "Smooth regression analysis".
template <class T> class BasicNadarayaWatson : public BasicGaussianKernel<T> {
 public:
  explicit BasicNadarayaWatson(const BasicTensor<T>& fixed) : BasicGaussianKernel<T>(fixed, false) {
    require_defined("nn::NadarayaWatson", fixed);
  }
  explicit BasicNadarayaWatson(double fixed = 1) : BasicNadarayaWatson(full<T>({1}, static_cast<T>(fixed))) {}
};

using AveragePooling = BasicAveragePooling<float>;
using AveragePooling64 = BasicAveragePooling<double>;
using GaussianKernel = BasicGaussianKernel<float>;
using GaussianKernel64 = BasicGaussianKernel<double>;
using GaussianPooling = BasicGaussianPooling<float>;
using GaussianPooling64 = BasicGaussianPooling<double>;
using NadarayaWatson = BasicNadarayaWatson<float>;
using NadarayaWatson64 = BasicNadarayaWatson<double>;

}  // namespace tg::nn
