// Order: sorting, and where the extremes stand. T: float, double, int64 for sort and argsort.
#pragma once

#include "tensor/basic_tensor.h"

namespace tg {

template <class Values>
struct SortResult {
  Values values;
  IndexTensor indices;  // values = gather(x, dim, indices)
};

// Sorted along dimension dim. Equal elements keep their order; a NaN counts as larger than any number.
template <class T>
SortResult<BasicTensor<T>> sort(const BasicTensor<T>& x, int dim = -1, bool descending = false);

// The indices that would sort x along dimension dim.
template <class T> IndexTensor argsort(const BasicTensor<T>& x, int dim = -1, bool descending = false);

// The index of the first largest or smallest element (the first NaN if there is one): in the flattened x, or along
// dimension dim. Throws if there is nothing to choose from.
template <class T> IndexTensor argmax(const BasicTensor<T>& x);
template <class T> IndexTensor argmax(const BasicTensor<T>& x, int dim, bool keepdim = false);
template <class T> IndexTensor argmin(const BasicTensor<T>& x);
template <class T> IndexTensor argmin(const BasicTensor<T>& x, int dim, bool keepdim = false);

}  // namespace tg
