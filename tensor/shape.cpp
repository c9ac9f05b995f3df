// Shape: the arithmetic of dimensions, strides and broadcasting.
#include "tensor/shape.h"

#include <algorithm>
#include <ostream>
#include <string>

#include "tensor/error.h"

namespace tg {

Shape::Shape(std::initializer_list<std::int64_t> sizes) {
  if (sizes.size() > max_rank) fail("Shape: ", sizes.size(), " dimensions; a tensor has at most ", max_rank);
  for (std::int64_t size : sizes) sizes_[rank_++] = size;
}

void Shape::insert(int d, std::int64_t size) {
  if (rank_ == max_rank) fail("Shape: ", *this, " has ", max_rank, " dimensions; a tensor has no more");
  for (int i = dim(); i > d; --i) sizes_[i] = sizes_[i - 1];
  sizes_[d] = size;
  ++rank_;
}

void Shape::erase(int d) {
  for (int i = d; i + 1 < dim(); ++i) sizes_[i] = sizes_[i + 1];
  sizes_[--rank_] = 0;
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  std::string text = "(";  // put together aside, so that the stream's base, sign and width do not matter
  for (int d = 0; d < shape.dim(); ++d) {
    if (d > 0) text += ", ";
    text += std::to_string(shape[d]);
  }
  return out << text + ')';
}

bool is_contiguous(const Shape& shape, const Strides& strides) {
  if (shape.numel() == 0) return true;
  std::int64_t step = 1;
  for (int d = shape.dim() - 1; d >= 0; --d) {
    if (shape[d] != 1 && strides[d] != step) return false;  // a size of 1 is never stepped along
    step *= shape[d];
  }
  return true;
}

int resolve_dim(const char* op, int dim, const Shape& shape, int more) {
  const int rank = shape.dim() + more;
  if (dim < -rank || dim >= rank) {
    if (rank == 0) fail(op, ": dim is ", dim, ", but x is a single number, of shape (), and has no dimensions");
    fail(op, ": dim is ", dim, ", but x has shape ", shape, "; dim must be from ", -rank, " to ", rank - 1);
  }
  return dim < 0 ? dim + rank : dim;
}

void detail::no_such_size(int d, const Shape& shape) {
  if (shape.dim() == 0) fail("shape[", d, "]: the shape is (), that of a single number, and has no sizes");
  fail("shape[", d, "]: the shape is ", shape, "; the index must be from 0 to ", shape.dim() - 1,
       ". x.size(-1) counts from the end.");
}

void detail::no_such_index(const char* op, std::int64_t index, int dim, std::int64_t size) {
  if (size == 0)
    fail(op, ": index ", index, " is out of range for dimension ", dim, ", which has size 0 and no indices");
  fail(op, ": index ", index, " is out of range for dimension ", dim, ", which has size ", size, "; it must be from ",
       -size, " to ", size - 1);
}

Shape detail::broadcast_different_shapes(const char* op, const Shape& a, const Shape& b) {
  Shape result = a.dim() >= b.dim() ? a : b;
  for (int i = std::min(a.dim(), b.dim()); i >= 1; --i) {
    const std::int64_t m = a[a.dim() - i], n = b[b.dim() - i];
    if (m != n && m != 1 && n != 1) {
      fail(op, ": shapes ", a, " and ", b, " do not broadcast: sizes ", m, " and ", n,
           " differ; aligned at the last dimension, sizes must be equal or 1");
    }
    result[result.dim() - i] = m == 1 ? n : m;
  }
  return result;
}

bool broadcast_together(const Shape& a, const Shape& b) {
  for (int i = 1; i <= std::min(a.dim(), b.dim()); ++i) {
    const std::int64_t m = a[a.dim() - i], n = b[b.dim() - i];
    if (m != n && m != 1 && n != 1) return false;
  }
  return true;
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  const int ahead = to.dim() - from.dim();
  if (ahead < 0) return false;
  for (int d = 0; d < from.dim(); ++d) {
    if (from[d] != to[ahead + d] && from[d] != 1) return false;
  }
  return true;
}

Strides broadcast_strides(const Shape& from, const Strides& strides, const Shape& to) {
  const int ahead = to.dim() - from.dim();
  Strides result = to;
  for (int d = 0; d < to.dim(); ++d) {
    const bool repeated = d < ahead || (from[d - ahead] == 1 && to[d] != 1);
    result[d] = repeated ? 0 : strides[d - ahead];
  }
  return result;
}

Shape reduced_shape(const Shape& shape, std::optional<int> dim, bool keepdim) {
  Shape result;
  for (int d = 0; d < shape.dim(); ++d) {
    const bool reduced = !dim || d == *dim;
    if (keepdim || !reduced) result.push_back(reduced ? 1 : shape[d]);
  }
  return result;
}

std::int64_t multiply_sizes(const char* op, std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product))
    fail(op, ": a size of ", a, " x ", b, " has too many elements to fit in memory");
  return product;
}

std::optional<Shape> filled_shape(const char* op, const Shape& shape, std::int64_t numel) {
  Shape result = shape;
  int unknown = -1;
  std::int64_t known = 1;
  bool fits = true;
  for (int d = 0; d < shape.dim(); ++d) {
    if (shape[d] == -1) {
      if (unknown >= 0) fail(op, ": ", shape, " has more than one -1; only one size can be worked out");
      unknown = d;
    } else if (shape[d] < 0) {
      fail(op, ": ", shape, " has a negative size; only -1 has a meaning, the size to be worked out");
    } else {
      fits = fits && !__builtin_mul_overflow(known, shape[d], &known);
    }
  }
  if (unknown >= 0 && fits) {
    if (known == 0) fail(op, ": the -1 in ", shape, " cannot be worked out next to a size of 0; give every size");
    result[unknown] = numel / known;
    known *= result[unknown];
  }
  if (!fits || known != numel) return std::nullopt;
  return result;
}

void check_sizes(const char* op, const Shape& shape, std::size_t element_bytes, std::int64_t limit) {
  // The product skips zeros, so that (0, huge, huge) is refused as well: its strides would overflow.
  std::int64_t bytes = static_cast<std::int64_t>(element_bytes);
  for (std::int64_t size : shape) {
    if (size < 0) fail(op, ": the shape ", shape, " has a negative size");
    if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(size, 1), &bytes) || bytes > limit) {
      fail(op, ": a tensor of shape ", shape, " has too many elements to fit in memory");
    }
  }
}

}  // namespace tg
