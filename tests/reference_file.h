// Reference files: PyTorch's numbers, as the scripts in tests/reference/ write them.
#pragma once

#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace tests {

// A line is a word followed by tokens: numbers, mostly.
struct ReferenceLine {
  std::string word;
  std::vector<std::string> tokens;

  double number(std::size_t token) const;  // nan, inf and -inf too
  std::vector<double> numbers(std::size_t first, std::size_t count) const;
  std::vector<double> numbers(std::size_t first = 0) const;  // all from `first` on
  tg::Tensor64 tensor() const;                               // <rank> <sizes...> <values...>
};

// The lines of a file, without comments. The path counts from the checkout's root, where tests run. Throws
// std::runtime_error if there is no such file.
std::vector<ReferenceLine> read_reference(const std::string& path);

// One case of tests/reference/ops.txt, which explains the words. Values are floats, held exactly.
struct OpReference {
  std::string name;
  std::vector<tg::Tensor64> inputs;
  tg::Tensor64 output;
  tg::Tensor64 seed;                  // empty where there is no derivative
  std::vector<tg::Tensor64> grads;    // one for each input
  std::vector<tg::Tensor64> seconds;  // one for each input; none at a kink
};

const std::vector<OpReference>& op_references();                  // all of the file, read once
std::vector<OpReference> op_references(const std::string& name);  // the cases of one row; throws if there is none

}  // namespace tests
