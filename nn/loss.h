// Loss: how far predictions are from targets.
#pragma once

#include "autograd/autograd.h"

namespace tg::nn {

// Whether the losses of the elements are kept, averaged or summed.
enum class Reduction { none, mean, sum };

namespace detail {
inline void check_loss(const char* op, const Shape& prediction, const Shape& target) {
  if (prediction != target) {
    fail(op, ": the prediction has shape ", prediction, ", the target has shape ", target,
         "; they must be equal, since broadcasting would compare every prediction with every target. Reshape one.");
  }
}

template <class T>
BasicVariable<T> reduce(const BasicVariable<T>& losses, Reduction reduction) {
  switch (reduction) {
    case Reduction::none: return losses;
    case Reduction::mean: return mean(losses);
    case Reduction::sum: return sum(losses);
  }
  fail("nn::Reduction: no such reduction");
}
}  // namespace detail

// (prediction - target)², as torch.nn.MSELoss. Prediction and target are Variables or Tensors of one shape.
template <class A, class B>
  requires(Array<A> && Array<B>)
auto mse_loss(const A& prediction, const B& target, Reduction reduction = Reduction::mean) {
  using T = typename ArrayTraits<CommonArray<A, B>>::scalar;
  detail::check_loss("mse_loss", prediction.shape_for("mse_loss"), target.shape_for("mse_loss"));
  return detail::reduce(square(to_array<BasicVariable<T>>(prediction) - target), reduction);
}

// (prediction - target)² / 2, Gluon's L2Loss, which the MXNet tab of the book uses.
template <class A, class B>
  requires(Array<A> && Array<B>)
auto l2_loss(const A& prediction, const B& target, Reduction reduction = Reduction::mean) {
  using T = typename ArrayTraits<CommonArray<A, B>>::scalar;
  detail::check_loss("l2_loss", prediction.shape_for("l2_loss"), target.shape_for("l2_loss"));
  return detail::reduce(square(to_array<BasicVariable<T>>(prediction) - target) / 2, reduction);
}

}  // namespace tg::nn
