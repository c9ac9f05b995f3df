// A line in place of a mean: local-linear regression with attention weights. Page 8 and
// exercise 1 of page 7 use it.
#pragma once

#include <cstdint>

#include "nn/nn.h"

namespace tg::examples {

// [line]
// The line of least weighted squares around each query, at the query. In double, since a
// variance is a small difference of large numbers. w is a number, or a Variable64 to be
// learned.
template <class W>
auto local_line(const Tensor64& queries, const Tensor64& x, const Tensor64& y, const W& w,
                PoolingOptions options = {}) {
  const Tensor64 values = stack({x, square(x), y, x * y}, 1);  // (n, 4)
  const auto means = attention_pooling(options, nn::gaussian, queries, x, values, w);
  const auto mean = [&](std::int64_t column) { return select(means, 1, column); };
  const auto variance = mean(1) - square(mean(0)), covariance = mean(3) - mean(0) * mean(2);
  return mean(2) + covariance / variance * (queries - mean(0));
}
// [/line]

}  // namespace tg::examples
