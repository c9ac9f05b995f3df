// Elementary functions of one argument: formula, value, rule. ȳ is the cotangent of the result, x̄ that of x.
#pragma once

#include "autograd/arithmetic.h"

namespace tg {

// y = |x|          x̄ = ȳ sign(x)
template <VariableArgument X>
auto abs(X&& x) {
  return record("abs", [&] { return abs(take(std::forward<X>(x))); },
                {{x, reads::x0, [](auto& ctx) { return std::move(ctx.g) * sign(ctx.x(0).value()); }}});
}

// z = 2 g x: square's vector-Jacobian product, from the cotangent g of y = x²        ḡ = 2 z̄ x        x̄ = 2 z̄ g
template <class G, class X>
  requires VariableArguments<G, X>
auto square_vjp(G&& g, X&& x) {
  return record("square_vjp", [&] { return square_vjp(take(std::forward<G>(g)), take(std::forward<X>(x))); },
                {{g, reads::x1, [](auto& ctx) { return square_vjp(std::move(ctx.g), ctx.x(1)); }},
                 {x, reads::x0, [](auto& ctx) { return square_vjp(std::move(ctx.g), ctx.x(0)); }}});
}

// y = x²           x̄ = 2 ȳ x
template <VariableArgument X>
auto square(X&& x) {
  return record("square", [&] { return square(take(std::forward<X>(x))); },
                {{x, reads::x0, [](auto& ctx) { return square_vjp(std::move(ctx.g), ctx.x(0)); }}});
}

// y = √x           x̄ = ȳ / (2 y)
template <VariableArgument X>
auto sqrt(X&& x) {
  return record("sqrt", [&] { return sqrt(take(std::forward<X>(x))); },
                {{x, reads::y, [](auto& ctx) { return std::move(ctx.g) / (2 * ctx.y()); }}});
}

// y = exp x        x̄ = ȳ y
template <VariableArgument X>
auto exp(X&& x) {
  return record("exp", [&] { return exp(take(std::forward<X>(x))); },
                {{x, reads::y, [](auto& ctx) { return std::move(ctx.g) * ctx.y(); }}});
}

// y = log x        x̄ = ȳ / x
template <VariableArgument X>
auto log(X&& x) {
  return record("log", [&] { return log(take(std::forward<X>(x))); },
                {{x, reads::x0, [](auto& ctx) { return std::move(ctx.g) / ctx.x(0); }}});
}

// y = sin x        x̄ = ȳ cos x
template <VariableArgument X>
auto sin(X&& x) {
  return record("sin", [&] { return sin(take(std::forward<X>(x))); },
                {{x, reads::x0, [](auto& ctx) { return std::move(ctx.g) * cos(ctx.x(0)); }}});
}

// y = cos x        x̄ = -ȳ sin x
template <VariableArgument X>
auto cos(X&& x) {
  return record("cos", [&] { return cos(take(std::forward<X>(x))); },
                {{x, reads::x0, [](auto& ctx) { return -std::move(ctx.g) * sin(ctx.x(0)); }}});
}

// y = tanh x       x̄ = ȳ (1 - y²)
template <VariableArgument X>
auto tanh(X&& x) {
  return record("tanh", [&] { return tanh(take(std::forward<X>(x))); },
                {{x, reads::y, [](auto& ctx) { return std::move(ctx.g) * (1 - square(ctx.y())); }}});
}

// y = 1 / (1 + exp(-x))        x̄ = ȳ y (1 - y)
template <VariableArgument X>
auto sigmoid(X&& x) {
  return record("sigmoid", [&] { return sigmoid(take(std::forward<X>(x))); },
                {{x, reads::y, [](auto& ctx) { return std::move(ctx.g) * ctx.y() * (1 - ctx.y()); }}});
}

// y = max(x, 0)    x̄ = ȳ where y > 0, else 0 (0 at the kink; ȳ where x is NaN, as in PyTorch)
template <VariableArgument X>
auto relu(X&& x) {
  return record("relu", [&] { return relu(take(std::forward<X>(x))); },
                {{x, reads::y, [](auto& ctx) { return where(ctx.y() <= 0, 0, ctx.g); }}});
}

// y = x limited to [low, high]        x̄ = ȳ where low <= x <= high, else 0
template <class T>
BasicVariable<T> clamp(const BasicVariable<T>& x, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  return record("clamp", clamp(x.value(), low, high),
                {{x, reads::x0, [low, high](auto& ctx) {
                   return where(ctx.x(0) >= low && ctx.x(0) <= high, ctx.g, 0);
                 }}});
}

}  // namespace tg
