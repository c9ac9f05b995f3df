// Module: a model with named parameters, which can be listed, saved and loaded.
//
//   struct Net : nn::Module {
//     const Variable& scale = register_parameter("scale", rand({1}));
//     nn::Linear& hidden = make_module<nn::Linear>("hidden", 1, 8);
//     Variable operator()(const Variable& x) { return scale * tanh(hidden(x)); }
//   };
#pragma once

#include <deque>
#include <memory>
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
  virtual ~Module();

  // All parameters, those of registered modules included, in the order of registration. Copies of a Variable share
  // its value and gradient, so what an optimiser does with these the module sees. A parameter of a module that stands
  // in two places comes once in parameters(), and under each of its names in named_parameters().
  std::vector<Variable> parameters() const;
  std::vector<std::pair<std::string, Variable>> named_parameters() const;  // "w", "layer.weight", ...

  void zero_grad();  // drops the gradients of all parameters

  // Writes the parameters, with names and shapes, to a file; it is written aside and renamed, so that a crash leaves no
  // half of one. Throws if that fails.
  void save(const std::string& path) const;

  // Reads them back. Throws if the file cannot be read, is cut short, is of another version, has other names or shapes
  // than this module, or has something else than a number where one must stand; the module is then as it was. There is
  // no check sum: a digit that has become another is read as what it is.
  void load(const std::string& path);

 protected:
  // A new leaf with this value; throws if the name is taken, empty, or has a dot or a space. The reference stays valid,
  // and is const: `w = w / 2` would not change the parameter but make w something else. To change its number, call
  // w.set_value(). A copy, Variable w = register_parameter(...), is not protected from that.
  const Variable& register_parameter(const std::string& name, const Tensor& value);

  // A new M(args...) that is part of this module, which owns it. Throws as register_parameter does.
  template <class M, class... Args> M& make_module(const std::string& name, Args&&... args) {
    constexpr bool is_module = std::is_base_of_v<Module, M>, takes = std::is_constructible_v<M, Args...>;
    static_assert(is_module, "make_module: it makes a Module; derive this type from nn::Module");
    static_assert(takes, "make_module: the module's constructor does not take the arguments behind the name");
    if constexpr (is_module && takes) {
      auto made = std::make_unique<M>(std::forward<Args>(args)...);
      M& module = *made;
      owned_.push_back(std::move(made));
      add("make_module", name, module);
      return module;
    }
  }

  // The same for one that stands elsewhere and lives at least as long as this one. A part that is not registered gets
  // gradients too, but is neither listed, stepped nor saved.
  void register_module(const std::string& name, Module& module) { add("register_module", name, module); }

 private:
  void add(const char* op, const std::string& name, Module& module);
  bool contains(const Module& module) const;
  void check_name(const char* op, const std::string& name) const;

  std::deque<std::pair<std::string, Variable>> own_;  // a deque never moves what it holds
  std::vector<std::pair<std::string, Module*>> modules_;
  std::vector<std::unique_ptr<Module>> owned_;
  std::vector<std::pair<bool, std::size_t>> order_;  // true: a parameter of own_; false: a module
};

}  // namespace tg::nn
