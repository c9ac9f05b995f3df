// Sort: sorting, and where the extremes stand.
#include "tensor/sort.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "tensor/indexing.h"
#include "tensor/rows.h"

namespace tg {
namespace {

template <class T> bool is_nan(T x) { return x != x; }

template <class T> bool before(T a, T b) { return a < b || (is_nan(b) && !is_nan(a)); }

// The first element that no other is better than; a NaN is better than any number.
template <class T, class Better> std::int64_t first_best(const T* row, std::int64_t n, const Better& better) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < n && !is_nan(row[best]); ++i) {
    if (better(row[i], row[best]) || is_nan(row[i])) best = i;
  }
  return best;
}

}  // namespace

template <class T> IndexTensor detail::argsort(const BasicTensor<T>& x, int dim, bool descending) {
  const bool number = x.shape_for("argsort").dim() == 0;  // a single number counts as a vector of one
  const int d = resolve_dim("argsort", dim, x, number);
  if (number) return IndexTensor::from_number(0);
  const BasicTensor<T> rows = contiguous(movedim(x, d, x.dim() - 1));
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
  return movedim(order, order.dim() - 1, d);
}

template <class T> SortResult<BasicTensor<T>> sort(const BasicTensor<T>& x, int dim, bool descending) {
  const bool number = x.shape_for("sort").dim() == 0;
  const IndexTensor indices = argsort(x, resolve_dim("sort", dim, x, number), descending);
  return {number ? x : gather(x, dim, indices), indices};
}

template <class T> IndexTensor detail::argmax(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim) {
  auto first = [](const T* row, std::int64_t n) { return first_best(row, n, std::greater<T>()); };
  return reduce_rows<std::int64_t>(x, resolve_choice("argmax", dim, x), keepdim, first);
}

template <class T> IndexTensor detail::argmin(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim) {
  auto first = [](const T* row, std::int64_t n) { return first_best(row, n, std::less<T>()); };
  return reduce_rows<std::int64_t>(x, resolve_choice("argmin", dim, x), keepdim, first);
}

#define TG_INSTANTIATE(T)                                                               \
  template IndexTensor detail::argsort(const BasicTensor<T>&, int, bool);               \
  template SortResult<BasicTensor<T>> sort(const BasicTensor<T>&, int, bool);           \
  template IndexTensor detail::argmax(const BasicTensor<T>&, std::optional<int>, bool); \
  template IndexTensor detail::argmin(const BasicTensor<T>&, std::optional<int>, bool);
TG_FOR_NUMBERS(TG_INSTANTIATE)

}  // namespace tg
