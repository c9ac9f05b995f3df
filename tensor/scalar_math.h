// Scalar math: the elementary functions on one float or double, written so that a loop over them vectorises.
//
// exp is the function attention spends its time in. It has no branch and no slow range: the argument is clamped to
// where the result is neither 0 nor infinity, split as x = n ln 2 + r with |r| <= ln 2 / 2, and exp(r) is a
// polynomial. 2^n is put together from exponent bits, in two halves so that tiny results are rounded only once.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace tg::scalar {

inline float exp(float x) {
  x = x > 89.0f ? 89.0f : x;  // exp(89) is infinite, exp(-105) is 0; a comparison with NaN is false and keeps it
  x = x < -105.0f ? -105.0f : x;
  const float round = 12582912.0f;                       // adding 1.5 * 2^23 leaves the integer in the low bits
  const float shifted = x * 1.44269504f + round;         // x / ln 2
  const float n = shifted - round;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;  // ln 2 in two parts, the first short and so exact
  float p = 1.3933734e-3f;
  p = p * r + 8.3632354e-3f;
  p = p * r + 4.1666463e-2f;
  p = p * r + 1.6666576e-1f;
  p = p * r + 5.0000000e-1f;
  p = (p * r) * r + r + 1.0f;
  const std::int32_t e = std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(round);
  const std::int32_t half = e >> 1;
  const float scale1 = std::bit_cast<float>(static_cast<std::uint32_t>(half + 127) << 23);
  const float scale2 = std::bit_cast<float>(static_cast<std::uint32_t>(e - half + 127) << 23);
  return p * scale1 * scale2;
}

inline double exp(double x) {
  x = x > 710.0 ? 710.0 : x;
  x = x < -746.0 ? -746.0 : x;
  const double round = 6755399441055744.0;               // 1.5 * 2^52
  const double shifted = x * 1.4426950408889634 + round;
  const double n = shifted - round;
  const double r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
  double p = 2.5228490786642112e-8;
  p = p * r + 2.7618087533922073e-7;
  p = p * r + 2.7556958600994425e-6;
  p = p * r + 2.4801525503241815e-5;
  p = p * r + 1.984127010927962e-4;
  p = p * r + 1.3888888914509077e-3;
  p = p * r + 8.333333333258953e-3;
  p = p * r + 4.166666666662952e-2;
  p = p * r + 1.666666666666672e-1;
  p = p * r + 5.0e-1;
  p = (p * r) * r + r + 1.0;
  const std::int64_t e = std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(round);
  const std::int64_t half = e >> 1;
  const double scale1 = std::bit_cast<double>(static_cast<std::uint64_t>(half + 1023) << 52);
  const double scale2 = std::bit_cast<double>(static_cast<std::uint64_t>(e - half + 1023) << 52);
  return p * scale1 * scale2;
}

template <class T> T square(T x) { return x * x; }
template <class T> T sigmoid(T x) { return 1 / (1 + exp(-x)); }
template <class T> T relu(T x) { return x < 0 ? T(0) : x; }  // NaN stays NaN
template <class T> T sign(T x) { return static_cast<T>((x > 0) - (x < 0)); }  // 0 for NaN, as in torch.sign
template <class T> T maximum(T a, T b) { return ((a > b) | (a != a)) ? a : b; }
template <class T> T minimum(T a, T b) { return ((a < b) | (a != a)) ? a : b; }
template <class T> T clamp(T x, T low, T high) { return x < low ? low : x > high ? high : x; }

}  // namespace tg::scalar
