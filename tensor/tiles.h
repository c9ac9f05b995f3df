// Tiles: how kernels walk tensors of any layout through short stretches of contiguous memory.
//
// An elementwise loop is fast when everything it reads lies one after the other. A broadcast, transposed or
// sliced operand does not, so it is copied, 256 elements at a time, into a tile on the stack, which stays in the
// processor's first-level cache. One inner loop then serves every shape. A reduction is the reverse: tiles of
// contiguous values are added into the places that the reduced shape gives them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tensor/basic_tensor.h"

namespace tg {

inline constexpr int tile_size = 256;

inline int tile_length(std::int64_t begin, std::int64_t end) {
  return static_cast<int>(std::min<std::int64_t>(tile_size, end - begin));
}

// Shape and strides with adjacent dimensions merged wherever one step serves both: most layouts collapse to one or
// two dimensions. Dimensions of size 1 vanish.
struct Layout {
  Layout() = default;
  Layout(const Shape& shape, const Strides& strides);
  std::int64_t offset_of(std::int64_t index, std::int64_t* last) const;  // *last: the index in the last dimension

  int rank = 0;
  std::int64_t size[max_rank], stride[max_rank];
};

// Reads a tensor as if it had shape `shape`, which it broadcasts to, in row-major order, a tile at a time.
template <class T>
class TileReader {
 public:
  TileReader(const BasicTensor<T>& x, const Shape& shape)
      : data_(x.data()), direct_(x.shape() == shape && x.is_contiguous()) {
    if (!direct_) prepare(x, shape);
  }

  bool direct() const { return direct_; }  // read() points into the tensor itself, for any n

  // The n elements from position `begin`: a pointer into the tensor, or into this reader's tile (then n is at most
  // tile_size, and the pointer holds until the next read).
  const T* read(std::int64_t begin, std::int64_t n) {
    if (direct_) return data_ + begin;
    if (!constant_) gather(begin, static_cast<int>(n));
    return tile_;
  }

 private:
  void prepare(const BasicTensor<T>& x, const Shape& shape);
  void gather(std::int64_t begin, int n);

  const T* data_;
  bool direct_, constant_ = false;
  Layout layout_;
  alignas(64) T tile_[tile_size];
};

// Adds values laid out in row-major order of `full` into the tensor of shape `reduced` that broadcasts to it: the
// adjoint of broadcasting. Sums are kept in double, so that a sum of a million floats is right to the last digits.
template <class T>
class TileAdder {
 public:
  TileAdder(const Shape& reduced, const Shape& full);
  void add(std::int64_t begin, const T* values, std::int64_t n);
  BasicTensor<T> result() const;

 private:
  Shape reduced_;
  Layout layout_;
  std::vector<double, PoolAllocator<double>> sums_;
};

// The sum of term(0) ... term(n - 1), in an order that does not depend on compiler and processor: sixteen partial sums,
// one for each lane, over stretches of 256 terms, which are added in double.
template <class T, class Term>
double sum_terms(std::int64_t n, const Term& term) {
  double total = 0;
  for (std::int64_t begin = 0; begin < n; begin += tile_size) {
    const int length = tile_length(begin, n);
    T lane[16] = {};
    int i = 0;
    for (; i + 16 <= length; i += 16) {
#pragma omp simd
      for (int j = 0; j < 16; ++j) lane[j] += term(begin + i + j);
    }
    for (int j = 0; i + j < length; ++j) lane[j] += term(begin + i + j);
    for (T sum : lane) total += static_cast<double>(sum);
  }
  return total;
}

template <class T>
double sum_contiguous(const T* values, std::int64_t n) {
  return sum_terms<T>(n, [values](std::int64_t i) { return values[i]; });
}

}  // namespace tg
