// Elementwise: the kernels of the named functions.
#include "tensor/elementwise.h"

namespace tg {

namespace detail {

// sin or cos: the faster of two functions where it serves for a whole tile (see scalar_trigonometry.h).
template <class Near, class Any>
struct NearOrAny {
  Near near;
  Any any;
};
template <class Near, class Any>
NearOrAny(Near, Any) -> NearOrAny<Near, Any>;

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

// Tables, one line an op.
// clang-format off

namespace {

const char* name_of(Unary f) {
  constexpr const char* names[] = {"neg", "abs", "sign", "square", "sqrt", "exp", "log", "sin", "cos", "tanh", "sigmoid", "relu"};
  return names[static_cast<int>(f)];
}

const char* name_of(Binary f) {
  constexpr const char* names[] = {"add", "sub", "mul", "div", "pow", "maximum", "minimum", "square_vjp"};
  return names[static_cast<int>(f)];
}

// True if x is one power of two: to divide by it is to multiply by its reciprocal, to the last bit, and far quicker.
template <class T>
bool has_exact_reciprocal(const BasicTensor<T>& x, const BasicTensor<T>& divided) {
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

}  // namespace


template <class T>
BasicTensor<T> apply(Unary f, Operand<T> x) {
  if (f == Unary::neg) return map<T>("neg", [](T v) { return -v; }, x);
  if constexpr (!std::is_floating_point_v<T>) {
    fail(name_of(f), ": not defined for integers; convert them with cast<float>(x) first");
  } else {
    switch (f) {
      case Unary::neg: break;
      case Unary::abs: return map<T>("abs", [](T v) { return std::abs(v); }, x);
      case Unary::sign: return map<T>("sign", [](T v) { return scalar::sign(v); }, x);
      case Unary::square: return map<T>("square", [](T v) { return v * v; }, x);
      case Unary::sqrt: return map<T>("sqrt", [](T v) { return std::sqrt(v); }, x);
      case Unary::exp: return map<T>("exp", [](T v) { return scalar::exp(v); }, x);
      case Unary::log: return map<T>("log", [](T v) { return scalar::log(v); }, x);
      case Unary::sin: return map<T>("sin", detail::NearOrAny{[](T v) { return scalar::sin_near(v); }, [](T v) { return scalar::sin(v); }}, x);
      case Unary::cos: return map<T>("cos", detail::NearOrAny{[](T v) { return scalar::cos_near(v); }, [](T v) { return scalar::cos(v); }}, x);
      case Unary::tanh: return map<T>("tanh", [](T v) { return scalar::tanh(v); }, x);
      case Unary::sigmoid: return map<T>("sigmoid", [](T v) { return scalar::sigmoid(v); }, x);
      case Unary::relu: return map<T>("relu", [](T v) { return scalar::relu(v); }, x);
    }
    fail("apply: no such function");
  }
}

template <class T>
BasicTensor<T> apply(Binary f, Operand<T> a, Operand<T> b) {
  switch (f) {
    case Binary::add: return map<T>("add", [](T x, T y) { return x + y; }, a, b);
    case Binary::sub: return map<T>("sub", [](T x, T y) { return x - y; }, a, b);
    case Binary::mul: return map<T>("mul", [](T x, T y) { return x * y; }, a, b);
    default: break;
  }
  if constexpr (!std::is_floating_point_v<T>) {
    fail(name_of(f), ": not defined for integers; convert them with cast<float>(x) first");
  } else {
    switch (f) {
      case Binary::div:
        if (has_exact_reciprocal(b.tensor, a.tensor)) return map<T>("div", [r = 1 / b.tensor.item()](T x) { return x * r; }, a);
        return map<T>("div", [](T x, T y) { return x / y; }, a, b);
      case Binary::pow: return map<T>("pow", [](T x, T y) { return std::pow(x, y); }, a, b);
      case Binary::maximum: return map<T>("maximum", [](T x, T y) { return scalar::maximum(x, y); }, a, b);
      case Binary::minimum: return map<T>("minimum", [](T x, T y) { return scalar::minimum(x, y); }, a, b);
      case Binary::square_vjp: return map<T>("square_vjp", [](T x, T y) { return 2 * x * y; }, a, b);
      default: break;
    }
    fail("apply: no such function");
  }
}

template <class T>
BasicTensor<T> clamp(const BasicTensor<T>& x, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  if (!(low <= high)) fail("clamp: low is ", low, " and high is ", high, "; neither may be NaN, and low must not be above high");
  return map<T>("clamp", [low, high](T v) { return scalar::clamp(v, low, high); }, Operand(x));
}

template <class T>
BasicTensor<T> where(const Mask& mask, const BasicTensor<T>& a, const BasicTensor<T>& b) {
  try {
    return map<T>("where", [](bool m, T x, T y) { return m ? x : y; }, Operand(mask), Operand(a), Operand(b));
  } catch (const Error&) {
    explain_where(mask.shape_for("where"), a.shape_for("where"), b.shape_for("where"));
    throw;
  }
}

Mask operator!(const Mask& mask) {
  return map<bool>("!", [](bool m) { return !m; }, Operand(mask));
}

Mask operator&&(const Mask& a, const Mask& b) {
  return map<bool>("&&", [](bool x, bool y) { return x & y; }, Operand(a), Operand(b));
}

Mask operator||(const Mask& a, const Mask& b) {
  return map<bool>("||", [](bool x, bool y) { return x | y; }, Operand(a), Operand(b));
}

template <class T>
Mask compare(Comparison how, const BasicTensor<T>& a, const BasicTensor<T>& b) {
  const Operand<T> p(a), q(b);
  switch (how) {
    case Comparison::less: return map<bool>("<", [](T x, T y) { return x < y; }, p, q);
    case Comparison::greater: return map<bool>(">", [](T x, T y) { return x > y; }, p, q);
    case Comparison::less_equal: return map<bool>("<=", [](T x, T y) { return x <= y; }, p, q);
    case Comparison::greater_equal: return map<bool>(">=", [](T x, T y) { return x >= y; }, p, q);
    case Comparison::equal: return map<bool>("==", [](T x, T y) { return x == y; }, p, q);
    case Comparison::not_equal: return map<bool>("!=", [](T x, T y) { return x != y; }, p, q);
  }
  fail("compare: no such comparison");
}

template <class T>
bool allclose(const BasicTensor<T>& a, const BasicTensor<T>& b, double rtol, double atol, bool equal_nan) {
  if (a.shape_for("allclose") != b.shape_for("allclose")) return false;
  const std::vector<T> x = a.to_vector(), y = b.to_vector();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double p = static_cast<double>(x[i]), q = static_cast<double>(y[i]);
    const bool close = p == q || (std::isfinite(p) && std::isfinite(q) && std::abs(p - q) <= atol + rtol * std::abs(q)) ||
                       (equal_nan && std::isnan(p) && std::isnan(q));
    if (!close) return false;
  }
  return true;
}

// clang-format on

#define TG_INSTANTIATE(T)                                                                   \
  template BasicTensor<T> apply(Unary, Operand<T>);                                         \
  template BasicTensor<T> apply(Binary, Operand<T>, Operand<T>);                            \
  template BasicTensor<T> where(const Mask&, const BasicTensor<T>&, const BasicTensor<T>&); \
  template Mask compare(Comparison, const BasicTensor<T>&, const BasicTensor<T>&);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)
TG_INSTANTIATE(std::int64_t)
#undef TG_INSTANTIATE
template Mask compare(Comparison, const Mask&, const Mask&);

#define TG_INSTANTIATE(T)                                                                                 \
  template BasicTensor<T> clamp(const BasicTensor<T>&, std::type_identity_t<T>, std::type_identity_t<T>); \
  template bool allclose(const BasicTensor<T>&, const BasicTensor<T>&, double, double, bool);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)

}  // namespace tg
