// The elementary functions over the whole range of their argument, in units in the last place.
#include <bit>
#include <limits>

#include "tests/support.h"

using namespace tests;

namespace {

// The reference is computed in the next larger type.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, float>, double, long double>;

template <class T>
struct Function {
  const char* name;
  BasicTensor<T> (*op)(const BasicTensor<T>&);
  Wide<T> (*exact)(Wide<T>);
  T low, high;  // where to look closely
};

template <class W>
W sigmoid_of(W x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}

// clang-format off
template <class T>
std::vector<Function<T>> functions() {
  using X = const BasicTensor<T>&;
  using W = Wide<T>;
  const T lowest = std::is_same_v<T, float> ? T(-105) : T(-746), highest = std::is_same_v<T, float> ? T(89) : T(710);
  return {{"exp", [](X x) { return exp(x); }, [](W x) { return std::exp(x); }, lowest, highest},
          {"log", [](X x) { return log(x); }, [](W x) { return std::log(x); }, T(0.25), T(4)},
          {"sin", [](X x) { return sin(x); }, [](W x) { return std::sin(x); }, -50, 50},
          {"sin of large", [](X x) { return sin(x); }, [](W x) { return std::sin(x); }, -9e6, 9e6},
          {"cos", [](X x) { return cos(x); }, [](W x) { return std::cos(x); }, -50, 50},
          {"cos of large", [](X x) { return cos(x); }, [](W x) { return std::cos(x); }, -9e6, 9e6},
          {"tanh", [](X x) { return tanh(x); }, [](W x) { return std::tanh(x); }, -21, 21},
          {"tanh of small", [](X x) { return tanh(x); }, [](W x) { return std::tanh(x); }, -1, 1},
          {"sigmoid", [](X x) { return sigmoid(x); }, [](W x) { return sigmoid_of(x); }, lowest, 40}};
}
// clang-format on

template <class T>
BasicTensor<T> tensor_of(const std::vector<T>& x) {
  return BasicTensor<T>::from_vector(x, {static_cast<std::int64_t>(x.size())});
}

// Numbers spread evenly over all bit patterns, of both signs.
template <class T>
std::vector<T> of_every_size(std::uint64_t count) {
  using Bits = scalar::Bits<T>;
  const Bits end = std::bit_cast<Bits>(std::numeric_limits<T>::infinity());
  std::vector<T> x;
  for (Bits b = 0; b < end; b += static_cast<Bits>(end / count)) {
    x.push_back(std::bit_cast<T>(b));
    x.push_back(-x.back());
  }
  return x;
}

template <class T>
std::vector<T> evenly(T low, T high, int count) {
  std::vector<T> x;
  for (int i = 0; i < count; ++i) x.push_back(low + (high - low) * static_cast<T>(i) / static_cast<T>(count));
  return x;
}

// |got - exact| in steps of T at `exact`; subnormal numbers have the smallest step, and may be 0 instead.
template <class T>
double ulps(T got, Wide<T> exact) {
  const T rounded = static_cast<T>(exact), magnitude = std::abs(rounded);
  if (got == 0 && std::abs(exact) < std::numeric_limits<T>::min()) return 0;
  if (got == rounded || (std::isnan(got) && std::isnan(exact))) return 0;
  const T infinity = std::numeric_limits<T>::infinity(), largest = std::numeric_limits<T>::max();
  const Wide<T> step = magnitude < largest
                           ? static_cast<Wide<T>>(std::nextafter(magnitude, infinity)) - static_cast<Wide<T>>(magnitude)
                           : static_cast<Wide<T>>(largest) - static_cast<Wide<T>>(std::nextafter(largest, T(0)));
  if (std::isinf(got) || std::isinf(rounded)) {  // infinity counts as the number after the largest
    const Wide<T> after = static_cast<Wide<T>>(largest) + step;
    const Wide<T> a = std::isinf(got) ? std::copysign(after, static_cast<Wide<T>>(got)) : static_cast<Wide<T>>(got);
    const Wide<T> b = std::abs(exact) > after ? std::copysign(after, exact) : exact;
    return static_cast<double>(std::abs(a - b) / step);
  }
  return static_cast<double>(std::abs(static_cast<Wide<T>>(got) - exact) / step);
}

template <class T>
void check_ulps(const std::string& name, const std::vector<T>& x, const std::vector<T>& y, Wide<T> (*exact)(Wide<T>)) {
  double worst = 0;
  T at = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double error = ulps(y[i], exact(static_cast<Wide<T>>(x[i])));
    if (!(error <= worst)) worst = error, at = x[i];
  }
  BOOST_TEST(worst <= (std::is_same_v<T, float> ? 2 : 4), name << " of " << at << " is wrong by " << worst << " ulp");
}

template <class T>
void check_accuracy() {
  const std::vector<T> everywhere = of_every_size<T>(100000);
  for (const Function<T>& f : functions<T>()) {
    check_ulps(f.name, everywhere, f.op(tensor_of(everywhere)).to_vector(), f.exact);
    const std::vector<T> x = evenly(f.low, f.high, 200000);
    check_ulps(f.name, x, f.op(tensor_of(x)).to_vector(), f.exact);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)
BOOST_AUTO_TEST_SUITE(scalar_math)

BOOST_AUTO_TEST_CASE(accuracy_of_floats) { check_accuracy<float>(); }
BOOST_AUTO_TEST_CASE(accuracy_of_doubles) { check_accuracy<double>(); }

// Multiples of pi / 2, rounded: sin or cos is what the rounding took away.
template <class T>
void check_at_multiples_of_pi() {
  std::vector<T> x;
  const long double half_pi = std::acos(-1.0L) / 2;
  for (int n = 1; n < 100000; ++n) x.push_back(static_cast<T>(n * half_pi));
  for (long double v = half_pi * 100000; v < 1e18L; v *= 1.001L)
    x.push_back(static_cast<T>(std::round(v / half_pi) * half_pi));
  check_ulps<T>("sin", x, sin(tensor_of(x)).to_vector(), [](Wide<T> v) { return std::sin(v); });
  check_ulps<T>("cos", x, cos(tensor_of(x)).to_vector(), [](Wide<T> v) { return std::cos(v); });
}

BOOST_AUTO_TEST_CASE(sin_and_cos_at_multiples_of_pi) {
  check_at_multiples_of_pi<float>();
  check_at_multiples_of_pi<double>();
}

// Ordinary numbers among ones that are too large for the short way, and in lambdas, which never take it.
template <class T>
void check_mixed_arguments() {
  std::vector<T> x = evenly<T>(-1000, 1000, 20000);
  for (std::size_t i = 0; i < x.size(); i += 41) x[i] *= (i % 2 == 0 ? T(1e7) : T(1e30));
  const BasicTensor<T> t = tensor_of(x);
  check_ulps<T>("sin", x, sin(t).to_vector(), [](Wide<T> v) { return std::sin(v); });
  check_ulps<T>("cos", x, cos(t).to_vector(), [](Wide<T> v) { return std::cos(v); });
  check_ulps<T>("sin", x, sin(t + 0).to_vector(), [](Wide<T> v) { return std::sin(v); });  // in place
  const auto sin_in_lambda = elementwise([](auto v) { return sin(v); }, t);
  check_ulps<T>("sin in a lambda", x, sin_in_lambda.to_vector(), [](Wide<T> v) { return std::sin(v); });
  const auto cos_in_lambda = elementwise([](auto v) { return cos(v); }, t);
  check_ulps<T>("cos in a lambda", x, cos_in_lambda.to_vector(), [](Wide<T> v) { return std::cos(v); });
}

BOOST_AUTO_TEST_CASE(sin_and_cos_of_mixed_arguments) {
  check_mixed_arguments<float>();
  check_mixed_arguments<double>();
}

// Equal, both NaN, or zeros of the same sign; a 0 of either sign may stand for a subnormal number.
template <class T>
bool identical(T a, T b) {
  if (a == 0 && std::fpclassify(b) == FP_SUBNORMAL) return true;
  return std::isnan(b) ? std::isnan(a) : a == b && std::signbit(a) == std::signbit(b);
}

template <class T>
void check_special_values() {
  using Limits = std::numeric_limits<T>;
  constexpr T infinity = Limits::infinity(), nan = Limits::quiet_NaN(), huge = Limits::max(), least = Limits::min();
  constexpr T tiny = Limits::denorm_min(), free = T(0.125);  // what is not looked at here
  const struct {
    T x, exp, log, sin, cos, tanh, sigmoid;
  } table[] = {
      {0, 1, -infinity, 0, 1, 0, 0.5},
      {T(-0.0), 1, -infinity, T(-0.0), 1, T(-0.0), 0.5},
      {1, free, 0, free, free, free, free},
      {-1, free, nan, free, free, free, free},
      {infinity, infinity, infinity, nan, nan, 1, 1},
      {-infinity, 0, nan, nan, nan, -1, 0},
      {nan, nan, nan, nan, nan, nan, nan},
      {-nan, nan, nan, nan, nan, nan, nan},
      {huge, infinity, free, free, free, 1, 1},
      {-huge, 0, nan, free, free, -1, 0},
      {tiny, 1, free, tiny, 1, tiny, 0.5},
      {-tiny, 1, nan, -tiny, 1, -tiny, 0.5},
      {least, 1, free, least, 1, least, 0.5},
      {-least, 1, nan, -least, 1, -least, 0.5},
  };
  std::vector<T> x;
  for (const auto& row : table) x.push_back(row.x);
  for (std::int64_t repeats : {1, 3, 40}) {  // alone, in a short loop, in a vectorised one
    const BasicTensor<T> many = repeat(tensor_of(x), {repeats});
    const auto results = {exp(many), log(many), sin(many), cos(many), tanh(many), sigmoid(many)};
    for (std::size_t i = 0; i < many.to_vector().size(); ++i) {
      const auto& row = table[i % std::size(table)];
      const T expected[] = {row.exp, row.log, row.sin, row.cos, row.tanh, row.sigmoid};
      for (std::size_t k = 0; k < results.size(); ++k) {
        const T got = results.begin()[k].to_vector()[i];
        BOOST_TEST((expected[k] == free || identical(got, expected[k])),
                   "function " << k << " of " << row.x << " is " << got << " and not " << expected[k]);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(special_values) {
  check_special_values<float>();
  check_special_values<double>();
}

BOOST_AUTO_TEST_CASE(where_results_are_denormal_or_overflow) {
  BOOST_TEST(exp(Tensor{-103}).item() > 0);
  BOOST_TEST(exp(Tensor{-103}).item() < std::numeric_limits<float>::min());
  BOOST_TEST(exp(Tensor{-105}).item() == 0);
  BOOST_TEST(exp(Tensor{-1e30f}).item() == 0);
  BOOST_TEST(exp(Tensor64{-744}).item() > 0);
  BOOST_TEST(exp(Tensor64{-746}).item() == 0);
  BOOST_TEST(std::isfinite(exp(Tensor{88.72f}).item()));
  BOOST_TEST(std::isinf(exp(Tensor{88.73f}).item()));
  BOOST_TEST(std::isfinite(exp(Tensor64{709.78}).item()));
  BOOST_TEST(std::isinf(exp(Tensor64{709.79}).item()));
  BOOST_TEST(sigmoid(Tensor{-88}).item() > 0);
  BOOST_TEST(sigmoid(Tensor{-100}).item() == std::exp(-100.0f));
  BOOST_TEST(sigmoid(Tensor64{-740}).item() == std::exp(-740.0));
}

// exp_nonpositive(-x) for x >= 0, as long as the result is normal.
template <class T>
void check_exp_nonpositive(T longest) {
  std::vector<T> x = evenly(-longest, T(0), 300000), y(x.size());
#pragma omp simd
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = scalar::exp_nonpositive(x[i]);
  check_ulps<T>("exp_nonpositive", x, y, [](Wide<T> v) { return std::exp(v); });
  const T infinity = std::numeric_limits<T>::infinity();
  for (T low : {-infinity, std::numeric_limits<T>::lowest(), T(-1e6), T(-1000), -longest * 2}) {
    BOOST_TEST(scalar::exp_nonpositive(low) == 0);
  }
  for (T small : {T(0), T(-0.0), -std::numeric_limits<T>::denorm_min()})
    BOOST_TEST(scalar::exp_nonpositive(small) == 1);
  BOOST_TEST(std::isnan(scalar::exp_nonpositive(std::numeric_limits<T>::quiet_NaN())));
  BOOST_TEST(std::isnan(scalar::exp_nonpositive(-std::numeric_limits<T>::quiet_NaN())));
}

BOOST_AUTO_TEST_CASE(exp_nonpositive) {
  check_exp_nonpositive<float>(87.33f);
  check_exp_nonpositive<double>(708.39);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
