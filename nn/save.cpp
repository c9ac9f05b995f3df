// Save: a module's parameters in a file, and back.
//
// The file is text, one line a parameter: its name, its rank, its sizes and its values, each as the shortest decimal
// that is read back as the same float. The first line tells format and version, the last one how many parameters there
// were, so that a file that was cut short is noticed.
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <locale.h>
#include <stdlib.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

#include "nn/module.h"

namespace tg::nn {
namespace {

constexpr const char* magic = "tapegrad-parameters";
constexpr int version = 1;

std::string line_of(const std::string& name, const Tensor& value) {
  std::ostringstream line = classic();
  line << name << ' ' << value.dim();
  for (std::int64_t size : value.shape()) line << ' ' << size;
  char number[64];
  for (float x : value.to_vector()) {
    const auto end = std::to_chars(number, number + sizeof number, x).ptr;
    line << ' ' << std::string_view(number, end);
  }
  return line.str();
}

[[noreturn]] void damaged(const std::string& path, const std::string& what) {
  fail("load: ", path, " is cut short or damaged: ", what, "; the module is unchanged");
}

// Reads what to_chars wrote; false for anything else. (libc++ has from_chars for float only since version 20. strtof
// also reads hexadecimal numbers, and takes what is too large or too small for infinity or 0.)
bool read_float(const std::string& text, float& x) {
  static const locale_t classic = newlocale(LC_ALL_MASK, "C", nullptr);
  char* end = nullptr;
  errno = 0;
  x = strtof_l(text.c_str(), &end, classic);
  const bool out_of_range = errno == ERANGE && (x == 0 || std::isinf(x));
  return end == text.c_str() + text.size() && !out_of_range && text.find_first_of("xX(") == std::string::npos;
}

// One parameter's line; the name and shape must be the expected ones.
Tensor read_line(const std::string& path, const std::string& text, const std::string& name, const Shape& shape) {
  std::istringstream line = classic<std::istringstream>(text);
  std::string found, number;
  int rank = 0;
  if (!(line >> found >> rank) || rank < 0 || rank > max_rank)
    damaged(path, "a parameter's line does not begin with name and shape");
  Shape found_shape;
  for (std::int64_t size = 0; found_shape.dim() < rank; found_shape.push_back(size)) {
    if (!(line >> size) || size < 0) damaged(path, "the shape of '" + found + "' cannot be read");
  }
  if (found != name) {
    fail("load: ", path, " holds the parameter '", found, "' where this module has '", name,
         "'; it is of another model; the module is unchanged");
  }
  if (found_shape != shape) {
    fail("load: ", path, " holds '", name, "' with shape ", found_shape, ", this module has it with shape ", shape,
         "; it is of another model; the module is unchanged");
  }
  std::vector<float> values;
  while (line >> number) {
    float x = 0;
    if (!read_float(number, x)) damaged(path, "'" + number + "' in '" + name + "' is not a number");
    values.push_back(x);
  }
  if (static_cast<std::int64_t>(values.size()) != shape.numel())
    damaged(path, "'" + name + "' has too few or too many values");
  return Tensor::from_vector(values, shape);
}

}  // namespace

void Module::save(const std::string& path) const {
  const auto parameters = named_parameters();
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
    fail("save: ", path, " is not a regular file (a folder or a device); name another");
  }
  const std::string aside = path + ".part" + std::to_string(static_cast<long>(getpid()));
  std::ofstream file = classic<std::ofstream>(aside);
  file << magic << ' ' << version << '\n';
  for (const auto& [name, parameter] : parameters) file << line_of(name, parameter.value()) << '\n';
  file << "end " << parameters.size() << '\n';
  file.close();
  const bool written = !file.fail();
  if (!written || std::rename(aside.c_str(), path.c_str()) != 0) {
    const std::string reason = std::strerror(errno);
    std::remove(aside.c_str());
    fail("save: cannot write ", path, ": ", reason);
  }
}

void Module::load(const std::string& path) {
  std::ifstream file = classic<std::ifstream>(path);
  if (!file) fail("load: cannot read ", path, ": ", std::strerror(errno));
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored))
    fail("load: ", path, " is a folder, not a file of parameters");
  std::string line, word;
  int found_version = 0;
  std::getline(file, line);
  std::istringstream first = classic<std::istringstream>(line);
  if (!(first >> word) || word != magic || !(first >> found_version) || !first.eof()) {
    fail("load: ", path, " is not a file of parameters: it does not begin with '", magic, "'; the module is unchanged");
  }
  if (found_version != version) {
    fail("load: ", path, " has version ", found_version, " of the format, this library reads version ", version,
         "; the module is unchanged");
  }
  auto parameters = named_parameters();
  std::vector<Tensor> values;
  for (;;) {
    if (!std::getline(file, line)) damaged(path, "its last line is missing");
    if (line.rfind("end ", 0) == 0 && line.find(' ', 4) == std::string::npos) break;
    if (values.size() == parameters.size()) {
      fail("load: ", path, " has more parameters than this module, which has ", parameters.size(),
           "; it is of another model; the module is unchanged");
    }
    const auto& [name, parameter] = parameters[values.size()];
    values.push_back(read_line(path, line, name, parameter.shape()));
  }
  if (line != "end " + std::to_string(values.size()) || file.eof()) damaged(path, "its last line does not fit");
  if (file.peek() != std::ifstream::traits_type::eof()) damaged(path, "there is text after its last line");
  if (values.size() != parameters.size()) {
    fail("load: ", path, " has ", values.size(), " parameters, this module has ", parameters.size(),
         "; it is of another model; the module is unchanged");
  }
  for (std::size_t i = 0; i < values.size(); ++i) parameters[i].second.set_value(values[i]);
}

}  // namespace tg::nn
