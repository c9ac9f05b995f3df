// Variable: a Tensor that takes part in differentiation.
#pragma once

#include <cstdint>
#include <memory>

#include "tensor/tensor.h"

namespace tg {

template <class T> class BasicTape;
template <class T> class Recorder;
template <class T> class Context;

// What all copies of a leaf share: its value and the gradient that sweeps add up. A buffer is replaced, never
// written, while anybody else holds it; so a Tensor taken from value() or grad() does not change afterwards.
template <class T> struct Leaf {
  BasicTensor<T> value, grad;
};

// A value of one of three kinds:
//   a leaf       made with requires_grad = true: a parameter, whose gradient is kept in grad();
//   a result     of an op recorded on a tape: it knows its place in the tape's list;
//   a constant   everything else; no gradient flows to it. A Tensor converts to one.
// Copying is cheap; copies of a leaf are the same leaf. A default-constructed Variable is empty, as is one made of an
// empty Tensor: its value() is an empty Tensor, and its use throws.
template <class T> class BasicVariable {
 public:
  using value_type = T;

  BasicVariable() = default;
  BasicVariable(BasicTensor<T> value, bool requires_grad = false) : value_(std::move(value)) {
    if (requires_grad) make_leaf();
  }
  template <Arithmetic N, std::same_as<bool> Flag = bool>
  explicit BasicVariable(N value, Flag requires_grad = false)  // a flag only, so that {3, 1} is not taken for one
      : BasicVariable(BasicTensor<T>::from_number(static_cast<T>(value)), requires_grad) {}

  // It shares the buffer, and does not change when this Variable does.
  BasicTensor<T> value() const { return values_of(*this); }
  const Shape& shape() const& { return values_of(*this).shape(); }
  Shape shape() && { return values_of(*this).shape(); }  // of a temporary, by value
  // An Error of an empty one names op.
  const Shape& shape_for(const char* op) const { return values_of(*this).shape_for(op); }
  std::int64_t size(int dim) const { return values_of(*this).size(dim); }
  int dim() const { return values_of(*this).dim(); }
  std::int64_t numel() const { return values_of(*this).numel(); }
  T item() const { return values_of(*this).item(); }
  bool defined() const { return value_.defined() || leaf_ != nullptr; }

  bool requires_grad() const { return leaf_ != nullptr || tape_ != 0; }
  // The value as a constant.
  BasicVariable detach() const { return require_defined("detach", *this), BasicVariable(value()); }

  bool is_leaf() const { return leaf_ != nullptr; }
  bool same_leaf(const BasicVariable& other) const { return leaf_ && leaf_ == other.leaf_; }  // copies of one leaf?

  // --- For leaves; on others these throw. A Variable is a handle: the last two change the leaf, not the handle ---

  // The sum of the gradients of all sweeps since the last zero_grad(); zeros before any.
  BasicTensor<T> grad() const {
    const Leaf<T>& l = leaf("grad");
    return l.grad.defined() ? l.grad : zeros_like(l.value);
  }
  // Whether a sweep has reached this leaf since the last zero_grad().
  bool has_grad() const { return leaf("has_grad").grad.defined(); }
  // Drops the gradient.
  void zero_grad() const { leaf("zero_grad").grad = {}; }
  // A new value of the same shape, as an optimiser or a file gives it; throws if the shapes differ.
  void set_value(BasicTensor<T> value) const {
    Leaf<T>& l = leaf("set_value");
    if (value.shape_for("set_value") != l.value.shape()) {
      fail("set_value: the value has shape ", value.shape(), ", the leaf has shape ", l.value.shape(),
           "; they must be equal");
    }
    l.value = std::move(value);
  }

 private:
  friend class BasicTape<T>;
  friend class Recorder<T>;
  friend class Context<T>;
  template <class U> friend const BasicTensor<U>& values_of(const BasicVariable<U>& x);
  template <class U> friend Argument<BasicTensor<U>> values_of(const Argument<BasicVariable<U>>& x);
  template <class U> friend BasicTensor<U> take(BasicVariable<U>&& x);

  void make_leaf() {
    require_defined("Variable", value_);
    leaf_ = std::make_shared<Leaf<T>>(Leaf<T>{std::move(value_), {}});
  }
  Leaf<T>& leaf(const char* op) const {
    if (leaf_) return *leaf_;
    require_defined(op, *this);
    fail(op, ": this Variable is ", tape_ ? "the result of an op" : "a constant",
         "; only a leaf, made by Variable(value, true), keeps a gradient. For another's, call tape.gradient(y, {x})");
  }

  BasicTensor<T> value_;  // empty in a leaf, whose value is shared
  std::shared_ptr<Leaf<T>> leaf_;
  std::uint64_t tape_ = 0;   // the serial number of the tape a result was recorded on, or 0
  std::int64_t entry_ = -1;  // its place there
};

using Variable = BasicVariable<float>;
using Variable64 = BasicVariable<double>;

extern template class BasicVariable<float>;
extern template class BasicVariable<double>;

template <class T> struct ArrayTraits<BasicVariable<T>> {
  static constexpr int level = 2;
  using scalar = T;
};

template <class T> const BasicTensor<T>& values_of(const BasicVariable<T>& x) {
  return x.value_.defined() || !x.leaf_ ? x.value_ : x.leaf_->value;
}

// For speed: the value of a Variable that is a temporary, moved out of it, so that an op may reuse its buffer.
template <class T> BasicTensor<T> take(BasicVariable<T>&& x) {
  return x.value_.defined() ? std::move(x.value_) : x.value();
}

// For speed: the same of an argument that may be a temporary.
template <class T> Argument<BasicTensor<T>> values_of(const Argument<BasicVariable<T>>& x) {
  Argument<BasicTensor<T>> values(values_of(x.array));
  if (x.temporary && x.temporary->value_.defined()) values.temporary = &x.temporary->value_;
  return values;
}

// A Variable prints as its value.
template <class T> std::ostream& operator<<(std::ostream& out, const BasicVariable<T>& x) {
  return x.defined() ? out << x.value() : out << "empty Variable";
}

}  // namespace tg
