// exp over the whole range of its argument, in units in the last place.
#include <bit>
#include <limits>

#include "tests/support.h"

using namespace tests;

namespace {

// |got - exact| in steps of T at `exact`; denormals have the smallest step.
template <class T>
double ulps(T got, long double exact) {
  const T rounded = static_cast<T>(exact);
  if (got == rounded) return 0;
  const T next = std::nextafter(std::abs(rounded), std::numeric_limits<T>::infinity());
  const long double step = static_cast<long double>(next) - static_cast<long double>(std::abs(rounded));
  return static_cast<double>(std::abs(static_cast<long double>(got) - exact) / step);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(exp_of_floats) {
  std::vector<float> xs;
  for (std::uint32_t bits = 0; bits < 0x7f800000u; bits += 1021) {
    xs.push_back(std::bit_cast<float>(bits));
    xs.push_back(-xs.back());
  }
  for (float x = -104.5f; x < 89; x += 0.0003f) xs.push_back(x);
  const std::vector<float> y = exp(Tensor::from_vector(xs, {static_cast<std::int64_t>(xs.size())})).to_vector();
  double worst = 0;
  std::size_t wrong = 0;
  float at = 0;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const double exact = std::exp(static_cast<double>(xs[i]));
    if (exact > static_cast<double>(std::numeric_limits<float>::max())) {
      wrong += y[i] != std::numeric_limits<float>::infinity() && exact > 3.4028236e38;
      continue;
    }
    const double error = ulps(y[i], exact);
    if (!(error <= worst)) worst = error, at = xs[i];
  }
  BOOST_TEST(wrong == 0U);
  BOOST_TEST(worst <= 2, "worst error " << worst << " ulp at " << at);
}

BOOST_AUTO_TEST_CASE(exp_of_doubles) {
  std::vector<double> xs;
  for (double x = -746; x < 709.75; x += 0.00173) xs.push_back(x);
  for (double x = 1e-320; x < 700; x *= 1.003) xs.insert(xs.end(), {x, -x});
  const std::vector<double> y = exp(Tensor64::from_vector(xs, {static_cast<std::int64_t>(xs.size())})).to_vector();
  double worst = 0, at = 0;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const double error = ulps(y[i], std::exp(static_cast<long double>(xs[i])));
    if (!(error <= worst)) worst = error, at = xs[i];
  }
  BOOST_TEST(worst <= 4, "worst error " << worst << " ulp at " << at);
}

template <class T>
void check_special_values() {
  constexpr T infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  constexpr T tiny = std::numeric_limits<T>::denorm_min(), huge = std::numeric_limits<T>::max();
  const std::vector<T> x{
      0, T(-0.0), infinity, -infinity, nan, -nan, huge, -huge, tiny, -tiny, std::numeric_limits<T>::min()};
  const std::vector<T> expected{1, 1, infinity, 0, nan, nan, infinity, 0, 1, 1, 1};
  for (std::int64_t repeats : {1, 3, 40}) {  // alone, in a short loop, in a vectorised one
    const BasicTensor<T> many = repeat(BasicTensor<T>::from_vector(x, {11}), {repeats});
    CHECK_SAME(exp(many), repeat(BasicTensor<T>::from_vector(expected, {11}), {repeats}));
  }
}

BOOST_AUTO_TEST_CASE(exp_of_special_values) {
  check_special_values<float>();
  check_special_values<double>();
}

BOOST_AUTO_TEST_CASE(exp_where_results_are_denormal) {
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
}

template <class T>
void check_exp_of_nonpositive(T lowest, T step, double bound) {
  std::vector<T> xs;
  for (T x = lowest; x < 0; x += step) xs.push_back(x);
  for (T x = std::numeric_limits<T>::denorm_min(); x < 1; x *= T(1.5)) xs.push_back(-x);
  std::vector<T> y(xs.size());
#pragma omp simd
  for (std::size_t i = 0; i < xs.size(); ++i) y[i] = scalar::exp_nonpositive(xs[i]);
  double worst = 0;
  T at = 0;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const double error = ulps(y[i], std::exp(static_cast<long double>(xs[i])));
    if (!(error <= worst)) worst = error, at = xs[i];
  }
  BOOST_TEST(worst <= bound, "worst error " << worst << " ulp at " << at);
  const T infinity = std::numeric_limits<T>::infinity();
  for (const T x : {-infinity, std::numeric_limits<T>::lowest(), T(-1e6), T(-1000), 2 * lowest}) {
    BOOST_TEST(scalar::exp_nonpositive(x) == 0);
  }
  BOOST_TEST(scalar::exp_nonpositive(T(0)) == 1);
  BOOST_TEST(scalar::exp_nonpositive(T(-0.0)) == 1);
  BOOST_TEST(std::isnan(scalar::exp_nonpositive(std::numeric_limits<T>::quiet_NaN())));
}

BOOST_AUTO_TEST_CASE(exp_of_nonpositive_numbers) {
  check_exp_of_nonpositive<float>(-87.33f, 0.00037f, 2);
  check_exp_of_nonpositive<double>(-708.39, 0.00173, 4);
}

BOOST_AUTO_TEST_SUITE_END()
