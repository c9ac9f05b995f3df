// Sort: the indices that sort carry no gradient, and choose the values. The rule is gather's, in indexing.h.
#pragma once

#include "autograd/record.h"

namespace tg {

template <class T> SortResult<BasicVariable<T>> sort(const BasicVariable<T>& x, int dim = -1, bool descending = false) {
  const IndexTensor indices = sort(x.value(), dim, descending).indices;
  if (x.dim() == 0) return {x, indices};
  return {gather(x, dim, indices), indices};
}

}  // namespace tg
