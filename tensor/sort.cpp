// Order: sorting, and where the extremes stand.
#include "tensor/sort.h"

#include <algorithm>
#include <numeric>

#include "tensor/rows.h"
#include "tensor/indexing.h"

namespace tg {
namespace {

template <class T>
bool is_nan(T x) {
  return x != x;
}

template <class T>
bool before(T a, T b) {
  return a < b || (is_nan(b) && !is_nan(a));
}

template <class T>
std::int64_t row_argmax(const T* row, std::int64_t n) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < n; ++i) {
    if (before(row[best], row[i])) best = i;
  }
  return best;
}

template <class T>
std::int64_t row_argmin(const T* row, std::int64_t n) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < n; ++i) {
    if (!is_nan(row[best]) && (row[i] < row[best] || is_nan(row[i]))) best = i;
  }
  return best;
}

template <class T>
void require_elements(const char* op, const BasicTensor<T>& x, std::int64_t count) {
  if (count == 0) fail(op, ": x has shape ", x.shape(), "; there is nothing to choose from");
}

}  // namespace

template <class T>
IndexTensor argsort(const BasicTensor<T>& x, int dim, bool descending) {
  const bool number = x.shape_for("argsort").dim() == 0;  // a single number counts as a vector of one
  const int d = resolve_dim("argsort", dim, x, number);
  if (number) return IndexTensor::from_number(0);
  const BasicTensor<T> rows = contiguous(move_to_end(x, d));
  IndexTensor order = IndexTensor::uninitialized(rows.shape());
  const std::int64_t n = x.shape()[d];
  for (std::int64_t begin = 0; n > 0 && begin < rows.numel(); begin += n) {
    const T* row = rows.data() + begin;
    std::int64_t* indices = order.writable() + begin;
    std::iota(indices, indices + n, 0);
    std::stable_sort(indices, indices + n, [row, descending](std::int64_t i, std::int64_t j) {
      return descending ? before(row[j], row[i]) : before(row[i], row[j]);
    });
  }
  return move_from_end(order, d);
}

template <class T>
SortResult<BasicTensor<T>> sort(const BasicTensor<T>& x, int dim, bool descending) {
  const bool number = x.shape_for("sort").dim() == 0;
  const IndexTensor indices = argsort(x, resolve_dim("sort", dim, x, number), descending);
  return {number ? x : gather(x, dim, indices), indices};
}

template <class T>
IndexTensor argmax(const BasicTensor<T>& x) {
  require_elements("argmax", x, x.shape_for("argmax").numel());
  return reduce_rows<std::int64_t>(reshape(x, {x.numel()}), 0, false, row_argmax<T>);
}

template <class T>
IndexTensor argmax(const BasicTensor<T>& x, int dim, bool keepdim) {
  const int d = resolve_dim("argmax", dim, x);
  require_elements("argmax", x, x.shape()[d]);
  return reduce_rows<std::int64_t>(x, d, keepdim, row_argmax<T>);
}

template <class T>
IndexTensor argmin(const BasicTensor<T>& x) {
  require_elements("argmin", x, x.shape_for("argmin").numel());
  return reduce_rows<std::int64_t>(reshape(x, {x.numel()}), 0, false, row_argmin<T>);
}

template <class T>
IndexTensor argmin(const BasicTensor<T>& x, int dim, bool keepdim) {
  const int d = resolve_dim("argmin", dim, x);
  require_elements("argmin", x, x.shape()[d]);
  return reduce_rows<std::int64_t>(x, d, keepdim, row_argmin<T>);
}

#define TG_INSTANTIATE(T)                                                     \
  template IndexTensor argsort(const BasicTensor<T>&, int, bool);             \
  template SortResult<BasicTensor<T>> sort(const BasicTensor<T>&, int, bool); \
  template IndexTensor argmax(const BasicTensor<T>&);                         \
  template IndexTensor argmax(const BasicTensor<T>&, int, bool);              \
  template IndexTensor argmin(const BasicTensor<T>&);                         \
  template IndexTensor argmin(const BasicTensor<T>&, int, bool);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)
TG_INSTANTIATE(std::int64_t)

}  // namespace tg
