// Elementwise: functions applied element by element, with broadcasting, in one vectorised pass.
#pragma once

#include <utility>

#include "tensor/elementary.h"
#include "tensor/tiles.h"

namespace tg {

// The functions of two numbers, a row each: their values. (Their slopes are in autograd/elementwise.h and dual.h.)
// clang-format off
#define TG_BINARY(ROW)                \
  ROW(add, a + b)                     \
  ROW(sub, a - b)                     \
  ROW(mul, a * b)                     \
  ROW(div, a / b)                     \
  ROW(pow, std::pow(a, b))            \
  ROW(maximum, scalar::maximum(a, b)) \
  ROW(minimum, scalar::minimum(a, b))
// clang-format on

namespace elementary {
#define TG_ROW(name_, value_)                                      \
  struct name_##_ {                                                \
    static constexpr const char* name = #name_;                    \
    template <class T> static T value(T a, T b) { return value_; } \
  };
TG_BINARY(TG_ROW)
#undef TG_ROW
}  // namespace elementary

// y = f(a, b) at every element of a and b, which broadcast by NumPy's rule: Tensors or Variables, or one of them a
// number. T: float, double; and int64 for add, sub and mul. add, sub, mul and div are also spelled a + b, a - b, a * b,
// a / b; pow is a to the power of b; maximum and minimum are NaN if either is. Throws if the shapes do not broadcast,
// and for integers. As torch.add and so on.
#define TG_ROW(name, ...)                                                             \
  template <class A, class B> requires NumericOperands<A, B>                          \
  CommonArray<A, B> name(A&& a, B&& b) {                                              \
    using C = CommonArray<A, B>;                                                      \
    return apply(elementary::name##_(), Argument<C>(to_array<C>(std::forward<A>(a))), \
                 Argument<C>(to_array<C>(std::forward<B>(b))));                       \
  }
TG_BINARY(TG_ROW)
#undef TG_ROW

// y = a < b and so on at every element: a Mask, from Tensors, Variables or numbers, whose shapes broadcast. No
// gradient. Throw if the shapes do not broadcast. As torch.lt and so on.
#define TG_COMPARISON(ROW) \
  ROW(less, <)             \
  ROW(greater, >)          \
  ROW(less_equal, <=)      \
  ROW(greater_equal, >=)   \
  ROW(equal, ==)           \
  ROW(not_equal, !=)
#define TG_ROW(name_, symbol)                                                                     \
  namespace elementary {                                                                          \
  struct name_##_ {                                                                               \
    static constexpr const char* name = #symbol;                                                  \
    template <class T> static bool value(T a, T b) { return a symbol b; }                         \
  };                                                                                              \
  }                                                                                               \
  template <class A, class B> requires Operands<A, B>                                             \
  Mask operator symbol(const A& a, const B& b) {                                                  \
    using C = CommonArray<A, B>;                                                                  \
    return compare(elementary::name_##_(), values_of(to_array<C>(a)), values_of(to_array<C>(b))); \
  }
TG_COMPARISON(TG_ROW)
#undef TG_ROW

// x limited to [low, high], of x's shape: y = min(max(x, low), high). Throws if low > high or either is NaN.
// As torch.clamp.
template <class T>
BasicTensor<T> clamp(const BasicTensor<T>& x, std::type_identity_t<T> low, std::type_identity_t<T> high);

// y = a where the mask is true, b elsewhere; the three broadcast, and a or b may be a number. Throws if they do not
// broadcast. As torch.where.
template <class T> BasicTensor<T> where(const Mask& mask, const BasicTensor<T>& a, const BasicTensor<T>& b);

// -1, 0 or 1, of x's shape: y = the sign of x, 0 at 0 and for NaN. Throws if x is empty. As torch.sign.
template <class T> BasicTensor<T> sign(const BasicTensor<T>& x);

// y = not mask, a and b, a or b, at every element, of masks that broadcast. Throw if they do not. As torch.logical_not,
// logical_and and logical_or.
Mask operator!(const Mask& mask);
Mask operator&&(const Mask& a, const Mask& b);
Mask operator||(const Mask& a, const Mask& b);

// True if the shapes are equal and |a - b| <= atol + rtol |b| everywhere, of Tensors or Variables; equal infinities
// agree, and NaNs only if equal_nan. As torch.allclose, but without broadcasting. Throws if one is empty.
template <class T>
bool allclose_values(const BasicTensor<T>& a, const BasicTensor<T>& b, double rtol, double atol, bool equal_nan);
template <Array A, Array B>
bool allclose(const A& a, const B& b, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) {
  return allclose_values(values_of(a), values_of(b), rtol, atol, equal_nan);
}

// --- The engine ---

namespace detail {

TG_LOOPS_BEGIN

// One tile: contiguous in, contiguous out. The loop may write over an input: it reads an element before it writes it.
template <class Out, class F, class... In>
[[gnu::noinline, gnu::flatten]] void map_tile(const F& f, std::int64_t n, Out* out, const In*... in) {
  TG_SIMD
  for (std::int64_t i = 0; i < n; ++i) out[i] = f(in[i]...);
}

TG_LOOPS_END

// Lends x's buffer to the result y if y has none yet and x is a dying tensor of the result's type and shape.
template <class Out, class In>
void lend_buffer(const Argument<BasicTensor<In>>& x, const Shape& shape, BasicTensor<Out>& y) {
  if constexpr (std::is_same_v<Out, In>) {
    if (x.temporary && !y.defined() && x.array.shape() == shape && x.array.is_disposable()) y = x.array;
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
BasicTensor<Out> map(const char* op, const F& f, Argument<BasicTensor<In>>... x) {
  Shape place;
  const Shape& shape = common_shape(op, place, x.array.shape_for(op)...);
  check_sizes(op, shape, sizeof(Out));
  BasicTensor<Out> y;
  (detail::lend_buffer(x, shape, y), ...);
  if (!y.defined()) y = BasicTensor<Out>::uninitialized(shape);
  parallel_kernel(shape.numel(), stretch_size, [&](std::int64_t begin, std::int64_t end) {
    detail::map_tiles(f, begin, end, y.writable(), TileReader<In>(x.array, shape)...);
  });
  (x.drop(), ...);
  return y;
}

// The kernels of the rows; in elementwise.cpp.
template <class F, class T> BasicTensor<T> apply(F f, Argument<BasicTensor<T>> x);
template <class F, class T> BasicTensor<T> apply(F f, Argument<BasicTensor<T>> a, Argument<BasicTensor<T>> b);
template <class F, class T> Mask compare(F f, const BasicTensor<T>& a, const BasicTensor<T>& b);

// Of a row with a slope the vector-Jacobian product, from the cotangent g of y and what the row reads, x or y.
template <class F, class T> BasicTensor<T> apply_vjp(F f, Argument<BasicTensor<T>> g, const BasicTensor<T>& read);

}  // namespace tg
