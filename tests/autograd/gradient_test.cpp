// gradient: of what, towards what, and gradients of gradients.
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(gradient_changes_nothing) {
  Variable a = leaf(3), b = leaf(4);
  Tape tape;
  Variable y = a * a * b;
  for (int i = 0; i < 3; ++i) {
    const auto g = tape.gradient(y, {b, a});
    BOOST_TEST(g[0].item() == 9);
    BOOST_TEST(g[1].item() == 24);
    BOOST_TEST(!g[0].requires_grad());
  }
  BOOST_TEST(!a.has_grad());
  BOOST_TEST(!b.has_grad());
  tape.backward(y);
  BOOST_TEST(a.grad().item() == 24);
}

BOOST_AUTO_TEST_CASE(gradient_towards_intermediate_results) {
  Variable a(Tensor{1, 2}, true);
  Tape tape;
  Variable b = a * 3, c = square(b), y = sum(c) + sum(b);
  const auto g = tape.gradient(y, {b, c, y, a, b});
  CHECK_SAME(g[0].value(), (Tensor{7, 13}));
  CHECK_SAME(g[1].value(), (Tensor{1, 1}));
  BOOST_TEST(g[2].item() == 1);
  CHECK_SAME(g[3].value(), (Tensor{21, 39}));
  CHECK_SAME(g[4].value(), g[0].value());
}

BOOST_AUTO_TEST_CASE(gradient_towards_what_y_does_not_depend_on) {
  Variable a = leaf(3), other(Tensor{1, 2, 3}, true);
  Tape tape;
  Variable before = other * 2, y = a * a, after = exp(y);
  const auto g = tape.gradient(y, {other, a, before, after});
  CHECK_SAME(g[0].value(), zeros({3}));
  BOOST_TEST(g[1].item() == 6);
  CHECK_SAME(g[2].value(), zeros({3}));
  BOOST_TEST(g[3].item() == 0);
  BOOST_TEST(tape.gradient(y, {}).empty());
}

// A constant has no gradient: backward and gradient say so, and gradient says how a gradient comes to be one.
template <class V>
void check_gradient_of_a_constant() {
  using T = typename V::value_type;
  const std::string text =
      "tape.gradient: y depends on no leaf recorded on this tape. Make the parameters with Variable(value, true), and "
      "compute y after the Tape is made. If y is a gradient itself, either {.create_graph = true} is missing where it "
      "was computed (pass it there, and differentiate twice on the one tape that recorded the function), or the "
      "function is linear, so that its derivative is a constant and the second one 0.";
  const V x(BasicTensor<T>{3}, true), before = x * 2;
  BasicTape<T> tape;
  const V cube = x * x * x, line = 5 * x - 1, other = x.detach() * 2;
  const std::vector<V> none;
  for (const V& y :
       {V(T(5)), V(BasicTensor<T>{3}), before, cube.detach(), other, tape.gradient(cube, {x})[0],
        tape.gradient(line, {x}, {.create_graph = true})[0], tape.gradient(line, {cube}, {.create_graph = true})[0]}) {
    BOOST_TEST(!y.requires_grad());
    CHECK_ERROR(tape.gradient(y, {x}), text);
    CHECK_ERROR(tape.gradient(y, {x}, {.create_graph = true}), text);
    CHECK_ERROR(tape.gradient(y, ones<T>(y.shape()), {x}), text);
    CHECK_ERROR(tape.gradient(y, none), text);
    CHECK_ERROR_BEGINS(tape.backward(y), "tape.backward: the loss depends on no leaf recorded on this tape.");
  }
  CHECK_ERROR(tape.gradient(zeros<T>({0}), ones<T>({0}), {x}), text);
  CHECK_ERROR(
      tape.gradient(zeros<T>({2}), {x}),  // what was wrong before is said first
      "tape.gradient: the loss has shape (2), not one element. Reduce it with sum() or mean(), or pass a seed.");
  V dy;
  {
    BasicTape<T> inner;
    dy = inner.gradient(x * x, {x})[0];  // recorded neither here nor there
  }
  CHECK_ERROR(tape.gradient(dy, {x}), text);
  const V slope = tape.gradient(cube, {x}, {.create_graph = true})[0];
  BOOST_TEST(tape.gradient(slope, {x})[0].item() == 18);  // and the tape is as it was
  tape.backward(cube);
  BOOST_TEST(x.grad().item() == 27);
}

BOOST_AUTO_TEST_CASE(gradient_of_a_constant) {
  check_gradient_of_a_constant<Variable>();
  check_gradient_of_a_constant<Variable64>();
}

BOOST_AUTO_TEST_CASE(gradient_of_a_leaf) {
  Variable a = leaf(3), b = leaf(4);
  Tape tape;
  const auto g = tape.gradient(a, {a, b});
  BOOST_TEST(g[0].item() == 1);
  BOOST_TEST(g[1].item() == 0);
}

BOOST_AUTO_TEST_CASE(gradient_with_a_seed) {
  Variable a(Tensor{1, 2}, true);
  Tape tape;
  Variable y = square(a);
  CHECK_SAME(tape.gradient(y, Tensor{1, 10}, {a})[0].value(), (Tensor{2, 40}));
}

BOOST_AUTO_TEST_CASE(gradient_towards_a_constant) {
  Variable a = leaf(3), constant(Tensor{1, 2});
  Tape tape;
  Variable y = sum(a * constant);
  CHECK_ERROR(
      tape.gradient(y, {a, constant}),
      "tape.gradient: x 1, of shape (2), is a constant; make it Variable(value, true), or compute it from one after "
      "the Tape is made.");
}

// --- Gradients of gradients ---

BOOST_AUTO_TEST_CASE(create_graph) {
  Variable a = leaf(2);
  Tape tape;
  Variable y = a * a * a * a;
  Variable first = tape.gradient(y, {a}, {.create_graph = true})[0];
  BOOST_TEST(first.requires_grad());
  Variable second = tape.gradient(first, {a}, {.create_graph = true})[0];
  Variable third = tape.gradient(second, {a}, {.create_graph = true})[0];
  Variable fourth = tape.gradient(third, {a}, {.create_graph = true})[0];
  BOOST_TEST(first.item() == 4 * 8);
  BOOST_TEST(second.item() == 12 * 4);
  BOOST_TEST(third.item() == 24 * 2);
  BOOST_TEST(fourth.item() == 24);
  CHECK_ERROR_BEGINS(tape.gradient(fourth, {a}), "tape.gradient: y depends on no leaf recorded on this tape.");
}

BOOST_AUTO_TEST_CASE(backward_through_a_gradient) {
  Variable w(Tensor{1, 2}, true), x(Tensor{3, 5}, true);
  Tape tape;
  Variable y = sum(square(w) * x);
  Variable slope = tape.gradient(y, {x}, {.create_graph = true})[0];  // w^2
  Variable penalty = y + sum(square(slope));                          // + w^4
  tape.backward(penalty);
  CHECK_SAME(w.grad(), (Tensor{6 + 4, 20 + 32}));
  CHECK_SAME(x.grad(), (Tensor{1, 4}));
}

BOOST_AUTO_TEST_CASE(gradient_of_a_gradient_towards_intermediates) {
  Variable a = leaf(2);
  Tape tape;
  Variable b = a * a, y = b * b * b;
  Variable g = tape.gradient(y, {b}, {.create_graph = true})[0];  // 3 b^2
  BOOST_TEST(tape.gradient(g, {b})[0].item() == 6 * 4);
  BOOST_TEST(tape.gradient(g, {a})[0].item() == 12 * 8);
}

// The sweep reads the values that were recorded, even if the leaf has been given another since.
BOOST_AUTO_TEST_CASE(a_step_between_forward_and_backward) {
  Variable w = leaf(3);
  Tape tape;
  Variable y = w * w;
  w.set_value(full({}, 100));
  BOOST_TEST(tape.gradient(y, {w})[0].item() == 6);
  Variable g = tape.gradient(y, {w}, {.create_graph = true})[0];
  BOOST_TEST(g.item() == 6);
  BOOST_TEST(tape.gradient(g, {w})[0].item() == 2);
  tape.backward(y);
  BOOST_TEST(w.grad().item() == 6);
  BOOST_TEST(w.value().item() == 100);
}

BOOST_AUTO_TEST_CASE(lambdas_are_differentiated_twice_and_refused_thrice) {
  Variable a(Tensor{1, 2}, true), b(Tensor{{3}, {4}}, true);
  Tape tape;
  Variable y = sum(elementwise([](auto x, auto z) { return x * x * x * z; }, a, b));
  const auto first = tape.gradient(y, {a, b}, {.create_graph = true});
  CHECK_SAME(first[0].value(), (Tensor{21, 84}));
  CHECK_SAME(first[1].value(), (Tensor{{9}, {9}}));
  const auto second = tape.gradient(sum(first[0]), {a, b}, {.create_graph = true});
  CHECK_SAME(second[0].value(), (Tensor{42, 84}));
  CHECK_SAME(second[1].value(), (Tensor{{15}, {15}}));
  CHECK_ERROR(tape.gradient(sum(second[0]), {a}),
              "elementwise: a third derivative of a lambda is not available. Write the function with ops (exp, square, "
              "...), whose "
              "derivatives have any order, or as an op of your own with record().");
}

// The rule of pow has a side that is not taken at 0; its derivatives must not come back as NaN.
BOOST_AUTO_TEST_CASE(powers_of_zero_have_every_derivative) {
  for (double exponent : {0.0, 1.0, 2.0, 3.0}) {
    const Variable64 x(Tensor64{0.0, 1.5}, true);
    Tape64 tape;
    Variable64 y = pow(x, exponent);
    double factor = 1;  // d/dx x^e = e x^(e-1), and so on
    for (int order = 1; order <= 5; ++order) {
      factor *= exponent - (order - 1);
      y = detail::gradient_or_zeros(tape, y, ones<double>(y.shape()), {x}, {.create_graph = true})[0];
      const double at_zero = order == static_cast<int>(exponent) ? factor : 0;
      BOOST_TEST(y.value()(0) == at_zero, "exponent " << exponent << ", order " << order << ": " << y.value());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
