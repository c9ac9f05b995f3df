// Wrong calls of vjp, jvp, hvp, jacobian and hessian.
#include "tests/autograd/functions.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(functional_errors_of_shapes) {
  const Tensor x{1, 2, 3}, short_one{1, 2};
  const auto two_to_one = [](const auto& a) { return sum(a[0]) * a[1]; };
  CHECK_ERROR(vjp(cubes, x, short_one), "vjp: v has shape (2), f(x) has shape (3); they must be equal");
  CHECK_ERROR(vjp(sum_of_cubes, x, Tensor{1}), "vjp: v has shape (1), f(x) has shape (); they must be equal");
  CHECK_ERROR(vjp(cubes, x),
              "vjp: f(x) has shape (3), not one element. Pass v, of that shape, or reduce f(x) with sum() or mean().");
  CHECK_ERROR(jvp(cubes, x, short_one), "jvp: t has shape (2), x has shape (3); they must be equal");
  CHECK_ERROR(jvp(two_to_one, {x, short_one}, {x, x}),
              "jvp: t[1] has shape (3), x[1] has shape (2); they must be equal");
  CHECK_ERROR(jvp(two_to_one, {x, short_one}, {x}), "jvp: t is a list of 1, x of 2; give one for each");
  CHECK_ERROR(hvp(sum_of_cubes, x, short_one), "hvp: v has shape (2), x has shape (3); they must be equal");
  CHECK_ERROR(hvp(sum_of_product, {x, x}, {x, x, x}), "hvp: v is a list of 3, x of 2; give one for each");
  const std::string single = "Reduce it with sum() or mean(); only a single number has a Hessian.";
  CHECK_ERROR(hvp(cubes, x, x), "hvp: f(x) has shape (3), not one element. " + single);
  CHECK_ERROR(hessian(cubes, x), "hessian: f(x) has shape (3), not one element. " + single);
  CHECK_ERROR(hessian(cubes, zeros({0})), "hessian: f(x) has shape (0), not one element. " + single);
  CHECK_ERROR(jacobian(cubes, ones({1, 1, 1, 1, 1})),
              "jacobian: f(x) has shape (1, 1, 1, 1, 1), x has shape (1, 1, 1, 1, 1), together 10 dimensions; a tensor "
              "has at most 8. Flatten one of them with reshape().");
  CHECK_ERROR(hessian(sum_of_product, {ones({1, 1, 1, 1, 1}), ones({1})}),
              "hessian: the gradient towards x[0] has shape (1, 1, 1, 1, 1), x[0] has shape (1, 1, 1, 1, 1), together "
              "10 dimensions; a "
              "tensor has at most 8. Flatten one of them with reshape().");
}

BOOST_AUTO_TEST_CASE(functional_errors_of_empty_things) {
  const Tensor x{1, 2};
  const Variable empty;
  const std::string why = " is an empty Variable: it was default-constructed or moved from; give it a value first";
  CHECK_ERROR(vjp(cubes, empty), "vjp: x" + why);
  CHECK_ERROR(vjp(cubes, x, empty), "vjp: v" + why);
  CHECK_ERROR(jvp(cubes, empty, x), "jvp: x" + why);
  CHECK_ERROR(jvp(cubes, x, empty), "jvp: t" + why);
  CHECK_ERROR(hvp(product, {x, empty}, {x, x}), "hvp: x[1]" + why);
  CHECK_ERROR(hvp(sum_of_product, {x, x}, {empty, x}), "hvp: v[0]" + why);
  CHECK_ERROR(jacobian(cubes, empty), "jacobian: x" + why);
  CHECK_ERROR(hessian(cubes, empty), "hessian: x" + why);
  CHECK_ERROR(jacobian(cubes, Tensor()), "jacobian: x" + why);
  CHECK_ERROR(jacobian(product, Vars{}), "jacobian: the list of inputs is empty; give at least one");
  CHECK_ERROR(jvp(product, Vars64{}, {}), "jvp: the list of inputs is empty; give at least one");
  CHECK_ERROR(hvp([](const auto&) { return Variable(); }, x, x),
              "hvp: f returned an empty Variable; it must return the value that it computes");
  CHECK_ERROR(vjp([](const auto& a) { return a + ones({3}); }, x, x),
              "add: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes "
              "must be equal or 1");  // f's own
  BOOST_TEST(Tape::current() == nullptr);
}

BOOST_AUTO_TEST_CASE(functional_errors_of_tapes) {
  const Variable x(Tensor{1, 2}, true);
  Tape outer;
  const Variable early = x * 2;
  const std::string why =
      " was recorded on another tape, or on one that has ended. Record it on the innermost open tape, or pass "
      "x.detach() to use its value as a constant.";
  {
    Tape tape;
    CHECK_ERROR(vjp(cubes, early), "vjp: x" + why);
    CHECK_ERROR(jvp(product, {x, early}, {x, x}), "jvp: x[1]" + why);
    CHECK_ERROR(jvp(cubes, x, early), "jvp: t" + why);
    CHECK_ERROR(hvp(sum_of_cubes, x, early), "hvp: v" + why);
    CHECK_ERROR(jacobian([&](const auto& a) { return a * early; }, x), other_tape_text("mul: input 1"));
    CHECK_SAME(jacobian(cubes, early.detach()).value(), (Tensor{{12, 0}, {0, 48}}));
  }
  const auto opens_a_tape = [](const auto& a) {
    Tape tape;
    return a * a;
  };
  const std::string opened =
      ": f(x) was recorded on another tape than the one that is open when f is called. Open no Tape inside f, and pass "
      "x.detach() for an x that another tape has recorded.";
  CHECK_ERROR(vjp(opens_a_tape, x.value(), x), "vjp" + opened);
  outer.backward(sum(early));
  CHECK_ERROR(hessian(sum_of_cubes, x),
              "hessian: this tape has been swept and its values released, so nothing more can be recorded on it. Open "
              "a new Tape for each step, or pass {.retain = true} to the sweep. To look at a number use x.value(); to "
              "change a leaf use set_value.");
}

BOOST_AUTO_TEST_SUITE_END()
