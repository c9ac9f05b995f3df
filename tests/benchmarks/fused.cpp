// Fused: one lambda over large tensors, forward and backward, on two threads. Memory sets its pace.
#include <cmath>

#include "autograd/autograd.h"
#include "tests/benchmarks/data.h"
#include "tests/benchmarks/peers.h"
#include "tests/benchmarks/tensors.h"

namespace bench {
namespace {

using namespace tg;

constexpr std::size_t count = 1 << 24;

// The bytes that must be moved: forward reads a and b and writes y; backward reads the cotangent, a and b, and writes
// the two gradients.
constexpr std::size_t bytes = count * sizeof(float) * (3 + 5);

std::vector<float> numbers(std::uint64_t seed) { return uniform(count, -2, 2, seed); }

class FusedLambda {
 public:
  void run() {
    Tape tape;
    const Variable y = elementwise([](auto a, auto b) { return tanh(a * b + a) / (1 + square(b)); }, a_, b_);
    a_.zero_grad(), b_.zero_grad();
    tape.backward(y, seed_);
    y_ = y.value();
  }
  std::vector<double> result() const {
    std::vector<double> all;
    for (const Tensor& x : {y_, a_.grad(), b_.grad()}) {
      for (const double value : sample(x.data(), count)) all.push_back(value);
    }
    return all;
  }

 private:
  Variable a_{vector_of(numbers(0)), true}, b_{vector_of(numbers(1)), true};
  Tensor seed_ = vector_of(numbers(2)), y_;
};

Expected expected_values() {
  auto some = [](std::uint64_t seed) { return sample(numbers(seed).data(), count); };
  const std::vector<double> a = some(0), b = some(1), seed = some(2);
  std::vector<double> y, a_gradient, b_gradient;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double t = std::tanh(a[i] * b[i] + a[i]), r = 1 / (1 + b[i] * b[i]);
    y.push_back(t * r);
    a_gradient.push_back(seed[i] * (1 - t * t) * (b[i] + 1) * r);
    b_gradient.push_back(seed[i] * ((1 - t * t) * a[i] * r - 2 * b[i] * t * r * r));
  }
  Expected expected;
  for (const auto& part : {y, a_gradient, b_gradient}) {
    expected.values.insert(expected.values.end(), part.begin(), part.end());
  }
  expected.allowed.assign(expected.values.size(), 1e-5);
  return expected;
}

}  // namespace

Workloads fused_workloads() {
  return {{.group = "one lambda, tanh(a b + a) / (1 + b²), of 16M floats",
           .name = "forward and backward, two threads",
           .ours = {{"elementwise", start<FusedLambda>(), 2}},
           .peers = peers::memory_copy(bytes),
           .expected = expected_values,
           .items = bytes,
           .item = "byte",
           .memory = true}};
}

}  // namespace bench
