// Derivatives: computing them on a tape, and comparing them.
#include "tests/autograd/op_table_derivatives.h"

#include <cmath>
#include <sstream>

namespace tests {

using namespace tg;

template <class T>
BasicTensor<T> cosines(const Shape& shape) {
  std::vector<T> values;
  for (std::int64_t k = 0; k < shape.numel(); ++k) values.push_back(static_cast<T>(std::cos(static_cast<double>(k))));
  return BasicTensor<T>::from_vector(values, shape);
}

template <class T>
BasicTensor<T> seed_of(const Shape& shape) {
  std::vector<T> values;
  for (std::int64_t k = 0; k < shape.numel(); ++k) {
    values.push_back(static_cast<T>(0.3 + std::sin(static_cast<double>(3 * k + 1))));
  }
  return BasicTensor<T>::from_vector(values, shape);
}

template <class T>
Derivatives<T> derivatives(const Function<T>& f, const std::vector<BasicTensor<T>>& inputs, const BasicTensor<T>& seed,
                           int orders, std::vector<bool> leaves) {
  leaves.resize(inputs.size(), leaves.empty());
  std::vector<BasicVariable<T>> x, towards;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    x.push_back(BasicVariable<T>(inputs[i], leaves[i]));
    if (leaves[i]) towards.push_back(x[i]);
  }
  auto in_their_places = [&](const std::vector<BasicVariable<T>>& gradients) {
    std::vector<BasicTensor<T>> places(inputs.size());
    for (std::size_t i = 0, k = 0; i < inputs.size(); ++i) {
      if (leaves[i]) places[i] = gradients[k++].value();
    }
    return places;
  };
  Derivatives<T> result;
  BasicTape<T> tape;
  const BasicVariable<T> y = f(x);
  result.value = y.value();
  const auto gradients = detail::gradient_or_zeros(tape, y, seed.defined() ? seed : seed_of<T>(y.shape()), towards,
                                                   {.create_graph = orders > 1});
  result.first = in_their_places(gradients);
  if (orders < 2) return result;
  BasicVariable<T> s(zeros<T>({}));
  for (const BasicVariable<T>& g : gradients) s = s + sum(g * cosines<T>(g.shape()));
  result.second = in_their_places(detail::gradient_or_zeros(tape, s, ones<T>({}), towards));
  return result;
}

template <class T>
std::vector<BasicTensor<T>> gradients_by_backward(const Function<T>& f, const std::vector<BasicTensor<T>>& inputs,
                                                  bool trace) {
  std::vector<BasicVariable<T>> leaves;
  for (const BasicTensor<T>& x : inputs) leaves.push_back(BasicVariable<T>(x, true));
  BasicTape<T> tape({.trace = trace});
  const BasicVariable<T> y = f(leaves);
  if (y.requires_grad()) {
    tape.backward(y, seed_of<T>(y.shape()), {.retain = true});
    tape.backward(y, seed_of<T>(y.shape()));
  }
  std::vector<BasicTensor<T>> gradients;
  for (const BasicVariable<T>& x : leaves) gradients.push_back(x.grad() / 2);
  return gradients;
}

template <class T>
std::string disagreement(const BasicTensor<T>& actual, const Tensor64& expected, double tolerance) {
  std::ostringstream text;
  text.precision(17);
  if (actual.defined() != expected.defined()) return actual.defined() ? "is there, but should not" : "is missing";
  if (!actual.defined()) return "";
  if (actual.shape() != expected.shape()) {
    text << "has shape " << actual.shape() << " instead of " << expected.shape();
    return text.str();
  }
  const std::vector<T> a = actual.to_vector();
  const std::vector<double> e = expected.to_vector();
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]);
    if (x == e[i] || (std::isnan(x) && std::isnan(e[i]))) continue;
    if (std::abs(x - e[i]) <= tolerance * std::max(1.0, std::abs(e[i])) && std::isfinite(e[i])) continue;
    text << "is " << x << " instead of " << e[i] << " at element " << i << " of shape " << actual.shape();
    return text.str();
  }
  return "";
}

template <class T>
std::string disagreement(const Derivatives<T>& actual, const Derivatives<double>& expected, double tolerance) {
  if (auto d = disagreement(actual.value, expected.value, tolerance); !d.empty()) return "the value " + d;
  auto of_list = [&](const char* what, const auto& a, const auto& e) -> std::string {
    if (a.size() != e.size()) return std::string(what) + ": there are " + std::to_string(a.size()) + " of them";
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (auto d = disagreement(a[i], e[i], tolerance); !d.empty()) return what + std::to_string(i) + " " + d;
    }
    return "";
  };
  if (auto d = of_list("the gradient towards input ", actual.first, expected.first); !d.empty()) return d;
  return of_list("the second gradient towards input ", actual.second, expected.second);
}

Derivatives<double> as_doubles(const Derivatives<float>& d) {
  auto list = [](const std::vector<Tensor>& tensors) {
    std::vector<Tensor64> result;
    for (const Tensor& x : tensors) result.push_back(x.defined() ? cast<double>(x) : Tensor64());
    return result;
  };
  return {cast<double>(d.value), list(d.first), list(d.second)};
}

template struct Derivatives<float>;
template struct Derivatives<double>;
template Tensor seed_of(const Shape&);
template Tensor64 seed_of(const Shape&);
template Derivatives<float> derivatives(const Function<float>&, const std::vector<Tensor>&, const Tensor&, int,
                                        std::vector<bool>);
template Derivatives<double> derivatives(const Function<double>&, const std::vector<Tensor64>&, const Tensor64&, int,
                                         std::vector<bool>);
template std::vector<Tensor> gradients_by_backward(const Function<float>&, const std::vector<Tensor>&, bool);
template std::vector<Tensor64> gradients_by_backward(const Function<double>&, const std::vector<Tensor64>&, bool);
template std::string disagreement(const Tensor&, const Tensor64&, double);
template std::string disagreement(const Tensor64&, const Tensor64&, double);
template std::string disagreement(const Derivatives<float>&, const Derivatives<double>&, double);
template std::string disagreement(const Derivatives<double>&, const Derivatives<double>&, double);

}  // namespace tests
