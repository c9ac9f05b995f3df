// Operands: what may stand on either side of an op. Arrays (Tensors, and Variables once autograd/ is included) and
// plain numbers mix freely; this file finds the type they meet in.
#pragma once

#include <type_traits>
#include <utility>

#include "tensor/basic_tensor.h"

namespace tg {

// level 0: not an array. Tensors have level 1; autograd/ adds Variables with level 2. Operands meet in the array
// type of the highest level.
template <class X> struct ArrayTraits {
  static constexpr int level = 0;
};
template <class T> struct ArrayTraits<BasicTensor<T>> {
  static constexpr int level = 1;
  using scalar = T;
};

template <class X> inline constexpr int array_level = ArrayTraits<std::remove_cvref_t<X>>::level;

template <class X>
concept Array = array_level<X> > 0;

// At least one array, the others arrays or numbers.
template <class... X>
concept Operands = (Array<X> || ...) && ((Array<X> || Arithmetic<std::remove_cvref_t<X>>) && ...);

namespace detail {
template <class C, class X> constexpr bool check_scalars() {
  if constexpr (Array<X>) {
    using A = typename ArrayTraits<C>::scalar;
    using B = typename ArrayTraits<std::remove_cvref_t<X>>::scalar;
    constexpr bool same = std::is_same_v<A, B>, mask = std::is_same_v<A, bool> || std::is_same_v<B, bool>,
                   floats = std::is_floating_point_v<A> && std::is_floating_point_v<B>;
    static_assert(same || !floats, "tg: one operand holds floats, the other doubles; convert one with cast<double>(x)");
    static_assert(same || !mask, "tg: one operand is a Mask, the other holds numbers; "
                                 "cast<float>(mask) is 1 where it is true");
    static_assert(same || floats || mask, "tg: one operand is an IndexTensor, the other holds floats or doubles; "
                                          "convert the indices with cast<float>(x)");
    return same;
  } else {
    return true;
  }
}
template <class A, class... Rest> struct Common {
  using type = std::remove_cvref_t<A>;
};
template <class A, class B, class... Rest>
struct Common<A, B, Rest...> : Common<std::conditional_t<(array_level<A> >= array_level<B>), A, B>, Rest...> {};
}  // namespace detail

// The array type that operands of types X... meet in.
template <class... X> using CommonArray = typename detail::Common<X...>::type;

// Operands of different types, of which at least one must be converted before an op can take them.
template <class... X>
concept MixedOperands = Operands<X...> && !(std::is_same_v<std::remove_cvref_t<X>, CommonArray<X...>> && ...);

// Operands that one can calculate with: all but Masks.
template <class... X>
concept NumericOperands = Operands<X...> && !std::is_same_v<typename ArrayTraits<CommonArray<X...>>::scalar, bool>;

// An operand as a C: itself, a Tensor as a constant Variable, or a number as an array of shape ().
template <class C, class X> decltype(auto) to_array(X&& x) {
  if constexpr (!detail::check_scalars<C, X>()) {
    return C();
  } else if constexpr (std::is_same_v<C, std::remove_cvref_t<X>>) {
    return std::forward<X>(x);
  } else if constexpr (Array<X>) {
    return C(std::forward<X>(x));
  } else {
    using T = typename ArrayTraits<C>::scalar;
    return C(BasicTensor<T>::from_number(checked_cast<T>(x)));
  }
}

// The values of an operand, as a Tensor: for ops that have no gradient. (autograd/ adds Variables.)
template <class T> const BasicTensor<T>& values_of(const BasicTensor<T>& x) { return x; }

// An argument on its way into an op: an array, and whether it is a temporary. A temporary may lend its buffer to the
// result if no other tensor shares it: nobody can see that.
template <Array X> struct Argument {
  Argument(const X& x) : array(x) {}
  Argument(X&& x) : array(x), temporary(&x) {}
  operator const X&() const { return array; }
  void drop() const {
    if (temporary) *temporary = {};
  }

  const X& array;
  X* temporary = nullptr;
};

// --- The operators call add, sub, mul, div and neg: see elementwise.h and elementary.h ---

#define TG_OPERATOR(symbol, name)                            \
  template <class A, class B> requires NumericOperands<A, B> \
  CommonArray<A, B> operator symbol(A && a, B && b) {        \
    return name(std::forward<A>(a), std::forward<B>(b));     \
  }
TG_OPERATOR(+, add)
TG_OPERATOR(-, sub)
TG_OPERATOR(*, mul)
TG_OPERATOR(/, div)
#undef TG_OPERATOR

template <Array A> std::remove_cvref_t<A> operator-(A&& a) { return neg(std::forward<A>(a)); }

// --- Functions whose operands may mix, and are declared for one type elsewhere ---

template <class A, class B> requires MixedOperands<A, B>
CommonArray<A, B> where(const Mask& mask, A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return where(mask, to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

#define TG_MIXED(name)                                                           \
  template <Array A, Array B> requires MixedOperands<A, B>                       \
  CommonArray<A, B> name(const A& a, const B& b) {                               \
    return name(to_array<CommonArray<A, B>>(a), to_array<CommonArray<A, B>>(b)); \
  }
TG_MIXED(matmul)
TG_MIXED(bmm)
TG_MIXED(dot)
#undef TG_MIXED

}  // namespace tg
