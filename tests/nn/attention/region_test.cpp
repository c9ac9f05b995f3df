// Regions: what a function of a region gives holds the function's value at every point of it, and none is called
// analytic that has a kink, a pole or a branch cut there.
#include "nn/attention/region.h"

#include <complex>
#include <random>

#include "autograd/dual.h"
#include "tests/support.h"

using namespace tests;

namespace {

using Complex = std::complex<double>;

std::mt19937_64 random_bits(7);
double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_bits); }
bool sometimes(int in) { return random_bits() % static_cast<unsigned>(in) == 0; }

Interval random_interval() {
  const double middle = sometimes(4) ? 0 : uniform(-4, 4), half = std::pow(10, uniform(-6, 0.5));
  if (sometimes(6)) return {middle, middle};
  return sometimes(6) ? Interval{0, half} : Interval{middle - half, middle + half};
}
Region random_region() {
  return sometimes(2) ? Region(random_interval()) : Region(random_interval(), random_interval());
}

double point_of(Interval x) {
  return sometimes(4) ? (sometimes(2) ? x.lo : x.hi) : std::clamp(uniform(x.lo, x.hi), x.lo, x.hi);
}
Complex point_of(const Region& z) { return {point_of(z.value()), point_of(z.imaginary())}; }

bool holds(const Region& region, Complex z) {
  const double slack = 1e-13 * (1 + std::abs(z));  // the reference's own rounding
  auto within = [slack](Interval x, double y) { return x.lo - slack <= y && y <= x.hi + slack; };
  return within(region.value(), z.real()) && within(region.imaginary(), z.imag());
}

bool on_cut(const Region& z) { return z.value().lo <= 0 && z.imaginary().has(0); }
bool at_zero(const Region& z) { return z.value().has(0) && z.imaginary().has(0); }
bool has_kink(const Region& z) { return z.value().lo < 0 && z.value().hi > 0; }
bool has_pole(const Region& z, double first, double step) {  // at i (first + k step)
  if (!z.value().has(0)) return false;
  for (int k = -4; k <= 4; ++k) {
    if (z.imaginary().has(first + k * step)) return true;
  }
  return false;
}
bool smooth(const Region&) { return false; }

// A function of regions beside that of complex numbers, and whether a region has a point where it is not analytic.
struct Function {
  const char* name;
  Region (*of_region)(const Region&);
  Complex (*of_complex)(Complex);
  bool (*singular)(const Region&);
};
const Function functions[] = {
    {"neg", [](const Region& x) { return -x; }, [](Complex x) { return -x; }, smooth},
    {"square", [](const Region& x) { return square(x); }, [](Complex x) { return x * x; }, smooth},
    {"exp", [](const Region& x) { return exp(x); }, [](Complex x) { return std::exp(x); }, smooth},
    {"sin", [](const Region& x) { return sin(x); }, [](Complex x) { return std::sin(x); }, smooth},
    {"cos", [](const Region& x) { return cos(x); }, [](Complex x) { return std::cos(x); }, smooth},
    {"log", [](const Region& x) { return log(x); }, [](Complex x) { return std::log(x); }, on_cut},
    {"sqrt", [](const Region& x) { return sqrt(x); }, [](Complex x) { return std::sqrt(x); }, on_cut},
    {"1 / x", [](const Region& x) { return 1 / x; }, [](Complex x) { return 1.0 / x; }, at_zero},
    {"abs", [](const Region& x) { return abs(x); }, [](Complex x) { return x.real() < 0 ? -x : x; }, has_kink},
    {"relu", [](const Region& x) { return relu(x); }, [](Complex x) { return x.real() < 0 ? Complex() : x; }, has_kink},
    {"sign", [](const Region& x) { return sign(x); },
     [](Complex x) { return Complex((x.real() > 0) - (x.real() < 0)); }, has_kink},
    {"maximum", [](const Region& x) { return maximum(x, 0.5 * x); },
     [](Complex x) { return x.real() < 0 ? 0.5 * x : x; }, has_kink},
    {"minimum", [](const Region& x) { return minimum(x, 0); }, [](Complex x) { return x.real() < 0 ? x : Complex(); },
     has_kink},
    {"clamp", [](const Region& x) { return clamp(x, 0, 1e9); }, [](Complex x) { return x.real() < 0 ? Complex() : x; },
     has_kink},
    {"where", [](const Region& x) { return where(x > 0 && x < 1e9, x, square(x)); },
     [](Complex x) { return x.real() > 0 ? x : x * x; }, has_kink},
    {"tanh", [](const Region& x) { return tanh(x); }, [](Complex x) { return std::tanh(x); },
     [](const Region& z) { return has_pole(z, std::acos(0), std::acos(-1)); }},
    {"sigmoid", [](const Region& x) { return sigmoid(x); }, [](Complex x) { return 1.0 / (1.0 + std::exp(-x)); },
     [](const Region& z) { return has_pole(z, std::acos(-1), 2 * std::acos(-1)); }},
    {"pow 3", [](const Region& x) { return pow(x, 3); }, [](Complex x) { return x * x * x; }, smooth},
    {"pow 4", [](const Region& x) { return pow(x, 4); }, [](Complex x) { return x * x * x * x; }, smooth},
    {"pow -2", [](const Region& x) { return pow(x, -2); }, [](Complex x) { return 1.0 / (x * x); }, at_zero},
    {"pow 1.5", [](const Region& x) { return pow(x, 1.5); }, [](Complex x) { return x * std::sqrt(x); }, on_cut},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(nn)
BOOST_AUTO_TEST_SUITE(attention_region)

BOOST_AUTO_TEST_CASE(values_at_points_lie_inside) {
  for (const Function& f : functions) {
    int analytic = 0;
    bool right = true;
    for (int i = 0; i < 100'000 && right; ++i) {
      const Region x = random_region(), y = f.of_region(x);
      analytic += y.analytic();
      if (y.analytic() && f.singular(x)) {
        right = false;
        BOOST_ERROR(f.name << " is called analytic on [" << x.value().lo << ", " << x.value().hi << "] + i ["
                           << x.imaginary().lo << ", " << x.imaginary().hi << "]");
      }
      if (!y.analytic() && !x.real()) continue;  // nothing is claimed of it
      for (int k = 0; k < 4 && right; ++k) {
        const Complex point = point_of(x), value = f.of_complex(point);
        if (!std::isfinite(value.real()) || (x.real() && value.imag() != 0)) continue;  // not defined there
        if (f.singular == has_kink && point.real() == 0) continue;                      // on the border of two branches
        right = holds(y, value);
        BOOST_CHECK_MESSAGE(right, f.name << " of " << point << " is " << value << ", not in [" << y.value().lo << ", "
                                          << y.value().hi << "] + i [" << y.imaginary().lo << ", " << y.imaginary().hi
                                          << "]");
      }
    }
    BOOST_CHECK_MESSAGE(analytic > 1000, f.name << " is analytic only " << analytic << " times");
  }
}

BOOST_AUTO_TEST_CASE(products_of_two_regions) {
  for (int i = 0; i < 100'000; ++i) {
    const Region a = random_region(), b = random_region();
    const Complex x = point_of(a), y = point_of(b);
    BOOST_REQUIRE(holds(a + b, x + y) && holds(a - b, x - y) && holds(a * b, x * y));
    if ((a / b).analytic()) BOOST_REQUIRE(!at_zero(b) && holds(a / b, x / y));
  }
}

BOOST_AUTO_TEST_CASE(comparisons_are_decided_for_all_points_or_not_at_all) {
  const Interval low{0, 1}, high{2, 3}, both{0.5, 2.5}, one{1, 1};
  BOOST_CHECK((low < high).always() && (high < low).never() && (low != high).always());
  BOOST_CHECK(!(low < both).always() && !(low < both).never());
  BOOST_CHECK(!(low < one).always() && !(low < one).never() && (low > one).never() && (low <= one).always());
  BOOST_CHECK((one == one).always() && !(low == low).always());
  BOOST_CHECK((low < both && high < low).never() && (low < both || low < high).always());
  BOOST_CHECK((!(low < high)).never());
}

BOOST_AUTO_TEST_CASE(an_if_that_is_undecided_leaves_the_proof) {
  const auto f = [](auto x) { return x < 1 ? x : x * 2; };
  const auto proven = [&](Interval x) { return Region::proven([&] { return f(Region(x)); }); };
  BOOST_CHECK_EQUAL(proven({2, 3}).value().hi, 6 * (1 + 0x1p-48));
  BOOST_CHECK(!proven({0, 3}).analytic());
  BOOST_CHECK_EQUAL(proven({0, 3}).value().hi, std::numeric_limits<double>::infinity());
}

// A loop of a lambda ends, though its condition is never decided.
BOOST_AUTO_TEST_CASE(a_loop_that_is_undecided_ends) {
  const auto root = [](auto x) {
    auto y = x;
    while (abs(y * y - x) > 1e-6) y = (y + x / y) / 2;
    return y;
  };
  BOOST_CHECK(!Region::proven([&] { return root(Region(Interval{2, 9})); }).analytic());
}

// What may be NaN is not bounded, nor is what is made of it: a NaN is on no side of a comparison.
BOOST_AUTO_TEST_CASE(what_may_be_nan_is_unbounded) {
  const Region x{Interval{-1, 1}}, infinite{Interval{1, std::numeric_limits<double>::infinity()}};
  for (const Region& y : {sqrt(x), log(x), 1 / x, infinite - infinite, infinite * x, sin(infinite), pow(x, 0.5)}) {
    for (const Region& z : {y, relu(y), minimum(y, 3), maximum(y, -3), clamp(y, 0, 1), tanh(y), sigmoid(y), square(y),
                            cos(y), abs(y), y * 0, where(x > 0, y, x)}) {
      BOOST_CHECK(!z.analytic() && z.value().lo < -1e300 && z.value().hi > 1e300);
      BOOST_CHECK(!(z > 0).always() && !(z > 0).never());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_comparison_is_a_number_too) {
  const auto step = [](auto x) { return (x > 1) * x; };
  BOOST_CHECK_EQUAL(step(Region(Interval{2, 3})).value().lo, 2 * (1 - 0x1p-48));
  BOOST_CHECK(step(Region(Interval{2, 3})).analytic() && !step(Region(Interval{0, 3})).analytic());
  BOOST_CHECK_EQUAL(step(Region(Interval{0, 3})).value().lo, 0);
}

BOOST_AUTO_TEST_CASE(duals_of_complex_regions_hold_slopes) {
  using D = Dual<Region, 1>;
  const auto f = [](auto x) { return exp(-square(x)) * cos(x) + log(x + 9) / (x + 8) + pow(x + 9, 3); };
  for (int i = 0; i < 10'000; ++i) {
    const Region x = random_region(), slope = f(D(x, {Region(1)})).partial(0);
    const Complex z = point_of(x), e = std::exp(-z * z);
    const Complex right = -2.0 * z * e * std::cos(z) - e * std::sin(z) + 1.0 / ((z + 9.0) * (z + 8.0)) -
                          std::log(z + 9.0) / ((z + 8.0) * (z + 8.0)) + 3.0 * (z + 9.0) * (z + 9.0);
    if (slope.analytic()) BOOST_REQUIRE(holds(slope, right));
  }
}

BOOST_AUTO_TEST_CASE(duals_of_regions_hold_slopes) {
  using D = Dual<Region, 1>;
  const auto f = [](auto x) { return exp(-square(x)) * tanh(x) + abs(x) - log(x + 9) + pow(x + 9, 1.5) / (x + 8); };
  for (int i = 0; i < 10'000; ++i) {
    const Region x{random_interval()};
    const Region slope = f(D(x, {Region(1)})).partial(0);
    const double at = point_of(x.value());
    const double right = f(Dual<Number<double>, 1>(Number<double>(at), {Number<double>(1)})).partial(0).value();
    BOOST_REQUIRE(holds(slope, right));
  }
}

// A number's imaginary part is 0, whatever a compiler makes of a constant.
[[gnu::noinline]] bool all_real(Region a, Region b, Region c) { return a.real() && b.real() && c.real(); }
BOOST_AUTO_TEST_CASE(constants_are_real) {
  BOOST_CHECK(all_real(Region(Interval{2, 2.2}), Region(Interval{2.5, 3}), Region(3)));
  BOOST_CHECK(all_real(1, 2.5, Region(7.0f)));
  const auto score = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2 + 3 * k - 1; };
  BOOST_CHECK_CLOSE(score(Region(Interval{2, 2}), Region(Interval{2.5, 3}), Region(3)).value().hi, -1.125 + 9 - 1,
                    1e-9);
}

// A row of tensor/elementary.h without a rule for regions.
struct no_rule_ {};
BOOST_AUTO_TEST_CASE(a_function_without_a_rule_is_unbounded) {
  const Region y = apply(no_rule_(), Region(1));
  BOOST_CHECK(!y.analytic() && y.value().hi == std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
