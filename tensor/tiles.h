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
#include "tensor/lanes.h"
#include "tensor/threads.h"

namespace tg {

inline constexpr int tile_size = 256;

// Large loops are shared out among threads in stretches of this many elements, 20 to 200 µs of work. The stretches do
// not depend on the number of threads, nor then do sums.
inline constexpr std::int64_t stretch_size = 1024 * tile_size;

inline int tile_length(std::int64_t begin, std::int64_t end) {
  return static_cast<int>(std::min<std::int64_t>(tile_size, end - begin));
}

// Shape and strides with adjacent dimensions merged wherever one step serves both: most layouts collapse to one or
// two dimensions. Dimensions of size 1 vanish.
struct Layout {
  Layout() = default;
  Layout(const Shape& shape, const Strides& strides);

  int rank = 0;
  std::int64_t size[max_rank], stride[max_rank];
};

// A place in a layout: the row (a run of the last dimension) that it lies in, the column there, and where both are in
// memory. Stepping from row to row counts through the other dimensions like the wheels of an odometer.
class RowWalk {
 public:
  RowWalk(const Layout& layout, std::int64_t index);  // at the element number `index`, in row-major order

  std::int64_t left_in_row() const { return layout_.size[layout_.rank - 1] - column_; }
  std::int64_t step() const { return layout_.stride[layout_.rank - 1]; }  // from one column to the next
  std::int64_t offset() const { return row_ + column_ * step(); }
  void next_row();

 private:
  const Layout& layout_;
  std::int64_t index_[max_rank], row_ = 0, column_;
};

// Reads a tensor as if it had shape `shape`, which it broadcasts to, in row-major order, a tile at a time.
template <class T> class TileReader {
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
    if (!constant_) gather(begin, n, tile_);
    return tile_;
  }

  // Copies any number of elements from position `begin`.
  void copy(std::int64_t begin, std::int64_t n, T* to) const;

 private:
  void prepare(const BasicTensor<T>& x, const Shape& shape);
  void gather(std::int64_t begin, std::int64_t n, T* to) const;

  const T* data_;
  bool direct_, constant_ = false;
  Layout layout_;
  alignas(64) T tile_[tile_size];
};

// Adds values laid out in row-major order of `full` into the tensor of shape `reduced` that broadcasts to it: the
// adjoint of broadcasting. Sums are kept in double, so that a sum of a million floats is right to the last digits.
//
// A large tensor has sums of its own for each stretch, which are added up in the end: so threads may add to different
// stretches at once. (Where the result is large too, that would take too much memory, and there is one set of sums.)
template <class T> class TileAdder {
 public:
  TileAdder(const Shape& reduced, const Shape& full);
  std::int64_t stretch() const { return stretch_; }  // an add() must not cross a multiple of this
  void add(std::int64_t begin, const T* values, std::int64_t n);
  BasicTensor<T> result() const;

 private:
  Shape reduced_;
  Layout layout_;
  std::int64_t stretch_, numel_, distance_;  // distance_: from the sums of one stretch to those of the next
  std::vector<double, PoolAllocator<double>> sums_;
};

}  // namespace tg
