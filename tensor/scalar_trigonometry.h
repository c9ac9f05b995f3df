// Trigonometry: sin and cos of one float or double, written so that a loop over them vectorises.
//
// sin has the period pi, up to its sign: x = n pi + r with |r| <= pi / 2, sin x = (-1)^n sin r, and a polynomial gives
// sin r. The difficulty is r: where x is large and near a multiple of pi, nearly all digits of x - n pi cancel, and pi
// must be known to far more digits than a double has. There are two ways to it, each correct to the last digit or two:
// - sin_near and cos_near: n pi is subtracted in parts, for |x| <= near_limit. Nearly every argument there is.
// - For larger floats, the digits of 1 / pi that matter are multiplied with x (far_turns below); 2.5 times slower.
//   Larger doubles would need too many digits, and go to the C library.
// sin and cos take any argument, and a loop over floats vectorises, at the slower speed. The ops on tensors (see
// elementwise.cpp) look at a block of arguments first, and take the near functions where they can.
#pragma once

#include "tensor/scalar_exponential.h"

namespace tg::scalar {

inline constexpr double near_limit = 8388608;  // 2^23

// sin r for |r| <= pi / 2.
inline float sin_of_rest(float r) {
  const float z = r * r;
  return r + r * z * polynomial(z, -0.1666666f, 0.008333042f, -0.00019807719f, 2.6024522e-06f);
}
inline double sin_of_rest(double r) {
  const double z = r * r;
  return r + r * z *
                 polynomial(z, -0.16666666666666666, 0.008333333333333207, -0.00019841269841212568,
                            2.7557319211601127e-06, -2.5052106908637897e-08, 1.6058941270104736e-10,
                            -7.643027564894863e-13, 2.7215167771140146e-15);
}

// x - m pi, for m up to 2^22. The first three parts of pi have 30 bits, so that m times them is exact.
inline double minus_multiple_of_pi(double x, double m) {
  return (((x - m * 0x1.921fb548p+1) - m * -0x1.de973dc8p-30) - m * -0x1.9d9cceb8p-61) - m * -0x1.1fc8f8cbb5bf7p-92;
}

// r with its sign turned if the integer whose lowest bit stands in `bits` is odd.
inline double turn_if_odd(double r, Bits<double> bits) { return from_bits<double>(bits_of(r) ^ (bits << 63)); }

// sin x and cos x for |x| <= near_limit. Floats are reduced in double too.
template <class T> inline T sin_near(T x) {
  constexpr double rounder = Format<double>::rounder;
  const double shifted = x * 0.31830988618379067 + rounder, n = shifted - rounder;  // x / pi
  const double r = turn_if_odd(minus_multiple_of_pi(x, n), bits_of(shifted));
  return x == 0 ? x : sin_of_rest(static_cast<T>(r));  // sin(-0) is -0
}
template <class T> inline T cos_near(T x) {  // cos x = (-1)^n sin((n + 1/2) pi - x)
  constexpr double rounder = Format<double>::rounder;
  const double shifted = (x * 0.31830988618379067 - 0.5) + rounder, n = shifted - rounder;
  const double r = turn_if_odd(-minus_multiple_of_pi(x, n + 0.5), bits_of(shifted));
  return sin_of_rest(static_cast<T>(r));
}

// x / (2 pi) + start without its integer part, for any float x >= 0 (Payne and Hanek, 1983).
//
// 1 / (2 pi) is cut into pieces of 29 bits: x, of 24 bits, times a piece is exact, and so is dropping the integer part
// at once, before the next piece is added. The last piece has 53 bits and may round. Four pieces are 140 bits, enough
// below 2^83. Above that, x is a multiple of 2^60: the first 60 bits give integers, and the pieces begin after them.
inline double far_turns(float x, double start) {
  const double wide = x;
  const bool huge = wide >= 0x1p83;
  const double p0 = wide * (huge ? 0x1.4fe13abp-61 : 0x1.45f306cp-3);
  const double p1 = wide * (huge ? 0x1.d1f534dp-90 : 0x1.c9c882ap-31);
  const double p2 = wide * (huge ? 0x1.b81b6c5p-119 : 0x1.4fe13a8p-61);
  const double p3 = wide * (huge ? 0x1.5993c439041fep-150 : 0x1.f47d4d377036ep-88);
  double t = start + (p0 - std::rint(p0));
  t += p1 - std::rint(p1);
  t -= std::rint(t);
  t += p2 - std::rint(p2);
  t -= std::rint(t);
  t += p3;
  return t - std::rint(t);
}

// sin(2 pi t) for |t| <= 1/2. It is the same at 1/2 - t.
inline float sin_of_turns(double t) {
  const double size = std::abs(t), other = 0.5 - size;
  return sin_of_rest(static_cast<float>(std::copysign(size < other ? size : other, t) * 6.283185307179586));
}

// sin x and cos x for every x; NaN for infinities.
inline float sin(float x) {
  const float y = sin_of_turns(far_turns(std::abs(x), 0));
  return from_bits<float>(bits_of(y) ^ (bits_of(x) & bits_of(-0.0f)));
}
inline float cos(float x) { return sin_of_turns(far_turns(std::abs(x), 0.25)); }
inline double sin(double x) { return std::abs(x) > near_limit ? std::sin(x) : sin_near(x); }
inline double cos(double x) { return std::abs(x) > near_limit ? std::cos(x) : cos_near(x); }

}  // namespace tg::scalar
