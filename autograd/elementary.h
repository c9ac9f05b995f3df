// Elementary functions of one argument: formula, value, rule. ȳ is the cotangent of the result, x̄ that of x.
#pragma once

#include "autograd/arithmetic.h"

namespace tg {

// y = |x|          x̄ = ȳ sign(x)
template <class T>
BasicVariable<T> abs(BasicVariable<T> x) {
  return record("abs", [&] { return abs(std::move(x).take()); },
                {{x, reads::x0, [](auto& p) { return std::move(p.g) * sign(p.x(0).value()); }}});
}

// y = x²           x̄ = 2 ȳ x
template <class T>
BasicVariable<T> square(BasicVariable<T> x) {
  return record("square", [&] { return square(std::move(x).take()); },
                {{x, reads::x0, [](auto& p) { return 2 * std::move(p.g) * p.x(0); }}});
}

// y = √x           x̄ = ȳ / (2 y)
template <class T>
BasicVariable<T> sqrt(BasicVariable<T> x) {
  return record("sqrt", [&] { return sqrt(std::move(x).take()); },
                {{x, reads::y, [](auto& p) { return std::move(p.g) / (2 * p.y()); }}});
}

// y = exp x        x̄ = ȳ y
template <class T>
BasicVariable<T> exp(BasicVariable<T> x) {
  return record("exp", [&] { return exp(std::move(x).take()); },
                {{x, reads::y, [](auto& p) { return std::move(p.g) * p.y(); }}});
}

// y = log x        x̄ = ȳ / x
template <class T>
BasicVariable<T> log(BasicVariable<T> x) {
  return record("log", [&] { return log(std::move(x).take()); },
                {{x, reads::x0, [](auto& p) { return std::move(p.g) / p.x(0); }}});
}

// y = sin x        x̄ = ȳ cos x
template <class T> BasicVariable<T> cos(BasicVariable<T> x);
template <class T>
BasicVariable<T> sin(BasicVariable<T> x) {
  return record("sin", [&] { return sin(std::move(x).take()); },
                {{x, reads::x0, [](auto& p) { return std::move(p.g) * cos(p.x(0)); }}});
}

// y = cos x        x̄ = -ȳ sin x
template <class T>
BasicVariable<T> cos(BasicVariable<T> x) {
  return record("cos", [&] { return cos(std::move(x).take()); },
                {{x, reads::x0, [](auto& p) { return -std::move(p.g) * sin(p.x(0)); }}});
}

// y = tanh x       x̄ = ȳ (1 - y²)
template <class T>
BasicVariable<T> tanh(BasicVariable<T> x) {
  return record("tanh", [&] { return tanh(std::move(x).take()); },
                {{x, reads::y, [](auto& p) { return std::move(p.g) * (1 - square(p.y())); }}});
}

// y = 1 / (1 + exp(-x))        x̄ = ȳ y (1 - y)
template <class T>
BasicVariable<T> sigmoid(BasicVariable<T> x) {
  return record("sigmoid", [&] { return sigmoid(std::move(x).take()); },
                {{x, reads::y, [](auto& p) { return std::move(p.g) * p.y() * (1 - p.y()); }}});
}

// y = max(x, 0)    x̄ = ȳ where y > 0, else 0 (0 at the kink; ȳ where x is NaN, as in PyTorch)
template <class T>
BasicVariable<T> relu(BasicVariable<T> x) {
  return record("relu", [&] { return relu(std::move(x).take()); },
                {{x, reads::y, [](auto& p) { return where(p.y() <= 0, zeros<T>({}), p.g); }}});
}

// y = x limited to [low, high]        x̄ = ȳ where low <= x <= high, else 0
template <class T>
BasicVariable<T> clamp(BasicVariable<T> x, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  return record("clamp", [&] { return clamp(std::move(x).take(), low, high); },
                {{x, reads::x0, [low, high](auto& p) {
                   return where(p.x(0) >= low && p.x(0) <= high, p.g, zeros<T>({}));
                 }}});
}

}  // namespace tg
