// The table of ops: elementwise(lambda). Each lambda is differentiated by dual numbers, and compared with itself
// called on Variables, where it is made of the ops of op_table.cpp.
#include <utility>

#include "tests/autograd/op_table.h"

namespace tests {

using namespace tg;

namespace {

// f(x[0], ..., x[K - 1]) in one fused loop, or op by op.
template <std::size_t K, class F>
struct Fused {
  F f;
  template <class X>
  auto operator()(const X& x) const { return call(x, std::make_index_sequence<K>()); }
  template <class X, std::size_t... I>
  auto call(const X& x, std::index_sequence<I...>) const { return elementwise(f, x[I]...); }
};
template <std::size_t K, class F>
struct Composed {
  F f;
  template <class X>
  auto operator()(const X& x) const { return call(x, std::make_index_sequence<K>()); }
  template <class X, std::size_t... I>
  auto call(const X& x, std::index_sequence<I...>) const { return f(x[I]...); }
};

template <std::size_t K, class F, class G>
OpRow fused_row(Inputs inputs, F f, const std::string& references, G composed) {
  OpRow r = row("elementwise elementwise_vjp elementwise_vjp_vjp", std::move(inputs), Fused<K, F>{f}, references);
  r.name = "elementwise " + references;
  r.orders = 2;
  r.composed = composed;
  return r;
}

// A row of a lambda with K inputs.
template <std::size_t K, class F>
OpRow fused(Inputs inputs, F f, const std::string& references = no_reference) {
  return fused_row<K>(std::move(inputs), f, references, Composed<K, F>{f});
}

// The patterns of three inputs: one of them, two of them, or each along a dimension of its own.
Inputs threes(const Domain& a, const Domain& b, const Domain& c) {
  return inputs({a, b, c}, {{{2, 3}, {2, 3}, {2, 3}}, {{3, 1}, {1, 4}, {1}}, {{2, 3}, {3}, {2, 1}}, {{}, {2, 3}, {3}}, {{3}, {}, {2, 1}},
                            {{2, 1, 1}, {3, 1}, {4}}, {{}, {}, {}}, {{0, 3}, {3}, {}}});
}

}  // namespace

std::vector<OpRow> elementwise_rows() {
  return {
      // --- One input: each function of a number ---
      fused<1>(each(any), [](auto x) { return -x; }, "neg"),
      fused<1>(each(away), [](auto x) { return abs(x); }, "abs abs_kink abs_nan_kink"),
      fused<1>(each(any), [](auto x) { return square(x); }, "square"),
      fused<1>(each(positive), [](auto x) { return sqrt(x); }, "sqrt sqrt_kink"),
      fused<1>(each(any), [](auto x) { return exp(x); }, "exp exp_inf_kink"),
      fused<1>(each(positive), [](auto x) { return log(x); }, "log log_kink"),
      fused<1>(each(any), [](auto x) { return sin(x); }, "sin"),
      fused<1>(each(any), [](auto x) { return cos(x); }, "cos"),
      fused<1>(each(any), [](auto x) { return tanh(x); }, "tanh tanh_inf_kink"),
      fused<1>(each(any), [](auto x) { return sigmoid(x); }, "sigmoid sigmoid_inf_kink"),
      fused<1>(each(away), [](auto x) { return relu(x); }, "relu relu_kink relu_nan_kink"),
      fused<1>(each(inside_or_outside), [](auto x) { return clamp(x, -0.5, 0.5); }, "clamp clamp_kink clamp_nan_kink"),
      fused<1>(each(positive), [](auto x) { return pow(x, 0.8); }, "pow_scalar pow_scalar_kink"),
      fused<1>(each(away), [](auto x) { return pow(x, 3); }),
      fused<1>(each(any), [](auto x) { return pow(2, x); }),
      fused<1>(each(away), [](auto x) { return where(x > 0, exp(x), square(x)); }),
      fused<1>(each(inside_or_outside), [](auto x) { return maximum(x, -0.5) * minimum(0.5, x); }),
      fused_row<1>(each(away), [](auto x) { return sign(x) * exp(x); }, no_reference,
                   [](auto& x) { return where(x[0] > 0, exp(x[0]), -exp(x[0])); }),

      // --- Literals of each type on either side ---
      fused<1>(each(any), [](auto x) { return x + 2; }, "add_scalar"),
      fused<1>(each(any), [](auto x) { return 2 - x; }, "scalar_sub"),
      fused<1>(each(any), [](auto x) { return 2 * x; }, "mul_scalar"),
      fused<1>(each(away), [](auto x) { return 2 / x; }, "scalar_div"),
      fused<1>(each(away), [](auto x) { return 1 + (x - 2) * 3 / 4 + 1.5f * x / 2.5f - (0.5 + x * 0.25 - 1L / x); }),
      fused<1>(each(any), [](auto x) { return x * 0 + 3; }),  // a constant
      fused<1>(each(any), [](auto x) { return x; }, no_reference),

      // --- Two inputs, in every pattern of broadcasting ---
      fused<2>(pairs(any, any), [](auto x, auto y) { return x + y; }, "add"),
      fused<2>(pairs(any, any), [](auto x, auto y) { return x - y; }, "sub"),
      fused<2>(pairs(any, any), [](auto x, auto y) { return x * y; }, "mul"),
      fused<2>(pairs(any, away), [](auto x, auto y) { return x / y; }, "div div_kink"),
      fused<2>(pairs(positive, within(-2, 2)), [](auto x, auto y) { return pow(x, y); }, "pow pow_kink"),
      fused<2>(pairs(steps(0), steps(0.2)), [](auto x, auto y) { return maximum(x, y); }, "maximum maximum_kink maximum_nan_kink"),
      fused<2>(pairs(steps(0), steps(0.2)), [](auto x, auto y) { return minimum(x, y); }, "minimum minimum_kink minimum_nan_kink"),
      fused<2>(pairs(steps(0), steps(0.2)), [](auto x, auto y) { return where(x > y, x, y * y); }, "where"),
      fused<2>(pairs(steps(0), steps(0.2)),  // each comparison
               [](auto x, auto y) {
                 return where(x < y, x * y, x) + where(x <= y, x, exp(y)) + where(x >= y && x > -1, y * y, sin(x)) +
                        where(x == y || x != 1, x, y);
               }),
      fused_row<2>(pairs(any, away),  // compound assignment
                   [](auto x, auto y) {
                     auto z = x;
                     z += y;
                     z *= x;
                     z -= 3;
                     z /= y;
                     return +z;
                   },
                   no_reference, [](auto& x) { return ((x[0] + x[1]) * x[0] - 3) / x[1]; }),
      fused<2>(pairs(any, any), [](auto x, auto) { return exp(x); }),  // an input that is not used
      fused<2>(pairs(any, any), [](const auto& x, const auto& y) { return exp(-square(x - y) / 2) * tanh(x * y); }),

      // --- Three and more ---
      fused<3>(threes(any, any, any), [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; }),
      fused<3>(threes(steps(0), steps(0.2), any), [](auto x, auto y, auto z) { return where(x > y, x * z, y / (2 + z)) * exp(z); }),
      fused_row<3>(threes(within(-1, 1), within(-3, -1.5), within(1.5, 3)), [](auto x, auto l, auto h) { return clamp(x * 2, l, h) * x; },
                   no_reference, [](auto& x) { return minimum(maximum(x[0] * 2, x[1]), x[2]) * x[0]; }),
      fused<4>(inputs({any, away, any, positive}, {{{2, 3}, {2, 3}, {2, 3}, {2, 3}}, {{2, 1, 1}, {3, 1}, {4}, {}}, {{0}, {1}, {}, {0}}}),
               [](auto a, auto b, auto c, auto d) { return a / b + sin(c * a) * log(d) - pow(d, c); }),
      fused<8>(inputs(std::vector<Domain>(8, any), {{{2, 3}, {3}, {2, 1}, {}, {1}, {2, 3}, {1, 3}, {1, 1}}, {{}, {}, {}, {}, {}, {}, {}, {}}}),
               [](auto a, auto b, auto c, auto d, auto e, auto f, auto g, auto h) {
                 return a * b * c + exp(d * e) * f - g * g * tanh(h);
               }),
  };
}

}  // namespace tests
