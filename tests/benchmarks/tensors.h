// Tensors: the shared data as the library takes it, and the chapter's score.
#pragma once

#include "tensor/tensor.h"

namespace bench {

inline tg::Tensor vector_of(const std::vector<float>& values) {
  return tg::Tensor::from_vector(values, {std::ssize(values)});
}

constexpr auto gaussian_score = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };

}  // namespace bench
