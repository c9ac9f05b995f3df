// Exponentials: exp, log, sigmoid and tanh of one float or double, written so that a loop over them vectorises.
//
// No function here has a branch or a slow range. exp(x) is 2^n exp(r): n is x / ln 2 rounded, so that the rest
// r = x - n ln 2 is at most ln 2 / 2 and a short polynomial gives exp(r); 2^n is a number whose exponent bits are n.
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
  static constexpr float ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
};
template <> struct Format<double> {
  using Bits = std::uint64_t;
  static constexpr int fraction_bits = 52, bias = 1023;
  static constexpr double rounder = 6755399441055744;  // 1.5 * 2^52
  static constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
};
template <class T> using Bits = typename Format<T>::Bits;

template <class T> inline Bits<T> bits_of(T x) { return std::bit_cast<Bits<T>>(x); }
template <class T> inline T from_bits(Bits<T> bits) { return std::bit_cast<T>(bits); }

// c0 + c1 x + c2 x^2 + ..., by Horner's rule. The coefficients in these files are minimax fits: the largest error on
// the interval is as small as it can be.
template <class T> inline T polynomial(T, T c0) { return c0; }
template <class T, class... C> inline T polynomial(T x, T c0, C... c) { return c0 + x * polynomial(x, c...); }

// x = n ln 2 + rest, with n an integer and |rest| <= ln 2 / 2; the lowest bits of `bits` hold n + Offset.
template <class T> struct Reduced {
  T rest;
  Bits<T> bits;
};
template <int Offset, class T> inline Reduced<T> reduce_by_ln2(T x) {
  constexpr T rounder = Format<T>::rounder + Offset;
  const T shifted = x * T(1.4426950408889634) + rounder;
  const T n = shifted - rounder;
  return {(x - n * Format<T>::ln2_high) - n * Format<T>::ln2_low, bits_of(shifted)};
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
// by the last multiplication. Far out n does not fit, and the result is put right at the end; one half is left out
// there, because denormal numbers on the way to 0 take time.
template <class T> [[gnu::always_inline]] inline T exp(T x) {
  constexpr bool is_float = sizeof(T) == 4;
  constexpr T lowest = is_float ? T(-105) : T(-746), highest = is_float ? T(89) : T(710);
  constexpr int f = Format<T>::fraction_bits, bias = Format<T>::bias;
  const auto [r, bits] = reduce_by_ln2<2 * bias>(x);
  const Bits<T> doubled = bits << (f - 1);                      // n + 2 bias, a bit below the exponent's place
  const Bits<T> half = doubled & (Bits<T>(2 * bias + 1) << f);  // so these are the exponent bits of its half
  const T rest = x < lowest ? T(1) : from_bits<T>(2 * doubled - half);
  T y = exp_of_rest(r) * from_bits<T>(half) * rest;
  y = x > highest ? std::numeric_limits<T>::infinity() : y;
  return x < lowest ? T(0) : y;
}

// e^x for x <= 0, as softmax needs it: two thirds of the work. Results below the smallest normal number may be 0
// instead (in float, where x < -87.3); exp_nonpositive(-inf) is exactly 0, and NaN stays NaN. Not for x > 80.
//
// 2^n is one number here. Arguments are clamped to where n + bias is 0, and all exponent bits 0 mean the number 0.
[[gnu::always_inline]] inline float exp_nonpositive(float x) {
  x = x < -88.0f ? -88.0f : x;
  const auto [r, bits] = reduce_by_ln2<127>(x);
  // One degree less than exp_of_rest: 1.9 ulp instead of 0.9.
  const float p = polynomial(r, 1.0f, 0.9999994f, 0.49999088f, 0.16668339f, 0.041903876f, 0.00825313f);
  return p * from_bits<float>(bits << 23);
}
[[gnu::always_inline]] inline double exp_nonpositive(double x) {
  x = x < -709.0 ? -709.0 : x;
  const auto [r, bits] = reduce_by_ln2<1023>(x);
  return exp_of_rest(r) * from_bits<double>(bits << 52);
}

// ln x = k ln 2 + ln(1 + f), where x = 2^k (1 + f) with 2/3 <= 1 + f < 4/3: subtracting the bits of 2/3 leaves k in the
// place of the exponent. Denormal numbers are multiplied by a power of two first.
inline float log_of_rest(float f) {  // f - f^2 / 2 + f^3 P(f)
  const float p = polynomial(f, 0.33333215f, -0.24999806f, 0.20010427f, -0.16680087f, 0.14005579f, -0.12190526f,
                             0.13986453f, -0.12858029f);
  return f * f * (f * p - 0.5f);  // without its first term f
}
inline double log_of_rest(double f) {  // 2 atanh(s), where s = f / (2 + f)
  const double s = f / (2 + f), z = s * s;
  const double p = polynomial(z, 0.6666666666667267, 0.3999999999616225, 0.28571429396055786, 0.2222213840757763,
                              0.18186360622773926, 0.15250087683811128, 0.15369027474693245);
  return s * (z * p - f);  // 2 s = f - s f, again without the f
}
template <class T> inline T log(T x) {
  constexpr int f_bits = Format<T>::fraction_bits, bias = Format<T>::bias;
  constexpr T rounder = Format<T>::rounder, up = Bits<T>(1) << (f_bits + 1);
  const bool denormal = x < std::numeric_limits<T>::min();
  const Bits<T> b = bits_of(denormal ? x * up : x);
  const Bits<T> k = (b - bits_of(T(2) / 3) + (Bits<T>(bias) << f_bits)) >> f_bits;  // + bias
  const T f = from_bits<T>(b - (k << f_bits) + (Bits<T>(bias) << f_bits)) - 1;
  const T n = from_bits<T>(bits_of(rounder) + k) - (denormal ? rounder + (bias + f_bits + 1) : rounder + bias);
  T y = n * Format<T>::ln2_high + (f + (n * Format<T>::ln2_low + log_of_rest(f)));
  y = x > std::numeric_limits<T>::max() ? x : y;
  y = x == 0 ? -std::numeric_limits<T>::infinity() : y;
  return x >= 0 ? y : std::numeric_limits<T>::quiet_NaN();
}

// 1 / (1 + e^-x), as e / (1 + e) with e = e^x where x < 0: what is small keeps all its digits. The quotient suffers
// from the rounding of 1 + e; e - e (e / (1 + e)), which is the same, hardly does. A tiny number added to e there
// changes nothing, but keeps the quotient from being denormal, and division from being slow.
template <class T> inline T sigmoid(T x) {
  const T e = exp(-std::abs(x)), quotient = (x < 0 ? e + std::numeric_limits<T>::min() : T(1)) / (1 + e);
  return x < 0 ? e - e * quotient : quotient;
}

// tanh x = d / (d + 2), where d = e^(2x) - 1. For small x, d itself is computed, not e^(2x), which is nearly 1:
// with 2x = n ln 2 + r, d = 2^n (e^r - 1) + (2^n - 1).
inline float exp_of_rest_minus_1(float r) {
  return r + r * r * polynomial(r, 0.5f, 0.16666666f, 0.041666497f, 0.00833355f, 0.001393215f, 0.00019778381f);
}
inline double exp_of_rest_minus_1(double r) {
  return r + r * r *
                 polynomial(r, 0.5, 0.16666666666666677, 0.04166666666666669, 0.008333333333321797,
                            0.0013888888888887911, 0.00019841269885315926, 2.480158729175465e-05,
                            2.7557245195509397e-06, 2.755731896153604e-07, 2.5108657734387035e-08,
                            2.0896602339536086e-09);
}
template <class T> inline T tanh(T x) {
  constexpr T one_from = sizeof(T) == 4 ? T(10) : T(20);
  const auto [r, bits] = reduce_by_ln2<Format<T>::bias>(2 * std::abs(x));
  const T power = from_bits<T>(bits << Format<T>::fraction_bits);
  const T d = power * exp_of_rest_minus_1(r) + (power - 1), half = d / 2, quotient = d / (d + 2);
  const T y = d < T(1) ? half - half * quotient : quotient;  // the same, but hardly sees the rounding of d + 2
  return std::copysign(std::abs(x) > one_from ? T(1) : y, x);
}

}  // namespace tg::scalar
