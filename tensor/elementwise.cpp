// Elementwise: the kernels of the named functions.
#include "tensor/elementwise.h"

namespace tg {

template <class T>
BasicTensor<T> add(BasicTensor<T> a, BasicTensor<T> b) {
  return map<T>("add", [](T x, T y) { return x + y; }, std::move(a), std::move(b));
}

template <class T>
BasicTensor<T> sub(BasicTensor<T> a, BasicTensor<T> b) {
  return map<T>("sub", [](T x, T y) { return x - y; }, std::move(a), std::move(b));
}

template <class T>
BasicTensor<T> mul(BasicTensor<T> a, BasicTensor<T> b) {
  return map<T>("mul", [](T x, T y) { return x * y; }, std::move(a), std::move(b));
}

template <class T>
BasicTensor<T> div(BasicTensor<T> a, BasicTensor<T> b) {
  return map<T>("div", [](T x, T y) { return x / y; }, std::move(a), std::move(b));
}

template <class T>
BasicTensor<T> neg(BasicTensor<T> x) {
  return map<T>("neg", [](T v) { return -v; }, std::move(x));
}

template <class T>
BasicTensor<T> abs(BasicTensor<T> x) {
  return map<T>("abs", [](T v) { return std::abs(v); }, std::move(x));
}

template <class T>
BasicTensor<T> sign(BasicTensor<T> x) {
  return map<T>("sign", [](T v) { return scalar::sign(v); }, std::move(x));
}

template <class T>
BasicTensor<T> square(BasicTensor<T> x) {
  return map<T>("square", [](T v) { return v * v; }, std::move(x));
}

template <class T>
BasicTensor<T> sqrt(BasicTensor<T> x) {
  return map<T>("sqrt", [](T v) { return std::sqrt(v); }, std::move(x));
}

template <class T>
BasicTensor<T> exp(BasicTensor<T> x) {
  return map<T>("exp", [](T v) { return scalar::exp(v); }, std::move(x));
}

template <class T>
BasicTensor<T> log(BasicTensor<T> x) {
  return map<T>("log", [](T v) { return std::log(v); }, std::move(x));
}

template <class T>
BasicTensor<T> sin(BasicTensor<T> x) {
  return map<T>("sin", [](T v) { return std::sin(v); }, std::move(x));
}

template <class T>
BasicTensor<T> cos(BasicTensor<T> x) {
  return map<T>("cos", [](T v) { return std::cos(v); }, std::move(x));
}

template <class T>
BasicTensor<T> tanh(BasicTensor<T> x) {
  return map<T>("tanh", [](T v) { return std::tanh(v); }, std::move(x));
}

template <class T>
BasicTensor<T> sigmoid(BasicTensor<T> x) {
  return map<T>("sigmoid", [](T v) { return scalar::sigmoid(v); }, std::move(x));
}

template <class T>
BasicTensor<T> relu(BasicTensor<T> x) {
  return map<T>("relu", [](T v) { return scalar::relu(v); }, std::move(x));
}

template <class T>
BasicTensor<T> pow(BasicTensor<T> x, BasicTensor<T> exponent) {
  return map<T>("pow", [](T v, T p) { return std::pow(v, p); }, std::move(x), std::move(exponent));
}

template <class T>
BasicTensor<T> maximum(BasicTensor<T> a, BasicTensor<T> b) {
  return map<T>("maximum", [](T x, T y) { return scalar::maximum(x, y); }, std::move(a), std::move(b));
}

template <class T>
BasicTensor<T> minimum(BasicTensor<T> a, BasicTensor<T> b) {
  return map<T>("minimum", [](T x, T y) { return scalar::minimum(x, y); }, std::move(a), std::move(b));
}

template <class T>
BasicTensor<T> clamp(BasicTensor<T> x, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  if (!(low <= high)) fail("clamp: low is ", low, " and high is ", high, "; low must not be above high");
  return map<T>("clamp", [low, high](T v) { return scalar::clamp(v, low, high); }, std::move(x));
}

template <class T>
BasicTensor<T> where(const Mask& mask, BasicTensor<T> a, BasicTensor<T> b) {
  return map<T>("where", [](bool m, T x, T y) { return m ? x : y; }, mask, std::move(a), std::move(b));
}

Mask operator!(const Mask& mask) {
  return map<bool>("!", [](bool m) { return !m; }, mask);
}

Mask operator&&(const Mask& a, const Mask& b) {
  return map<bool>("&&", [](bool x, bool y) { return x & y; }, a, b);
}

Mask operator||(const Mask& a, const Mask& b) {
  return map<bool>("||", [](bool x, bool y) { return x | y; }, a, b);
}

template <class T>
Mask compare(Comparison how, const BasicTensor<T>& a, const BasicTensor<T>& b) {
  switch (how) {
    case Comparison::less: return map<bool>("<", [](T x, T y) { return x < y; }, a, b);
    case Comparison::greater: return map<bool>(">", [](T x, T y) { return x > y; }, a, b);
    case Comparison::less_equal: return map<bool>("<=", [](T x, T y) { return x <= y; }, a, b);
    case Comparison::greater_equal: return map<bool>(">=", [](T x, T y) { return x >= y; }, a, b);
    case Comparison::equal: return map<bool>("==", [](T x, T y) { return x == y; }, a, b);
    case Comparison::not_equal: return map<bool>("!=", [](T x, T y) { return x != y; }, a, b);
  }
  fail("compare: no such comparison");
}

template <class T>
bool allclose(const BasicTensor<T>& a, const BasicTensor<T>& b, double rtol, double atol, bool equal_nan) {
  if (a.shape() != b.shape()) return false;
  const std::vector<T> x = a.to_vector(), y = b.to_vector();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double p = static_cast<double>(x[i]), q = static_cast<double>(y[i]);
    const bool close = p == q || (std::isfinite(p) && std::abs(p - q) <= atol + rtol * std::abs(q)) ||
                       (equal_nan && std::isnan(p) && std::isnan(q));
    if (!close) return false;
  }
  return true;
}

#define TG_INSTANTIATE(T)                                              \
  template BasicTensor<T> add(BasicTensor<T>, BasicTensor<T>);         \
  template BasicTensor<T> sub(BasicTensor<T>, BasicTensor<T>);         \
  template BasicTensor<T> mul(BasicTensor<T>, BasicTensor<T>);         \
  template BasicTensor<T> neg(BasicTensor<T>);                         \
  template BasicTensor<T> where(const Mask&, BasicTensor<T>, BasicTensor<T>); \
  template Mask compare(Comparison, const BasicTensor<T>&, const BasicTensor<T>&);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)
TG_INSTANTIATE(std::int64_t)
#undef TG_INSTANTIATE
template Mask compare(Comparison, const Mask&, const Mask&);

#define TG_INSTANTIATE(T)                                            \
  template BasicTensor<T> div(BasicTensor<T>, BasicTensor<T>);       \
  template BasicTensor<T> abs(BasicTensor<T>);                       \
  template BasicTensor<T> sign(BasicTensor<T>);                      \
  template BasicTensor<T> square(BasicTensor<T>);                    \
  template BasicTensor<T> sqrt(BasicTensor<T>);                      \
  template BasicTensor<T> exp(BasicTensor<T>);                       \
  template BasicTensor<T> log(BasicTensor<T>);                       \
  template BasicTensor<T> sin(BasicTensor<T>);                       \
  template BasicTensor<T> cos(BasicTensor<T>);                       \
  template BasicTensor<T> tanh(BasicTensor<T>);                      \
  template BasicTensor<T> sigmoid(BasicTensor<T>);                   \
  template BasicTensor<T> relu(BasicTensor<T>);                      \
  template BasicTensor<T> pow(BasicTensor<T>, BasicTensor<T>);       \
  template BasicTensor<T> maximum(BasicTensor<T>, BasicTensor<T>);   \
  template BasicTensor<T> minimum(BasicTensor<T>, BasicTensor<T>);   \
  template BasicTensor<T> clamp(BasicTensor<T>, std::type_identity_t<T>, std::type_identity_t<T>); \
  template bool allclose(const BasicTensor<T>&, const BasicTensor<T>&, double, double, bool);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)

}  // namespace tg
