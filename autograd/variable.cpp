// Variable: leaves and their gradients.
#include "autograd/variable.h"

namespace tg {

template <class T>
void BasicVariable<T>::make_leaf() {
  require_defined("Variable", value_);
  leaf_ = std::make_shared<Leaf<T>>();
  leaf_->value = std::move(value_);
}

template <class T>
Leaf<T>& BasicVariable<T>::leaf(const char* op) const {
  if (!leaf_) {
    require_defined(op, *this);
    fail(op, ": this Variable is ", tape_ ? "the result of an op" : "a constant",
         "; only a leaf, made by Variable(value, true), keeps a gradient. For another's, call tape.gradient(y, {x})");
  }
  return *leaf_;
}

template <class T>
BasicTensor<T> BasicVariable<T>::grad() const {
  const Leaf<T>& l = leaf("grad");
  return l.grad.defined() ? l.grad : zeros_like(l.value);
}

template <class T>
bool BasicVariable<T>::has_grad() const {
  return leaf("has_grad").grad.defined();
}

template <class T>
void BasicVariable<T>::zero_grad() const {
  leaf("zero_grad").grad = {};
}

template <class T>
void BasicVariable<T>::set_value(BasicTensor<T> value) const {
  Leaf<T>& l = leaf("set_value");
  if (value.shape_for("set_value") != l.value.shape()) {
    fail("set_value: the value has shape ", value.shape(), ", the leaf has shape ", l.value.shape(),
         "; they must be equal");
  }
  l.value = std::move(value);
}

template class BasicVariable<float>;
template class BasicVariable<double>;

}  // namespace tg
