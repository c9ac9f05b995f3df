// Elementary functions: exp and its kin over floats, in an ordinary range and far outside it.
#include <cmath>
#include <limits>

#include "tests/benchmarks/data.h"
#include "tests/benchmarks/peers.h"
#include "tests/benchmarks/tensors.h"

namespace bench {
namespace {

using namespace tg;

struct Function {
  const char* name;
  Tensor (*ours)(const Tensor&);
  float (*libm)(float);
  double (*exact)(double);
  double low, high;  // its ordinary range
};

const Function functions[] = {
    {"exp", [](const Tensor& x) { return tg::exp(x); }, std::exp, std::exp, -10, 10},
    {"log", [](const Tensor& x) { return tg::log(x); }, std::log, std::log, 0.01, 10},
    {"tanh", [](const Tensor& x) { return tg::tanh(x); }, std::tanh, std::tanh, -5, 5},
    {"sigmoid", [](const Tensor& x) { return tg::sigmoid(x); }, [](float x) { return 1 / (1 + std::exp(-x)); },
     [](double x) { return 1 / (1 + std::exp(-x)); }, -10, 10},
    {"sin", [](const Tensor& x) { return tg::sin(x); }, std::sin, std::sin, -5, 5},
    {"cos", [](const Tensor& x) { return tg::cos(x); }, std::cos, std::cos, -5, 5},
};

class Elementary {
 public:
  Elementary(Tensor (*f)(const Tensor&), const std::vector<float>& x) : f_(f), x_(vector_of(x)) {}
  void run() { y_ = f_(x_); }
  std::vector<double> result() const { return sample(y_.data(), y_.numel(), y_.numel()); }

 private:
  Tensor (*f_)(const Tensor&);
  Tensor x_, y_;
};

// Rounded to float, and so 0 or infinite where floats are; within 2 to 4 units in the last place (2 in the tests).
Expected expected_values(double (*exact)(double), const std::vector<float>& x) {
  Expected expected;
  for (const float value : x) {
    const double y = static_cast<float>(exact(value));
    expected.values.push_back(y);
    expected.allowed.push_back(std::isfinite(y) ? 2 * std::numeric_limits<float>::epsilon() * std::abs(y) + 1e-44 : 0);
  }
  return expected;
}

}  // namespace

Workloads elementary_workloads() {
  constexpr std::size_t count = 4096;
  Workloads rows;
  for (const Function& f : functions) {
    struct Range {
      std::string name;
      double low, high;
    };
    for (const Range& range : {Range{"", f.low, f.high}, {" at -1000", -1001, -999}, {" at 1e6", 999'000, 1'001'000}}) {
      const std::vector<float> x = uniform(count, range.low, range.high);
      rows.push_back({.group = "elementary functions of 4096 floats",
                      .name = f.name + range.name,
                      .ours = {{"", start<Elementary>(f.ours, x)}},
                      .peers = peers::elementary(f.libm, x),
                      .expected = [=] { return expected_values(f.exact, x); },
                      .items = count});
    }
  }
  return rows;
}

}  // namespace bench
