// Reference files: reading them.
#include "tests/reference_file.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tests {

double ReferenceLine::number(std::size_t token) const {
  const std::string& text = tokens.at(token);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end) throw std::runtime_error(word + ": '" + text + "' is not a number");
  return value;
}

std::vector<double> ReferenceLine::numbers(std::size_t first, std::size_t count) const {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(number(first + i));
  return values;
}

std::vector<double> ReferenceLine::numbers(std::size_t first) const { return numbers(first, tokens.size() - first); }

tg::Tensor64 ReferenceLine::tensor() const {
  tg::Shape shape;
  const std::size_t rank = static_cast<std::size_t>(number(0));
  for (double size : numbers(1, rank)) shape.push_back(static_cast<std::int64_t>(size));
  return tg::Tensor64::from_vector(numbers(1 + rank), shape);
}

std::vector<ReferenceLine> read_reference(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path + "; run the tests in the checkout's root");
  std::vector<ReferenceLine> lines;
  for (std::string text; std::getline(file, text);) {
    std::istringstream words(text);
    ReferenceLine line;
    if (!(words >> line.word) || line.word[0] == '#') continue;
    for (std::string token; words >> token;) line.tokens.push_back(token);
    lines.push_back(std::move(line));
  }
  return lines;
}

const std::vector<OpReference>& op_references() {
  static const std::vector<OpReference> all = [] {
    std::vector<OpReference> cases;
    OpReference now;
    for (const ReferenceLine& line : read_reference("tests/reference/ops.txt")) {
      if (line.word == "case")
        now = {.name = line.tokens.at(0), .inputs = {}, .output = {}, .seed = {}, .grads = {}, .seconds = {}};
      else if (line.word == "input")
        now.inputs.push_back(line.tensor());
      else if (line.word == "output")
        now.output = line.tensor();
      else if (line.word == "seed")
        now.seed = line.tensor();
      else if (line.word == "grad")
        now.grads.push_back(line.tensor());
      else if (line.word == "second")
        now.seconds.push_back(line.tensor());
      else if (line.word == "end")
        cases.push_back(now);
      else
        throw std::runtime_error("tests/reference/ops.txt: unknown word " + line.word);
    }
    return cases;
  }();
  return all;
}

std::vector<OpReference> op_references(const std::string& name) {
  std::vector<OpReference> found;
  for (const OpReference& reference : op_references()) {
    if (reference.name == name) found.push_back(reference);
  }
  if (found.empty()) throw std::runtime_error("tests/reference/ops.txt has no case " + name);
  return found;
}

}  // namespace tests
