// Module: a model with named parameters, which can be listed, saved and loaded.
//
//   struct Line : nn::Module {
//     const Variable& slope = register_parameter("slope", rand({1}));
//     Variable operator()(const Variable& x) { return slope * x; }
//   };
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "autograd/autograd.h"

namespace tg::nn {

// The base of models and layers. A module registers its parameters and the modules it is made of, and defines
// operator(). It is neither copied nor moved, since its members refer to its parameters.
class Module {
 public:
  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  virtual ~Module() = default;

  // All parameters, those of registered modules included, in the order of registration. Copies of a Variable share
  // its value and gradient, so what an optimiser does with these the module sees. A parameter of a module that stands
  // in two places comes once in parameters(), and under each of its names in named_parameters().
  std::vector<Variable> parameters() const;
  std::vector<std::pair<std::string, Variable>> named_parameters() const;  // "w", "layer.weight", ...

  void zero_grad();  // drops the gradients of all parameters

  // Writes the parameters, with names and shapes, to a file; it is written aside and renamed, so that a crash leaves no
  // half of one. Throws if that fails.
  void save(const std::string& path) const;

  // Reads them back. Throws if the file cannot be read, is cut short or damaged, is of another version, or has other
  // names or shapes than this module; the module is then as it was.
  void load(const std::string& path);

 protected:
  // A new leaf with this value; throws if the name is taken, empty, or has a dot or a space. The reference stays valid,
  // and is const: `w = w / 2` would not change the parameter but make w something else. To change its number, call
  // w.set_value(). A copy, Variable w = register_parameter(...), is not protected from that.
  const Variable& register_parameter(const std::string& name, const Tensor& value);

  // A module that is part of this one; usually a member, which outlives the registration.
  void register_module(const std::string& name, Module& module);

 private:
  bool contains(const Module& module) const;
  void check_name(const char* op, const std::string& name) const;

  std::deque<std::pair<std::string, Variable>> own_;  // a deque never moves what it holds
  std::vector<std::pair<std::string, Module*>> modules_;
  std::vector<std::pair<bool, std::size_t>> order_;   // true: a parameter of own_; false: a module
};

}  // namespace tg::nn
