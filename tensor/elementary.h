// Elementary: the functions of one number, a row each: value and slope side by side. A row serves numbers (number.h),
// dual numbers (autograd/dual.h), Tensors (elementwise.h) and Variables (autograd/elementwise.h): each is a template
// over rows.
#pragma once

#include "tensor/operands.h"
#include "tensor/scalar_math.h"

// clang-format off

// [rows]
//    name     formula                  cotangent of x               reads    value of x          its slope, times g
#define TG_ELEMENTARY(ROW) \
  ROW(neg,     "y = -x",                "x̄ = -ȳ",                    nothing, -x,                 -g) \
  ROW(abs,     "y = |x|",               "x̄ = ȳ sign x",              x,       std::abs(x),        g * sign(x)) \
  ROW(square,  "y = x²",                "x̄ = 2 ȳ x",                 x,       x * x,              g * (2 * x)) \
  ROW(sqrt,    "y = √x",                "x̄ = ȳ / (2 y)",             y,       std::sqrt(x),       g / (2 * y)) \
  ROW(exp,     "y = exp x",             "x̄ = ȳ y",                   y,       scalar::exp(x),     g * y) \
  ROW(log,     "y = log x",             "x̄ = ȳ / x",                 x,       scalar::log(x),     g / x) \
  ROW(sin,     "y = sin x",             "x̄ = ȳ cos x",               x,       scalar::sin(x),     g * cos(x)) \
  ROW(cos,     "y = cos x",             "x̄ = -ȳ sin x",              x,       scalar::cos(x),     -g * sin(x)) \
  ROW(tanh,    "y = tanh x",            "x̄ = ȳ (1 - y²)",            y,       scalar::tanh(x),    g * (1 - square(y))) \
  ROW(sigmoid, "y = 1 / (1 + exp(-x))", "x̄ = ȳ y (1 - y)",           y,       scalar::sigmoid(x), g * (y * (1 - y))) \
  ROW(relu,    "y = max(x, 0)",         "x̄ = 0 for y <= 0, else ȳ",  y,       scalar::relu(x),    where(y <= 0, 0, g))
// [/rows]

// clang-format on

namespace tg {

// What a rule reads of its op: the input, the output or neither.
enum class ReadsOf { nothing, x, y };

// A row as a type, exp_ for exp. vjp(g, x, y) needs of x and y only the one that the row reads.
namespace elementary {
#define TG_ROW(name_, formula_, rule_, reads_, value_, vjp_)                                \
  struct name_##_ {                                                                         \
    static constexpr const char *name = #name_, *formula = formula_, *rule = rule_;         \
    static constexpr ReadsOf reads = ReadsOf::reads_;                                       \
    template <class T> static T value(T x) { return value_; }                               \
    template <class G, class X>                                                             \
    static auto vjp(const G& g, [[maybe_unused]] const X& x, [[maybe_unused]] const X& y) { \
      return vjp_;                                                                          \
    }                                                                                       \
  };
TG_ELEMENTARY(TG_ROW)
#undef TG_ROW
}  // namespace elementary

// Number and its like (dual numbers): what a lambda for elementwise() is called with.
template <class X> inline constexpr bool is_number = false;

template <class X>
concept ElementaryArgument = is_number<std::remove_cvref_t<X>> || NumericOperands<X>;

template <class F, Array X> std::remove_cvref_t<X> apply(F f, X&& x) {
  return apply(f, Argument<std::remove_cvref_t<X>>(std::forward<X>(x)));
}

// y = f(x), of a Number, or at every element of a Tensor or Variable x of any shape: y has x's type and shape. T:
// float, double; and int64 for neg, which is also spelled -x. exp to sigmoid: within 2 ulp in float, 4 in double; sin
// and cos, of x in radians, are slower beyond 2^23. Results too small to be normal numbers may be 0 (see threads.h).
// Throws if x is empty, and but for neg if it holds integers. As torch.exp and so on.
#define TG_ROW(name, ...)                                              \
  template <ElementaryArgument X> std::remove_cvref_t<X> name(X&& x) { \
    return apply(elementary::name##_(), std::forward<X>(x));           \
  }
TG_ELEMENTARY(TG_ROW)
#undef TG_ROW

}  // namespace tg
