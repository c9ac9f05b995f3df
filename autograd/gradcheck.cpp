// Gradcheck: compares the gradients of a function with finite differences.
#include "autograd/gradcheck.h"

#include <cmath>

#include "autograd/autograd.h"

namespace tg {
namespace {

// The index of an element in row-major order as a Shape, for messages: element 5 of (2, 3) is (1, 2).
Shape index_of(std::int64_t element, const Shape& shape) {
  Shape index = shape;
  for (int d = shape.dim() - 1; d >= 0; --d) {
    index[d] = element % shape[d];
    element /= shape[d];
  }
  return index;
}

// x as plain numbers, and a Variable of them with one changed.
Variable64 with_element(const std::vector<double>& values, const Shape& shape, std::size_t element, double change) {
  std::vector<double> changed = values;
  changed[element] += change;
  return Tensor64::from_vector(changed, shape);
}

void check_input(const char* op, const Function64& f, const std::vector<Variable64>& leaves, std::size_t input,
                 const std::vector<std::vector<double>>& analytic, const Shape& out_shape,
                 const GradcheckOptions& options) {
  const Shape& shape = leaves[input].shape();
  const std::vector<double> values = leaves[input].value().to_vector();
  std::vector<Variable64> constants;
  for (const Variable64& leaf : leaves) constants.push_back(leaf.detach());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] + options.eps == values[i] || values[i] - options.eps == values[i]) {
      fail(op, ": eps is ", options.eps, ", and adding it to input ", input, " element ",
           index_of(static_cast<std::int64_t>(i), shape), ", ", values[i],
           ", does not change that; choose a larger eps, or inputs nearer 1");
    }
    auto output_at = [&](double change) {
      constants[input] = with_element(values, shape, i, change);
      const Variable64 y = f(constants);
      if (y.shape() != out_shape) {
        fail(op, ": the output has shape ", out_shape, " at the inputs, but ", y.shape(), " next to them, where input ",
             input, " element ", index_of(static_cast<std::int64_t>(i), shape), " differs by ", change,
             "; a function whose output's shape depends on the values has no derivative there");
      }
      return y.value().to_vector();
    };
    const std::vector<double> above = output_at(options.eps), below = output_at(-options.eps);
    for (std::size_t o = 0; o < above.size(); ++o) {
      const double numerical = (above[o] - below[o]) / (2 * options.eps);
      const double difference = std::abs(analytic[o][i] - numerical);
      if (difference <= options.atol + options.rtol * std::abs(numerical)) continue;
      fail(op, ": the derivative of output element ", index_of(static_cast<std::int64_t>(o), out_shape),
           " towards input ", input, " element ", index_of(static_cast<std::int64_t>(i), shape), " is ", analytic[o][i],
           " by the rules, but ", numerical,
           " by finite differences. Look at the rule of an op that this input flows through, "
           "or keep the inputs away from kinks.");
    }
  }
}

void check_options(const char* op, const GradcheckOptions& options) {
  if (!std::isfinite(options.eps) || options.eps <= 0)
    fail(op, ": eps is ", options.eps, "; the step of the differences must be finite and positive");
  if (!(options.atol >= 0) || !(options.rtol >= 0))
    fail(op, ": atol is ", options.atol, " and rtol is ", options.rtol, "; a tolerance must not be negative or NaN");
}

// There are no finite differences at a NaN or an infinity.
void check_finite(const char* op, std::size_t input, const Tensor64& x) {
  const std::vector<double> values = x.to_vector();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    fail(op, ": input ", input, " element ", index_of(static_cast<std::int64_t>(i), x.shape()), " is ", values[i],
         "; there are no differences at a NaN or an infinity");
  }
}

bool check(const char* op, const Function64& f, const std::vector<Variable64>& inputs,
           const GradcheckOptions& options) {
  std::vector<Variable64> leaves;
  for (const Variable64& x : inputs) {
    require_defined(op, x);
    check_finite(op, leaves.size(), x.value());
    leaves.push_back(Variable64(x.value(), true));
  }
  std::vector<std::vector<std::vector<double>>> jacobians(leaves.size());  // [input][output element][input element]
  Shape out_shape;
  {
    Tape64 tape;
    const Variable64 y = f(leaves);
    out_shape = y.shape();
    for (std::int64_t o = 0; o < y.numel(); ++o) {
      std::vector<double> seed(static_cast<std::size_t>(y.numel()));
      seed[static_cast<std::size_t>(o)] = 1;
      const auto gradients = detail::gradient_or_zeros(tape, y, Tensor64::from_vector(seed, out_shape), leaves);
      for (std::size_t i = 0; i < leaves.size(); ++i) jacobians[i].push_back(gradients[i].value().to_vector());
    }
  }
  for (std::size_t i = 0; i < leaves.size(); ++i) check_input(op, f, leaves, i, jacobians[i], out_shape, options);
  return true;
}

}  // namespace

bool gradcheck(const Function64& f, const std::vector<Variable64>& inputs, GradcheckOptions options) {
  check_options("gradcheck", options);
  return check("gradcheck", f, inputs, options);
}

bool gradgradcheck(const Function64& f, const std::vector<Variable64>& inputs, GradcheckOptions options) {
  // The function whose first derivatives are checked: x -> the gradients of sum(f(x) v), one after the other. It is
  // computed on the tape that is open if x are leaves, and on one of its own if they are constants.
  const Function64 gradients_of_f = [&f](const std::vector<Variable64>& x) {
    auto on = [&](Tape64& tape, const std::vector<Variable64>& leaves) {
      const Variable64 y = f(leaves);
      const Tensor64 v = reshape(cos(arange<double>(static_cast<double>(y.numel()))), y.shape());
      std::vector<Variable64> flat;
      for (const Variable64& g : detail::gradient_or_zeros(tape, y, v, leaves, {.create_graph = true}))
        flat.push_back(reshape(g, {g.numel()}));
      return cat(flat);
    };
    if (x[0].requires_grad()) return on(*Tape64::current(), x);
    std::vector<Variable64> leaves;
    for (const Variable64& constant : x) leaves.push_back(Variable64(constant.value(), true));
    Tape64 tape;
    return on(tape, leaves).detach();
  };
  check_options("gradgradcheck", options);
  if (inputs.empty()) return true;
  return check("gradgradcheck", gradients_of_f, inputs, options);
}

void detail::refuse_floats(const char* op) {
  fail(op, ": the inputs are float, whose rounding errors (1e-7) drown a finite difference; give double inputs: ",
       "Variable64, or cast<double>(x). Write the function as a template, so that it takes both.");
}

}  // namespace tg
