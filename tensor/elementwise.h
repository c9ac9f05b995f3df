// Elementwise: functions applied element by element, with broadcasting, in one vectorised pass.
#pragma once

#include <array>
#include <utility>

#include "tensor/number.h"
#include "tensor/operands.h"
#include "tensor/simd.h"
#include "tensor/tiles.h"

namespace tg {

// An argument on its way into a kernel: a Tensor, and whether it is a temporary. A temporary may lend its buffer to the
// result if no other tensor shares it: nobody can see that.
template <class T>
struct Operand {
  Operand(const BasicTensor<T>& x) : tensor(x) {}
  Operand(BasicTensor<T>&& x) : tensor(x), temporary(&x) {}
  void drop() const {
    if (temporary) *temporary = {};
  }

  const BasicTensor<T>& tensor;
  BasicTensor<T>* temporary = nullptr;
};

template <class X>
concept TensorArgument = (array_level<X> == 1) && !std::is_same_v<std::remove_cvref_t<X>, Mask>;
template <class A, class B>
concept TensorArguments = TensorArgument<A> && std::is_same_v<std::remove_cvref_t<A>, std::remove_cvref_t<B>>;

// The functions of one and of two arguments, by name; their loops are in elementwise.cpp.
enum class Unary { neg, abs, sign, square, sqrt, exp, log, sin, cos, tanh, sigmoid, relu };
enum class Binary { add, sub, mul, div, pow, maximum, minimum, square_vjp };
template <class T> BasicTensor<T> apply(Unary f, Operand<T> x);
template <class T> BasicTensor<T> apply(Binary f, Operand<T> a, Operand<T> b);

// Every function here broadcasts its operands by NumPy's rule and throws an Error that shows the shapes if they do
// not. T: float, double; and int64 for add, sub, mul and neg. exp to sigmoid: within 2 ulp in float, 4 in double. Results
// too small to be normal numbers may be 0 (see subnormal.h).

// clang-format off
template <TensorArgument X> auto neg(X&& x) { return apply(Unary::neg, Operand(std::forward<X>(x))); }          // -x
template <TensorArgument X> auto abs(X&& x) { return apply(Unary::abs, Operand(std::forward<X>(x))); }          // |x|
template <TensorArgument X> auto sign(X&& x) { return apply(Unary::sign, Operand(std::forward<X>(x))); }        // -1, 0 or 1
template <TensorArgument X> auto square(X&& x) { return apply(Unary::square, Operand(std::forward<X>(x))); }    // x x
template <TensorArgument X> auto sqrt(X&& x) { return apply(Unary::sqrt, Operand(std::forward<X>(x))); }
template <TensorArgument X> auto exp(X&& x) { return apply(Unary::exp, Operand(std::forward<X>(x))); }
template <TensorArgument X> auto log(X&& x) { return apply(Unary::log, Operand(std::forward<X>(x))); }
template <TensorArgument X> auto sin(X&& x) { return apply(Unary::sin, Operand(std::forward<X>(x))); }          // x in radians; slower beyond 2^23
template <TensorArgument X> auto cos(X&& x) { return apply(Unary::cos, Operand(std::forward<X>(x))); }
template <TensorArgument X> auto tanh(X&& x) { return apply(Unary::tanh, Operand(std::forward<X>(x))); }
template <TensorArgument X> auto sigmoid(X&& x) { return apply(Unary::sigmoid, Operand(std::forward<X>(x))); }  // 1 / (1 + exp(-x))
template <TensorArgument X> auto relu(X&& x) { return apply(Unary::relu, Operand(std::forward<X>(x))); }        // max(x, 0)
// clang-format on

// Arithmetic is also spelled a + b, a - b, a * b, a / b and -x, with numbers on either side.
template <class A, class B>
  requires TensorArguments<A, B>
auto add(A&& a, B&& b) { return apply(Binary::add, Operand(std::forward<A>(a)), Operand(std::forward<B>(b))); }
template <class A, class B>
  requires TensorArguments<A, B>
auto sub(A&& a, B&& b) { return apply(Binary::sub, Operand(std::forward<A>(a)), Operand(std::forward<B>(b))); }
template <class A, class B>
  requires TensorArguments<A, B>
auto mul(A&& a, B&& b) { return apply(Binary::mul, Operand(std::forward<A>(a)), Operand(std::forward<B>(b))); }
template <class A, class B>
  requires TensorArguments<A, B>
auto div(A&& a, B&& b) { return apply(Binary::div, Operand(std::forward<A>(a)), Operand(std::forward<B>(b))); }

// a to the power of b.
template <class A, class B>
  requires TensorArguments<A, B>
auto pow(A&& a, B&& b) { return apply(Binary::pow, Operand(std::forward<A>(a)), Operand(std::forward<B>(b))); }

// The larger and the smaller of two; NaN if either is.
template <class A, class B>
  requires TensorArguments<A, B>
auto maximum(A&& a, B&& b) { return apply(Binary::maximum, Operand(std::forward<A>(a)), Operand(std::forward<B>(b))); }
template <class A, class B>
  requires TensorArguments<A, B>
auto minimum(A&& a, B&& b) { return apply(Binary::minimum, Operand(std::forward<A>(a)), Operand(std::forward<B>(b))); }

// 2 g x, the vector-Jacobian product of square, in one pass.
template <class A, class B>
  requires TensorArguments<A, B>
auto square_vjp(A&& g, B&& x) { return apply(Binary::square_vjp, Operand(std::forward<A>(g)), Operand(std::forward<B>(x))); }

// x limited to [low, high]; throws if low > high or either is NaN.
template <class T>
BasicTensor<T> clamp(const BasicTensor<T>& x, std::type_identity_t<T> low, std::type_identity_t<T> high);

// a where the mask is true, b elsewhere.
template <class T> BasicTensor<T> where(const Mask& mask, const BasicTensor<T>& a, const BasicTensor<T>& b);

Mask operator!(const Mask& mask);
Mask operator&&(const Mask& a, const Mask& b);
Mask operator||(const Mask& a, const Mask& b);

// True if the shapes are equal and |a - b| <= atol + rtol |b| everywhere; equal infinities agree, and NaNs only if
// equal_nan. As torch.allclose, but without broadcasting.
template <class T>
bool allclose(const BasicTensor<T>& a, const BasicTensor<T>& b, double rtol = 1e-5, double atol = 1e-8,
              bool equal_nan = false);

// --- The engine ---

namespace detail {

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpass-failed"  // a loop over pow, say, stays a scalar one: that is no fault
#endif

// One tile: contiguous in, contiguous out. The loop may write over an input: it reads an element before it writes it.
template <class Out, class F, class... In>
[[gnu::noinline, gnu::flatten]] void map_tile(const F& f, std::int64_t n, Out* out, const In*... in) {
TG_SIMD
  for (std::int64_t i = 0; i < n; ++i) out[i] = f(in[i]...);
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// Lends x's buffer to the result y if y has none yet and x is a dying tensor of the result's type and shape.
template <class Out, class In>
void lend_buffer(const Operand<In>& x, const Shape& shape, BasicTensor<Out>& y) {
  if constexpr (std::is_same_v<Out, In>) {
    if (x.temporary && !y.defined() && x.tensor.shape() == shape && x.tensor.is_disposable()) y = x.tensor;
  }
}

// The loop over the tiles from `begin` to `end`. Where every input is contiguous, one tile spans them all.
template <class Out, class F, class... In>
void map_tiles(const F& f, std::int64_t begin, std::int64_t end, Out* out, TileReader<In>&&... reader) {
  const std::int64_t step = (reader.direct() && ...) ? std::max<std::int64_t>(end - begin, 1) : tile_size;
  for (; begin < end; begin += step) {
    const std::int64_t n = std::min(step, end - begin);
    map_tile(f, n, out + begin, reader.read(begin, n)...);
  }
}

}  // namespace detail

// The result of f(x...) at every element of the broadcast inputs. f takes and returns plain scalars. `op` is the
// name that errors start with.
template <class Out, class F, class... In>
BasicTensor<Out> map(const char* op, const F& f, Operand<In>... x) {
  Shape place;
  const Shape& shape = common_shape(op, place, x.tensor.shape_for(op)...);
  check_sizes(op, shape, sizeof(Out));
  BasicTensor<Out> y;
  (detail::lend_buffer(x, shape, y), ...);
  if (!y.defined()) y = BasicTensor<Out>::uninitialized(shape);
  parallel_kernel(shape.numel(), stretch_size, [&](std::int64_t begin, std::int64_t end) {
    detail::map_tiles(f, begin, end, y.writable(), TileReader<In>(x.tensor, shape)...);
  });
  (x.drop(), ...);
  return y;
}

// f applied to Tensors; see elementwise below.
template <class F, class T, class... Rest>
BasicTensor<T> elementwise_values(const F& f, Operand<T> x, Rest... rest) {
  using N = Number<T>;
  return map<T>("elementwise", [&f](auto... value) { return f(N(value)...).value(); }, x, rest...);
}

namespace detail {
// Whether the lambda takes numbers N, one for each X, and returns one; if not, one message says so.
template <class N, class F, class... X>
constexpr bool check_lambda() {
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

// y = f(x...) at every element, in one fused, vectorised pass over the broadcast inputs:
//   elementwise([](auto q, auto k, auto w) { return -square((q - k) * w) / 2; }, queries, keys, w)
// The lambda is generic and is called with tg's own scalars, for which + - * / comparisons and abs square sqrt exp
// log sin cos tanh sigmoid relu pow maximum minimum clamp where are defined. For Variables (autograd/) the same
// lambda is differentiated: it is copied onto the tape, so it must capture by value. It must not throw.
template <class F, class... X>
  requires Operands<X...>
auto elementwise(const F& f, X&&... x) {
  using C = CommonArray<X...>;
  if constexpr (!detail::check_lambda<Number<typename ArrayTraits<C>::scalar>, F, X...>()) {
    return C();
  } else if constexpr (array_level<C> == 1) {
    return elementwise_values(f, Operand(to_array<C>(std::forward<X>(x)))...);
  } else {
    return elementwise_variables(f, C(to_array<C>(std::forward<X>(x)))...);
  }
}

}  // namespace tg
