// Random: PyTorch's CPU generator (ATen/core/DistributionsHelper.h and aten/native/cpu, version 1.13).
#include "tensor/random.h"

#include <cmath>
#include <mutex>
#include <numbers>
#include <optional>
#include <random>

namespace tg {
namespace {

struct Generator {
  std::mutex mutex;
  std::mt19937 engine{0};
  std::optional<double> spare_normal;  // the second value of a pair, kept for the next single draw
};

Generator& generator() {
  static Generator* g = new Generator;
  return *g;
}

void draw_uniform(Generator& g, float& x) { x = static_cast<float>(g.engine() & 0xffffff) * 0x1p-24f; }

void draw_uniform(Generator& g, double& x) {
  const std::uint64_t high = g.engine(), low = g.engine();
  x = static_cast<double>((high << 32 | low) & ((std::uint64_t{1} << 53) - 1)) * 0x1p-53;
}

// Sixteen uniforms become sixteen normals: element j pairs with element j + 8.
template <class T> void box_muller_16(T* d) {
  for (int j = 0; j < 8; ++j) {
    const T u1 = 1 - d[j], u2 = d[j + 8];
    const T radius = std::sqrt(-2 * std::log(u1)), angle = 2 * std::numbers::pi_v<T> * u2;
    d[j] = radius * std::cos(angle);
    d[j + 8] = radius * std::sin(angle);
  }
}

// Fewer than 16 normals are drawn in double, a pair at a time.
double draw_normal(Generator& g) {
  if (g.spare_normal) {
    const double x = *g.spare_normal;
    g.spare_normal.reset();
    return x;
  }
  double u1 = 0, u2 = 0;
  draw_uniform(g, u1);
  draw_uniform(g, u2);
  const double radius = std::sqrt(-2 * std::log1p(-u2)), angle = 2 * std::numbers::pi * u1;
  g.spare_normal = radius * std::sin(angle);
  return radius * std::cos(angle);
}

template <class T> void fill_normal(Generator& g, T* d, std::int64_t n) {
  if (n < 16) {
    for (std::int64_t i = 0; i < n; ++i) d[i] = static_cast<T>(draw_normal(g));
    return;
  }
  for (std::int64_t i = 0; i < n; ++i) draw_uniform(g, d[i]);
  for (std::int64_t i = 0; i + 16 <= n; i += 16) box_muller_16(d + i);
  if (n % 16 != 0) {  // the last 16 places are drawn afresh
    for (std::int64_t i = n - 16; i < n; ++i) draw_uniform(g, d[i]);
    box_muller_16(d + n - 16);
  }
}

}  // namespace

void manual_seed(std::uint64_t seed) {
  Generator& g = generator();
  std::lock_guard lock(g.mutex);
  g.engine.seed(static_cast<std::uint32_t>(seed));
  g.spare_normal.reset();
}

template <class T> BasicTensor<T> rand(const Shape& shape) {
  check_sizes("rand", shape, sizeof(T));
  BasicTensor<T> x = BasicTensor<T>::uninitialized(shape);
  Generator& g = generator();
  std::lock_guard lock(g.mutex);
  for (std::int64_t i = 0; i < x.numel(); ++i) draw_uniform(g, x.writable()[i]);
  return x;
}

template <class T> BasicTensor<T> randn(const Shape& shape) {
  check_sizes("randn", shape, sizeof(T));
  return normal<T>(0, 1, shape);
}

template <class T> BasicTensor<T> normal(double mean, double standard_deviation, const Shape& shape) {
  check_sizes("normal", shape, sizeof(T));
  if (!std::isfinite(mean) || !std::isfinite(standard_deviation) || standard_deviation < 0) {
    fail("normal: mean is ", mean, " and standard_deviation is ", standard_deviation,
         "; both must be finite and the latter not negative");
  }
  BasicTensor<T> x = BasicTensor<T>::uninitialized(shape);
  Generator& g = generator();
  std::lock_guard lock(g.mutex);
  fill_normal(g, x.writable(), x.numel());
  const T m = static_cast<T>(mean), s = static_cast<T>(standard_deviation);
  for (std::int64_t i = 0; i < x.numel(); ++i) x.writable()[i] = x.writable()[i] * s + m;
  return x;
}

#define TG_INSTANTIATE(T)                      \
  template BasicTensor<T> rand(const Shape&);  \
  template BasicTensor<T> randn(const Shape&); \
  template BasicTensor<T> normal(double, double, const Shape&);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg
