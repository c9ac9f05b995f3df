// Pooling: models of Nadaraya-Watson kernel regression.
#include "nn/pooling.h"

namespace tg::nn {

Variable AveragePooling::operator()(const Variable& queries, const Variable& keys, const Variable& values) const {
  return (*this)({}, queries, keys, values);
}

Variable AveragePooling::operator()(PoolingOptions options, const Variable& queries, const Variable& keys,
                                    const Variable& values) const {
  tg::detail::check_pooling("attention_pooling", options, queries.shape(), keys.shape(), &values.shape(), {});
  if (options.exclude_self) return (sum(values, 0, true) - values) / (keys.size(0) - 1);
  return expand(mean(values, 0, true), tg::detail::pooled_shape(queries.shape(), values.shape()));
}

Variable AveragePooling::attention_weights(const Variable& queries, const Variable& keys) const {
  return attention_weights({}, queries, keys);
}

Variable AveragePooling::attention_weights(PoolingOptions options, const Variable& queries,
                                           const Variable& keys) const {
  const Tensor equal = zeros({1});
  return tg::attention_weights(
      options, [](auto, auto, auto score) { return score; }, queries, keys, equal);
}

GaussianPooling::GaussianPooling(const Tensor& w_start) : w(register_parameter("w", w_start)) {}

Variable GaussianPooling::operator()(const Variable& queries, const Variable& keys, const Variable& values) const {
  return attention_pooling(gaussian, queries, keys, values, w);
}

Variable GaussianPooling::operator()(PoolingOptions options, const Variable& queries, const Variable& keys,
                                     const Variable& values) const {
  return attention_pooling(options, gaussian, queries, keys, values, w);
}

Variable GaussianPooling::attention_weights(const Variable& queries, const Variable& keys) const {
  return attention_weights({}, queries, keys);
}

Variable GaussianPooling::attention_weights(PoolingOptions options, const Variable& queries,
                                            const Variable& keys) const {
  return tg::attention_weights(options, gaussian, queries, keys, w);
}

NadarayaWatson::NadarayaWatson(const Tensor& w_) : w(w_) { w.shape(); }

NadarayaWatson::NadarayaWatson(double w_) : w(full({1}, static_cast<float>(w_))) {}

Variable NadarayaWatson::operator()(const Variable& queries, const Variable& keys, const Variable& values) const {
  return attention_pooling(gaussian, queries, keys, values, w);
}

Variable NadarayaWatson::operator()(PoolingOptions options, const Variable& queries, const Variable& keys,
                                    const Variable& values) const {
  return attention_pooling(options, gaussian, queries, keys, values, w);
}

Variable NadarayaWatson::attention_weights(const Variable& queries, const Variable& keys) const {
  return attention_weights({}, queries, keys);
}

Variable NadarayaWatson::attention_weights(PoolingOptions options, const Variable& queries,
                                           const Variable& keys) const {
  return tg::attention_weights(options, gaussian, queries, keys, w);
}

}  // namespace tg::nn
