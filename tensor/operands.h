// Operands: what may stand on either side of an op. Arrays (Tensors, and Variables once autograd/ is included) and
// plain numbers mix freely; this file finds the type they meet in.
#pragma once

#include <type_traits>
#include <utility>

#include "tensor/basic_tensor.h"

namespace tg {

// level 0: not an array. Tensors have level 1; autograd/ adds Variables with level 2. Operands meet in the array
// type of the highest level.
template <class X>
struct ArrayTraits {
  static constexpr int level = 0;
};
template <class T>
struct ArrayTraits<BasicTensor<T>> {
  static constexpr int level = 1;
  using scalar = T;
};

template <class X>
inline constexpr int array_level = ArrayTraits<std::remove_cvref_t<X>>::level;

template <class X>
concept Array = array_level<X> > 0;

// At least one array, the others arrays or numbers.
template <class... X>
concept Operands = (Array<X> || ...) && ((Array<X> || Arithmetic<std::remove_cvref_t<X>>) && ...);

namespace detail {
template <class A, class B>
auto common_array() {
  using X = std::remove_cvref_t<A>;
  using Y = std::remove_cvref_t<B>;
  if constexpr (array_level<X> >= array_level<Y>) {
    return std::type_identity<X>();
  } else {
    return std::type_identity<Y>();
  }
}
template <class C, class X>
constexpr bool check_scalars() {
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
template <class A, class... Rest>
struct Common {
  using type = std::remove_cvref_t<A>;
};
template <class A, class B, class... Rest>
struct Common<A, B, Rest...> {
  using type = typename Common<typename decltype(common_array<A, B>())::type, Rest...>::type;
};
}  // namespace detail

// The array type that operands of types X... meet in.
template <class... X>
using CommonArray = typename detail::Common<X...>::type;

// Operands of different types, of which at least one must be converted before an op can take them.
template <class... X>
concept MixedOperands = Operands<X...> && !(std::is_same_v<std::remove_cvref_t<X>, CommonArray<X...>> && ...);

// An operand as a C: itself, a Tensor as a constant Variable, or a number as an array of shape ().
template <class C, class X>
decltype(auto) to_array(X&& x) {
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
template <class T>
const BasicTensor<T>& values_of(const BasicTensor<T>& x) {
  return x;
}

// --- Arithmetic: the operators call add, sub, mul, div and neg of the type the operands meet in ---

template <class A, class B>
  requires Operands<A, B>
auto operator+(A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return add(to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

template <class A, class B>
  requires Operands<A, B>
auto operator-(A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return sub(to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

template <class A, class B>
  requires Operands<A, B>
auto operator*(A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return mul(to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

template <class A, class B>
  requires Operands<A, B>
auto operator/(A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return div(to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

template <Array A>
auto operator-(A&& a) {
  return neg(std::forward<A>(a));
}

// --- Functions whose operands may mix ---

template <class A, class B>
  requires MixedOperands<A, B>
auto pow(A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return pow(to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

template <class A, class B>
  requires MixedOperands<A, B>
auto maximum(A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return maximum(to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

template <class A, class B>
  requires MixedOperands<A, B>
auto minimum(A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return minimum(to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

template <class A, class B>
  requires MixedOperands<A, B>
auto where(const Mask& mask, A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return where(mask, to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

template <class A, class B>
  requires(MixedOperands<A, B> && Array<A> && Array<B>)
auto matmul(A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return matmul(to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

template <class A, class B>
  requires(MixedOperands<A, B> && Array<A> && Array<B>)
auto bmm(A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return bmm(to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

template <class A, class B>
  requires(MixedOperands<A, B> && Array<A> && Array<B>)
auto dot(A&& a, B&& b) {
  using C = CommonArray<A, B>;
  return dot(to_array<C>(std::forward<A>(a)), to_array<C>(std::forward<B>(b)));
}

// --- Comparisons have no gradient: they compare values and give a Mask ---

enum class Comparison { less, greater, less_equal, greater_equal, equal, not_equal };

template <class T>
Mask compare(Comparison how, const BasicTensor<T>& a, const BasicTensor<T>& b);

template <class A, class B>
  requires Operands<A, B>
Mask compare_operands(Comparison how, const A& a, const B& b) {
  using C = CommonArray<A, B>;
  return compare(how, values_of(to_array<C>(a)), values_of(to_array<C>(b)));
}

template <class A, class B>
  requires Operands<A, B>
Mask operator<(const A& a, const B& b) { return compare_operands(Comparison::less, a, b); }
template <class A, class B>
  requires Operands<A, B>
Mask operator>(const A& a, const B& b) { return compare_operands(Comparison::greater, a, b); }
template <class A, class B>
  requires Operands<A, B>
Mask operator<=(const A& a, const B& b) { return compare_operands(Comparison::less_equal, a, b); }
template <class A, class B>
  requires Operands<A, B>
Mask operator>=(const A& a, const B& b) { return compare_operands(Comparison::greater_equal, a, b); }
template <class A, class B>
  requires Operands<A, B>
Mask operator==(const A& a, const B& b) { return compare_operands(Comparison::equal, a, b); }
template <class A, class B>
  requires Operands<A, B>
Mask operator!=(const A& a, const B& b) { return compare_operands(Comparison::not_equal, a, b); }

}  // namespace tg
