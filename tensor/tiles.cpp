// Tiles: gathering strided elements into a tile, and adding a tile into strided places.
#include "tensor/tiles.h"

namespace tg {

Layout::Layout(const Shape& shape, const Strides& strides) {
  for (int d = 0; d < shape.dim(); ++d) {
    if (shape[d] == 1) continue;
    if (rank > 0 && stride[rank - 1] == strides[d] * shape[d]) {
      size[rank - 1] *= shape[d];
      stride[rank - 1] = strides[d];
    } else {
      size[rank] = shape[d];
      stride[rank++] = strides[d];
    }
  }
  if (rank == 0) {
    size[0] = 1;
    stride[0] = 0;
    rank = 1;
  }
}

RowWalk::RowWalk(const Layout& layout, std::int64_t index) : layout_(layout), column_(index) {
  for (int d = layout.rank - 1; d >= 1; --d) {
    (d == layout.rank - 1 ? column_ : index_[d]) = index % layout.size[d];
    if (d < layout.rank - 1) row_ += index_[d] * layout.stride[d];
    index /= layout.size[d];
  }
  if (layout.rank == 1) return;
  index_[0] = index;
  row_ += index * layout.stride[0];
}

void RowWalk::next_row() {
  column_ = 0;
  for (int d = layout_.rank - 2; d >= 0; --d) {
    row_ += layout_.stride[d];
    if (++index_[d] < layout_.size[d]) return;
    row_ -= layout_.size[d] * layout_.stride[d];
    index_[d] = 0;
  }
}

namespace {

// to[0] ... to[n - 1] = value. Where `room` allows it, whole registers are written, past n: what follows is not yet
// written.
template <class T> void fill(T* to, std::int64_t n, std::int64_t room, T value) {
  constexpr std::int64_t block = 16;
  std::int64_t i = 0;
  for (; i < n && i + block <= room; i += block) {
#pragma omp simd
    for (int j = 0; j < block; ++j) to[i + j] = value;
  }
  for (; i < n; ++i) to[i] = value;
}

}  // namespace

template <class T> void TileReader<T>::prepare(const BasicTensor<T>& x, const Shape& shape) {
  layout_ = Layout(shape, broadcast_strides(x.shape(), x.strides(), shape));
  constant_ = layout_.rank == 1 && layout_.stride[0] == 0 && shape.numel() > 0;
  if (constant_) std::fill_n(tile_, std::min<std::int64_t>(tile_size, shape.numel()), *data_);
}

template <class T> void TileReader<T>::gather(std::int64_t begin, std::int64_t n, T* to) const {
  const std::int64_t step = layout_.stride[layout_.rank - 1];
  auto each_row = [&](const auto& copy_row) {
    for (RowWalk walk(layout_, begin); n > 0; walk.next_row()) {
      const std::int64_t length = std::min(walk.left_in_row(), n);
      copy_row(data_ + walk.offset(), length);
      to += length;
      n -= length;
    }
  };
  if (step == 0) {
    each_row([&](const T* from, std::int64_t length) { fill(to, length, n, *from); });
  } else if (step == 1) {
    each_row([&](const T* from, std::int64_t length) { std::copy_n(from, length, to); });
  } else {
    each_row([&](const T* from, std::int64_t length) {
      for (std::int64_t i = 0; i < length; ++i) to[i] = from[i * step];
    });
  }
}

template <class T> void TileReader<T>::copy(std::int64_t begin, std::int64_t n, T* to) const {
  if (direct_) {
    std::copy_n(data_ + begin, n, to);
  } else if (n > 0) {
    gather(begin, n, to);
  }
}

template <class T>
TileAdder<T>::TileAdder(const Shape& reduced, const Shape& full)
    : reduced_(reduced),
      layout_(full, broadcast_strides(reduced, contiguous_strides(reduced), full)),
      numel_(reduced.numel()) {
  const std::int64_t count = full.numel();
  const bool separate = count > stretch_size && numel_ <= stretch_size / 64;
  stretch_ = separate ? stretch_size : std::max(count, stretch_size);
  distance_ = (numel_ + 7) / 8 * 8;  // no two threads write to one cache line
  sums_.resize(static_cast<std::size_t>(separate ? (count + stretch_ - 1) / stretch_ * distance_ : numel_));
}

template <class T> void TileAdder<T>::add(std::int64_t begin, const T* values, std::int64_t n) {
  double* const sums = sums_.data() + begin / stretch_ * distance_;
  for (RowWalk walk(layout_, begin); n > 0; walk.next_row()) {
    const std::int64_t length = std::min(walk.left_in_row(), n), step = walk.step();
    double* to = sums + walk.offset();
    if (step == 0) {
      *to += sum_contiguous(values, length);
    } else {
      for (std::int64_t i = 0; i < length; ++i) to[i * step] += static_cast<double>(values[i]);
    }
    values += length;
    n -= length;
  }
}

template <class T> BasicTensor<T> TileAdder<T>::result() const {
  BasicTensor<T> y = BasicTensor<T>::uninitialized(reduced_);
  T* out = y.writable();
  const detail::FlushSubnormals flush(numel_ > lane_count<T>);
  for (std::int64_t i = 0; i < numel_; ++i) {
    double total = 0;
    for (auto at = static_cast<std::size_t>(i); at < sums_.size(); at += static_cast<std::size_t>(distance_))
      total += sums_[at];
    out[i] = static_cast<T>(total);
  }
  return y;
}

#define TG_INSTANTIATE(T) template class TileReader<T>;
TG_FOR_ALL(TG_INSTANTIATE)
template class TileAdder<float>;
template class TileAdder<double>;

}  // namespace tg
