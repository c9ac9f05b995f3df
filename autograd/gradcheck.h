// Gradcheck: compares the gradients of a function with finite differences.
#pragma once

#include <functional>
#include <vector>

#include "autograd/tape.h"

namespace tg {

// The step of the central differences, and the tolerance: |analytic - numerical| <= atol + rtol |numerical|. The step
// must be positive and large enough to change each input; otherwise an Error says so.
struct GradcheckOptions {
  double eps = 1e-6, atol = 1e-5, rtol = 1e-3;
};

using Function64 = std::function<Variable64(const std::vector<Variable64>&)>;

// Compares every element of the Jacobian of f at the inputs, as a tape computes it, with the central difference
// (f(x + eps) - f(x - eps)) / (2 eps). Returns true if all agree; otherwise throws an Error that names the input, the
// element and both numbers. f may return any shape. Works in double only, since a float's rounding drowns the
// difference. As torch.autograd.gradcheck.
//   gradcheck([](const auto& x) { return exp(x[0]) * x[1]; }, {Tensor64{1, 2}, Tensor64{3}});
bool gradcheck(const Function64& f, const std::vector<Variable64>& inputs, GradcheckOptions options = {});

// The same for the gradients themselves: the second derivatives of sum(f(x) v), for a fixed v, are compared with finite
// differences of the first. As torch.autograd.gradgradcheck.
bool gradgradcheck(const Function64& f, const std::vector<Variable64>& inputs, GradcheckOptions options = {});

// Floats are refused: these throw an Error that says why. They do not look at f, which need not take floats.
namespace detail {
[[noreturn]] void refuse_floats(const char* op);
}
template <class F> bool gradcheck(const F&, const std::vector<Variable>&, GradcheckOptions = {}) {
  detail::refuse_floats("gradcheck");
}
template <class F> bool gradgradcheck(const F&, const std::vector<Variable>&, GradcheckOptions = {}) {
  detail::refuse_floats("gradgradcheck");
}

}  // namespace tg
