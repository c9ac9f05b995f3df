// Mixed operands: a Tensor or a number on either side of an op gives what a constant Variable gives.
#include <boost/test/unit_test.hpp>

#include "tests/autograd/op_table_derivatives.h"

using namespace tg;
using namespace tests;

namespace {

template <class T>
void check(const char* name, const char* operands, const Derivatives<T>& actual, const Derivatives<T>& expected) {
  const std::string wrong = disagreement(actual, as_doubles(expected), 0);
  BOOST_TEST(wrong.empty(), name << " of " << operands << ": " << wrong);
}

// op(a, b) with a Variable on the left and a constant of another kind on the right, and the other way round. `constant`
// is the same as a Tensor.
template <class T, class Op, class C>
void check_constant(const char* name, const char* kind, const Op& op, const BasicTensor<T>& x, const C& c,
                    const BasicTensor<T>& constant) {
  using V = BasicVariable<T>;
  const std::vector<BasicTensor<T>> one{x};
  check<T>(name, (std::string("a Variable and ") + kind).c_str(),
           derivatives<T>([&](const std::vector<V>& v) { return op(v[0], c); }, one, {}),
           derivatives<T>([&](const std::vector<V>& v) { return op(v[0], V(constant)); }, one, {}));
  check<T>(name, (std::string(kind) + " and a Variable").c_str(),
           derivatives<T>([&](const std::vector<V>& v) { return op(c, v[0]); }, one, {}),
           derivatives<T>([&](const std::vector<V>& v) { return op(V(constant), v[0]); }, one, {}));

  // Without Variables the result is a Tensor, of the same values; a constant Variable does not change them.
  const BasicTensor<T> right = op(x, c), left = op(c, x);
  BOOST_TEST(allclose(right, op(V(x), V(constant)), 0, 0), name << " of a Tensor and " << kind);
  BOOST_TEST(allclose(left, op(V(constant), V(x)), 0, 0), name << " of " << kind << " and a Tensor");
  BOOST_TEST(!V(op(V(x), c)).requires_grad());
}

template <class T, class Op>
void check_numbers(const char* name, const Op& op) {
  const BasicTensor<T> a{{0.5, 1.25, 2}, {0.75, 1.5, 3}}, b{0.6, 1.1, 2.2};
  check_constant<T>(name, "a Tensor", op, a, b, b);
  check_constant<T>(name, "an int", op, a, 4, BasicTensor<T>::from_number(4));
  check_constant<T>(name, "a double", op, a, 0.7, BasicTensor<T>::from_number(static_cast<T>(0.7)));
  check_constant<T>(name, "a float", op, a, 1.75f, BasicTensor<T>::from_number(static_cast<T>(1.75)));
}

template <class T, class Op>
void check_arrays(const char* name, const Op& op, const BasicTensor<T>& a, const BasicTensor<T>& b) {
  check_constant<T>(name, "a Tensor", op, a, b, b);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(ops_of_mixed_operands) {
  check_numbers<float>("add", [](const auto& a, const auto& b) { return a + b; });
  check_numbers<float>("sub", [](const auto& a, const auto& b) { return a - b; });
  check_numbers<float>("mul", [](const auto& a, const auto& b) { return a * b; });
  check_numbers<float>("div", [](const auto& a, const auto& b) { return a / b; });
  check_numbers<float>("pow", [](const auto& a, const auto& b) { return pow(a, b); });
  check_numbers<float>("maximum", [](const auto& a, const auto& b) { return maximum(a, b); });
  check_numbers<float>("minimum", [](const auto& a, const auto& b) { return minimum(a, b); });
  check_numbers<float>("where", [](const auto& a, const auto& b) { return where(Mask{true, false, true}, a, b); });
  const auto fused = [](auto x, auto y) { return exp(x / 3) * y; };
  check_numbers<float>("elementwise", [&](const auto& a, const auto& b) { return elementwise(fused, a, b); });
  check_arrays<float>("matmul", [](const auto& a, const auto& b) { return matmul(a, b); }, {{1, 2}, {3, 4}},
                      {{5, 6}, {7, 9}});
  check_arrays<float>("matmul", [](const auto& a, const auto& b) { return matmul(a, b); }, {1, 2}, {5, 6});
  check_arrays<float>("bmm", [](const auto& a, const auto& b) { return bmm(a, b); }, {{{1, 2}, {3, 4}}},
                      {{{5, 6}, {7, 9}}});
  check_arrays<float>("dot", [](const auto& a, const auto& b) { return dot(a, b); }, {1, 2, 3}, {5, 6, 8});
  check_arrays<float>("cat", [](const auto& a, const auto& b) { return cat({a, b}); }, {1, 2, 3}, {5, 6});
  check_arrays<float>("stack", [](const auto& a, const auto& b) { return stack({a, b}, 1); }, {1, 2, 3}, {5, 6, 8});
}

// Three operands of three kinds, at any place.
BOOST_AUTO_TEST_CASE(ops_elementwise_of_mixed_operands) {
  const auto f = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
  const Tensor64 q{{1.5}, {2}}, k{{0.5, 1, 4}};
  const Tensor64 w = full<double>({}, 0.7);
  auto same = [&](const Function64& mixed, const Function64& all, const Tensor64& x) {
    check<double>("elementwise", "mixed operands", derivatives<double>(mixed, {x}, {}),
                  derivatives<double>(all, {x}, {}));
  };
  using V = Variable64;
  same([&](auto& x) { return elementwise(f, q, k, x[0]); }, [&](auto& x) { return elementwise(f, V(q), V(k), x[0]); },
       w);
  same([&](auto& x) { return elementwise(f, x[0], k, 0.7); }, [&](auto& x) { return elementwise(f, x[0], V(k), V(w)); },
       q);
  same([&](auto& x) { return elementwise(f, 2, x[0], w); }, [&](auto& x) { return elementwise(f, V(2), x[0], V(w)); },
       k);
}

// Comparisons have no gradient; on Variables they compare the values.
BOOST_AUTO_TEST_CASE(ops_comparisons_of_mixed_operands) {
  const Tensor64 a{1, 2, 3}, b{{2, 2, 2}, {3, 2, 1}};
  const Variable64 va(a, true), vb(b);
  Tape64 tape;
  auto check_comparison = [&](const auto& compare_, const Mask& ab, const Mask& a2) {
    auto equal = [](const Mask& x, const Mask& y) { return x.shape() == y.shape() && x.to_vector() == y.to_vector(); };
    BOOST_TEST(equal(compare_(a, b), ab));
    BOOST_TEST(equal(compare_(va, vb), ab));
    BOOST_TEST(equal(compare_(va, b), ab));
    BOOST_TEST(equal(compare_(a, vb), ab));
    BOOST_TEST(equal(compare_(a, 2), a2));
    BOOST_TEST(equal(compare_(va, 2.0), a2));
    BOOST_TEST(equal(compare_(2, Tensor64{3, 2, 1}), a2));  // 2 against 3, 2, 1 is 1, 2, 3 against 2
    BOOST_TEST(equal(compare_(2.0f, Variable64(Tensor64{3, 2, 1})), a2));
  };
  check_comparison([](const auto& x, const auto& y) { return x < y; }, {{true, false, false}, {true, false, false}},
                   {true, false, false});
  check_comparison([](const auto& x, const auto& y) { return x > y; }, {{false, false, true}, {false, false, true}},
                   {false, false, true});
  check_comparison([](const auto& x, const auto& y) { return x <= y; }, {{true, true, false}, {true, true, false}},
                   {true, true, false});
  check_comparison([](const auto& x, const auto& y) { return x >= y; }, {{false, true, true}, {false, true, true}},
                   {false, true, true});
  check_comparison([](const auto& x, const auto& y) { return x == y; }, {{false, true, false}, {false, true, false}},
                   {false, true, false});
  check_comparison([](const auto& x, const auto& y) { return x != y; }, {{true, false, true}, {true, false, true}},
                   {true, false, true});
  BOOST_TEST(tape.size() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
