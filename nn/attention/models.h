// Pooling: models of Nadaraya-Watson kernel regression. None holds the weights; they are given on demand.
//
//   nn::GaussianPooling net;                                             // w drawn from U[0, 1)
//   Variable fit = net({.exclude_self = true}, x_train, x_train, y_train);  // every point predicted by the others
//   Variable y = net(x_test, x_train, y_train);
//
// Queries are (m) or (m, d), keys (n) or (n, d), values (n) or (n, v); the result is (m) or (m, v). Errors are
// attention_pooling's.
#pragma once

#include "nn/attention/attention.h"
#include "nn/module.h"

namespace tg::nn {

// The score of the Gaussian kernel, -((q - k) w)² / 2, for attention_pooling. w is an inverse width: 1/|w| is the distance
// at which the score falls to -1/2.
inline constexpr auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };

// Every key weighs the same: y_i is the mean of the values, of all keys or of all but the i-th.
class AveragePooling : public Module {
 public:
  Variable operator()(const Variable& queries, const Variable& keys, const Variable& values) const;
  Variable operator()(PoolingOptions options, const Variable& queries, const Variable& keys, const Variable& values) const;
  Variable attention_weights(const Variable& queries, const Variable& keys) const;  // (m, n)
  Variable attention_weights(PoolingOptions options, const Variable& queries, const Variable& keys) const;
};

// Gaussian kernel regression with a learned w: (1), or (d) for a width of its own for each feature.
class GaussianPooling : public Module {
 public:
  explicit GaussianPooling(const Tensor& w_start = rand({1}));
  Variable operator()(const Variable& queries, const Variable& keys, const Variable& values) const;
  Variable operator()(PoolingOptions options, const Variable& queries, const Variable& keys, const Variable& values) const;
  Variable attention_weights(const Variable& queries, const Variable& keys) const;
  Variable attention_weights(PoolingOptions options, const Variable& queries, const Variable& keys) const;

  const Variable& w;
};

// The same with a fixed w: the estimator of Nadaraya (1964) and Watson (1964). It has no parameters.
class NadarayaWatson : public Module {
 public:
  explicit NadarayaWatson(const Tensor& w);
  explicit NadarayaWatson(double w = 1);
  Variable operator()(const Variable& queries, const Variable& keys, const Variable& values) const;
  Variable operator()(PoolingOptions options, const Variable& queries, const Variable& keys, const Variable& values) const;
  Variable attention_weights(const Variable& queries, const Variable& keys) const;
  Variable attention_weights(PoolingOptions options, const Variable& queries, const Variable& keys) const;

  const Tensor w;
};

}  // namespace tg::nn
