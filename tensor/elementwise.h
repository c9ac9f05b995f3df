// Elementwise: functions applied element by element, with broadcasting, in one vectorised pass.
#pragma once

#include <array>
#include <utility>

#include "tensor/number.h"
#include "tensor/operands.h"
#include "tensor/tiles.h"

namespace tg {

// Every function here broadcasts its operands by NumPy's rule and throws an Error that shows the shapes if they do
// not. A tensor that is passed as a temporary may lend its buffer to the result: nobody can see that.

// Arithmetic, also spelled a + b, a - b, a * b, a / b and -x, with numbers on either side. T: float, double; and
// int64 for add, sub, mul and neg.
template <class T> BasicTensor<T> add(BasicTensor<T> a, BasicTensor<T> b);
template <class T> BasicTensor<T> sub(BasicTensor<T> a, BasicTensor<T> b);
template <class T> BasicTensor<T> mul(BasicTensor<T> a, BasicTensor<T> b);
template <class T> BasicTensor<T> div(BasicTensor<T> a, BasicTensor<T> b);
template <class T> BasicTensor<T> neg(BasicTensor<T> x);

template <class T> BasicTensor<T> abs(BasicTensor<T> x);
template <class T> BasicTensor<T> sign(BasicTensor<T> x);     // -1, 0 or 1
template <class T> BasicTensor<T> square(BasicTensor<T> x);
template <class T> BasicTensor<T> sqrt(BasicTensor<T> x);
template <class T> BasicTensor<T> exp(BasicTensor<T> x);
template <class T> BasicTensor<T> log(BasicTensor<T> x);
template <class T> BasicTensor<T> sin(BasicTensor<T> x);      // radians
template <class T> BasicTensor<T> cos(BasicTensor<T> x);
template <class T> BasicTensor<T> tanh(BasicTensor<T> x);
template <class T> BasicTensor<T> sigmoid(BasicTensor<T> x);  // 1 / (1 + exp(-x))
template <class T> BasicTensor<T> relu(BasicTensor<T> x);     // max(x, 0)

template <class T> BasicTensor<T> pow(BasicTensor<T> x, BasicTensor<T> exponent);  // x^exponent
template <class T> BasicTensor<T> maximum(BasicTensor<T> a, BasicTensor<T> b);     // NaN if either is
template <class T> BasicTensor<T> minimum(BasicTensor<T> a, BasicTensor<T> b);

// x limited to [low, high]; throws if low > high or either is NaN.
template <class T>
BasicTensor<T> clamp(BasicTensor<T> x, std::type_identity_t<T> low, std::type_identity_t<T> high);

// a where the mask is true, b elsewhere.
template <class T> BasicTensor<T> where(const Mask& mask, BasicTensor<T> a, BasicTensor<T> b);

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

// One tile: contiguous in, contiguous out. The loop may write over an input: it reads an element before it writes it.
template <class Out, class F, class... In>
void map_tile(const F& f, std::int64_t n, Out* out, const In*... in) {
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) out[i] = f(in[i]...);
}

// Lends x's buffer to the result y if y has none yet and x is a dying tensor of the result's type and shape.
template <class Out, class In>
void lend_buffer(const BasicTensor<In>& x, const Shape& shape, BasicTensor<Out>& y) {
  if constexpr (std::is_same_v<Out, In>) {
    if (!y.defined() && x.shape() == shape && x.is_disposable()) y = x;
  }
}

// The loop over tiles. Where every input is contiguous, one tile spans them all.
template <class Out, class F, class... In>
void map_tiles(const F& f, std::int64_t numel, Out* out, TileReader<In>&&... reader) {
  const std::int64_t step = (reader.direct() && ...) ? std::max<std::int64_t>(numel, 1) : tile_size;
  for (std::int64_t begin = 0; begin < numel; begin += step) {
    const std::int64_t n = std::min(step, numel - begin);
    map_tile(f, n, out + begin, reader.read(begin, n)...);
  }
}

}  // namespace detail

// The result of f(x...) at every element of the broadcast inputs. f takes and returns plain scalars. `op` is the
// name that errors start with.
template <class Out, class F, class... In>
BasicTensor<Out> map(const char* op, const F& f, BasicTensor<In>... x) {
  Shape shape;
  ((shape = broadcast_shapes(op, shape, x.shape())), ...);
  BasicTensor<Out> y;
  (detail::lend_buffer(x, shape, y), ...);
  if (!y.defined()) y = BasicTensor<Out>::uninitialized(shape);
  detail::map_tiles(f, shape.numel(), y.writable(), TileReader<In>(x, shape)...);
  return y;
}

// f applied to Tensors; see elementwise below.
template <class F, class T, class... Rest>
BasicTensor<T> elementwise_values(const F& f, BasicTensor<T> x, Rest... rest) {
  static_assert(std::is_invocable_v<const F&, Number<T>, Number<typename Rest::value_type>...>,
                "elementwise: the lambda must take one argument an input, by value or const reference, all auto");
  static_assert(std::is_same_v<std::invoke_result_t<const F&, Number<T>, Number<typename Rest::value_type>...>, Number<T>>,
                "elementwise: the lambda must return the type of its arguments; write where(x > 0, x, 0) instead of a "
                "bare literal or a comparison, and x * 0 + c for a constant");
  return map<T>(
      "elementwise", [&f](auto... value) { return f(Number<decltype(value)>(value)...).value(); }, std::move(x),
      std::move(rest)...);
}

// y = f(x...) at every element, in one fused, vectorised pass over the broadcast inputs:
//   elementwise([](auto q, auto k, auto w) { return -square((q - k) * w) / 2; }, queries, keys, w)
// The lambda is generic and is called with tg's own scalars, for which + - * / comparisons and abs square sqrt exp
// log sin cos tanh sigmoid relu pow maximum minimum clamp where are defined. For Variables (autograd/) the same
// lambda is differentiated.
template <class F, class... X>
  requires Operands<X...>
auto elementwise(const F& f, X&&... x) {
  using C = CommonArray<X...>;
  return elementwise_values(f, C(to_array<C>(std::forward<X>(x)))...);
}

}  // namespace tg
