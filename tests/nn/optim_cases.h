// PyTorch's steps down a parabola, from tests/reference/nn.txt.
#pragma once

#include <string>
#include <vector>

#include "nn/nn.h"
#include "tests/reference_file.h"
#include "tests/support.h"

namespace tests {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

template <class T> struct OptimCase {
  std::string name;
  std::vector<double> options;
  BasicTensor<T> scale, target;
  std::vector<BasicTensor<T>> w;  // the start, and after each step
};

template <class T> std::vector<OptimCase<T>> optim_cases(const std::string& optimizer) {
  std::vector<OptimCase<T>> cases;
  bool open = false;
  for (const ReferenceLine& line : read_reference("tests/reference/nn.txt")) {
    if (line.word == optimizer) {
      cases.push_back({line.tokens[0], line.numbers(1), {}, {}, {}});
      open = true;
    } else if (line.word == "end") {
      open = false;
    } else if (open) {
      OptimCase<T>& now = cases.back();
      const BasicTensor<T> value = cast<T>(line.tensor());
      if (line.word == "scale") now.scale = value;
      if (line.word == "target") now.target = value;
      if (line.word == "w") now.w.push_back(value);
    }
  }
  return cases;
}

// sum(scale (w - target)^2), swept.
template <class T> void sweep(const OptimCase<T>& c, const BasicVariable<T>& w) {
  BasicTape<T> tape;
  tape.backward(sum(c.scale * square(w - c.target)));
}

// An optimiser made by `make` from a parameter and a case steps as PyTorch's.
template <class T, class Make>
void check_steps(const std::string& optimizer, std::size_t count, double tolerance, const Make& make) {
  const std::vector<OptimCase<T>> cases = optim_cases<T>(optimizer);
  BOOST_TEST(cases.size() == count);
  for (const OptimCase<T>& c : cases) {
    BOOST_TEST_CONTEXT(optimizer << ' ' << c.name) {
      const BasicVariable<T> w(c.w.at(0), true);
      auto trainer = make(std::vector{w}, c);
      for (std::size_t step = 1; step < c.w.size(); ++step) {
        trainer.zero_grad();
        sweep(c, w);
        trainer.step();
        CHECK_CLOSE_TO(w.value(), c.w[step], tolerance);
      }
      BOOST_TEST(c.w.size() == 6u);
    }
  }
}

}  // namespace tests
