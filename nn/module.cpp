// Module: registering and listing parameters.
#include "nn/module.h"

#include <algorithm>

namespace tg::nn {

template <class T> BasicModule<T>::~BasicModule() {
  while (!owned_.empty()) owned_.pop_back();  // the last first, as members go
}

template <class T> void BasicModule<T>::check_name(const char* op, const std::string& name) const {
  if (name.empty()) fail(op, ": the name is empty; give one, it stands in saved files");
  if (name.find('.') != std::string::npos)
    fail(op, ": the name '", name, "' has a dot; dots join the names of nested modules");
  for (const Part& part : parts_) {
    if (part.name == name)
      fail(op, ": the name '", name, "' is taken by a ", part.module ? "module in" : "parameter of", " this module");
  }
}

template <class T>
const BasicVariable<T>& BasicModule<T>::register_parameter(const std::string& name, const BasicTensor<T>& value) {
  check_name("register_parameter", name);
  require_defined("register_parameter", value);
  parts_.push_back({name, BasicVariable<T>(value, true), nullptr});
  return parts_.back().parameter;
}

template <class T> void BasicModule<T>::add(const char* op, const std::string& name, BasicModule& module) {
  check_name(op, name);
  if (module.contains(*this))
    fail(op, ": '", name, "' is this module itself, or has it as a part; modules form a tree");
  parts_.push_back({name, {}, &module});
}

template <class T> bool BasicModule<T>::contains(const BasicModule& module) const {
  const auto holds = [&](const Part& part) { return part.module && part.module->contains(module); };
  return this == &module || std::any_of(parts_.begin(), parts_.end(), holds);
}

template <class T> std::vector<std::pair<std::string, BasicVariable<T>>> BasicModule<T>::named_parameters() const {
  std::vector<std::pair<std::string, BasicVariable<T>>> found;
  for (const Part& part : parts_) {
    if (!part.module) {
      found.emplace_back(part.name, part.parameter);
    } else {
      for (const auto& [name, parameter] : part.module->named_parameters())
        found.emplace_back(part.name + "." + name, parameter);
    }
  }
  return found;
}

template <class T> std::vector<BasicVariable<T>> BasicModule<T>::parameters() const {
  std::vector<BasicVariable<T>> found;
  for (const auto& named : named_parameters()) {
    const bool seen = std::any_of(found.begin(), found.end(), [&](const auto& p) { return p.same_leaf(named.second); });
    if (!seen) found.push_back(named.second);
  }
  return found;
}

template <class T> void BasicModule<T>::zero_grad() {
  for (const auto& parameter : parameters()) parameter.zero_grad();
}

template class BasicModule<float>;
template class BasicModule<double>;

}  // namespace tg::nn
