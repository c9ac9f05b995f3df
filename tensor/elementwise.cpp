// Elementwise: the kernels of the rows, and of the other named functions.
#include "tensor/elementwise.h"

#include "tensor/number.h"

namespace tg {

namespace detail {

// sin or cos: the faster of two functions where it serves for a whole tile (see scalar_trigonometry.h).
template <class Near, class Any> struct NearOrAny {
  Near near;
  Any any;
};
template <class Near, class Any> NearOrAny(Near, Any) -> NearOrAny<Near, Any>;

template <class T, class Near, class Any>
void map_tile(const NearOrAny<Near, Any>& f, std::int64_t n, T* y, const T* x) {
  for (std::int64_t begin = 0; begin < n; begin += tile_size) {
    const std::int64_t count = tile_length(begin, n);
    int far = 0;  // g++ 12 does not vectorise this loop with a bool
    for (std::int64_t i = begin; i < begin + count; ++i) far |= std::abs(x[i]) > static_cast<T>(scalar::near_limit);
    if (far != 0) {
      map_tile(f.any, count, y + begin, x + begin);
    } else {
      map_tile(f.near, count, y + begin, x + begin);
    }
  }
}

}  // namespace detail

namespace {

// True if x is one power of two: to divide by it is to multiply by its reciprocal, to the last bit, and far quicker.
template <class T> bool has_exact_reciprocal(const BasicTensor<T>& x, const BasicTensor<T>& divided) {
  if (x.shape_for("div").numel() != 1 || x.dim() > divided.shape_for("div").dim()) return false;
  int exponent = 0;
  return std::abs(std::frexp(x.item(), &exponent)) == T(0.5) && std::isnormal(1 / x.item());
}

// Says which shape is the mask's, where that is why where has failed. (To look before costs what a tiny op does.)
[[gnu::cold, gnu::noinline]] void explain_where(const Shape& mask, const Shape& a, const Shape& b) {
  if (broadcast_together(mask, a) && broadcast_together(mask, b) && broadcast_together(a, b)) return;
  fail("where: the mask is ", mask, ", a is ", a, ", b is ", b,
       ", which do not broadcast; aligned at the last dimension, sizes must be equal or 1");
}

template <class F, class... Others> constexpr bool is_one_of = (std::is_same_v<F, Others> || ...);
template <class F> constexpr bool is_sin_or_cos = is_one_of<F, elementary::sin_, elementary::cos_>;
template <class F, class T>
constexpr bool is_defined =
    std::is_floating_point_v<T> || is_one_of<F, elementary::neg_, elementary::add_, elementary::sub_, elementary::mul_>;

}  // namespace

template <class F, class T> BasicTensor<T> apply(F, Argument<BasicTensor<T>> x) {
  if constexpr (!is_defined<F, T>) {
    fail(F::name, ": not defined for integers; convert them with cast<float>(x) first");
  } else if constexpr (is_sin_or_cos<F>) {
    auto near = [](T v) { return std::is_same_v<F, elementary::sin_> ? scalar::sin_near(v) : scalar::cos_near(v); };
    return map<T>(F::name, detail::NearOrAny{near, [](T v) { return F::value(v); }}, x);
  } else {
    return map<T>(F::name, [](T v) { return F::value(v); }, x);
  }
}

template <class F, class T> BasicTensor<T> apply(F, Argument<BasicTensor<T>> a, Argument<BasicTensor<T>> b) {
  if constexpr (!is_defined<F, T>) {
    fail(F::name, ": not defined for integers; convert them with cast<float>(x) first");
  } else {
    if constexpr (std::is_same_v<F, elementary::div_>) {
      if (has_exact_reciprocal(b.array, a.array)) {
        return map<T>(F::name, [r = 1 / b.array.item()](T v) { return v * r; }, a);
      }
    }
    return map<T>(F::name, [](T v, T w) { return F::value(v, w); }, a, b);
  }
}

template <class F, class T> BasicTensor<T> apply_vjp(F, Argument<BasicTensor<T>> g, const BasicTensor<T>& read) {
  if constexpr (is_sin_or_cos<F>) {
    return F::vjp(g.array, read,
                  read);  // two passes, of which the other function's looks whether its arguments are near
  } else if constexpr (F::reads == ReadsOf::nothing) {
    return map<T>(F::name, [](T v) { return F::vjp(v, v, v); }, g);
  } else {
    auto vjp = [](T of_g, T v) { return F::vjp(Number<T>(of_g), Number<T>(v), Number<T>(v)).value(); };
    return map<T>(F::name, vjp, g, Argument(read));
  }
}

template <class F, class T> Mask compare(F, const BasicTensor<T>& a, const BasicTensor<T>& b) {
  return map<bool>(F::name, [](T x, T y) { return F::value(x, y); }, Argument(a), Argument(b));
}

template <class T> BasicTensor<T> sign(const BasicTensor<T>& x) {
  return map<T>("sign", [](T v) { return scalar::sign(v); }, Argument(x));
}

template <class T>
BasicTensor<T> clamp(const BasicTensor<T>& x, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  if (!(low <= high))
    fail("clamp: low is ", low, " and high is ", high, "; neither may be NaN, and low must not be above high");
  return map<T>("clamp", [low, high](T v) { return scalar::clamp(v, low, high); }, Argument(x));
}

template <class T> BasicTensor<T> where(const Mask& mask, const BasicTensor<T>& a, const BasicTensor<T>& b) {
  try {
    return map<T>("where", [](bool m, T x, T y) { return m ? x : y; }, Argument(mask), Argument(a), Argument(b));
  } catch (const Error&) {
    explain_where(mask.shape_for("where"), a.shape_for("where"), b.shape_for("where"));
    throw;
  }
}

Mask operator!(const Mask& mask) {
  return map<bool>("!", [](bool m) { return !m; }, Argument(mask));
}

Mask operator&&(const Mask& a, const Mask& b) {
  return map<bool>("&&", [](bool x, bool y) { return x & y; }, Argument(a), Argument(b));
}

Mask operator||(const Mask& a, const Mask& b) {
  return map<bool>("||", [](bool x, bool y) { return x | y; }, Argument(a), Argument(b));
}

template <class T>
bool allclose_values(const BasicTensor<T>& a, const BasicTensor<T>& b, double rtol, double atol, bool equal_nan) {
  if (a.shape_for("allclose") != b.shape_for("allclose")) return false;
  const std::vector<T> x = a.to_vector(), y = b.to_vector();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double p = static_cast<double>(x[i]), q = static_cast<double>(y[i]);
    const bool close = p == q ||
                       (std::isfinite(p) && std::isfinite(q) && std::abs(p - q) <= atol + rtol * std::abs(q)) ||
                       (equal_nan && std::isnan(p) && std::isnan(q));
    if (!close) return false;
  }
  return true;
}

#define FOR_EACH_T(INSTANTIATE, name) INSTANTIATE(name, float) INSTANTIATE(name, double) INSTANTIATE(name, std::int64_t)

#define APPLY(name, T) template BasicTensor<T> apply(elementary::name##_, Argument<BasicTensor<T>>);
#define VJP(name, T) \
  template BasicTensor<T> apply_vjp(elementary::name##_, Argument<BasicTensor<T>>, const BasicTensor<T>&);
#define ROW(name, ...) FOR_EACH_T(APPLY, name) VJP(name, float) VJP(name, double)
TG_ELEMENTARY(ROW)
#undef ROW
#undef APPLY

#define APPLY(name, T) \
  template BasicTensor<T> apply(elementary::name##_, Argument<BasicTensor<T>>, Argument<BasicTensor<T>>);
#define ROW(name, ...) FOR_EACH_T(APPLY, name)
TG_BINARY(ROW)
#undef ROW

#define COMPARE(name, T) template Mask compare(elementary::name##_, const BasicTensor<T>&, const BasicTensor<T>&);
#define ROW(name, ...) FOR_EACH_T(COMPARE, name) COMPARE(name, bool)
TG_COMPARISON(ROW)

#define REST(where, T)                                                                      \
  template BasicTensor<T> where(const Mask&, const BasicTensor<T>&, const BasicTensor<T>&); \
  template BasicTensor<T> sign(const BasicTensor<T>&);
FOR_EACH_T(REST, where)
#define TG_INSTANTIATE(T)                                                                                 \
  template BasicTensor<T> clamp(const BasicTensor<T>&, std::type_identity_t<T>, std::type_identity_t<T>); \
  template bool allclose_values(const BasicTensor<T>&, const BasicTensor<T>&, double, double, bool);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg
