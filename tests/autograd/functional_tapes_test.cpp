// vjp, jvp, hvp, jacobian and hessian outside tapes, inside them and inside each other.
#include "tests/autograd/functions.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(functional_outside_tapes_gives_constants) {
  Variable x(Tensor{1, 2}, true), w(Tensor{3, 4}, true);
  const auto f = [&](const Variable& a) { return sum(a * a * w); };
  const auto [y, g] = vjp(f, x);
  const auto [l, h] = hvp(f, x, w);
  for (const Variable& result : {y, g, l, h, jvp(f, x, w).product, jacobian(f, x), hessian(f, x)})
    BOOST_TEST(!result.requires_grad());
  CHECK_SAME(h.value(), (Tensor{18, 32}));
  BOOST_TEST(!x.has_grad());
  BOOST_TEST(!w.has_grad());
  Variable gone;  // outside of tapes it is data, as for every op
  {
    Tape tape;
    gone = x * 2;
  }
  CHECK_SAME(vjp(f, gone).product.value(), (Tensor{12, 32}));
  CHECK_SAME(jvp(cubes, x, gone).product.value(), (Tensor{6, 48}));
}

// The gradient of a loss that holds derivatives, towards x and towards what f captures.
BOOST_AUTO_TEST_CASE(functional_inside_a_tape) {
  Variable64 x(Tensor64{1, 2}, true), w(Tensor64{3, 4}, true), v(Tensor64{5, 6}, true);
  const auto f = [&](const Variable64& a) { return a * a * a * w; };
  const auto l = [&](const Variable64& a) { return sum(f(a)); };
  const Tensor64 vwx = v.value() * w.value() * x.value(), vxx = v.value() * square(x.value()),
                 vw = v.value() * w.value();
  {
    Tape64 tape;
    const auto g = tape.gradient(sum(vjp(f, x, v).product), {x, w, v});  // 3 v w x²
    CHECK_SAME(g[0].value(), 6 * vwx);
    CHECK_SAME(g[1].value(), 3 * vxx);
    CHECK_SAME(g[2].value(), 3 * w.value() * square(x.value()));
    const auto j = tape.gradient(sum(jvp(f, x, v).product), {x, w, v});
    for (std::size_t i = 0; i < 3; ++i) CHECK_SAME(j[i].value(), g[i].value());
    const auto h = tape.gradient(sum(hvp(l, x, v).product), {x, w, v});  // 6 v w x
    CHECK_SAME(h[0].value(), 6 * vw);
    CHECK_SAME(h[1].value(), 6 * v.value() * x.value());
    CHECK_SAME(h[2].value(), 6 * w.value() * x.value());
    CHECK_SAME(tape.gradient(sum(jacobian(f, x)), {x})[0].value(), 6 * w.value() * x.value());
    CHECK_SAME(tape.gradient(sum(hessian(l, x)), {x})[0].value(), 6 * w.value());
    CHECK_SAME(tape.gradient(sum(jvp(f, x, v).y), {x})[0].value(), 3 * w.value() * square(x.value()));
  }
  // Towards w alone, with data for x; and through an x that is a result.
  {
    Tape64 tape;
    tape.backward(sum(square(jvp(f, x.value(), ones<double>({2})).product)));  // (3 x² w)²
    CHECK_SAME(w.grad(), 18 * w.value() * square(square(x.value())));
    BOOST_TEST(!x.has_grad());
  }
  {
    Tape64 tape;
    tape.backward(sum(vjp(l, 2 * x).product));  // 3 w (2x)²
    CHECK_SAME(x.grad(), 24 * w.value() * x.value());
  }
}

// Where f does not depend on x, or is linear in it, there are zeros, also where tape.gradient refuses the constant.
template <class T>
void check_zeros() {
  using V = BasicVariable<T>;
  using Tensor = BasicTensor<T>;
  const V captured(Tensor{7, 8}, true);
  const std::vector<std::function<V(const V&)>> constant{
      [](const V&) {
        return V(Tensor{1, 2});
      },                                                    // not computed from x
      [](const V& x) { return V(x.value() * x.value()); },  // cut off
      [](const V& x) { return ones_like(x); },              // of x's shape
      [](const V& x) { return x.detach() + 1; },            // of x's value
      [&](const V&) { return captured; },                   // a leaf, but not x
      [&](const V& x) { return captured * captured + x.detach(); }};
  const Tensor two{3, 4}, v{1, 10};
  auto check = [&] {
    for (const auto& f : constant) {
      const auto total = [&](const V& x) { return sum(f(x)); };
      for (const V& x : {V(two), V(two, true), V(two, true) * 2}) {
        CHECK_SAME(vjp(f, x, v).product.value(), zeros<T>({2}));
        CHECK_SAME(vjp(total, x).product.value(), zeros<T>({2}));
        CHECK_SAME(jvp(f, x, v).product.value(), zeros<T>({2}));
        CHECK_SAME(hvp(total, x, v).product.value(), zeros<T>({2}));
        CHECK_SAME(jacobian(f, x).value(), zeros<T>({2, 2}));
        CHECK_SAME(hessian(total, x).value(), zeros<T>({2, 2}));
      }
    }
    const auto line = [](const V& x) { return 3 * x - 1; };
    const auto sum_of_line = [&](const V& x) { return sum(line(x)); };
    CHECK_SAME(vjp(line, two, v).product.value(), 3 * v);
    CHECK_SAME(jvp(line, two, v).product.value(), 3 * v);
    CHECK_SAME(jacobian(line, two).value(), 3 * eye<T>(2));
    CHECK_SAME(hvp(sum_of_line, two, v).product.value(), zeros<T>({2}));
    CHECK_SAME(hessian(sum_of_line, two).value(), zeros<T>({2, 2}));
    // Of two inputs, one that f does not look at, and one that it is linear in; and no element at all.
    const auto of_two = [](const std::vector<V>& x) { return sum(2 * x[1]); };
    const std::vector<V> x{V(two), V(two)};
    const auto H = hessian(of_two, x);
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK_SAME(hvp(of_two, x, x).product[i].value(), zeros<T>({2}));
      for (std::size_t j = 0; j < 2; ++j) CHECK_SAME(H[i][j].value(), zeros<T>({2, 2}));
    }
    const Tensor empty = zeros<T>({0});
    for (const auto& f : {std::function<V(const V&)>([](const V&) { return V(zeros<T>({3})); }),
                          std::function<V(const V&)>([](const V& e) { return 2 * e; })}) {
      const auto total = [&](const V& e) { return sum(f(e)); };
      CHECK_SAME(vjp(f, empty, f(empty).value()).product.value(), empty);
      CHECK_SAME(jvp(f, empty, empty).product.value(), f(empty).value());
      CHECK_SAME(hvp(total, empty, empty).product.value(), empty);
      CHECK_SAME(jacobian(f, empty).value(), zeros<T>({f(empty).numel(), 0}));
      CHECK_SAME(hessian(total, empty).value(), zeros<T>({0, 0}));
    }
  };
  check();
  BasicTape<T> tape;
  check();
}

BOOST_AUTO_TEST_CASE(zeros_where_f_does_not_depend_on_x) {
  check_zeros<float>();
  check_zeros<double>();

  const auto constant = [](const auto& x) { return ones_like(x[0]) * 3; };
  const auto cut_off = [](const auto& x) { return x[0].detach() * 0 + 2; };
  const auto line = [](const auto& x) { return 3 * x[0] - 1; };
  const auto nothing = [](const auto&) { return Variable64(zeros<double>({0})); };
  for (const Tensor64& x : {Tensor64{1, 2}, zeros<double>({0}), Tensor64::from_number(2)}) {
    for (const Function64& f : {Function64(constant), Function64(cut_off), Function64(line), Function64(nothing)}) {
      BOOST_TEST(gradcheck(f, {x, Tensor64{5}}));
      BOOST_TEST(gradgradcheck(f, {x, Tensor64{5}}));
    }
  }
  // What is wrong is still found.
  const auto forgets = [](const std::vector<Variable64>& x) { return square(x[0].detach()); };
  CHECK_ERROR_BEGINS(gradcheck(forgets, {Tensor64{3}}),
                     "gradcheck: the derivative of output element (0) towards input 0 element (0) is 0 by the rules, "
                     "but ");
}

// What f captures is held fixed, even if it depends on x or is x.
BOOST_AUTO_TEST_CASE(functional_differentiates_towards_the_argument_alone) {
  Variable x(Tensor{3}, true);
  const auto times_x = [&](const Variable& a) { return a * x; };
  CHECK_SAME(vjp(times_x, x).product.value(), (Tensor{3}));
  Tape tape;
  const Variable square_of_x = square(x);
  CHECK_SAME(vjp(times_x, x).product.value(), (Tensor{3}));
  CHECK_SAME(jvp([&](const Variable& a) { return a * square_of_x; }, x, Tensor{1}).product.value(), (Tensor{9}));
  CHECK_SAME(jacobian([&](const Variable& a) { return a * square_of_x; }, square_of_x).value(), (Tensor{{9}}));
  CHECK_SAME(tape.gradient(vjp(times_x, x).product, {x})[0].value(), (Tensor{1}));
}

// One inside the other, of any order.
BOOST_AUTO_TEST_CASE(functional_inside_each_other) {
  const Tensor64 x{0.5, 2}, t{1, -2}, e{1, 1};
  const auto f = [](const auto& a) { return sum(a * a * a * a); };  // 4 x³, 12 x², 24 x, 24
  // d/dx (x d/dy (x + y)) is 1, and d/dx (x d/dy (x y)) is 2 x.
  CHECK_SAME(jvp([&](const auto& a) { return a * jvp([&](const auto& b) { return a + b; }, a, e).product; }, x, e)
                 .product.value(),
             e);
  CHECK_SAME(jvp([&](const auto& a) { return a * jvp([&](const auto& b) { return a * b; }, a, e).product; }, x, e)
                 .product.value(),
             2 * x);
  CHECK_SAME(hvp([&](const auto& a) { return jvp(f, a, t).product; }, x, e).product.value(), 24 * x * t);
  CHECK_SAME(jacobian([&](const auto& a) { return vjp(f, a).product; }, x).value(), hessian(f, x).value());
  CHECK_SAME(jacobian([&](const auto& a) { return jacobian(f, a); }, x).value(), hessian(f, x).value());
  CHECK_SAME(vjp([&](const auto& a) { return sum(hessian(f, a)); }, x).product.value(), 24 * x);
  CHECK_SAME(hessian([&](const auto& a) { return sum(hessian(f, a)); }, x).value(), 24 * eye<double>(2));
  CHECK_SAME(hessian([&](const auto& a) { return sum(hvp(f, a, t).product); }, x).value(),
             24 * eye<double>(2) * unsqueeze(t, 1));
  CHECK_SAME(jvp([&](const auto& a) { return hvp(f, a, a).product; }, x, t).product.value(), 36 * square(x) * t);
}

BOOST_AUTO_TEST_SUITE_END()
