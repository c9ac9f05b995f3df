// Random: the numbers PyTorch's CPU generator draws, for the same seed and the same calls.
//
// One generator serves all threads of the program, as PyTorch's default generator does; draws are guarded by a lock.
#pragma once

#include <cstdint>

#include "tensor/basic_tensor.h"

namespace tg {

// Starts the generator anew (std::mt19937 seeded with the low 32 bits of `seed`). Without it, the seed is 0.
void manual_seed(std::uint64_t seed);

// Uniform on [0, 1). A float takes one draw of the generator, a double two.
template <class T = float> BasicTensor<T> rand(const Shape& shape);

// Normal with mean 0 and standard deviation 1, by the Box-Muller transform.
template <class T = float> BasicTensor<T> randn(const Shape& shape);

// Normal with the given mean and standard deviation; throws if the latter is negative or not finite.
template <class T = float> BasicTensor<T> normal(double mean, double standard_deviation, const Shape& shape);

}  // namespace tg
