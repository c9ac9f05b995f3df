// The checker checked: gradcheck and gradgradcheck must reject wrong rules, and say where they are wrong.
#include "tests/support.h"

using namespace tg;
using namespace tests;

namespace {

// The text that says where the rules and the finite differences disagree.
std::string refusal(const std::string& op, const std::string& where, const std::string& rules,
                    const std::string& differences) {
  return op + ": the derivative of " + where + " is " + rules + " by the rules, but " + differences +
         " by finite differences. Look at the rule of an op that this input flows through, or keep the inputs away "
         "from kinks.";
}

// a + b², with a rule that is wrong by half towards one element of b.
Variable64 wrong_in_one_element(const Variable64& a, const Variable64& b) {
  return record(
      "wrong", a.value() + square(b.value()),
      {{a, reads::nothing, [](auto& ctx) { return ctx.g; }}, {b, reads::x1, [](auto& ctx) {
                                                            return ctx.g * ctx.x(1) * Tensor64{{2, 2, 2}, {2, 3, 2}};
                                                          }}});
}

// x², whose rule forgets that it depends on x.
Variable64 wrong_at_second_order(const Variable64& x) {
  return record("wrong", square(x.value()), {{x, reads::x0, [](auto& ctx) { return ctx.g * (2 * ctx.x(0).value()); }}});
}

// A sum over an input, whose rule forgets one element.
Variable64 sum_of_all_but_one(const Variable64& x) {
  return record("wrong", sum(x.value()), {{x, reads::nothing, [](auto& ctx) { return ctx.g * Tensor64{1, 1, 0}; }}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(ops_gradcheck_accepts_right_rules) {
  BOOST_TEST(gradcheck([](const auto& x) { return exp(x[0]) * x[1]; }, {Tensor64{1, 2}, Tensor64{3}}));
  BOOST_TEST(gradgradcheck([](const auto& x) { return exp(x[0]) * x[1]; }, {Tensor64{1, 2}, Tensor64{3}}));
  BOOST_TEST(gradcheck([](const auto&) { return Variable64(3.0); }, {Tensor64{1, 2}}));  // independent of the input
  BOOST_TEST(gradgradcheck([](const auto&) { return Variable64(3.0); }, {Tensor64{1, 2}}));
  BOOST_TEST(gradcheck([](const auto&) { return Variable64(3.0); }, std::vector<Variable64>()));
  BOOST_TEST(gradgradcheck([](const auto&) { return Variable64(3.0); }, std::vector<Variable64>()));
}

BOOST_AUTO_TEST_CASE(ops_gradcheck_rejects_a_wrong_rule) {
  const Function64 f = [](const auto& x) { return wrong_in_one_element(x[0], x[1]); };
  const std::vector<Variable64> inputs{Tensor64{1, 2, 3}, Tensor64{{1, 1, 1}, {1, 2, 1}}};
  CHECK_ERROR(gradcheck(f, inputs),
              refusal("gradcheck", "output element (1, 1) towards input 1 element (1, 1)", "6", "4"));
  CHECK_ERROR(gradcheck([](const auto& x) { return sum_of_all_but_one(x[0]); }, {Tensor64{1, 2, 3}}),  // doubles only
              refusal("gradcheck", "output element () towards input 0 element (2)", "0", "1"));
}

BOOST_AUTO_TEST_CASE(ops_gradcheck_rejects_a_wrong_second_order) {
  const Function64 f = [](const auto& x) { return wrong_at_second_order(x[0]); };
  BOOST_TEST(gradcheck(f, {Tensor64{3, 2}}));
  CHECK_ERROR(gradgradcheck(f, {Tensor64{3, 2}}),
              refusal("gradgradcheck", "output element (0) towards input 0 element (0)", "0", "2"));
}

BOOST_AUTO_TEST_CASE(ops_gradcheck_rejects_nan_and_detached) {
  CHECK_ERROR_BEGINS(gradcheck([](const auto& x) { return sqrt(x[0] - 5); }, {Tensor64{1}}),
                     "gradcheck: the derivative of output element (0) towards input 0 element (0) is ");
  CHECK_ERROR(gradcheck([](const auto& x) { return x[0].detach() * 2; }, {Tensor64{1}}),
              refusal("gradcheck", "output element (0) towards input 0 element (0)", "0", "2"));
}

// The tolerance is |analytic - numerical| <= atol + rtol |numerical|.
BOOST_AUTO_TEST_CASE(ops_gradcheck_tolerance) {
  const Function64 f = [](const auto& x) {
    return record("nearly", 2 * x[0].value(), {{x[0], reads::nothing, [](auto& ctx) { return 2.01 * ctx.g; }}});
  };
  BOOST_CHECK_THROW(gradcheck(f, {Tensor64{1}}), Error);
  BOOST_TEST(gradcheck(f, {Tensor64{1}}, {.atol = 0.011, .rtol = 0}));
  BOOST_CHECK_THROW(gradcheck(f, {Tensor64{1}}, {.atol = 0.009, .rtol = 0}), Error);
  BOOST_TEST(gradcheck(f, {Tensor64{1}}, {.atol = 0, .rtol = 0.0051}));
  BOOST_CHECK_THROW(gradcheck(f, {Tensor64{1}}, {.atol = 0, .rtol = 0.0049}), Error);
}

BOOST_AUTO_TEST_CASE(ops_gradcheck_refuses_floats) {
  const std::string why =
      ": the inputs are float, whose rounding errors (1e-7) drown a finite difference; give double inputs: Variable64, "
      "or "
      "cast<double>(x). Write the function as a template, so that it takes both.";
  const auto f = [](const auto& x) { return exp(x[0]); };
  CHECK_ERROR(gradcheck(f, {Tensor{1, 2}}), "gradcheck" + why);
  CHECK_ERROR(gradgradcheck(f, {Variable(Tensor{1, 2}, true)}), "gradgradcheck" + why);
}

BOOST_AUTO_TEST_SUITE_END()
