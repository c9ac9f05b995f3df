// Region: a scalar that stands for a rectangle of complex numbers. A user's lambda, called with regions, proves what
// its value can be.
//
//   f(Region) holds f(z) for every z in the region; `analytic` says that f has a derivative at each.
//
// A region of real numbers has the imaginary part [0, 0]: of it the lambda gives bounds whether it is analytic there or
// not. What is decided by comparisons (abs, relu, where) is analytic if it is decided alike on the whole region; of a
// complex region that is done by its real parts. Where a function may be NaN, and where it has no rule here, it gives
// the unbounded region, and so does what is made of that. Bounds are rounded outward by a few units in the last place:
// a lambda counts as a function of real numbers, without its own rounding.
#pragma once

#include <limits>

#include "tensor/number.h"

namespace tg {

// A comparison of regions: true for all of their numbers, or for none, or undecided. A lambda that makes a bool of an
// undecided one has left the proof (see Region::proven); it is true and false in turn then, so that loops end.
class Truth {
 public:
  Truth(bool value) : Truth(value, !value) {}
  Truth(bool always, bool never) : always_(always), never_(never) {}

  bool always() const { return always_; }
  bool never() const { return never_; }
  operator bool() const { return always_ || (!never_ && ++undecided_as_bool_ % 2); }

  friend Truth operator!(Truth a) { return {a.never_, a.always_}; }
  friend Truth operator&&(Truth a, Truth b) { return {a.always_ && b.always_, a.never_ || b.never_}; }
  friend Truth operator&&(Truth a, bool b) { return a && Truth(b); }
  friend Truth operator&&(bool a, Truth b) { return Truth(a) && b; }
  friend Truth operator||(Truth a, Truth b) { return !(!a && !b); }
  friend Truth operator||(Truth a, bool b) { return a || Truth(b); }
  friend Truth operator||(bool a, Truth b) { return Truth(a) || b; }

 private:
  friend class Region;
  static inline thread_local int undecided_as_bool_ = 0;
  bool always_, never_;
};

// The real numbers from lo to hi.
struct Interval {
  constexpr Interval(double low, double high) : lo(low), hi(high) {}
  constexpr Interval(double x = 0) : Interval(x, x) {}
  double lo, hi;

  double middle() const { return (lo + hi) / 2; }
  double radius() const { return (hi - lo) / 2; }
  bool is(double x) const { return lo == x && hi == x; }
  bool has(double x) const { return lo <= x && x <= hi; }
  double largest() const { return std::max(std::abs(lo), std::abs(hi)); }  // of |x|
  double smallest() const { return has(0) ? 0 : std::min(std::abs(lo), std::abs(hi)); }

  friend Interval operator+(Interval a, Interval b);
  friend Interval operator-(Interval a, Interval b) { return a + -b; }
  friend Interval operator*(Interval a, Interval b);
  friend Interval operator-(Interval a) { return {-a.hi, -a.lo}; }
  friend Truth operator<(Interval a, Interval b) { return {a.hi < b.lo, a.lo >= b.hi}; }
  friend Truth operator>(Interval a, Interval b) { return b < a; }
  friend Truth operator<=(Interval a, Interval b) { return !(b < a); }
  friend Truth operator>=(Interval a, Interval b) { return !(a < b); }
  friend Truth operator==(Interval a, Interval b) { return {a.is(b.lo) && b.is(a.lo), a.hi < b.lo || b.hi < a.lo}; }
  friend Truth operator!=(Interval a, Interval b) { return !(a == b); }
};

class Region : public NumberOperators<Region> {
 public:
  enum Level { may_be_nan, defined, smooth };  // the least of what a region is made of

  Region() = default;
  template <Arithmetic N> Region(N x) : Region(of(static_cast<double>(x))) {}
  Region(const Truth& x) : Region(Interval(x.always(), !x.never()), 0, x.always() || x.never()) {}
  Region(Interval re, Interval im = 0, bool analytic = true) : Region(re, im, analytic ? smooth : defined) {}

  // f(), for a function of regions; the unbounded region if an undecided comparison became a bool on the way.
  template <class F> static Region proven(const F& f) {
    Truth::undecided_as_bool_ = 0;
    const Region y = f();
    return Truth::undecided_as_bool_ == 0 ? y : unbounded();
  }
  static Region unbounded();

  Interval value() const { return re_; }  // the real part
  Interval imaginary() const { return im_; }
  bool analytic() const { return level_ == smooth; }
  bool real() const { return im_.is(0); }
  double largest() const;  // of |z|

  friend Region operator+(const Region& a, const Region& b);
  friend Region operator-(const Region& a, const Region& b) { return a + -b; }
  friend Region operator*(const Region& a, const Region& b);
  friend Region operator/(const Region& a, const Region& b);
  friend Region operator-(const Region& a) { return {-a.re_, -a.im_, a.level_}; }

  friend Region where(Truth condition, const Region& a, const Region& b);
  friend Region sign(const Region& x) { return where(x > 0, Region(1), where(x < 0, Region(-1), Region(0))); }
  friend Region maximum(const Region& a, const Region& b);
  friend Region minimum(const Region& a, const Region& b) { return -maximum(-a, -b); }
  friend Region clamp(const Region& x, const Region& low, const Region& high) { return minimum(high, maximum(low, x)); }
  friend Region pow(const Region& x, const Region& e);
  friend Region pow_dx(const Region& x, const Region& e);
  friend Region pow_de(const Region& x, const Region& e, const Region& y);
  friend Truth is_nan(const Region& x) { return {false, x.level_ != may_be_nan}; }
  friend Region scaled(const Region& d, const Region& slope) { return d.real() && d.re_.is(0) ? d : d * slope; }

  friend Region apply(elementary::neg_, const Region& x) { return -x; }
  friend Region apply(elementary::abs_, const Region& x);
  friend Region apply(elementary::relu_, const Region& x) { return maximum(x, 0); }
  friend Region apply(elementary::square_, const Region& x);
  friend Region apply(elementary::sqrt_, const Region& x);
  friend Region apply(elementary::exp_, const Region& x);
  friend Region apply(elementary::log_, const Region& x);
  friend Region apply(elementary::sin_, const Region& x);
  friend Region apply(elementary::cos_, const Region& x);
  friend Region apply(elementary::tanh_, const Region& x);
  friend Region apply(elementary::sigmoid_, const Region& x);

 private:
  // Apart, since g++ 12 writes a Region of a constant x, whose numbers are x, x, 0, 0, as x, x, x, x with AVX-512.
  static Region of(double x);
  Region(Interval re, Interval im, Level level);
  Level level_with(const Region& b) const { return std::min(level_, b.level_); }

  Level level_ = smooth;
  Interval re_ = 0, im_ = 0;
};

template <> inline constexpr bool is_number<Region> = true;

template <class F> Region apply(F, const Region&) { return Region::unbounded(); }  // a row without a rule here

}  // namespace tg
