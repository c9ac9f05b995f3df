// Sort: sorting, and where the extremes stand. T: float, double, int64.
#pragma once

#include "tensor/operands.h"

namespace tg {

template <class Values> struct SortResult {
  Values values;
  IndexTensor indices;  // values = gather(x, dim, indices), but for an x of shape ()
};

// x of any shape sorted along dimension dim: y_i <= y_i+1, or >= if descending. Equal elements keep their order; a NaN
// counts as larger than any number. Throws if x is empty or has no dimension dim. As torch.sort with stable=True.
template <class T> SortResult<BasicTensor<T>> sort(const BasicTensor<T>& x, int dim = -1, bool descending = false);

namespace detail {
template <class T> IndexTensor argsort(const BasicTensor<T>& x, int dim, bool descending);
template <class T> IndexTensor argmax(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim);
template <class T> IndexTensor argmin(const BasicTensor<T>& x, std::optional<int> dim, bool keepdim);
}  // namespace detail

// The indices y that would sort a Tensor or Variable x along dimension dim, of x's shape: sorted = gather(x, dim, y).
// Throws as sort does. As torch.argsort.
template <Array X> IndexTensor argsort(const X& x, int dim = -1, bool descending = false) {
  return detail::argsort(values_of(x), dim, descending);
}

// The index of the first largest or smallest element (the first NaN if there is one): y = argmax x, of shape () in the
// flattened x, or along dimension dim, of x's shape without it. Throws if there is nothing to choose from. As
// torch.argmax and torch.argmin.
template <Array X> IndexTensor argmax(const X& x, std::optional<int> dim = all, bool keepdim = false) {
  return detail::argmax(values_of(x), dim, keepdim);
}
template <Array X> IndexTensor argmin(const X& x, std::optional<int> dim = all, bool keepdim = false) {
  return detail::argmin(values_of(x), dim, keepdim);
}

}  // namespace tg
