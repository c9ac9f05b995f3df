// Views: the same elements under another shape.
#include "tensor/views.h"

#include <optional>
#include <utility>

namespace tg {
namespace {

// The strides under which a tensor of shape `from` and these strides has shape `to`, if there are any: every
// dimension of `to` must cut up a stretch of `from` that one stride walks.
std::optional<Strides> reshaped_strides(const Shape& from, const Strides& strides, const Shape& to) {
  if (from.numel() == 0) return contiguous_strides(to);
  Strides result = to;
  int t = to.dim() - 1;
  std::int64_t stretch = 1;  // elements of `from` seen in the current stretch
  std::int64_t base = 1;     // the stretch's stride
  std::int64_t used = 1;     // elements of `to` placed in it
  bool fresh = true;
  for (int d = from.dim() - 1; d >= 0; --d) {
    if (from[d] == 1) continue;
    if (!fresh && strides[d] != base * stretch) return std::nullopt;
    if (fresh) base = strides[d];
    fresh = false;
    stretch *= from[d];
    while (t >= 0 && used * to[t] <= stretch && stretch % (used * to[t]) == 0) {
      result[t] = base * used;
      used *= to[t--];
    }
    if (used == stretch) {
      stretch = used = 1;
      fresh = true;
    }
  }
  if (!fresh) return std::nullopt;
  for (; t >= 0; --t) result[t] = 1;  // what is left has size 1
  return result;
}

Shape resolve_reshape(const Shape& from, const Shape& to) {
  const std::int64_t numel = from.numel();
  const std::optional<Shape> result = filled_shape("reshape", to, numel);
  if (!result) fail("reshape: x has shape ", from, " and ", numel, " elements, which do not fill shape ", to);
  check_sizes("reshape", *result, 1);
  return *result;
}

Shape resolve_expand(const Shape& from, const Shape& to) {
  Shape result = to;
  const int ahead = to.dim() - from.dim();
  for (int d = 0; d < to.dim(); ++d) {
    if (to[d] == -1 && d >= ahead && ahead >= 0) result[d] = from[d - ahead];
  }
  check_sizes("expand", result, 1);
  if (!broadcasts_to(from, result)) {
    fail("expand: shape ", from, " does not broadcast to ", to,
         "; aligned at the last dimension, a size must be 1 or stay as it is");
  }
  return result;
}

}  // namespace

template <class T> BasicTensor<T> reshape(const BasicTensor<T>& x, const Shape& shape) {
  const Shape to = resolve_reshape(x.shape_for("reshape"), shape);
  if (x.is_contiguous()) return x.view(to, contiguous_strides(to));
  if (auto strides = reshaped_strides(x.shape(), x.strides(), to)) return x.view(to, *strides);
  return contiguous(x).view(to, contiguous_strides(to));
}

template <class T> BasicTensor<T> flatten(const BasicTensor<T>& x, int start, int end) {
  const bool number = x.shape_for("flatten").dim() == 0;  // a single number counts as a vector of one
  start = resolve_dim("flatten", start, x, number);
  end = resolve_dim("flatten", end, x, number);
  if (start > end)
    fail("flatten: start is dimension ", start, " and end is dimension ", end, "; start must not come after end");
  if (number) return reshape(x, {1});
  Shape shape = x.shape();
  for (int d = end; d > start; --d) {
    shape[start] *= shape[d];
    shape.erase(d);
  }
  return reshape(x, shape);
}

template <class T> BasicTensor<T> unsqueeze(const BasicTensor<T>& x, int dim) {
  const int d = resolve_dim("unsqueeze", dim, x, 1);
  if (x.dim() == max_rank)
    fail("unsqueeze: x has shape ", x.shape(), ", and a tensor has at most ", max_rank, " dimensions");
  Shape shape = x.shape();
  Strides strides = x.strides();
  const std::int64_t step = d < x.dim() ? shape[d] * strides[d] : 1;  // any step would do; this one keeps x contiguous
  shape.insert(d, 1);
  strides.insert(d, step);
  return x.view(shape, strides);
}

template <class T> BasicTensor<T> squeeze(const BasicTensor<T>& x, std::optional<int> dim) {
  const std::optional<int> only = resolve_dim("squeeze", dim, x);
  if (only && x.shape()[*only] != 1) {
    fail("squeeze: dimension ", *only, " of shape ", x.shape(), " has size ", x.shape()[*only],
         ", not 1; only a size of 1 can be dropped");
  }
  Shape shape = x.shape();
  Strides strides = x.strides();
  for (int d = x.dim() - 1; d >= 0; --d) {
    if (only ? d != *only : shape[d] != 1) continue;
    shape.erase(d);
    strides.erase(d);
  }
  return x.view(shape, strides);
}

template <class T> BasicTensor<T> transpose(const BasicTensor<T>& x, int dim0, int dim1) {
  if (x.shape_for("transpose").dim() == 1 && dim0 == -2 && dim1 == -1) {
    fail("transpose: x has shape ", x.shape(), "; transposing takes 2 dimensions. Did you mean unsqueeze(x, 0)?");
  }
  const int a = resolve_dim("transpose", dim0, x), b = resolve_dim("transpose", dim1, x);
  Shape shape = x.shape();
  Strides strides = x.strides();
  std::swap(shape[a], shape[b]);
  std::swap(strides[a], strides[b]);
  return x.view(shape, strides);
}

template <class T> BasicTensor<T> permute(const BasicTensor<T>& x, const std::vector<int>& dims) {
  if (static_cast<int>(dims.size()) != x.shape_for("permute").dim()) {
    fail("permute: ", dims.size(), " dimensions are named, x has shape ", x.shape(),
         "; name each of its dimensions once");
  }
  Shape shape = x.shape();
  Strides strides = x.strides();
  std::vector<bool> seen(dims.size());
  for (int d = 0; d < x.dim(); ++d) {
    const int from = resolve_dim("permute", dims[d], x);
    if (seen[from]) fail("permute: dimension ", from, " is named twice; name each dimension of ", x.shape(), " once");
    seen[from] = true;
    shape[d] = x.shape()[from];
    strides[d] = x.strides()[from];
  }
  return x.view(shape, strides);
}

template <class T> BasicTensor<T> expand(const BasicTensor<T>& x, const Shape& shape) {
  const Shape to = resolve_expand(x.shape_for("expand"), shape);
  return x.view(to, broadcast_strides(x.shape(), x.strides(), to));
}

template <class T> BasicTensor<T> narrow(const BasicTensor<T>& x, int dim, std::int64_t start, std::int64_t length) {
  const int d = resolve_dim("narrow", dim, x);
  if (start < 0 || length < 0 || start > x.shape()[d] || length > x.shape()[d] - start) {
    fail("narrow: start ", start, " and length ", length, " reach outside dimension ", d, " of shape ", x.shape(),
         "; start must be at least 0, and start + length at most ", x.shape()[d]);
  }
  Shape shape = x.shape();
  shape[d] = length;
  return x.view(shape, x.strides(), start * x.strides()[d]);
}

template <class T> BasicTensor<T> select(const BasicTensor<T>& x, int dim, std::int64_t index) {
  const int d = resolve_dim("select", dim, x);
  return squeeze(narrow(x, d, resolve_index("select", index, d, x.shape()[d]), 1), d);
}

#define TG_INSTANTIATE(T)                                                                 \
  template BasicTensor<T> reshape(const BasicTensor<T>&, const Shape&);                   \
  template BasicTensor<T> flatten(const BasicTensor<T>&, int, int);                       \
  template BasicTensor<T> unsqueeze(const BasicTensor<T>&, int);                          \
  template BasicTensor<T> squeeze(const BasicTensor<T>&, std::optional<int>);             \
  template BasicTensor<T> transpose(const BasicTensor<T>&, int, int);                     \
  template BasicTensor<T> permute(const BasicTensor<T>&, const std::vector<int>&);        \
  template BasicTensor<T> expand(const BasicTensor<T>&, const Shape&);                    \
  template BasicTensor<T> narrow(const BasicTensor<T>&, int, std::int64_t, std::int64_t); \
  template BasicTensor<T> select(const BasicTensor<T>&, int, std::int64_t);
TG_FOR_ALL(TG_INSTANTIATE)

}  // namespace tg
