// Products: the factors that the library and its peers multiply.
#pragma once

#include <vector>

#include "tests/benchmarks/data.h"

namespace bench {

template <class T>
struct Factors {
  std::vector<T> a, b;
};

template <class T>
Factors<T> factors(int count) {
  const std::vector<float> numbers = uniform(2 * count, -1, 1);
  return {{numbers.begin(), numbers.begin() + count}, {numbers.begin() + count, numbers.end()}};
}

}  // namespace bench
