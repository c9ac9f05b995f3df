// Region: the functions of rectangles of complex numbers.
#include "nn/attention/region.h"

#include <algorithm>
#include <cmath>

namespace tg {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), pi = 3.141592653589793;
constexpr Interval everything{-inf, inf};

// Rounded outward: every function below is exact to a few units in the last place. NaN makes it everything.
Interval outward(double lo, double hi) {
  constexpr double more = 1 + 0x1p-48, less = 1 - 0x1p-48;
  if (!(lo <= hi)) return everything;
  return {lo * (lo < 0 ? more : less), hi * (hi < 0 ? less : more)};
}
template <class F> Interval rising(Interval x, const F& f) { return outward(f(x.lo), f(x.hi)); }

Interval hull(Interval a, Interval b) { return {std::min(a.lo, b.lo), std::max(a.hi, b.hi)}; }

Interval square_of(Interval x) { return outward(x.smallest() * x.smallest(), x.largest() * x.largest()); }

// The cosine: 1 or -1 where a multiple of π lies inside, else between its values at the ends.
bool has_multiple(Interval x, double first, double step) {
  return std::ceil((x.lo - first) / step - 1e-9) <= std::floor((x.hi - first) / step + 1e-9);
}
Interval cosine(Interval x) {
  if (!std::isfinite(x.largest())) return everything;
  if (x.largest() > 1e6) return {-1, 1};
  const double a = std::cos(x.lo), b = std::cos(x.hi);
  Interval y = outward(std::min(a, b), std::max(a, b));
  if (has_multiple(x, 0, 2 * pi)) y.hi = 1;
  if (has_multiple(x, pi, 2 * pi)) y.lo = -1;
  return y;
}
constexpr Interval quarter_turn{pi / 2 - 1e-9, pi / 2 + 1e-9};  // cos(x - π / 2) = sin(x)

// A function that rises with a real x >= 0: a bound for it, analytic unless x reaches 0.
template <class F> Region of_positive(const Region& x, const F& f) {
  if (!(x.value().lo >= 0)) return Region::unbounded();
  return {rising(x.value(), f), 0, x.analytic() && x.value().lo > 0};
}

}  // namespace

Interval operator+(Interval a, Interval b) { return outward(a.lo + b.lo, a.hi + b.hi); }
Interval operator*(Interval a, Interval b) {
  const double p = a.lo * b.lo, q = a.lo * b.hi, r = a.hi * b.lo, s = a.hi * b.hi;
  if (std::isnan(p + q + r + s)) return everything;  // also for infinities of both signs
  return outward(std::min(std::min(p, q), std::min(r, s)), std::max(std::max(p, q), std::max(r, s)));
}

Region::Region(Interval re, Interval im, Level level) : level_(level), re_(re), im_(im) {
  if (level_ == may_be_nan || !(re.lo > -inf || re.hi < inf)) level_ = may_be_nan, re_ = everything;
}
Region Region::of(double x) { return Interval(x); }
Region Region::unbounded() { return {everything, everything, may_be_nan}; }
double Region::largest() const { return real() ? re_.largest() : std::hypot(re_.largest(), im_.largest()); }

Region operator+(const Region& a, const Region& b) {
  return {a.re_ + b.re_, a.real() && b.real() ? 0 : a.im_ + b.im_, a.level_with(b)};
}
Region operator*(const Region& a, const Region& b) {
  if (a.real() && b.real()) return {a.re_ * b.re_, 0, a.level_with(b)};
  if (a.real()) return {a.re_ * b.re_, a.re_ * b.im_, a.level_with(b)};
  if (b.real()) return {a.re_ * b.re_, a.im_ * b.re_, a.level_with(b)};
  return {a.re_ * b.re_ - a.im_ * b.im_, a.re_ * b.im_ + a.im_ * b.re_, a.level_with(b)};
}
Region operator/(const Region& a, const Region& b) {
  if (b.re_.has(0) && b.im_.has(0)) return Region::unbounded();
  if (b.real()) return a * Region(outward(1 / b.re_.hi, 1 / b.re_.lo), 0, b.level_);
  const Interval size = square_of(b.re_) + square_of(b.im_);  // 1 / z = z* / |z|²
  const Interval inverse = outward(1 / size.hi, 1 / size.lo);
  return a * Region(b.re_ * inverse, -b.im_ * inverse, b.level_);
}

Region where(Truth condition, const Region& a, const Region& b) {
  if (condition.always()) return a;
  if (condition.never()) return b;
  return {hull(a.re_, b.re_), hull(a.im_, b.im_), std::min(a.level_with(b), Region::defined)};
}
Region maximum(const Region& a, const Region& b) {
  const Region y = where(a > b, a, b);
  const Interval re(std::max(y.re_.lo, std::max(a.re_.lo, b.re_.lo)), y.re_.hi);
  return {re, y.im_, std::min(y.level_, a.level_with(b))};  // NaN if one is
}
Region apply(elementary::abs_, const Region& x) {
  const Region y = where(x < 0, -x, x);
  return x.real() ? Region({x.re_.smallest(), x.re_.largest()}, 0, y.level_) : y;
}

Region apply(elementary::square_, const Region& x) {
  if (x.real()) return {square_of(x.re_), 0, x.level_};
  return {square_of(x.re_) - square_of(x.im_), Interval(2) * x.re_ * x.im_, x.level_};
}
Region apply(elementary::exp_, const Region& x) {
  const Interval size = rising(x.re_, [](double t) { return std::exp(t); });
  if (x.real()) return {size, 0, x.level_};
  return {size * cosine(x.im_), size * cosine(x.im_ - quarter_turn), x.level_};
}
// log |z| + i angle(z), but for the branch cut, the reals up to 0. The angle of a convex set is least and largest at
// its corners.
Region apply(elementary::log_, const Region& z) {
  auto log = [](double t) { return std::log(t); };
  if (z.real()) return of_positive(z, log);
  const Interval x = z.re_, y = z.im_;
  if (x.lo <= 0 && y.has(0)) return Region::unbounded();
  const Interval modulus = outward(std::hypot(x.smallest(), y.smallest()), std::hypot(x.largest(), y.largest()));
  const auto [least, most] =
      std::minmax({std::atan2(y.lo, x.lo), std::atan2(y.lo, x.hi), std::atan2(y.hi, x.lo), std::atan2(y.hi, x.hi)});
  return {rising(modulus, log), outward(least, most), z.level_};
}
Region apply(elementary::sqrt_, const Region& x) {
  if (x.real()) return of_positive(x, [](double t) { return std::sqrt(t); });
  return exp(0.5 * log(x));
}
Region apply(elementary::cos_, const Region& x) {
  if (x.real()) return {cosine(x.re_), 0, x.level_};
  const Interval cosh = outward(std::cosh(x.im_.smallest()), std::cosh(x.im_.largest()));
  const Interval sinh = rising(x.im_, [](double t) { return std::sinh(t); });
  return {cosine(x.re_) * cosh, -(cosine(x.re_ - quarter_turn) * sinh), x.level_};
}
Region apply(elementary::sin_, const Region& x) { return cos(x - quarter_turn); }
Region apply(elementary::tanh_, const Region& x) {
  if (x.real()) return {rising(x.re_, [](double t) { return std::tanh(t); }), 0, x.level_};
  return 1 - 2 / (exp(2 * x) + 1);
}
Region apply(elementary::sigmoid_, const Region& x) {
  if (x.real()) return {rising(x.re_, [](double t) { return 1 / (1 + std::exp(-t)); }), 0, x.level_};
  return 1 / (exp(-x) + 1);
}

// Of a small whole exponent a product; x² is tighter than x times x.
Region pow(const Region& x, const Region& e) {
  const double whole = std::round(e.re_.lo);
  if (!e.real() || !e.re_.is(whole) || std::abs(whole) > 32) return exp(e * log(x));
  Region y = std::fmod(whole, 2) == 0 ? Region(1) : x;
  for (int k = 2; k <= std::abs(whole); k += 2) y = y * square(x);
  return whole < 0 ? 1 / y : y;
}
Region pow_dx(const Region& x, const Region& e) {
  const Region less = e.re_.lo == e.re_.hi ? Region(e.re_.lo - 1) : e - 1;  // a whole exponent stays whole
  return where(e == 0, 0, e * pow(x, less));
}
Region pow_de(const Region& x, const Region& e, const Region& y) { return where(x == 0 && e >= 0, 0, y * log(x)); }

}  // namespace tg
