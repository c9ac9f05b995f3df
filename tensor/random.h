// Random: the numbers PyTorch's CPU generator draws, for the same seed and the same calls.
//
// One generator serves all threads of the program, as PyTorch's default generator does; draws are guarded by a lock.
#pragma once

#include <cstdint>

#include "tensor/basic_tensor.h"

namespace tg {

// Starts the generator anew (std::mt19937 seeded with the low 32 bits of `seed`). Without it, the seed is 0.
void manual_seed(std::uint64_t seed);

// y = independent draws from U[0, 1), of this shape. A float takes one draw of the generator, a double two. Throws if
// the shape does not fit in memory. As torch.rand.
template <class T = float> BasicTensor<T> rand(const Shape& shape);

// y = independent draws from N(0, 1), of this shape, by the Box-Muller transform. Throws as rand does. As torch.randn.
template <class T = float> BasicTensor<T> randn(const Shape& shape);

// y = mean + standard_deviation randn(shape), of this shape. Throws if the mean or the standard deviation is not
// finite, or the latter negative. As torch.normal.
template <class T = float> BasicTensor<T> normal(double mean, double standard_deviation, const Shape& shape);

}  // namespace tg
