// Models of Nadaraya-Watson kernel regression.
#include "nn/attention/models.h"

namespace tg::nn {
namespace {

// y_i = Σ_{j ≠ i} v_j / (n - 1) of the rows of v, from the sums of the rows before the i-th and of those behind it:
// their total less v_i would lose all others' digits where v_i is huge.
template <class T> BasicTensor<T> mean_of_others(const BasicTensor<T>& v) {
  const BasicTensor<T> from = contiguous(v);
  BasicTensor<T> result = BasicTensor<T>::uninitialized(v.shape());
  const std::int64_t n = v.size(0), width = v.numel() / n;
  std::vector<double> behind(static_cast<std::size_t>(n));
  for (std::int64_t c = 0; c < width; ++c) {
    const T* column = from.data() + c;
    T* y = result.writable() + c;
    double sum = 0;
    for (std::int64_t i = n; i-- > 0;) {
      behind[static_cast<std::size_t>(i)] = sum;
      sum += static_cast<double>(column[i * width]);
    }
    double before = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const double others = before + behind[static_cast<std::size_t>(i)];
      y[i * width] = static_cast<T>(others / static_cast<double>(n - 1));
      before += static_cast<double>(column[i * width]);
    }
  }
  return result;
}

template <class T> BasicVariable<T> mean_of_others(const BasicVariable<T>& v) {
  return record({"mean_of_others", "yᵢ = Σ vⱼ / (n - 1) over j ≠ i"}, mean_of_others(v.value()),
                {{v, "v̄ᵢ = Σ ȳⱼ / (n - 1) over j ≠ i", reads::nothing,
                  [](auto& ctx) { return mean_of_others(ctx.g); }}});
}

}  // namespace

template <class T>
BasicVariable<T> BasicAveragePooling<T>::operator()(const BasicVariable<T>& queries, const BasicVariable<T>& keys,
                                                    const BasicVariable<T>& values, PoolingOptions options) const {
  tg::detail::check_pooling("attention_pooling", options, queries.shape(), keys.shape(), &values.shape(), {});
  if (options.exclude_self) return mean_of_others(values);
  return expand(mean(values, 0, true), tg::detail::pooled_shape(queries.shape(), values.shape()));
}

template <class T>
BasicVariable<T> BasicAveragePooling<T>::attention_weights(const BasicVariable<T>& queries,
                                                           const BasicVariable<T>& keys, PoolingOptions options) const {
  const BasicTensor<T> equal = zeros<T>({1});
  return tg::attention_weights(options, [](auto, auto, auto score) { return score; }, queries, keys, equal);
}

template <class T>
BasicVariable<T> BasicGaussianKernel<T>::operator()(const BasicVariable<T>& queries, const BasicVariable<T>& keys,
                                                    const BasicVariable<T>& values, PoolingOptions options) const {
  return attention_pooling(options, gaussian, queries, keys, values, w);
}

template <class T>
BasicVariable<T> BasicGaussianKernel<T>::attention_weights(const BasicVariable<T>& queries,
                                                           const BasicVariable<T>& keys, PoolingOptions options) const {
  return tg::attention_weights(options, gaussian, queries, keys, w);
}

template class BasicAveragePooling<float>;
template class BasicAveragePooling<double>;
template class BasicGaussianKernel<float>;
template class BasicGaussianKernel<double>;

}  // namespace tg::nn
