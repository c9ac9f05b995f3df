// Module: registering and listing parameters.
#include "nn/module.h"

#include <algorithm>

namespace tg::nn {

Module::~Module() {
  while (!owned_.empty()) owned_.pop_back();  // the last first, as members go
}

void Module::check_name(const char* op, const std::string& name) const {
  if (name.empty()) fail(op, ": the name is empty; give one, it stands in saved files");
  if (name.find_first_of(". \t\r\n\v\f") != std::string::npos) {
    fail(op, ": the name '", name,
         "' has a dot or white space; dots join the names of nested modules, spaces end a name in a file");
  }
  for (const auto& [taken, parameter] : own_) {
    if (taken == name) fail(op, ": the name '", name, "' is taken by a parameter of this module");
  }
  for (const auto& [taken, module] : modules_) {
    if (taken == name) fail(op, ": the name '", name, "' is taken by a module in this module");
  }
}

const Variable& Module::register_parameter(const std::string& name, const Tensor& value) {
  check_name("register_parameter", name);
  require_defined("register_parameter", value);
  own_.emplace_back(name, Variable(value, true));
  order_.emplace_back(true, own_.size() - 1);
  return own_.back().second;
}

void Module::add(const char* op, const std::string& name, Module& module) {
  check_name(op, name);
  if (module.contains(*this))
    fail(op, ": '", name, "' is this module itself, or has it as a part; modules form a tree");
  modules_.emplace_back(name, &module);
  order_.emplace_back(false, modules_.size() - 1);
}

bool Module::contains(const Module& module) const {
  return this == &module ||
         std::any_of(modules_.begin(), modules_.end(), [&](const auto& part) { return part.second->contains(module); });
}

std::vector<std::pair<std::string, Variable>> Module::named_parameters() const {
  std::vector<std::pair<std::string, Variable>> found;
  for (const auto& [is_parameter, i] : order_) {
    if (is_parameter) {
      found.push_back(own_[i]);
    } else {
      for (const auto& [name, parameter] : modules_[i].second->named_parameters()) {
        found.emplace_back(modules_[i].first + "." + name, parameter);
      }
    }
  }
  return found;
}

std::vector<Variable> Module::parameters() const {
  std::vector<Variable> found;
  for (const auto& named : named_parameters()) {
    const bool seen =
        std::any_of(found.begin(), found.end(), [&](const Variable& p) { return p.same_leaf(named.second); });
    if (!seen) found.push_back(named.second);
  }
  return found;
}

void Module::zero_grad() {
  for (const Variable& parameter : parameters()) parameter.zero_grad();
}

}  // namespace tg::nn
