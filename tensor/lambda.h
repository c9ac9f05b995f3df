// Lambda: a function of your own applied element by element, in one fused, vectorised pass.
#pragma once

#include "tensor/elementwise.h"
#include "tensor/number.h"

namespace tg {

namespace detail {
// Whether the lambda takes numbers N, one for each X, and returns one; if not, one message says so.
template <class N, class F, class... X> constexpr bool check_lambda() {
  constexpr bool takes = std::is_invocable_v<const F&, std::conditional_t<true, N, X>...>;
  static_assert(takes, "elementwise: the lambda must take one argument an input, by value or const reference, all "
                       "auto, and be callable on tg's numbers: exp, not std::exp; pass a Variable as an input");
  if constexpr (takes) {
    constexpr bool returns = std::is_same_v<std::invoke_result_t<const F&, std::conditional_t<true, N, X>...>, N>;
    static_assert(returns, "elementwise: the lambda must return the type of its arguments; write where(x > 0, x, 0) "
                           "instead of a bare literal or a comparison, and x * 0 + c for a constant");
    return returns;
  }
  return false;
}
}  // namespace detail

// y = f(x...) at every element, in one fused, vectorised pass over the inputs, which broadcast:
//   elementwise([](auto q, auto k, auto w) { return -square((q - k) * w) / 2; }, queries, keys, w)
// The lambda is generic and is called with tg's own scalars, for which + - * / comparisons and abs sign square sqrt exp
// log sin cos tanh sigmoid relu pow maximum minimum clamp where are defined. For Variables (autograd/lambda.h) the same
// lambda is differentiated: it is copied onto the tape, so it must capture by value. It must not throw. Throws if the
// shapes do not broadcast. As torch.vmap of a function of numbers.
template <class F, class... X> requires(Operands<X...> && array_level<CommonArray<X...>> == 1)
CommonArray<X...> elementwise(const F& f, X&&... x) {
  using C = CommonArray<X...>;
  using N = Number<typename C::value_type>;
  if constexpr (detail::check_lambda<N, F, X...>()) {
    auto value = [&f](auto... v) { return f(N(v)...).value(); };
    return map<typename C::value_type>("elementwise", value, Argument(to_array<C>(std::forward<X>(x)))...);
  } else {
    return C();
  }
}

}  // namespace tg
