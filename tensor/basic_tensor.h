// BasicTensor: an n-dimensional array. It is a view (shape, strides) of a buffer that other tensors may share.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <type_traits>
#include <vector>

#include "tensor/arch.h"
#include "tensor/error.h"
#include "tensor/memory.h"
#include "tensor/shape.h"

namespace tg {

namespace detail {
[[noreturn]] void empty_array(const char* op);
}  // namespace detail

template <class N>
concept Arithmetic = std::is_arithmetic_v<N>;

// A number as a T. What a bool or an integer cannot hold is an Error, not cut off: 2.5 is not the index 2.
template <class T, Arithmetic N> T checked_cast(N value) {
  const T result = static_cast<T>(value);
  if constexpr (!std::is_floating_point_v<T>) {
    if (static_cast<N>(result) != value) {
      fail("a tensor of ", std::is_same_v<T, bool> ? "bools" : "integers", " cannot take the number ", value,
           "; use a tensor of floats, or convert this one with cast<float>(x)");
    }
  }
  return result;
}

// The content of nested braces: {{1, 2}, {3, 4}} is a Nested of two Nesteds of two numbers.
template <class T> struct Nested {
  template <Arithmetic N> Nested(N value) : values{checked_cast<T>(value)} {}
  Nested(std::initializer_list<Nested> rows);  // throws if the rows differ in shape

  std::vector<T> values;
  Shape shape;
};

// An n-dimensional array of T (float, double, bool or int64). Copying one is cheap: the copy shares the buffer.
// Sharing is invisible, because no function changes a tensor's elements: every op returns a new tensor.
// A default-constructed tensor is empty: it has no shape and no elements, and every use of it throws.
// (A tensor with a size of 0, such as zeros({0, 3}), is not empty in that sense.)
template <class T> class BasicTensor {
 public:
  using value_type = T;

  BasicTensor() = default;
  BasicTensor(std::initializer_list<Nested<T>> rows);  // Tensor{{1, 2}, {3, 4}} has shape (2, 2)

  // The values in row-major order; one size may be -1 and is worked out. Throws if their number is not the shape's.
  static BasicTensor from_vector(const std::vector<T>& values, const Shape& shape);
  static BasicTensor from_number(T value);               // shape ()
  static BasicTensor uninitialized(const Shape& shape);  // for kernels, which fill it by writable()

  bool defined() const { return static_cast<bool>(buffer_); }  // false for an empty tensor
  const Shape& shape() const& { return block()->shape; }
  Shape shape() && { return block()->shape; }                                // of a temporary, by value
  const Shape& shape_for(const char* op) const { return block(op)->shape; }  // an Error of an empty one names op
  const Strides& strides() const { return block()->strides; }
  int dim() const { return shape().dim(); }
  std::int64_t size(int dim) const { return shape_for("size")[resolve_dim("size", dim, shape())]; }
  std::int64_t numel() const { return block()->numel; }

  T item() const;                    // the value of a tensor of one element
  std::vector<T> to_vector() const;  // the elements in row-major order

  // One element: x(i, j). A negative index counts from the end. Throws if an index is out of range.
  template <std::integral... Index> T operator()(Index... index) const {
    const std::int64_t indices[] = {static_cast<std::int64_t>(index)..., 0};
    return at(std::span(indices, sizeof...(index)));
  }

  // --- For kernels ---

  const T* data() const { return static_cast<const T*>(block()->first); }  // the others lie at the strides
  T* writable() { return static_cast<T*>(block()->first); }                // only for a tensor nobody else has seen yet
  // The elements stand one after the other, in row-major order.
  bool is_contiguous() const { return block()->contiguous; }
  bool shares_storage(const BasicTensor& other) const {
    return defined() && other.defined() && buffer_.root() == other.buffer_.root();
  }

  // Whether one is a copy of the other.
  bool is_same(const BasicTensor& other) const { return buffer_ == other.buffer_; }

  // True if the elements may be overwritten unseen: this handle is the buffer's only one, and the elements
  // stand one after the other. Ask it only of a tensor that is about to be dropped.
  bool is_disposable() const { return is_contiguous() && buffer_.unique(); }

  // The same buffer seen with another shape; `offset` elements from this view's first. Checks nothing.
  BasicTensor view(const Shape& shape, const Strides& strides, std::int64_t offset = 0) const;

 private:
  const Buffer& block() const { return block(""); }
  const Buffer& block(const char* op) const {
    if (!buffer_) detail::empty_array(op);
    return buffer_;
  }
  T at(std::span<const std::int64_t> indices) const;

  Buffer buffer_;  // shape, strides and elements: see Block
};

using Tensor = BasicTensor<float>;
using Tensor64 = BasicTensor<double>;
using Mask = BasicTensor<bool>;
using IndexTensor = BasicTensor<std::int64_t>;

// For the .cpp files, which compile what is declared in the headers for the scalars there are: INSTANTIATE(float) and
// so on.
#define TG_FOR_FLOATS(INSTANTIATE) INSTANTIATE(float) INSTANTIATE(double)
#define TG_FOR_NUMBERS(INSTANTIATE) TG_FOR_FLOATS(INSTANTIATE) INSTANTIATE(std::int64_t)
#define TG_FOR_ALL(INSTANTIATE) TG_FOR_NUMBERS(INSTANTIATE) INSTANTIATE(bool)

extern template class BasicTensor<float>;
extern template class BasicTensor<double>;
extern template class BasicTensor<bool>;
extern template class BasicTensor<std::int64_t>;

// Throws an Error in the name of `op` if a tensor or Variable is empty.
template <class X> void require_defined(const char* op, const X& x) { x.shape_for(op); }

// The same of a tensor or Variable x, which may be empty: that is an Error in the name of `op` too.
template <class X>
concept HasShape = requires(const X& x) { x.shape_for(""); };
template <HasShape X> int resolve_dim(const char* op, int dim, const X& x, int more = 0) {
  return resolve_dim(op, dim, x.shape_for(op), more);
}
template <class X> std::optional<int> resolve_dim(const char* op, std::optional<int> dim, const X& x) {
  const Shape& shape = x.shape_for(op);
  return dim ? resolve_dim(op, *dim, shape) : dim;
}

// The same for an op that chooses an element along dim, or of all: throws if there is none.
template <class X> std::optional<int> resolve_choice(const char* op, std::optional<int> dim, const X& x) {
  dim = resolve_dim(op, dim, x);
  if ((dim ? x.shape()[*dim] : x.numel()) == 0)
    fail(op, ": x has shape ", x.shape(), "; there is nothing to choose from");
  return dim;
}

// y = x, of x's shape: x itself if its elements stand one after the other in memory, otherwise a copy of which they do.
// Throws if x is empty. As torch.Tensor.contiguous.
template <class T> BasicTensor<T> contiguous(const BasicTensor<T>& x);

// y = x with every element converted to T, of x's shape: cast<double>(x), cast<float>(mask) (true is 1). Throws if x is
// empty. As torch.Tensor.to.
template <class T, class From> BasicTensor<T> cast(const BasicTensor<From>& x);

}  // namespace tg
