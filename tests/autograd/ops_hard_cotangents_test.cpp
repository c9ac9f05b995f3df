// Cotangents that are hard to carry: infinite ones, and so many that a float cannot add them up.
#include "tests/support.h"

using namespace tests;

namespace {

// The gradient of f towards x for a seed, with and without create_graph: one call has one answer.
template <class T, class F>
BasicTensor<T> gradient_of(const F& f, const BasicTensor<T>& x, const BasicTensor<T>& seed) {
  const BasicVariable<T> leaf(x, true);
  BasicTape<T> tape;
  const BasicVariable<T> y = f(leaf);
  const BasicTensor<T> all = expand(seed, y.shape());
  const BasicTensor<T> g = tape.gradient(y, all, {leaf})[0].value();
  CHECK_SAME(tape.gradient(y, all, {leaf}, {.create_graph = true})[0].value(), g);
  return g;
}

// Of z = sum(v u df/dx), with u all ones, the gradient towards u: the same rule's, for a cotangent v of x's gradient.
template <class T, class F>
BasicTensor<T> second_gradient_of(const F& f, const BasicTensor<T>& x, const BasicTensor<T>& v) {
  const BasicVariable<T> leaf(x, true);
  BasicTape<T> tape;
  const BasicVariable<T> y = f(leaf), u(ones_like(y), true);
  const BasicVariable<T> g = tape.gradient(sum(y * u), {leaf}, {.create_graph = true})[0];
  return tape.gradient(g, v, {u})[0].value();
}

template <class T>
void infinite_cotangents() {
  using V = BasicVariable<T>;
  using X = BasicTensor<T>;
  struct Case {
    const char* name;
    std::function<V(const V&)> f;
    X chosen;  // 1, or the share of it, where x has a part in the result
  };
  const X x{3, 1, -1, 3, 0.5};
  const Mask first_two{true, true, false, false, false};
  const std::vector<Case> cases{
      {"max", [](auto& v) { return max(v); }, {0.5, 0, 0, 0.5, 0}},
      {"max of one", [](auto& v) { return max(narrow(v, 0, 1, 2)); }, {0, 1, 0, 0, 0}},
      {"min", [](auto& v) { return min(v); }, {0, 0, 1, 0, 0}},
      {"max dim", [](auto& v) { return max(v, 0); }, {1, 0, 0, 0, 0}},
      {"min dim",
       [](auto& v) {
         return min(reshape(v, {5, 1}), 0, true);
       },
       {0, 0, 1, 0, 0}},
      {"maximum", [](auto& v) { return maximum(v, 1); }, {1, 0.5, 0, 1, 0}},
      {"minimum", [](auto& v) { return minimum(1, v); }, {0, 0.5, 1, 0, 1}},
      {"relu", [](auto& v) { return relu(v); }, {1, 1, 0, 1, 1}},
      {"clamp", [](auto& v) { return clamp(v, -0.5, 2); }, {0, 1, 0, 0, 1}},
      {"where a", [&](auto& v) { return where(first_two, v, 0); }, {1, 1, 0, 0, 0}},
      {"where b", [&](auto& v) { return where(first_two, 0, v); }, {0, 0, 1, 1, 1}},
      {"masked_fill", [&](auto& v) { return masked_fill(v, first_two, 7); }, {0, 0, 1, 1, 1}},
      {"masked_select", [&](auto& v) { return masked_select(v, first_two); }, {1, 1, 0, 0, 0}},
      {"index_select",
       [](auto& v) {
         return index_select(v, 0, IndexTensor{4, 1});
       },
       {0, 1, 0, 0, 1}},
      {"narrow", [](auto& v) { return narrow(v, 0, 1, 2); }, {0, 1, 1, 0, 0}},
      {"select", [](auto& v) { return select(v, 0, -2); }, {0, 0, 0, 1, 0}},
  };
  for (const auto& [name, f, chosen] : cases) {
    BOOST_TEST_CONTEXT(name) {
      for (T huge : {T(inf), T(-inf)}) {
        const X seed = X::from_number(huge);
        CHECK_SAME(gradient_of<T>(f, x, seed), where(chosen == 0, 0, chosen * huge));
        // An infinite cotangent of what is 0 whatever u is stays there: the others' parts are finite.
        const X v = where(chosen == 0, seed, 1);
        const X second = second_gradient_of<T>(f, x, v);
        CHECK_SAME(sum(second), sum(chosen));
      }
    }
  }
}

// A seed whose sum a float loses: 1e8, and a thousand ones.
template <class T>
void sums_in_double() {
  using V = BasicVariable<T>;
  using X = BasicTensor<T>;
  const std::int64_t n = 1001;
  const IndexTensor first = zeros<std::int64_t>({n});
  struct Case {
    const char* name;
    std::function<V(const V&)> f;  // n times the one element of x
  };
  const std::vector<Case> cases{
      {"index_select", [&](auto& v) { return index_select(v, 0, first); }},
      {"gather", [&](auto& v) { return gather(v, 0, first); }},
      {"expand", [](auto& v) { return expand(v, {n}); }},
      {"repeat", [](auto& v) { return repeat(v, {n}); }},
      {"repeat_interleave", [](auto& v) { return repeat_interleave(v, n); }},
      {"repeat_interleave dim", [](auto& v) { return repeat_interleave(v, n, 0); }},
      {"add", [](auto& v) { return v + zeros<T>({n}); }},
      {"mul", [](auto& v) { return v * ones<T>({n}); }},
      {"where", [](auto& v) { return where(ones<T>({n}) > 0, v, 0); }},
      {"elementwise", [](auto& v) { return elementwise([](auto a, auto b) { return a + b; }, v, zeros<T>({n})); }},
      {"masked_scatter", [](auto& v) { return expand(masked_scatter(v, Mask{true}, {1}), {n}); }},
  };
  for (const auto& [name, f] : cases) {
    BOOST_TEST_CONTEXT(name) {
      for (std::int64_t place : {std::int64_t{0}, n - 1}) {
        X seed = ones<T>({n});
        seed.writable()[place] = T(1e8);
        // (Sums of broadcast inputs add sixteen floats at a time before they go on in double.)
        CHECK_CLOSE_TO(gradient_of<T>(f, X{0.1f}, seed), X{100'001'000}, std::is_same_v<T, float> ? 2e-7 : 0);
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

// 0 towards whatever has no part in the result, and not 0 times infinity: PyTorch's values.
BOOST_AUTO_TEST_CASE(infinite_cotangents_go_where_they_belong) {
  infinite_cotangents<float>();
  infinite_cotangents<double>();
}

BOOST_AUTO_TEST_CASE(many_cotangents_are_summed_in_double) {
  sums_in_double<float>();
  sums_in_double<double>();
}

BOOST_AUTO_TEST_SUITE_END()
