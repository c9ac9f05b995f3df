// BasicTensor: construction, element access, copying and casting.
#include "tensor/basic_tensor.h"

#include "tensor/tiles.h"

namespace tg {

void detail::empty_array(const char* op) {
  fail(op, *op ? ": " : "",
       "an empty Tensor or Variable was used: it was default-constructed or moved from; give it a value first");
}

template <class T> Nested<T>::Nested(std::initializer_list<Nested> rows) {
  shape.push_back(static_cast<std::int64_t>(rows.size()));
  if (rows.size() == 0) return;
  const Shape& first = rows.begin()->shape;
  if (first.dim() == max_rank)
    fail("Tensor{...}: the braces are more than ", max_rank, " deep; a tensor has at most ", max_rank, " dimensions");
  for (std::int64_t size : first) shape.push_back(size);
  for (const Nested& row : rows) {
    if (row.shape != first) {
      fail("Tensor{...}: the braces are ragged: one entry has shape ", first, ", another ", row.shape,
           "; give every row the same number of entries");
    }
    values.insert(values.end(), row.values.begin(), row.values.end());
  }
}

template <class T> BasicTensor<T>::BasicTensor(std::initializer_list<Nested<T>> rows) {
  Nested<T> nested(rows);
  *this = from_vector(nested.values, nested.shape);
}

template <class T> BasicTensor<T> BasicTensor<T>::uninitialized(const Shape& shape) {
  check_sizes("new tensor", shape, sizeof(T));  // the one place that all results pass through
  const std::int64_t numel = shape.numel();
  BasicTensor x;
  x.buffer_ = Buffer(static_cast<std::size_t>(numel) * sizeof(T));
  Block& block = *x.buffer_;
  block.first = block.data();
  block.numel = numel;
  block.contiguous = true;
  block.shape = shape;
  new (&block.strides) Strides(contiguous_strides(shape));  // computed in place
  return x;
}

template <class T> BasicTensor<T> BasicTensor<T>::from_vector(const std::vector<T>& values, const Shape& shape) {
  const std::optional<Shape> filled = filled_shape("from_vector", shape, static_cast<std::int64_t>(values.size()));
  const bool worked_out = std::find(shape.begin(), shape.end(), -1) != shape.end();
  if (!filled && worked_out) fail("from_vector: ", values.size(), " values do not fill shape ", shape);
  check_sizes("from_vector", filled.value_or(shape), sizeof(T));
  if (!filled) {
    fail("from_vector: ", values.size(), " values do not fill shape ", shape, ", which has ", shape.numel(),
         " elements");
  }
  BasicTensor x = uninitialized(*filled);
  std::int64_t i = 0;
  for (T value : values) x.writable()[i++] = value;
  return x;
}

template <class T> BasicTensor<T> BasicTensor<T>::from_number(T value) {
  BasicTensor x = uninitialized({});
  *x.writable() = value;
  return x;
}

template <class T>
BasicTensor<T> BasicTensor<T>::view(const Shape& shape, const Strides& strides, std::int64_t offset) const {
  if (offset == 0 && shape == this->shape() && strides == this->strides()) return *this;
  BasicTensor x;
  x.buffer_ = block().view();
  Block& view = *x.buffer_;
  view.first = static_cast<T*>(buffer_->first) + offset;
  view.numel = shape.numel();
  view.contiguous = tg::is_contiguous(shape, strides);
  view.shape = shape;
  view.strides = strides;
  return x;
}

template <class T> T BasicTensor<T>::item() const {
  if (numel() != 1)
    fail("item: the tensor has shape ", shape(), ", not one element; index it, or reduce it with sum() or mean()");
  return *data();
}

template <class T> std::vector<T> BasicTensor<T>::to_vector() const {
  std::vector<T> values;
  values.reserve(static_cast<std::size_t>(numel()));
  TileReader<T> reader(*this, shape());
  for (std::int64_t begin = 0; begin < numel(); begin += tile_size) {
    const int n = tile_length(begin, numel());
    const T* tile = reader.read(begin, n);
    values.insert(values.end(), tile, tile + n);
  }
  return values;
}

template <class T> T BasicTensor<T>::at(std::span<const std::int64_t> indices) const {
  if (static_cast<int>(indices.size()) != dim()) {
    fail("x(...): ", indices.size(), " indices for a tensor of shape ", shape(), "; give one index a dimension");
  }
  std::int64_t offset = 0;
  for (int d = 0; d < dim(); ++d) {
    const std::int64_t i = indices[d] < 0 ? indices[d] + shape()[d] : indices[d];
    if (i < 0 || i >= shape()[d]) {
      fail("x(...): index ", indices[d], " is out of range for dimension ", d, " of shape ", shape(),
           shape()[d] == 0 ? ", which has none" : "; it must be from -size to size - 1");
    }
    offset += i * strides()[d];
  }
  return data()[offset];
}

template <class T> BasicTensor<T> contiguous(const BasicTensor<T>& x) {
  require_defined("contiguous", x);
  return x.is_contiguous() ? x : cast<T>(x);
}

template <class T, class From> BasicTensor<T> cast(const BasicTensor<From>& x) {
  BasicTensor<T> y = BasicTensor<T>::uninitialized(x.shape_for("cast"));
  T* out = y.writable();
  TileReader<From> reader(x, x.shape());
  if constexpr (std::is_same_v<T, From>) return reader.copy(0, x.numel(), out), y;
  const detail::FlushSubnormals flush(x.numel() > lane_count<T>);
  for (std::int64_t begin = 0, numel = x.numel(); begin < numel; begin += tile_size) {
    const int n = tile_length(begin, numel);
    const From* tile = reader.read(begin, n);
    for (int i = 0; i < n; ++i) out[begin + i] = static_cast<T>(tile[i]);
  }
  return y;
}

#define TG_INSTANTIATE(T)                                    \
  template struct Nested<T>;                                 \
  template class BasicTensor<T>;                             \
  template BasicTensor<T> contiguous(const BasicTensor<T>&); \
  template BasicTensor<T> cast(const BasicTensor<float>&);   \
  template BasicTensor<T> cast(const BasicTensor<double>&);  \
  template BasicTensor<T> cast(const BasicTensor<bool>&);    \
  template BasicTensor<T> cast(const BasicTensor<std::int64_t>&);
TG_FOR_ALL(TG_INSTANTIATE)

}  // namespace tg
