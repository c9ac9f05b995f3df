// Random expressions: small programs of ops over a few leaves, for checks against finite differences.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/autograd/op_table.h"

namespace tests {

// One line of the program: a value computed from earlier ones.
struct Step {
  std::string op;  // "cat({$1, $2}, $k)": an argument's place is $1, $2 or $3, the number's $k
  int k;
  std::vector<std::size_t> arguments;
  std::function<tg::Variable64(std::vector<tg::Variable64>)> f;
};

// Values 0, 1, ... are the leaves, then one a step; the last is the result. Values may be used more than once.
struct Expression {
  std::vector<tg::Variable64> leaves;  // their values, as constants
  std::vector<Step> steps;

  // The result for other leaves. A value is moved into its last use, so that an op may take its buffer.
  tg::Variable64 operator()(const std::vector<tg::Variable64>& x) const;

  std::string text() const;  // the program, a line a step
  int depth() const;
};

// An expression whose derivatives are smooth where its leaves lie. The same for the same random numbers.
Expression random_expression(Random& random);

std::size_t op_kinds();  // how many kinds of steps there are

}  // namespace tests
