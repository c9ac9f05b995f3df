// Shape: the sizes of a tensor's dimensions, and the arithmetic of dimensions, strides and broadcasting.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <optional>

namespace tg {

inline constexpr int max_rank = 8;

class Shape;
namespace detail {
[[noreturn]] void no_such_size(int d, const Shape& shape);
[[noreturn]] void no_such_index(const char* op, std::int64_t index, int dim, std::int64_t size);
Shape broadcast_different_shapes(const char* op, const Shape& a, const Shape& b);
}  // namespace detail

// Up to eight sizes, held in place. A default Shape is (): the shape of a single number.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> sizes);  // throws if there are more than eight

  int dim() const { return static_cast<int>(rank_); }
  std::int64_t operator[](int d) const { return check(d), sizes_.data()[d]; }  // throws if there is no dimension d
  std::int64_t& operator[](int d) { return check(d), sizes_.data()[d]; }
  const std::int64_t* begin() const { return sizes_.data(); }
  const std::int64_t* end() const { return sizes_.data() + rank_; }

  // The number of elements: the product of the sizes, 1 for ().
  std::int64_t numel() const {
    std::int64_t n = 1;
    for (std::int64_t size : *this) {
      if (size == 0) return 0;
      n *= size;
    }
    return n;
  }

  void insert(int d, std::int64_t size);  // a new dimension before dimension d
  void erase(int d);
  void push_back(std::int64_t size) { insert(dim(), size); }

  friend bool operator==(const Shape& a, const Shape& b) {
    if (a.rank_ != b.rank_) return false;
    for (int d = 0; d < a.rank_; ++d) {
      if (a.begin()[d] != b.begin()[d]) return false;
    }
    return true;
  }

 private:
  void check(int d) const {
    if (d < 0 || d >= dim()) detail::no_such_size(d, *this);
  }

  std::array<std::int64_t, max_rank> sizes_{};
  std::int64_t rank_ = 0;  // as wide as the sizes, so that copying a shape reads back what was written in equal pieces
};

// Strides count in elements: the distance in memory from one index to the next along each dimension.
using Strides = Shape;

std::ostream& operator<<(std::ostream& out, const Shape& shape);  // (2, 3)

// The strides of a tensor whose elements stand one after the other, the last dimension fastest.
inline Strides contiguous_strides(const Shape& shape) {
  Strides strides = shape;
  std::int64_t step = 1;
  for (int d = shape.dim() - 1; d >= 0; --d) {
    strides[d] = step;
    step *= shape[d] > 0 ? shape[d] : 1;
  }
  return strides;
}

// Whether elements of this shape at these strides stand one after the other, in row-major order.
bool is_contiguous(const Shape& shape, const Strides& strides);

// A dimension counted from the end (-1 is the last) as one counted from the start, in x's shape or one with `more`
// dimensions. Throws an Error in the name of `op` if dim is out of range.
int resolve_dim(const char* op, int dim, const Shape& shape, int more = 0);

// An index along dimension dim, of this size, counted from the end if it is negative, as one counted from the start.
// Throws an Error in the name of `op` if it is out of range.
inline std::int64_t resolve_index(const char* op, std::int64_t index, int dim, std::int64_t size) {
  const std::int64_t i = index < 0 ? index + size : index;
  if (i < 0 || i >= size) detail::no_such_index(op, index, dim, size);
  return i;
}

// The shape that a and b broadcast to, by NumPy's rule: aligned at the last dimension, sizes must be equal or 1.
// Throws an Error in the name of `op` that shows both shapes.
inline Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b) {
  return a == b ? a : detail::broadcast_different_shapes(op, a, b);
}

// The same for any number of shapes. Where all are equal it is the first itself, since copies of shapes are what tiny
// ops spend much of their time on; otherwise it is put together in `place`.
template <class... Shapes>
const Shape& common_shape([[maybe_unused]] const char* op, Shape& place, const Shape& first, const Shapes&... others) {
  if (((others == first) && ...)) return first;
  place = first;
  ((place = broadcast_shapes(op, place, others)), ...);
  return place;
}

// True if there is a shape that both broadcast to.
bool broadcast_together(const Shape& a, const Shape& b);

// True if a tensor of shape `from` can be broadcast to shape `to`.
bool broadcasts_to(const Shape& from, const Shape& to);

// The strides that make a tensor of shape `from` look like one of shape `to`: 0 along every broadcast dimension.
Strides broadcast_strides(const Shape& from, const Strides& strides, const Shape& to);

// In place of a dimension: all of them, as NumPy's axis=None. sum(x), sum(x, 1), sum(x, all, true).
inline constexpr std::nullopt_t all = std::nullopt;

// The shape without dimension dim, or without all, or with what goes kept at size 1.
Shape reduced_shape(const Shape& shape, std::optional<int> dim, bool keepdim);

// a b, the size of a dimension put together from others; throws an Error in the name of `op` if it does not fit.
std::int64_t multiply_sizes(const char* op, std::int64_t a, std::int64_t b);

// The shape with its one -1, if it has one, worked out so that `numel` elements fill it; nothing if they do not. Throws
// if it has more than one -1, or another negative size, or if any size would do for the -1.
std::optional<Shape> filled_shape(const char* op, const Shape& shape, std::int64_t numel);

// The most bytes that a tensor may have: as many as a pointer difference can count, and at most 2^46.
inline constexpr std::int64_t max_bytes = std::min<std::int64_t>(PTRDIFF_MAX, std::int64_t{1} << 46);

// Throws if a size is negative or the element count does not fit in memory.
void check_sizes(const char* op, const Shape& shape, std::size_t element_bytes, std::int64_t limit = max_bytes);

}  // namespace tg
