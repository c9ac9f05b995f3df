// Pairs: the step of an online softmax that the loop and the tree share.
#include "nn/attention/pairs.h"

#include "tensor/basic_tensor.h"
#include "tensor/scalar_exponential.h"

namespace tg::detail {

template <class T>
bool raise_shift(int count, const PairTile<T>& scores, PerLane<T>& largest, PerLane<T>& shift, PerLane<T>& factor) {
  const PerLane<T> before = largest;
  raise_to_max(count, scores, largest);
  int raised = 0;
#pragma omp simd reduction(| : raised)
  for (Index l = 0; l < block_lanes; ++l) raised |= largest[l] > before[l];
  if (!raised) return false;
#pragma omp simd
  for (Index l = 0; l < block_lanes; ++l) {
    shift[l] = largest[l] == -infinity<T> ? T(0) : largest[l];  // while no score is finite: inf - inf would be NaN
    factor[l] = scalar::exp_nonpositive(before[l] - shift[l]);
  }
  return true;
}

#define TG_INSTANTIATE(T) template bool raise_shift(int, const PairTile<T>&, PerLane<T>&, PerLane<T>&, PerLane<T>&);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg::detail
