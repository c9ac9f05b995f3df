// Modules that the tests register, list, save and load.
#pragma once

#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "nn/nn.h"
#include "tests/support.h"

namespace tests {

using Limits = std::numeric_limits<float>;

// A module whose registrations tests call by hand.
struct Open : nn::Module {
  using Module::make_module;
  using Module::register_module;
  using Module::register_parameter;
};

// A model of every kind of parameter; `salt` makes its values another model's.
struct Model : Open {
  Open inner, deepest;
  explicit Model(int salt) {
    const float s = static_cast<float>(salt);
    register_parameter(
        "special", Tensor{Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), -0.f, s});
    register_parameter("small", Tensor{Limits::denorm_min(), -Limits::denorm_min(), Limits::min(), 1e-40f,
                                       Limits::max(), Limits::lowest(), 0.1f + s});
    register_module("inner", inner);
    inner.register_parameter("scalar", Tensor::from_number(1 / 3.f + s));
    inner.register_parameter("nothing", zeros({2, 0, 3}));
    inner.register_module("deepest", deepest);
    deepest.register_parameter("matrix", transpose(numbers<float>({3, 4}, salt)));  // a view is saved as it is seen
    register_parameter("end", numbers<float>({2, 1, 2}, salt + 1));                 // also the word of the last line
    register_parameter("row", expand(Tensor{s}, {3}));
  }
};

struct Pair : Open {
  const Variable& a = register_parameter("a", Tensor{1, 2});
  const Variable& b = register_parameter("b", Tensor{{3}, {4}});
};

inline constexpr const char* pair_text = "tapegrad-parameters 1\na 1 2 1 2\nb 2 2 1 3 4\nend 2\n";

inline std::vector<std::string> names(const nn::Module& module) {
  std::vector<std::string> all;
  for (const auto& [name, parameter] : module.named_parameters()) all.push_back(name);
  return all;
}

using Bits = std::vector<std::pair<std::string, std::vector<std::uint32_t>>>;

inline Bits bits(const nn::Module& module) {
  Bits all;
  for (const auto& [name, parameter] : module.named_parameters()) {
    std::ostringstream key;
    key << name << ' ' << parameter.shape();
    all.emplace_back(key.str(), std::vector<std::uint32_t>());
    for (float x : parameter.value().to_vector()) all.back().second.push_back(std::bit_cast<std::uint32_t>(x));
  }
  return all;
}

inline std::string path_error(const std::string& path, const std::string& what) { return "load: " + path + what; }

}  // namespace tests
