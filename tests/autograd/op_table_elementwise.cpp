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
  auto operator()(const X& x) const {
    return call(x, std::make_index_sequence<K>());
  }
  template <class X, std::size_t... I>
  auto call(const X& x, std::index_sequence<I...>) const {
    return elementwise(f, x[I]...);
  }
};
template <std::size_t K, class F>
struct Composed {
  F f;
  template <class X>
  auto operator()(const X& x) const {
    return call(x, std::make_index_sequence<K>());
  }
  template <class X, std::size_t... I>
  auto call(const X& x, std::index_sequence<I...>) const {
    return f(x[I]...);
  }
};

// A row of a lambda with K inputs, and the same function written with ops. It runs on doubles only: each lambda takes
// the compiler its time.
template <std::size_t K, class F, class G>
OpRow fused_row(Inputs inputs, F f, G composed) {
  return {.name = "elementwise",
          .ops = {"elementwise", "elementwise_vjp", "elementwise_vjp_vjp"},
          .inputs = std::move(inputs),
          .f = Fused<K, F>{f},
          .f_float = {},
          .references = {},
          .composed = composed,
          .orders = 2};
}

// The same for a lambda that may be called with Variables as it is.
template <std::size_t K, class F>
OpRow fused(Inputs inputs, F f) {
  return fused_row<K>(std::move(inputs), f, Composed<K, F>{f});
}

// The same with PyTorch's values to compare with, on floats too.
template <std::size_t K, class F>
OpRow fused(const std::string& references, Inputs inputs, F f) {
  OpRow r = fused<K>(std::move(inputs), f);
  r.name += " " + references;
  r.f_float = Fused<K, F>{f};
  r.references = split(references);
  return r;
}

// The patterns of three inputs: one of them, two of them, or each along a dimension of its own.
Inputs threes(const Domain& a, const Domain& b, const Domain& c) {
  return inputs({a, b, c}, {{{2, 3}, {2, 3}, {2, 3}},
                            {{3, 1}, {1, 4}, {1}},
                            {{2, 3}, {3}, {2, 1}},
                            {{}, {2, 3}, {3}},
                            {{3}, {}, {2, 1}},
                            {{2, 1, 1}, {3, 1}, {4}},
                            {{}, {}, {}},
                            {{0, 3}, {3}, {}}});
}

}  // namespace

std::vector<OpRow> elementwise_rows() {
  return {
      // --- One input: each function of a number ---
      fused<1>("neg", each(any), [](auto x) { return -x; }),
      fused<1>("abs abs_kink abs_nan_kink", each(away), [](auto x) { return abs(x); }),
      fused<1>("square", each(any), [](auto x) { return square(x); }),
      fused<1>("sqrt sqrt_kink", each(positive), [](auto x) { return sqrt(x); }),
      fused<1>("exp exp_inf_kink", each(any), [](auto x) { return exp(x); }),
      fused<1>("log log_kink", each(positive), [](auto x) { return log(x); }),
      fused<1>("sin", each(any), [](auto x) { return sin(x); }),
      fused<1>("cos", each(any), [](auto x) { return cos(x); }),
      fused<1>("tanh tanh_inf_kink", each(any), [](auto x) { return tanh(x); }),
      fused<1>("sigmoid sigmoid_inf_kink", each(any), [](auto x) { return sigmoid(x); }),
      fused<1>("relu relu_kink relu_nan_kink", each(away), [](auto x) { return relu(x); }),
      fused<1>("clamp clamp_kink clamp_nan_kink", each(inside_or_outside), [](auto x) { return clamp(x, -0.5, 0.5); }),
      fused<1>("pow_scalar pow_scalar_kink", each(positive), [](auto x) { return pow(x, 0.8); }),
      fused<1>(each(away), [](auto x) { return pow(x, 3); }),
      fused<1>(each(any), [](auto x) { return pow(2, x); }),
      fused<1>(each(away), [](auto x) { return where(x > 0, exp(x), square(x)); }),
      fused<1>(each(inside_or_outside), [](auto x) { return maximum(x, -0.5) * minimum(0.5, x); }),
      fused_row<1>(
          each(away), [](auto x) { return sign(x) * exp(x); },
          [](auto& x) { return where(x[0] > 0, exp(x[0]), -exp(x[0])); }),

      // --- Literals of each type on either side ---
      fused<1>("add_scalar", each(any), [](auto x) { return x + 2; }),
      fused<1>("scalar_sub", each(any), [](auto x) { return 2 - x; }),
      fused<1>("mul_scalar", each(any), [](auto x) { return 2 * x; }),
      fused<1>("scalar_div", each(away), [](auto x) { return 2 / x; }),
      fused<1>(each(away), [](auto x) { return 1 + (x - 2) * 3 / 4 + 1.5f * x / 2.5f - (0.5 + x * 0.25 - 1L / x); }),
      fused<1>(each(any), [](auto x) { return x * 0 + 3; }),  // a constant
      fused<1>(each(any), [](auto x) { return x; }),

      // --- Two inputs, in every pattern of broadcasting ---
      fused<2>("add", pairs(any, any), [](auto x, auto y) { return x + y; }),
      fused<2>("sub", pairs(any, any), [](auto x, auto y) { return x - y; }),
      fused<2>("mul", pairs(any, any), [](auto x, auto y) { return x * y; }),
      fused<2>("div div_kink", pairs(any, away), [](auto x, auto y) { return x / y; }),
      fused<2>("pow pow_kink", pairs(positive, within(-2, 2)), [](auto x, auto y) { return pow(x, y); }),
      fused<2>("maximum maximum_kink maximum_nan_kink", pairs(steps(0), steps(0.2)),
               [](auto x, auto y) { return maximum(x, y); }),
      fused<2>("minimum minimum_kink minimum_nan_kink", pairs(steps(0), steps(0.2)),
               [](auto x, auto y) { return minimum(x, y); }),
      fused<2>("where", pairs(steps(0), steps(0.2)), [](auto x, auto y) { return where(x > y, x, y * y); }),
      fused<2>(pairs(steps(0), steps(0.2)),  // each comparison
               [](auto x, auto y) {
                 return where(x < y, x * y, x) + where(x <= y, x, exp(y)) + where(x >= y && x > -1, y * y, sin(x)) +
                        where(x == y || x != 1, x, y);
               }),
      fused_row<2>(
          pairs(any, away),  // compound assignment
          [](auto x, auto y) {
            auto z = x;
            z += y;
            z *= x;
            z -= 3;
            z /= y;
            return +z;
          },
          [](auto& x) { return ((x[0] + x[1]) * x[0] - 3) / x[1]; }),
      fused_row<2>(
          pairs(any, any), [](auto x, auto) { return exp(x); },  // an input that is not used
          [](auto& x) { return exp(x[0]) + 0 * x[1]; }),
      fused<2>(pairs(any, any), [](const auto& x, const auto& y) { return exp(-square(x - y) / 2) * tanh(x * y); }),

      // --- Three and more ---
      fused<3>(threes(any, any, any), [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; }),
      fused<3>(threes(steps(0), steps(0.2), any),
               [](auto x, auto y, auto z) { return where(x > y, x * z, y / (2 + z)) * exp(z); }),
      fused_row<3>(
          threes(within(-1, 1), within(-3, -1.5), within(1.5, 3)),
          [](auto x, auto l, auto h) { return clamp(x * 2, l, h) * x; },
          [](auto& x) { return minimum(maximum(x[0] * 2, x[1]), x[2]) * x[0]; }),
      fused<4>(inputs({any, away, any, positive},
                      {{{2, 3}, {2, 3}, {2, 3}, {2, 3}}, {{2, 1, 1}, {3, 1}, {4}, {}}, {{0}, {1}, {}, {0}}}),
               [](auto a, auto b, auto c, auto d) { return a / b + sin(c * a) * log(d) - pow(d, c); }),
      fused<8>(inputs(std::vector<Domain>(8, any),
                      {{{2, 3}, {3}, {2, 1}, {}, {1}, {2, 3}, {1, 3}, {1, 1}}, {{}, {}, {}, {}, {}, {}, {}, {}}}),
               [](auto a, auto b, auto c, auto d, auto e, auto f, auto g, auto h) {
                 return a * b * c + exp(d * e) * f - g * g * tanh(h);
               }),
  };
}

}  // namespace tests
