// Modules that the tests register, list, save and load.
#pragma once

#include <array>
#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "nn/nn.h"
#include "tests/support.h"

namespace tests {

using Limits = std::numeric_limits<float>;

// A module whose registrations tests call by hand.
template <class T> struct BasicOpen : nn::BasicModule<T> {
  using nn::BasicModule<T>::make_module;
  using nn::BasicModule<T>::register_module;
  using nn::BasicModule<T>::register_parameter;
};
using Open = BasicOpen<float>;
using Open64 = BasicOpen<double>;

// A model of every kind of parameter; `salt` makes its values another model's.
struct Model : Open {
  Open inner, deepest;
  explicit Model(int salt) {
    const float s = static_cast<float>(salt);
    register_parameter("special", Tensor{Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::infinity(),
                                         -Limits::infinity(), -0.f, s});
    register_parameter("small", Tensor{Limits::denorm_min(), -Limits::denorm_min(), Limits::min(), 1e-40f,
                                       Limits::max(), Limits::lowest(), 0.1f + s});
    register_module("inner", inner);
    inner.register_parameter("scalar", Tensor::from_number(1 / 3.f + s));
    inner.register_parameter("nothing", zeros({2, 0, 3}));
    inner.register_module("deepest", deepest);
    deepest.register_parameter("matrix", transpose(numbers<float>({3, 4}, salt)));  // a view is saved as it is seen
    register_parameter("end", numbers<float>({2, 1, 2}, salt + 1));
    register_parameter("row", expand(Tensor{s}, {3}));
  }
};

struct Pair : Open {
  const Variable& a = register_parameter("a", Tensor{1, 2});
  const Variable& b = register_parameter("b", Tensor{{3}, {4}});
};

// A safetensors file of a header and the elements, as they are.
template <class T> std::string file_of(const std::string& header, const std::vector<T>& elements) {
  const std::uint64_t length = header.size();
  std::string text(reinterpret_cast<const char*>(&length), sizeof length);
  text += header;
  return text.append(reinterpret_cast<const char*>(elements.data()), elements.size() * sizeof(T));
}

inline const std::string pair_a = R"("a":{"data_offsets":[0,8],"dtype":"F32","shape":[2]})";
inline const std::string pair_b = R"("b":{"data_offsets":[8,16],"dtype":"F32","shape":[2,1]})";
inline std::string padded(std::string header) {
  return header.append((8 - header.size() % 8) % 8, ' ');  // so that the elements begin at a multiple of 8
}
inline std::string pair_file() { return file_of<float>(padded("{" + pair_a + "," + pair_b + "}"), {1, 2, 3, 4}); }

inline std::vector<std::string> names(const nn::Module& module) {
  std::vector<std::string> all;
  for (const auto& [name, parameter] : module.named_parameters()) all.push_back(name);
  return all;
}

using Bits = std::vector<std::pair<std::string, std::vector<std::uint32_t>>>;

// Of floats and doubles, as 32-bit words.
template <class T> Bits bits(const nn::BasicModule<T>& module) {
  Bits all;
  for (const auto& [name, parameter] : module.named_parameters()) {
    std::ostringstream key;
    key << name << ' ' << parameter.shape();
    all.emplace_back(key.str(), std::vector<std::uint32_t>());
    for (const T x : parameter.value().to_vector()) {
      const auto words = std::bit_cast<std::array<std::uint32_t, sizeof(T) / 4>>(x);
      all.back().second.insert(all.back().second.end(), words.begin(), words.end());
    }
  }
  return all;
}

inline std::string path_error(const std::string& path, const std::string& what) { return "load: " + path + what; }

}  // namespace tests
