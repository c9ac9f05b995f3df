// Layers: modules that others are put together from.
#include "nn/layers.h"

#include <cmath>

namespace tg::nn {
namespace {

// From U(-1/√in, 1/√in), for a layer of these sizes.
Tensor draw(std::int64_t in, std::int64_t out, const Shape& shape) {
  if (in < 1 || out < 1) fail("nn::Linear: in is ", in, " and out is ", out, "; both must be at least 1");
  check_sizes("nn::Linear", {out, in}, sizeof(float));
  const double bound = 1 / std::sqrt(static_cast<double>(in));
  return rand(shape) * (2 * bound) - bound;
}

}  // namespace

Linear::Linear(std::int64_t in, std::int64_t out, bool with_bias)
    : weight(register_parameter("weight", draw(in, out, {out, in}))),
      bias(with_bias ? register_parameter("bias", draw(in, out, {out})) : Variable()) {}

Variable Linear::operator()(const Variable& x) const {
  if (x.shape_for("nn::Linear").dim() == 0 || x.size(-1) != weight.size(1)) {
    fail("nn::Linear: x has shape ", x.shape(), ", the layer takes (..., ", weight.size(1), "); x's last size must be ",
         weight.size(1));
  }
  const Variable y = matmul(x, transpose(weight));
  return bias.defined() ? y + bias : y;
}

}  // namespace tg::nn
