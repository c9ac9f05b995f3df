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

std::int64_t Layout::offset_of(std::int64_t index, std::int64_t* last) const {
  std::int64_t offset = 0;
  for (int d = rank - 1; d >= 1; --d) {
    const std::int64_t i = index % size[d];
    index /= size[d];
    offset += i * stride[d];
    if (d == rank - 1) *last = i;
  }
  if (rank == 1) *last = index;
  return offset + index * stride[0];
}

template <class T>
void TileReader<T>::prepare(const BasicTensor<T>& x, const Shape& shape) {
  layout_ = Layout(shape, broadcast_strides(x.shape(), x.strides(), shape));
  constant_ = layout_.rank == 1 && layout_.stride[0] == 0 && shape.numel() > 0;
  if (constant_) std::fill_n(tile_, std::min<std::int64_t>(tile_size, shape.numel()), *data_);
}

template <class T>
void TileReader<T>::gather(std::int64_t begin, int n) {
  const std::int64_t row = layout_.size[layout_.rank - 1], step = layout_.stride[layout_.rank - 1];
  for (int done = 0; done < n;) {
    std::int64_t column = 0;
    const T* from = data_ + layout_.offset_of(begin + done, &column);
    const int length = static_cast<int>(std::min<std::int64_t>(row - column, n - done));
    T* to = tile_ + done;
    if (step == 1) {
      for (int i = 0; i < length; ++i) to[i] = from[i];
    } else if (step == 0) {
      const T value = *from;
      for (int i = 0; i < length; ++i) to[i] = value;
    } else {
      for (int i = 0; i < length; ++i) to[i] = from[i * step];
    }
    done += length;
  }
}

template <class T>
TileAdder<T>::TileAdder(const Shape& reduced, const Shape& full)
    : reduced_(reduced),
      layout_(full, broadcast_strides(reduced, contiguous_strides(reduced), full)),
      sums_(static_cast<std::size_t>(reduced.numel()), 0.0) {}

template <class T>
void TileAdder<T>::add(std::int64_t begin, const T* values, std::int64_t n) {
  const std::int64_t row = layout_.size[layout_.rank - 1], step = layout_.stride[layout_.rank - 1];
  while (n > 0) {
    std::int64_t column = 0;
    double* to = sums_.data() + layout_.offset_of(begin, &column);
    const std::int64_t length = std::min(row - column, n);
    if (step == 0) {
      *to += sum_contiguous(values, length);
    } else {
      for (std::int64_t i = 0; i < length; ++i) to[i * step] += static_cast<double>(values[i]);
    }
    begin += length;
    values += length;
    n -= length;
  }
}

template <class T>
BasicTensor<T> TileAdder<T>::result() const {
  BasicTensor<T> y = BasicTensor<T>::uninitialized(reduced_);
  T* out = y.writable();
  for (std::size_t i = 0; i < sums_.size(); ++i) out[i] = static_cast<T>(sums_[i]);
  return y;
}

template class TileReader<float>;
template class TileReader<double>;
template class TileReader<bool>;
template class TileReader<std::int64_t>;
template class TileAdder<float>;
template class TileAdder<double>;

}  // namespace tg
