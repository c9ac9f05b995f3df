// Models of Nadaraya-Watson kernel regression.
#include "nn/attention/models.h"

namespace tg::nn {
namespace {

// y_i = Σ_{j ≠ i} v_j / (n - 1) of the rows of v, from the sums of the rows before the i-th and of those behind it:
// their total less v_i would lose all others' digits where v_i is huge.
Tensor mean_of_others(const Tensor& v) {
  const Tensor from = contiguous(v);
  Tensor result = Tensor::uninitialized(v.shape());
  const std::int64_t n = v.size(0), width = v.numel() / n;
  std::vector<double> behind(static_cast<std::size_t>(n));
  for (std::int64_t c = 0; c < width; ++c) {
    const float* column = from.data() + c;
    float* y = result.writable() + c;
    double sum = 0;
    for (std::int64_t i = n; i-- > 0;) {
      behind[static_cast<std::size_t>(i)] = sum;
      sum += static_cast<double>(column[i * width]);
    }
    double before = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const double others = before + behind[static_cast<std::size_t>(i)];
      y[i * width] = static_cast<float>(others / static_cast<double>(n - 1));
      before += static_cast<double>(column[i * width]);
    }
  }
  return result;
}

Variable mean_of_others(const Variable& v) {
  return record({"mean_of_others", "yᵢ = Σ vⱼ / (n - 1) over j ≠ i"}, mean_of_others(v.value()),
                {{v, "v̄ᵢ = Σ ȳⱼ / (n - 1) over j ≠ i", reads::nothing,
                  [](auto& ctx) { return mean_of_others(ctx.g); }}});
}

}  // namespace

Variable AveragePooling::operator()(const Variable& queries, const Variable& keys, const Variable& values,
                                    PoolingOptions options) const {
  tg::detail::check_pooling("attention_pooling", options, queries.shape(), keys.shape(), &values.shape(), {});
  if (options.exclude_self) return mean_of_others(values);
  return expand(mean(values, 0, true), tg::detail::pooled_shape(queries.shape(), values.shape()));
}

Variable AveragePooling::attention_weights(const Variable& queries, const Variable& keys,
                                           PoolingOptions options) const {
  const Tensor equal = zeros({1});
  return tg::attention_weights(options, [](auto, auto, auto score) { return score; }, queries, keys, equal);
}

Variable GaussianKernel::operator()(const Variable& queries, const Variable& keys, const Variable& values,
                                    PoolingOptions options) const {
  return attention_pooling(options, gaussian, queries, keys, values, w);
}

Variable GaussianKernel::attention_weights(const Variable& queries, const Variable& keys,
                                           PoolingOptions options) const {
  return tg::attention_weights(options, gaussian, queries, keys, w);
}

}  // namespace tg::nn
