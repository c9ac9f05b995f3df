// The rows of the table of functions: each with its value and derivatives by calculus, and where to try it.
#include "tests/autograd/lambda_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tests/support.h"

namespace tests {

using namespace tg;

namespace {

template <class T, class F, std::size_t... I>
Function<T> fused(F f, std::index_sequence<I...>) {
  return [f](const std::vector<BasicVariable<T>>& x) { return elementwise(f, x[I]...); };
}
template <class T, class F, std::size_t... I>
Function<T> by_ops(F f, std::index_sequence<I...>) {
  return [f](const std::vector<BasicVariable<T>>& x) { return f(x[I]...); };
}

// A function of K numbers, at all K-tuples of these values.
template <std::size_t K, class F>
Entry lambda_only(std::string name, std::string text, const Numbers& values, F f,
                  std::function<Numbers(const Numbers&)> calculus) {
  std::vector<Numbers> points{{}};
  for (std::size_t k = 0; k < K; ++k) {
    std::vector<Numbers> longer;
    for (const Numbers& point : points) {
      for (double value : values) longer.push_back(point), longer.back().push_back(value);
    }
    points = longer;
  }
  const auto sequence = std::make_index_sequence<K>();
  return {std::move(name),    std::move(text), points, fused<float>(f, sequence), {}, fused<double>(f, sequence), {},
          std::move(calculus)};
}
template <std::size_t K, class F>
Entry entry(std::string name, std::string text, const Numbers& values, F f,
            std::function<Numbers(const Numbers&)> calculus) {
  Entry e = lambda_only<K>(std::move(name), std::move(text), values, f, std::move(calculus));
  e.ops_float = by_ops<float>(f, std::make_index_sequence<K>());
  e.ops = by_ops<double>(f, std::make_index_sequence<K>());
  return e;
}

// 1e-30 and 1e30 have slopes in float that are no floats any more.
const Numbers values{0.0, -0.0, inf, -inf, NaN, 1, -1, 0.5, -2, 3, 1e-30, 1e30, -1e30};
const Numbers few{0.0, -0.0, inf, -inf, NaN, 1, -1, 0.5, 2};

double step(bool condition) { return condition ? 1 : 0; }
double sign_of(double x) { return step(x > 0) - step(x < 0); }
double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

Numbers sides(double value, double a, double b) { return {value, a, b, 0, 0, 0, 0}; }

// x^e, with PyTorch's slopes, which are 0 at their kinks, and the second slopes of calculus.
Numbers power(double x, double e) {
  const bool zero = x == 0 && e >= 0;
  const double y = std::pow(x, e), log = std::log(x);
  const double mixed = x == 0 && e > 1 ? 0 : e == 0 ? std::pow(x, -1) : std::pow(x, e - 1) * (1 + e * log);
  return {y,
          e == 0 ? 0 : e * std::pow(x, e - 1),
          zero ? 0 : y * log,
          e == 0 || e == 1 ? 0 : e * (e - 1) * std::pow(x, e - 2),
          mixed,
          mixed,
          zero ? 0 : y * log * log};
}
// ... of x alone, for a number e.
std::function<Numbers(const Numbers&)> power_of(double e) {
  return [e](const Numbers& x) {
    const Numbers y = power(x[0], e);
    return Numbers{y[0], y[1], y[3]};
  };
}

}  // namespace

std::vector<Entry> lambda_table() {
  std::vector<Entry> rows;
  const auto unary = [&](const char* name, const char* text, auto f, auto value, auto slope, auto second) {
    rows.push_back(entry<1>(name, text, values, f, [=](const Numbers& x) -> Numbers {
      return {value(x[0]), slope(x[0]), second(x[0])};
    }));
  };
  const auto constant = [](double c) { return [c](double) { return c; }; };
  using D = double;
  unary(
      "operator-", "-x", [](auto x) { return -x; }, [](D x) { return -x; }, constant(-1), constant(0));
  unary(
      "operator+", "x + 1", [](auto x) { return x + 1; }, [](D x) { return x + 1; }, constant(1), constant(0));
  unary(
      "operator-", "1 - x", [](auto x) { return 1 - x; }, [](D x) { return 1 - x; }, constant(-1), constant(0));
  unary(
      "operator*", "2 x", [](auto x) { return 2 * x; }, [](D x) { return 2 * x; }, constant(2), constant(0));
  unary(
      "operator/", "x / 3", [](auto x) { return x / 3; }, [](D x) { return x / 3; }, constant(1.0 / 3), constant(0));
  unary(
      "operator/", "2 / x", [](auto x) { return 2 / x; }, [](D x) { return 2 / x; }, [](D x) { return -2 / x / x; },
      [](D x) { return 4 / x / x / x; });
  unary(
      "abs", "|x|", [](auto x) { return abs(x); }, [](D x) { return std::abs(x); }, sign_of, constant(0));
  unary(
      "square", "x²", [](auto x) { return square(x); }, [](D x) { return x * x; }, [](D x) { return 2 * x; },
      constant(2));
  unary(
      "sqrt", "√x", [](auto x) { return sqrt(x); }, [](D x) { return std::sqrt(x); },
      [](D x) { return 0.5 / std::sqrt(x); }, [](D x) { return -0.25 / std::sqrt(x) / std::sqrt(x) / std::sqrt(x); });
  unary(
      "exp", "exp x", [](auto x) { return exp(x); }, [](D x) { return std::exp(x); }, [](D x) { return std::exp(x); },
      [](D x) { return std::exp(x); });
  unary(
      "log", "log x", [](auto x) { return log(x); }, [](D x) { return std::log(x); }, [](D x) { return 1 / x; },
      [](D x) { return -1 / x / x; });
  unary(
      "sin", "sin x", [](auto x) { return sin(x); }, [](D x) { return std::sin(x); }, [](D x) { return std::cos(x); },
      [](D x) { return -std::sin(x); });
  unary(
      "cos", "cos x", [](auto x) { return cos(x); }, [](D x) { return std::cos(x); }, [](D x) { return -std::sin(x); },
      [](D x) { return -std::cos(x); });
  unary(
      "tanh", "tanh x", [](auto x) { return tanh(x); }, [](D x) { return std::tanh(x); },
      [](D x) { return 1 - std::tanh(x) * std::tanh(x); },
      [](D x) { return -2 * std::tanh(x) * (1 - std::tanh(x) * std::tanh(x)); });
  unary(
      "sigmoid", "1 / (1 + exp(-x))", [](auto x) { return sigmoid(x); }, sigmoid_of,
      [](D x) { return sigmoid_of(x) * (1 - sigmoid_of(x)); },
      [](D x) { return sigmoid_of(x) * (1 - sigmoid_of(x)) * (1 - 2 * sigmoid_of(x)); });
  unary(
      "relu", "max(x, 0)", [](auto x) { return relu(x); }, [](D x) { return x < 0 ? 0 : x; },
      [](D x) { return step(!(x <= 0)); }, constant(0));
  unary(
      "clamp", "x in [-1, 0.5]", [](auto x) { return clamp(x, -1, 0.5); },
      [](D x) { return x < -1    ? -1
                       : x > 0.5 ? 0.5
                                 : x; }, [](D x) { return step(x >= -1 && x <= 0.5); }, constant(0));
  unary(
      "where", "x > 0 ? x : 0", [](auto x) { return where(x > 0, x, 0); }, [](D x) { return x > 0 ? x : 0; },
      [](D x) { return step(x > 0); }, constant(0));
  rows.push_back(lambda_only<1>(
      "sign", "sign x", values, [](auto x) { return sign(x); },
      [](const Numbers& x) -> Numbers {
        return {sign_of(x[0]), 0, 0};
      }));

  rows.push_back(entry<1>(
      "pow", "x^2", values, [](auto x) { return pow(x, 2); }, power_of(2)));
  rows.push_back(entry<1>(
      "pow", "x^3", values, [](auto x) { return pow(x, 3); }, power_of(3)));
  rows.push_back(entry<1>(
      "pow", "x^0.5", values, [](auto x) { return pow(x, 0.5); }, power_of(0.5)));
  rows.push_back(entry<1>(
      "pow", "x^1.5", values, [](auto x) { return pow(x, 1.5); }, power_of(1.5)));
  rows.push_back(entry<1>(
      "pow", "x^-1", values, [](auto x) { return pow(x, -1); }, power_of(-1)));
  rows.push_back(entry<1>(
      "pow", "2^x", few, [](auto x) { return pow(2, x); },
      [](const Numbers& x) -> Numbers {
        const Numbers y = power(2, x[0]);
        return {y[0], y[2], y[6]};
      }));

  const auto binary = [&](const char* name, const char* text, auto f, Numbers (*calculus)(double, double)) {
    rows.push_back(entry<2>(name, text, few, f, [=](const Numbers& x) { return calculus(x[0], x[1]); }));
  };
  binary(
      "operator+", "x + y", [](auto x, auto y) { return x + y; }, [](D x, D y) { return sides(x + y, 1, 1); });
  binary(
      "operator-", "x - y", [](auto x, auto y) { return x - y; }, [](D x, D y) { return sides(x - y, 1, -1); });
  binary(
      "operator*", "x y", [](auto x, auto y) { return x * y; },
      [](D x, D y) { return Numbers{x * y, y, x, 0, 1, 1, 0}; });
  binary(
      "operator/", "x / y", [](auto x, auto y) { return x / y; },
      [](D x, D y) { return Numbers{x / y, 1 / y, -(x / y) / y, 0, -1 / y / y, -1 / y / y, 2 * (x / y) / y / y}; });
  binary(
      "pow", "x^y", [](auto x, auto y) { return pow(x, y); }, power);
  binary(
      "maximum", "max(x, y)", [](auto x, auto y) { return maximum(x, y); },
      [](D x, D y) {
        const double half = x == y ? 0.5 : 1;
        return sides(x < y ? y : y != y ? y : x, x < y ? 0 : half, y < x ? 0 : half);
      });
  binary(
      "minimum", "min(x, y)", [](auto x, auto y) { return minimum(x, y); },
      [](D x, D y) {
        const double half = x == y ? 0.5 : 1;
        return sides(x > y ? y : y != y ? y : x, x > y ? 0 : half, y > x ? 0 : half);
      });
  binary(
      "where", "x > 0 ? x : y", [](auto x, auto y) { return where(x > 0, x, y); },
      [](D x, D y) { return x > 0 ? sides(x, 1, 0) : sides(y, 0, 1); });

  // torch.clamp with tensors: NaN if any of the three is, with slopes 0; the upper bound if it is below the lower one.
  rows.push_back(lambda_only<3>(
      "clamp", "x in [y, z]", {0.0, inf, -inf, NaN, 1, -1}, [](auto x, auto l, auto h) { return clamp(x, l, h); },
      [](const Numbers& x) {
        Numbers y(13);
        const bool nan = x[0] != x[0] || x[1] != x[1] || x[2] != x[2];
        y[0] = nan ? double(NaN) : std::min(std::max(x[0], x[1]), x[2]);
        if (!nan) y[x[0] > x[2] || x[1] > x[2] ? 3 : x[0] < x[1] ? 2 : 1] = 1;
        return y;
      }));
  return rows;
}

}  // namespace tests
