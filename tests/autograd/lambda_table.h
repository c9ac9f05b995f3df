// The table of functions that a lambda may call: a row for each, or for each way to call it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/autograd/op_table.h"

namespace tests {

using Numbers = std::vector<double>;

// What a function is, what it should give (the value, the K slopes, and the K x K second slopes, row by row), and
// where.
struct Entry {
  std::string name;  // as tensor/number.h declares it
  std::string text;
  std::vector<Numbers> points;
  Function<float> fused_float, ops_float;
  Function<double> fused, ops;  // `ops` may be empty: not every function of a number is an op
  std::function<Numbers(const Numbers&)> calculus;

  template <class T>
  const Function<T>& function(bool by_ops) const {
    if constexpr (std::is_same_v<T, float>) {
      return by_ops ? ops_float : fused_float;
    } else {
      return by_ops ? ops : fused;
    }
  }
};

std::vector<Entry> lambda_table();

}  // namespace tests
