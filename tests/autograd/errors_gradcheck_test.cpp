// Wrong calls of gradcheck and gradgradcheck, and what they say of a wrong rule.
#include "tests/support.h"

using namespace tests;

namespace {

// exp with a rule that is wrong.
Variable64 wrong(const std::vector<Variable64>& x) {
  return record("wrong", exp(x[0].value()), {{x[0], reads::y, [](auto& ctx) { return ctx.g * (ctx.y() + 1); }}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(errors_of_gradcheck) {
  CHECK_ERROR(gradcheck([](const std::vector<Variable>& x) { return x[0]; }, {Variable(1.0f)}),
              "gradcheck: the inputs are float, whose rounding errors (1e-7) drown a finite difference; give double "
              "inputs: Variable64, or cast<double>(x). Write the function as a template, so that it takes both.");
  CHECK_ERROR(
      gradgradcheck([](const std::vector<Variable>& x) { return x[0]; }, {Variable(1.0f)}),
      "gradgradcheck: the inputs are float, whose rounding errors (1e-7) drown a finite difference; give double "
      "inputs: Variable64, or cast<double>(x). Write the function as a template, so that it takes both.");
  CHECK_ERROR(gradcheck(wrong, {Tensor64{{1, 2}, {3, 4}}}),
              "gradcheck: the derivative of output element (0, 0) towards input 0 element (0, 0) is 3.71828 by the "
              "rules, but 2.71828 by finite differences. Look at the rule of an op that this input flows through, or "
              "keep the inputs away from kinks.");
  CHECK_ERROR(gradgradcheck(wrong, {Tensor64{1, 2}}),
              "gradgradcheck: the derivative of output element (0) towards input 0 element (0) is 3.71828 by the "
              "rules, but 2.71828 by finite differences. Look at the rule of an op that this input flows through, or "
              "keep the inputs away from kinks.");
  CHECK_ERROR(gradcheck(wrong, {Variable64()}), "gradcheck: " + empty_variable_text);
}

BOOST_AUTO_TEST_CASE(errors_of_gradcheck_options) {
  const Function64 f = [](const std::vector<Variable64>& x) { return exp(x[0]); };
  const std::vector<Variable64> x{Tensor64{1, 2}};
  const std::pair<double, const char*> wrong_eps[] = {
      {0, "0"}, {-1e-6, "-1e-06"}, {NaN, "nan"}, {-NaN, "nan"}, {inf, "inf"}};
  for (const auto& [eps, text] : wrong_eps) {
    const std::string error =
        std::string(": eps is ") + text + "; the step of the differences must be finite and positive";
    CHECK_ERROR(gradcheck(f, x, {.eps = eps}), "gradcheck" + error);
    CHECK_ERROR(gradgradcheck(f, x, {.eps = eps}), "gradgradcheck" + error);
    CHECK_ERROR(gradgradcheck(f, {}, {.eps = eps}), "gradgradcheck" + error);
  }
  CHECK_ERROR(gradcheck(f, x, {.atol = -1}),
              "gradcheck: atol is -1 and rtol is 0.001; a tolerance must not be negative or NaN");
  CHECK_ERROR(gradcheck(f, x, {.rtol = NaN}),
              "gradcheck: atol is 1e-05 and rtol is nan; a tolerance must not be negative or NaN");
  CHECK_ERROR(
      gradcheck(f, x, {.eps = 1e-17}),
      "gradcheck: eps is 1e-17, and adding it to input 0 element (0), 1, does not change that; choose a larger eps, "
      "or inputs nearer 1");
  CHECK_ERROR(
      gradgradcheck(f, {Tensor64{1, -1e20}}),
      "gradgradcheck: eps is 1e-06, and adding it to input 0 element (1), -1e+20, does not change that; choose a "
      "larger eps, or inputs nearer 1");
  CHECK_ERROR(gradcheck(f, {Tensor64{1, NaN}}),
              "gradcheck: input 0 element (1) is nan; there are no differences at a NaN or an infinity");
  CHECK_ERROR(gradgradcheck(f, {Tensor64{-inf, 1}}),
              "gradgradcheck: input 0 element (0) is -inf; there are no differences at a NaN or an infinity");
  BOOST_TEST(gradcheck(f, x, {.eps = 1e-5, .atol = 0}));
}

// A function whose result has another size at x + eps than at x cannot be checked, and must be told so.
BOOST_AUTO_TEST_CASE(errors_of_gradcheck_of_a_changing_shape) {
  auto f = [](const std::vector<Variable64>& x) { return masked_select(x[0], x[0] > 0.5); };
  CHECK_ERROR_BEGINS(gradcheck(f, {Tensor64{0.1, 0.5}}), "gradcheck: ");
}

BOOST_AUTO_TEST_SUITE_END()
