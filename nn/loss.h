// Loss: how far predictions are from targets.
#pragma once

#include "autograd/autograd.h"

namespace tg::nn {

// Whether the losses of the elements are kept, averaged or summed.
enum class Reduction { none, mean, sum };

namespace detail {
template <class A, class B> auto error(const char* op, const A& prediction, const B& target) {
  using T = typename ArrayTraits<CommonArray<A, B>>::scalar;
  if (prediction.shape_for(op) != target.shape_for(op)) {
    fail(op, ": the prediction has shape ", prediction.shape(), ", the target has shape ", target.shape(),
         "; they must be equal, since broadcasting would compare every prediction with every target. Reshape one.");
  }
  return to_array<BasicVariable<T>>(prediction) - target;
}

template <class T> BasicVariable<T> reduce(const BasicVariable<T>& losses, Reduction reduction) {
  switch (reduction) {
    case Reduction::none: return losses;
    case Reduction::mean: return mean(losses);
    case Reduction::sum: return sum(losses);
  }
  fail("nn::Reduction: no such reduction");
}
}  // namespace detail

// y = (prediction - target)², averaged, summed or (none) of their shape: Variables or Tensors of one shape, or it
// throws. As torch.nn.functional.mse_loss.
template <Array A, Array B> auto mse_loss(const A& prediction, const B& target, Reduction reduction = Reduction::mean) {
  return detail::reduce(square(detail::error("mse_loss", prediction, target)), reduction);
}

// y = (prediction - target)² / 2, likewise: the formula of Gluon's L2Loss, which the MXNet tab of the book uses (Zhang
// et al. 2023). Throws unless they have one shape.
template <Array A, Array B> auto l2_loss(const A& prediction, const B& target, Reduction reduction = Reduction::mean) {
  return detail::reduce(square(detail::error("l2_loss", prediction, target)) / 2, reduction);
}

}  // namespace tg::nn
