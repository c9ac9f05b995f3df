// Scalar math: exp and its kin on one float or double, written so that a loop over them vectorises.
//
// No function here has a branch or a slow range. exp(x) is 2^n exp(r): n is x / ln 2 rounded, so the rest
// r = x - n ln 2 is at most ln 2 / 2 and a short polynomial gives exp(r), and 2^n is a number whose exponent bits are n.
// Two old tricks do the work:
// - Rounding by adding 1.5 * 2^23 (2^52 for double). A float that large has no bits left for a fraction, so the
//   addition rounds, and the integer stands in its lowest bits. Subtracting the number again gives it as a float.
// - ln 2 in two parts. n times the first, a short one, is exact, so the subtraction loses nothing.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace tg::scalar {

// A number is ±1.fraction * 2^(exponent - bias); its bits are the sign, the exponent and the fraction.
template <class T> struct Format;
template <> struct Format<float> {
  using Bits = std::uint32_t;
  static constexpr int fraction_bits = 23, bias = 127;
  static constexpr float rounder = 12582912;  // 1.5 * 2^23
};
template <> struct Format<double> {
  using Bits = std::uint64_t;
  static constexpr int fraction_bits = 52, bias = 1023;
  static constexpr double rounder = 6755399441055744;  // 1.5 * 2^52
};
template <class T> using Bits = typename Format<T>::Bits;

template <class T> Bits<T> bits_of(T x) { return std::bit_cast<Bits<T>>(x); }
template <class T> T from_bits(Bits<T> bits) { return std::bit_cast<T>(bits); }

// c0 + c1 x + c2 x^2 + ..., by Horner's rule. The coefficients in these files are minimax fits: the largest error on
// the interval is as small as it can be.
template <class T> T polynomial(T, T c0) { return c0; }
template <class T, class... C> T polynomial(T x, T c0, C... c) { return c0 + x * polynomial(x, c...); }

// x = n ln 2 + rest, with n an integer and |rest| <= ln 2 / 2; the lowest bits of `bits` hold n + Offset.
template <class T> struct Reduced {
  T rest;
  Bits<T> bits;
};
template <int Offset, class T> Reduced<T> reduce_by_ln2(T x) {
  constexpr bool is_float = sizeof(T) == 4;
  constexpr T rounder = Format<T>::rounder + Offset;
  constexpr T high = is_float ? T(0.693359375) : T(6.93147180369123816490e-01);
  constexpr T low = is_float ? T(-2.12194440e-4) : T(1.90821492927058770002e-10);
  const T shifted = x * T(1.4426950408889634) + rounder;
  const T n = shifted - rounder;
  return {(x - n * high) - n * low, bits_of(shifted)};
}

// exp(r) for |r| <= ln 2 / 2.
inline float exp_of_rest(float r) {
  return polynomial(r, 1.0f, 1.0f, 0.4999999f, 0.16666523f, 0.041668925f, 0.0083685445f, 0.001379477f);
}
inline double exp_of_rest(double r) {
  return polynomial(r, 1.0, 1.0, 0.5, 1.666666666666672e-1, 4.166666666662952e-2, 8.333333333258953e-3,
                    1.3888888914509077e-3, 1.984127010927962e-4, 2.4801525503241815e-5, 2.7556958600994425e-6,
                    2.7618087533922073e-7, 2.5228490786642112e-8);
}

// e^x. 2^n is made in two halves, so that a result which overflows, or is too small to be normal, is rounded only once,
// by the last multiplication. Far out n does not fit, and the result is put right at the end.
template <class T> T exp(T x) {
  constexpr bool is_float = sizeof(T) == 4;
  constexpr int f = Format<T>::fraction_bits, bias = Format<T>::bias;
  const auto [r, bits] = reduce_by_ln2<2 * bias>(x);
  const Bits<T> doubled = bits << (f - 1);                             // n + 2 bias, a bit below the exponent's place
  const Bits<T> half = doubled & (Bits<T>(2 * bias + 1) << f);         // so these are the exponent bits of its half,
  T y = exp_of_rest(r) * from_bits<T>(half) * from_bits<T>(2 * doubled - half);  // and these the ones of the rest
  y = x > (is_float ? T(89) : T(710)) ? std::numeric_limits<T>::infinity() : y;
  return x < (is_float ? T(-105) : T(-746)) ? T(0) : y;
}

// e^x for x <= 0, as softmax needs it: two thirds of the work. Results below the smallest normal number may be 0
// instead (in float, where x < -87.3); exp_nonpositive(-inf) is exactly 0, and NaN stays NaN. Not for x > 80.
//
// 2^n is one number here. Arguments are clamped to where n + bias is 0, and all exponent bits 0 mean the number 0.
inline float exp_nonpositive(float x) {
  x = x < -88.0f ? -88.0f : x;
  const auto [r, bits] = reduce_by_ln2<127>(x);
  // One degree less than exp_of_rest: 1.9 ulp instead of 0.9.
  const float p = polynomial(r, 1.0f, 0.9999994f, 0.49999088f, 0.16668339f, 0.041903876f, 0.00825313f);
  return p * from_bits<float>(bits << 23);
}
inline double exp_nonpositive(double x) {
  x = x < -709.0 ? -709.0 : x;
  const auto [r, bits] = reduce_by_ln2<1023>(x);
  return exp_of_rest(r) * from_bits<double>(bits << 52);
}

}  // namespace tg::scalar
