// Functional: the derivatives of a function as a whole, without a tape in sight. f is any callable:
//
//   auto f = [](const Variable& x) { return sum(square(x)) * x; };
//   auto [y, g] = vjp(f, x, v);         // y = f(x), g = vᵀ J        v has y's shape, g has x's
//   auto [z, d] = jvp(f, x, t);         // z = f(x), d = J t         t has x's shape, d has y's
//   Variable J = jacobian(f, x);        // J[i..., j...] = ∂y[i...] / ∂x[j...]
//
//   auto e = [](const Variable& x) { return sum(exp(x)); };          // of one element
//   auto [l, h] = hvp(e, x, v);         // l = e(x), h = H v         v and h have x's shape
//   Variable H = hessian(e, x);         // H[i..., j...] = ∂²l / ∂x[i...] ∂x[j...]
//
// x is a Tensor or a Variable, and f is called with a Variable. Or x is a list of them, as tape.gradient takes one;
// then f is called with a std::vector of Variables, as gradcheck calls it, and what has x's shape is a vector as well:
//
//   auto [y, g] = vjp([](const auto& x) { return matmul(x[0], x[1]); }, {a, b}, v);                     // g[0], g[1]
//
// f is evaluated once, however many sweeps follow. It is differentiated towards its argument alone: a Variable that it
// captures is held fixed. Zeros come out where f does not depend on x. No grad() changes.
//
// While a tape is open all this is recorded on it, as any op is, so that the results can be differentiated in turn,
// towards x, v, t and what f captures: a jvp may stand in a loss, or in an f that is given to hvp. Outside any tape the
// results are constants.
//
// All throw an Error if a list is empty, if an x, v or t is empty or, while a tape is open, of another one, if a v or t
// has not the shape it must have, and if f returns an empty Variable or one of another tape.
// After torch.autograd.functional.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "autograd/tape.h"

namespace tg {

// What vjp, jvp and hvp return: y = f(x), and the product of a vector with the Jacobian or the Hessian at x.
template <class Y, class Product> struct ValueAndProduct {
  Y y;
  Product product;
};

namespace detail {

template <class T> using Variables = std::vector<BasicVariable<T>>;
template <class T> using FunctionOfList = std::function<BasicVariable<T>(const Variables<T>&)>;

// As tape.gradient(y, seed, xs), with zeros for a constant y, which that takes for a mistake. Here f may well be one,
// or be linear, so that its gradient is.
template <class T>
Variables<T> gradient_or_zeros(BasicTape<T>& tape, const BasicVariable<T>& y, const BasicTensor<T>& seed,
                               const Variables<T>& xs, GradientOptions options = {}) {
  if (y.requires_grad()) return tape.gradient(y, seed, xs, options);
  Variables<T> zero;
  for (const BasicVariable<T>& x : xs) zero.push_back(zeros_like(x));
  return zero;
}

// The five for a list of inputs, and with f's type hidden: in functional.cpp.
template <class T> struct Functional {
  using V = BasicVariable<T>;
  using Vector = Variables<T>;
  using Function = FunctionOfList<T>;
  static ValueAndProduct<V, Vector> vjp(const Function& f, const Vector& x, const std::optional<V>& v);
  static ValueAndProduct<V, V> jvp(const Function& f, const Vector& x, const Vector& t);
  static ValueAndProduct<V, Vector> hvp(const Function& f, const Vector& x, const Vector& v);
  static Vector jacobian(const Function& f, const Vector& x);
  static std::vector<Vector> hessian(const Function& f, const Vector& x);
};

extern template struct Functional<float>;
extern template struct Functional<double>;

// How x is handed to them, and what has x's form is handed back. A Tensor or a Variable goes as a list of one,
template <class X> struct Inputs {
  static_assert(Array<X>, "tg: x must be a Tensor, a Variable or a list of Variables");
  using T = typename ArrayTraits<X>::scalar;
  static_assert(std::is_floating_point_v<T>, "tg: x must be of floats or doubles to have a derivative: cast<float>(x)");
  using Like = BasicVariable<T>;
  static Variables<T> list(const Like& x) { return {x}; }
  template <class R> static R like(const std::vector<R>& results) { return results[0]; }
  template <class F> static FunctionOfList<T> function(F& f) {
    constexpr bool fits = std::is_invocable_r_v<BasicVariable<T>, F&, const Like&>;
    static_assert(fits, "tg: f must take a Variable and return one (Variable64 if x is of doubles)");
    if constexpr (fits) return [&f](const Variables<T>& x) -> BasicVariable<T> { return f(x[0]); };
    else return {};  // one message is enough
  }
};
// and a list as it is.
template <class S> struct Inputs<std::vector<BasicVariable<S>>> {
  using T = S;
  using Like = Variables<T>;
  static const Like& list(const Like& x) { return x; }
  template <class R> static const R& like(const R& results) { return results; }
  template <class F> static FunctionOfList<T> function(F& f) {
    constexpr bool fits = std::is_invocable_r_v<BasicVariable<T>, F&, const Like&>;
    static_assert(fits, "tg: f must take a std::vector of Variables and return one (Variable64 if x is of doubles)");
    if constexpr (fits) return [&f](const Variables<T>& x) -> BasicVariable<T> { return f(x); };
    else return {};
  }
};

template <class X> using Like = typename Inputs<X>::Like;                // what has x's form
template <class X> using Output = BasicVariable<typename Inputs<X>::T>;  // a Variable of x's scalar
template <class X> using FunctionalOf = Functional<typename Inputs<X>::T>;

}  // namespace detail

// The vector-Jacobian product: y = f(x), and g = vᵀ J, the gradient of the number sum(v y). One sweep. Without v, f(x)
// must have one element, and g is its gradient.
template <class F, class X = std::vector<Variable>>
auto vjp(F&& f, const X& x, const std::optional<detail::Output<X>>& v = {}) {
  using In = detail::Inputs<X>;
  auto [y, g] = detail::FunctionalOf<X>::vjp(In::function(f), In::list(x), v);
  return ValueAndProduct<detail::Output<X>, detail::Like<X>>{y, In::like(g)};
}

// The Jacobian-vector product: y = f(x), and d = J t, the derivative of f(x + ε t) towards ε. Two sweeps, both in
// reverse: g = uᵀ J is linear in u, so the vjp of g towards u, with t as the seed, is J t, whatever u is (J. Townsend's
// double-backward trick, 2017). Needs second derivatives of the ops in f.
template <class F, class X = std::vector<Variable>>
auto jvp(F&& f, const X& x, const std::type_identity_t<detail::Like<X>>& t) {
  using In = detail::Inputs<X>;
  return detail::FunctionalOf<X>::jvp(In::function(f), In::list(x), In::list(t));
}

// The Hessian-vector product of an f of one element: y = f(x), and h = H v, the gradient of the number vᵀ ∇f (B.
// Pearlmutter, 1994). Two sweeps; H itself is never made. For a list, h[i] = Σ_j H[i][j] v[j].
template <class F, class X = std::vector<Variable>>
auto hvp(F&& f, const X& x, const std::type_identity_t<detail::Like<X>>& v) {
  using In = detail::Inputs<X>;
  auto [y, h] = detail::FunctionalOf<X>::hvp(In::function(f), In::list(x), In::list(v));
  return ValueAndProduct<detail::Output<X>, detail::Like<X>>{y, In::like(h)};
}

// The Jacobian, of shape (y's sizes..., x's sizes...): a sweep for each element of y = f(x). For a list, J[i] is the
// Jacobian towards x[i]. Throws if the two shapes together have more than 8 dimensions.
template <class F, class X = std::vector<Variable>> auto jacobian(F&& f, const X& x) {
  using In = detail::Inputs<X>;
  return In::like(detail::FunctionalOf<X>::jacobian(In::function(f), In::list(x)));
}

// The Hessian of an f of one element, of shape (x's sizes..., x's sizes...): the Jacobian of its gradient, a sweep for
// each element of x. For a list, H[i][j] = ∂²f / ∂x[i] ∂x[j], of shape (x[i]'s sizes..., x[j]'s sizes...).
template <class F, class X = std::vector<Variable>> auto hessian(F&& f, const X& x) {
  using In = detail::Inputs<X>;
  return In::like(In::like(detail::FunctionalOf<X>::hessian(In::function(f), In::list(x))));
}

// A list in braces has no type of its own: above it is taken for one of Variables, here for one of Variable64s.
template <class F> auto vjp(F&& f, std::initializer_list<Variable64> x, const std::optional<Variable64>& v = {}) {
  return vjp(f, std::vector(x), v);
}
template <class F> auto jvp(F&& f, std::initializer_list<Variable64> x, const std::vector<Variable64>& t) {
  return jvp(f, std::vector(x), t);
}
template <class F> auto hvp(F&& f, std::initializer_list<Variable64> x, const std::vector<Variable64>& v) {
  return hvp(f, std::vector(x), v);
}
template <class F> auto jacobian(F&& f, std::initializer_list<Variable64> x) { return jacobian(f, std::vector(x)); }
template <class F> auto hessian(F&& f, std::initializer_list<Variable64> x) { return hessian(f, std::vector(x)); }

}  // namespace tg
