// Indexing: elements chosen by a mask or by indices, and put back.
#include "tensor/indexing.h"

#include "tensor/create.h"
#include "tensor/elementwise.h"
#include "tensor/join.h"
#include "tensor/views.h"

namespace tg {

namespace {

void check_mask(const char* op, const Mask& mask, const Shape& shape) {
  if (!broadcasts_to(mask.shape_for(op), shape)) {
    fail(op, ": the mask is ", mask.shape(), ", x is ", shape, "; the mask must broadcast to x's shape.");
  }
}

// Calls f(i) for each place i, in row-major order of `shape`, where the mask is true; returns how many there are.
template <class F> std::int64_t for_each_true(const Mask& mask, const Shape& shape, const F& f) {
  TileReader<bool> reader(mask, shape);
  std::int64_t count = 0;
  for (std::int64_t begin = 0, numel = shape.numel(); begin < numel; begin += tile_size) {
    const int n = tile_length(begin, numel);
    const bool* chosen = reader.read(begin, n);
    for (int i = 0; i < n; ++i) count += chosen[i];
    for (int i = 0; i < n; ++i) {
      if (chosen[i]) f(begin + i);
    }
  }
  return count;
}

// Index arithmetic of gather and scatter_add: calls f(position in x, position in index) for every index.
template <class F>
void for_each_index(const char* op, const IndexTensor& index, int dim, std::int64_t size, const F& f) {
  const IndexTensor indices = contiguous(index);
  const DimSplit around(index.shape(), dim);
  std::int64_t at = 0;
  for (std::int64_t o = 0; o < around.outer; ++o) {
    for (std::int64_t i = 0; i < around.size; ++i) {
      for (std::int64_t j = 0; j < around.inner; ++j, ++at) {
        const std::int64_t k = resolve_index(op, indices.data()[at], dim, size);
        f((o * size + k) * around.inner + j, at);
      }
    }
  }
}

void check_index(const char* op, const IndexTensor& index, const Shape& shape, int dim) {
  Shape others = index.shape_for(op);
  if (others.dim() == shape.dim()) others[dim] = shape[dim];
  if (others != shape) {
    fail(op, ": index has shape ", index.shape(), ", x has shape ", shape, "; all sizes but that of dimension ", dim,
         " must agree");
  }
}

}  // namespace

template <class T> BasicTensor<T> masked_select(const BasicTensor<T>& x, const Mask& mask) {
  check_mask("masked_select", mask, x.shape_for("masked_select"));
  const BasicTensor<T> from = contiguous(x);
  BasicTensor<T> y = BasicTensor<T>::uninitialized({for_each_true(mask, x.shape(), [](std::int64_t) {})});
  T* to = y.writable();
  for_each_true(mask, x.shape(), [&](std::int64_t i) { *to++ = from.data()[i]; });
  return y;
}

template <class T> BasicTensor<T> masked_scatter(const BasicTensor<T>& values, const Mask& mask, const Shape& shape) {
  check_sizes("masked_scatter", shape, sizeof(T));
  check_mask("masked_scatter", mask, shape);
  const std::int64_t count = values.shape_for("masked_scatter").numel();
  const std::int64_t places = for_each_true(mask, shape, [](std::int64_t) {});
  if (places != count) {
    fail("masked_scatter: the mask is true in ", places, " places, but there are ", count, " values");
  }
  const BasicTensor<T> from = contiguous(values);
  const T* next = from.data();
  BasicTensor<T> y = zeros<T>(shape);
  for_each_true(mask, shape, [&](std::int64_t i) { y.writable()[i] = *next++; });
  return y;
}

template <class T> BasicTensor<T> masked_fill(BasicTensor<T> x, const Mask& mask, std::type_identity_t<T> value) {
  check_mask("masked_fill", mask, x.shape_for("masked_fill"));
  return map<T>("masked_fill", [value](T v, bool m) { return m ? value : v; }, Argument(std::move(x)), Argument(mask));
}

template <class T> BasicTensor<T> gather(const BasicTensor<T>& x, int dim, const IndexTensor& index, const char* op) {
  const int d = resolve_dim(op, dim, x);
  check_index(op, index, x.shape(), d);
  const BasicTensor<T> from = contiguous(x);
  BasicTensor<T> y = BasicTensor<T>::uninitialized(index.shape());
  for_each_index(op, index, d, x.shape()[d],
                 [&](std::int64_t source, std::int64_t at) { y.writable()[at] = from.data()[source]; });
  return y;
}

namespace {

// Zeros of a shape, with each value added at its index.
template <class Sum, class T>
BasicTensor<Sum> add_at_indices(const BasicTensor<T>& values, int dim, const IndexTensor& index, const Shape& shape) {
  const BasicTensor<T> from = contiguous(values);
  BasicTensor<Sum> y = zeros<Sum>(shape);
  for_each_index("scatter_add", index, dim, shape[dim], [&](std::int64_t target, std::int64_t at) {
    y.writable()[target] += static_cast<Sum>(from.data()[at]);
  });
  return y;
}

}  // namespace

template <class T>
BasicTensor<T> scatter_add(const BasicTensor<T>& values, int dim, const IndexTensor& index, std::int64_t size) {
  const int d = resolve_dim("scatter_add", dim, values);
  if (values.shape() != index.shape_for("scatter_add")) {
    fail("scatter_add: values have shape ", values.shape(), ", index has shape ", index.shape(),
         "; they must be equal");
  }
  Shape shape = values.shape();
  shape[d] = size;
  check_sizes("scatter_add", shape, sizeof(double));
  // A million floats are right to the last digits if they add up in double; a single one needs no adding up.
  if (std::is_same_v<T, double> || values.shape()[d] <= 1) return add_at_indices<T>(values, d, index, shape);
  return cast<T>(add_at_indices<double>(values, d, index, shape));
}

IndexTensor expand_index(const IndexTensor& index, const Shape& shape, int dim) {
  if (index.shape_for("index_select").dim() != 1)
    fail("index_select: index has shape ", index.shape(), "; it must be 1-d");
  Shape column = shape, full = shape;
  for (int d = 0; d < shape.dim(); ++d) column[d] = d == dim ? index.numel() : 1;
  full[dim] = index.numel();
  return expand(reshape(index, column), full);
}

template <class T> BasicTensor<T> index_select(const BasicTensor<T>& x, int dim, const IndexTensor& index) {
  const int d = resolve_dim("index_select", dim, x);
  return gather(x, d, expand_index(index, x.shape(), d), "index_select");
}

#define TG_INSTANTIATE(T)                                                                      \
  template BasicTensor<T> masked_select(const BasicTensor<T>&, const Mask&);                   \
  template BasicTensor<T> masked_fill(BasicTensor<T>, const Mask&, std::type_identity_t<T>);   \
  template BasicTensor<T> masked_scatter(const BasicTensor<T>&, const Mask&, const Shape&);    \
  template BasicTensor<T> gather(const BasicTensor<T>&, int, const IndexTensor&, const char*); \
  template BasicTensor<T> index_select(const BasicTensor<T>&, int, const IndexTensor&);
TG_FOR_ALL(TG_INSTANTIATE)
#undef TG_INSTANTIATE
template BasicTensor<float> scatter_add(const BasicTensor<float>&, int, const IndexTensor&, std::int64_t);
template BasicTensor<double> scatter_add(const BasicTensor<double>&, int, const IndexTensor&, std::int64_t);

}  // namespace tg
