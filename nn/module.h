// Module: a model with named parameters, which can be listed, saved and loaded. Module64 is one of doubles.
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
template <class T> class BasicModule {
 public:
  BasicModule() = default;
  BasicModule(const BasicModule&) = delete;
  BasicModule& operator=(const BasicModule&) = delete;
  virtual ~BasicModule();

  // All parameters, those of registered modules included, in the order of registration. Copies of a Variable share
  // its value and gradient, so what an optimiser does with these the module sees. A parameter of a module that stands
  // in two places comes once in parameters(), and under each of its names in named_parameters().
  std::vector<BasicVariable<T>> parameters() const;
  std::vector<std::pair<std::string, BasicVariable<T>>> named_parameters() const;  // "w", "layer.weight", ...

  void zero_grad();  // drops the gradients of all parameters

  // Writes the parameters, with names and shapes, to a safetensors file, which PyTorch reads by
  // safetensors.torch.load_file(path). It is written aside and renamed, so that a crash leaves no half of one. Throws
  // if that fails.
  void save(const std::string& path) const;

  // Reads them back from such a file, whoever wrote it. Throws if the file cannot be read, is cut short or damaged, or
  // has other names, shapes or scalars than this module; the module is then as it was. There is no check sum: a bit
  // that has changed in a value is read as what it is.
  void load(const std::string& path);

 protected:
  // A new leaf with this value; throws if the name is taken, empty, or has a dot. The reference stays valid, and is
  // const: `w = w / 2` would not change the parameter but make w something else. To change its number, call
  // w.set_value(). A copy, Variable w = register_parameter(...), is not protected from that.
  const BasicVariable<T>& register_parameter(const std::string& name, const BasicTensor<T>& value);

  // A new M(args...) that is part of this module, which owns it. Throws as register_parameter does.
  template <class M, class... Args> M& make_module(const std::string& name, Args&&... args) {
    constexpr bool is_module = std::is_base_of_v<BasicModule, M>, takes = std::is_constructible_v<M, Args...>;
    static_assert(is_module, "make_module: this type must derive from nn::Module, in a Module64 from nn::Module64");
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
  void register_module(const std::string& name, BasicModule& module) { add("register_module", name, module); }

 private:
  struct Part {
    std::string name;
    BasicVariable<T> parameter;
    BasicModule* module;  // or null: then it is a parameter
  };
  void add(const char* op, const std::string& name, BasicModule& module);
  bool contains(const BasicModule& module) const;
  void check_name(const char* op, const std::string& name) const;

  std::deque<Part> parts_;  // in the order of registration; a deque never moves what it holds
  std::vector<std::unique_ptr<BasicModule>> owned_;
};

using Module = BasicModule<float>;
using Module64 = BasicModule<double>;

}  // namespace tg::nn
