// Models of Nadaraya-Watson kernel regression. None holds the weights; they are given on demand.
//
//   nn::GaussianPooling net;                                                // w drawn from U[0, 1)
//   Variable fit = net(x_train, x_train, y_train, {.exclude_self = true});  // every point predicted by the others
//   Variable y = net(x_test, x_train, y_train);
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
class AveragePooling : public Module {
 public:
  Variable operator()(const Variable& queries, const Variable& keys, const Variable& values,
                      PoolingOptions options = {}) const;
  Variable attention_weights(const Variable& queries, const Variable& keys, PoolingOptions options = {}) const;
};

// y_i = Σ_j softmax_j(-|(q_i - k_j) w|² / 2) v_j, for w, an inverse width, of shape (), (1), or (d) for one
// of its own for each feature. What the two models below share; source: Nadaraya 1964, Watson 1964. Throws as
// attention_pooling does, if w's shape does not fit too.
class GaussianKernel : public Module {
 public:
  Variable operator()(const Variable& queries, const Variable& keys, const Variable& values,
                      PoolingOptions options = {}) const;
  Variable attention_weights(const Variable& queries, const Variable& keys, PoolingOptions options = {}) const;

  const Variable w;

 protected:
  GaussianKernel(const Tensor& w_start, bool learned) : w(learned ? register_parameter("w", w_start) : w_start) {}
};

// Gaussian kernel regression with a learned w, its parameter. Throws if w_start is empty.
// Source: Zhang et al. 2023, "Dive into Deep Learning", parametric attention pooling.
class GaussianPooling : public GaussianKernel {
 public:
  explicit GaussianPooling(const Tensor& w_start = rand({1})) : GaussianKernel(w_start, true) {}
};

// The same with a fixed w; it has no parameters. Throws if w is empty.
// Source: Nadaraya 1964, "On estimating regression"; Watson 1964, "Smooth regression analysis".
class NadarayaWatson : public GaussianKernel {
 public:
  explicit NadarayaWatson(const Tensor& fixed) : GaussianKernel(fixed, false) {
    require_defined("nn::NadarayaWatson", w);
  }
  explicit NadarayaWatson(double fixed = 1) : NadarayaWatson(full({1}, static_cast<float>(fixed))) {}
};

}  // namespace tg::nn
