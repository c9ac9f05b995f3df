// Sample: the data, of which everybody can draw any part.
#pragma once

#include <algorithm>
#include <vector>

#include "tensor/tensor.h"

namespace tg::distributed {

struct Part {
  Tensor64 x, y;  // keys and values
};

inline Tensor64 truth(const Tensor64& x) { return 2 * sin(x) + pow(x, 0.8); }

// Points first to last - 1. They come in blocks with a seed each, so that a point does not depend on who draws it.
inline Part draw(std::int64_t first, std::int64_t last) {
  constexpr std::int64_t block = 1000;
  std::vector<Tensor64> x{zeros<double>({0})}, noise = x;
  for (std::int64_t seed = first / block; seed * block < last; ++seed) {
    const std::int64_t begin = std::max(first - seed * block, std::int64_t{0});
    const std::int64_t end = std::min(last - seed * block, block);
    manual_seed(static_cast<std::uint64_t>(seed));
    const Tensor64 all = 5 * rand<double>({block});
    x.push_back(narrow(all, 0, begin, end - begin));
    noise.push_back(narrow(normal<double>(0, 0.5, {block}), 0, begin, end - begin));
  }
  const Tensor64 points = cat(x);
  return {points, truth(points) + cat(noise)};
}

}  // namespace tg::distributed
