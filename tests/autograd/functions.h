// Functions that the tests of vjp, jvp, hvp, jacobian and hessian differentiate.
#pragma once

#include "tests/support.h"

namespace tests {

using Vars = std::vector<Variable>;
using Vars64 = std::vector<Variable64>;

inline constexpr auto cubes = [](const auto& x) { return x * x * x; };
inline constexpr auto sum_of_cubes = [](const auto& x) { return sum(x * x * x); };
inline constexpr auto product = [](const auto& x) { return x[0] * x[1]; };  // of a list
inline constexpr auto sum_of_product = [](const auto& x) { return sum(x[0] * x[1]); };

}  // namespace tests
