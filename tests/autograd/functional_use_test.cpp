// vjp, jvp, hvp, jacobian and hessian in use: their forms, inside tapes and inside each other, Newton steps, wrong
// calls.
#include <type_traits>

#include "nn/attention/attention.h"
#include "tests/support.h"

using namespace tests;

namespace {

using Vars = std::vector<Variable>;
using Vars64 = std::vector<Variable64>;

const auto cubes = [](const auto& x) { return x * x * x; };
const auto sum_of_cubes = [](const auto& x) { return sum(x * x * x); };
const auto product = [](const auto& x) { return x[0] * x[1]; };  // of a list
const auto sum_of_product = [](const auto& x) { return sum(x[0] * x[1]); };

// (1 - a)² + 100 (b - a²)²
Variable64 rosenbrock(const Variable64& x) {
  const Variable64 a = narrow(x, 0, 0, 1), b = narrow(x, 0, 1, 1);
  return square(1 - a) + 100 * square(b - square(a));
}

// s with H s = g, of two elements, by Cramer's rule.
Tensor64 solution(const Tensor64& H, const Tensor64& g) {
  const double det = H(0, 0) * H(1, 1) - H(0, 1) * H(1, 0);
  return {(H(1, 1) * g(0) - H(0, 1) * g(1)) / det, (H(0, 0) * g(1) - H(1, 0) * g(0)) / det};
}
template <class F>
Tensor64 newton(const F& f, const Tensor64& x) {
  return x - solution(hessian(f, x).value(), vjp(f, x).product.value());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

// --- Forms ---

BOOST_AUTO_TEST_CASE(functional_of_one_input) {
  const Tensor x{1, 2};
  const Tensor64 x64{1, 2};
  const auto [y, g] = vjp(cubes, x, Tensor{1, 10});
  static_assert(std::is_same_v<decltype(y), const Variable> && std::is_same_v<decltype(g), const Variable>);
  CHECK_SAME(y.value(), (Tensor{1, 8}));
  CHECK_SAME(g.value(), (Tensor{3, 120}));
  const auto [z, d] = jvp(cubes, x64, Tensor64{1, 10});
  static_assert(std::is_same_v<decltype(z), const Variable64> && std::is_same_v<decltype(d), const Variable64>);
  CHECK_SAME(z.value(), (Tensor64{1, 8}));
  CHECK_SAME(d.value(), (Tensor64{3, 120}));
  CHECK_SAME(vjp(sum_of_cubes, Variable(x)).product.value(), (Tensor{3, 12}));  // the gradient
  CHECK_SAME(hvp(sum_of_cubes, Variable(x, true), x).product.value(), (Tensor{6, 24}));
  CHECK_SAME(hvp(sum_of_cubes, x, Variable(x, true)).y.value(), (Tensor::from_number(9)));
  const Variable J = jacobian(cubes, x), H = hessian(sum_of_cubes, x);
  CHECK_SAME(J.value(), (Tensor{{3, 0}, {0, 12}}));
  CHECK_SAME(H.value(), (Tensor{{6, 0}, {0, 12}}));
  const Variable64 H64 = hessian(rosenbrock, Tensor64{1, 1});  // a function, not a lambda
  CHECK_SAME(H64.value(), (Tensor64{{802, -400}, {-400, 200}}));
}

BOOST_AUTO_TEST_CASE(functional_of_several_inputs) {
  const Tensor a{1, 2}, b{3, 4};
  const Variable v(Tensor{1, 10});
  const auto [y, g] = vjp(product, {a, v}, Tensor{1, 1});  // a Tensor and a Variable
  static_assert(std::is_same_v<decltype(y), const Variable> && std::is_same_v<decltype(g), const Vars>);
  CHECK_SAME(y.value(), (Tensor{1, 20}));
  CHECK_SAME(g[0].value(), (Tensor{1, 10}));
  CHECK_SAME(g[1].value(), a);
  CHECK_SAME(vjp(sum_of_product, {a, b}).product[0].value(), b);
  CHECK_SAME(jvp(product, {a, b}, {b, a}).product.value(), (Tensor{10, 20}));
  CHECK_SAME(hvp(sum_of_product, {a, b}, {v, v * 2}).product[0].value(), (Tensor{2, 20}));
  const Vars J = jacobian(product, {a, b});
  CHECK_SAME(J[0].value(), (Tensor{{3, 0}, {0, 4}}));
  CHECK_SAME(J[1].value(), (Tensor{{1, 0}, {0, 2}}));
  const std::vector<Vars> H = hessian(sum_of_product, Vars{a, b});
  CHECK_SAME(H[0][0].value(), zeros({2, 2}));
  CHECK_SAME(H[0][1].value(), eye(2));
  CHECK_SAME(H[1][0].value(), eye(2));

  const Tensor64 c{1, 2}, d{3, 4};  // doubles, in braces and as a vector
  CHECK_SAME(vjp(product, {c, d}, c).product[1].value(), (Tensor64{1, 4}));
  CHECK_SAME(vjp(sum_of_product, {c, d}).product[1].value(), c);
  CHECK_SAME(jvp(product, {c, d}, {d, c}).product.value(), (Tensor64{10, 20}));
  CHECK_SAME(hvp(sum_of_product, {c, d}, {c, d}).product[0].value(), d);
  CHECK_SAME(jacobian(product, {c, d})[0].value(), (Tensor64{{3, 0}, {0, 4}}));
  CHECK_SAME(hessian(sum_of_product, {c, d})[0][1].value(), eye<double>(2));
  CHECK_SAME(hessian(sum_of_product, Vars64{c, d})[0][1].value(), eye<double>(2));
  CHECK_SAME(jacobian([](const auto& x) { return 2 * x[0]; }, {c})[0].value(), 2 * eye<double>(2));  // a list of one
  CHECK_SAME(jacobian([](const auto& x) { return 2 * x[0]; }, {a})[0].value(), 2 * eye(2));
}

// The same Variable given twice is two inputs.
BOOST_AUTO_TEST_CASE(functional_of_an_input_given_twice) {
  const Variable a(Tensor{2}, true);
  CHECK_SAME(vjp(sum_of_product, {a, a}).product[0].value(), (Tensor{2}));
  Tape tape;
  CHECK_SAME(vjp(sum_of_product, {a, a}).product[0].value(), (Tensor{2}));
}

BOOST_AUTO_TEST_CASE(functional_of_all_shapes) {
  const Tensor number = Tensor::from_number(2), none = zeros({0, 3});
  CHECK_SAME(jacobian(cubes, number).value(), Tensor::from_number(12));
  CHECK_SAME(hessian(cubes, number).value(), Tensor::from_number(12));
  CHECK_SAME(hvp(cubes, number, number).product.value(), Tensor::from_number(24));
  CHECK_SAME(jvp(cubes, number, number).product.value(), Tensor::from_number(24));
  CHECK_SAME(hessian(cubes, Tensor{{2}}).value(), reshape(Tensor{12}, {1, 1, 1, 1}));  // f(x) of shape (1, 1)
  CHECK_SAME(vjp(cubes, none, none).product.value(), none);
  CHECK_SAME(jvp(cubes, none, none).product.value(), none);
  CHECK_SAME(jacobian(cubes, none).value(), zeros({0, 3, 0, 3}));
  CHECK_SAME(jacobian(sum_of_cubes, none).value(), none);
  CHECK_SAME(hessian(sum_of_cubes, none).value(), zeros({0, 3, 0, 3}));
  CHECK_SAME(hvp(sum_of_cubes, none, none).product.value(), none);
  const auto empty = [](const auto& x) { return narrow(x, 0, 0, 0); };
  CHECK_SAME(jacobian(empty, Tensor{1, 2}).value(), zeros({0, 2}));
  CHECK_SAME(vjp(empty, Tensor{1, 2}, zeros({0})).product.value(), zeros({2}));
  CHECK_SAME(jvp(empty, Tensor{1, 2}, Tensor{1, 2}).product.value(), zeros({0}));
  CHECK_SAME(jacobian(sum_of_cubes, ones({1, 1, 1, 1, 1, 1, 1, 2})).value(), full({1, 1, 1, 1, 1, 1, 1, 2}, 3));
  CHECK_SAME(jacobian([](const auto& x) { return reshape(x, {3, 2}); }, arange(6)).value(), reshape(eye(6), {3, 2, 6}));
}

// Zeros, as in PyTorch without its strict mode.
BOOST_AUTO_TEST_CASE(functional_of_what_does_not_depend_on_x) {
  const Tensor x{1, 2}, t{3, 4};
  for (const bool inside : {false, true}) {
    std::optional<Tape> tape;
    if (inside) tape.emplace();
    const auto constant = [](const auto&) { return Tensor{1, 2, 3}; };
    CHECK_SAME(vjp(constant, x, Tensor{1, 1, 1}).product.value(), zeros({2}));
    CHECK_SAME(jvp(constant, x, t).product.value(), zeros({3}));
    CHECK_SAME(jvp(constant, x, t).y.value(), (Tensor{1, 2, 3}));
    CHECK_SAME(jacobian(constant, x).value(), zeros({3, 2}));
    const auto number = [](const auto&) { return Tensor{5}; };
    CHECK_SAME(hvp(number, x, t).product.value(), zeros({2}));
    CHECK_SAME(hessian(number, x).value(), zeros({2, 2}));
    const auto linear = [](const auto& a) { return sum(a * 3); };
    CHECK_SAME(hvp(linear, x, t).product.value(), zeros({2}));
    CHECK_SAME(hessian(linear, x).value(), zeros({2, 2}));
    const auto first = [](const auto& a) { return sum(square(a[0])); };
    CHECK_SAME(vjp(first, {x, ones({3})}).product[1].value(), zeros({3}));
    CHECK_SAME(hvp(first, {x, ones({3})}, {t, ones({3})}).product[1].value(), zeros({3}));
    CHECK_SAME(hessian(first, {x, ones({3})})[1][0].value(), zeros({3, 2}));
    const auto detached = [](const auto& a) { return square(a.detach()); };
    CHECK_SAME(jacobian(detached, x).value(), zeros({2, 2}));
    const auto itself = [](const auto& a) { return a; };
    CHECK_SAME(jacobian(itself, x).value(), eye(2));
    CHECK_SAME(jvp(itself, x, t).product.value(), t);
  }
}

BOOST_AUTO_TEST_CASE(functional_calls_f_once) {
  int calls = 0;
  const auto f = [&](const auto& x) {
    ++calls;
    return sum(square(x)) * x;
  };
  const Tensor x{1, 2, 3, 4};
  jacobian(f, x);
  BOOST_TEST(calls == 1);
  jvp(f, x, x);
  BOOST_TEST(calls == 2);
  hessian([&](const auto& a) { return sum(f(a)); }, x);
  BOOST_TEST(calls == 3);
  vjp([count = 0](const auto& a) mutable { return a * ++count; }, x, x);  // an f that changes itself
}

// --- A user's lambda, and attention pooling: two orders of derivatives are enough ---

BOOST_AUTO_TEST_CASE(functional_of_lambdas) {
  const Tensor64 x{0.5, 1, 2}, t{1, -1, 0.5};
  const auto fused = [](const auto& a) { return elementwise([](auto e) { return exp(-square(e)); }, a); };
  const auto written = [](const auto& a) { return exp(-square(a)); };
  CHECK_CLOSE_TO(jvp(fused, x, t).product.value(), jvp(written, x, t).product.value(), 1e-14);
  CHECK_CLOSE_TO(jacobian(fused, x).value(), jacobian(written, x).value(), 1e-14);
  const auto sum_fused = [&](const auto& a) { return sum(fused(a)); };
  const auto sum_written = [&](const auto& a) { return sum(written(a)); };
  CHECK_CLOSE_TO(hessian(sum_fused, x).value(), hessian(sum_written, x).value(), 1e-14);
  CHECK_CLOSE_TO(hvp(sum_fused, x, t).product.value(), hvp(sum_written, x, t).product.value(), 1e-14);
  const std::string third =
      "elementwise: a third derivative of a lambda is not available. Write the function with ops (exp, square, ...), "
      "whose derivatives have any order, or as an op of your own with record().";
  CHECK_ERROR(hessian([&](const auto& a) { return sum(hvp(sum_fused, a, t).product); }, x), third);
  CHECK_ERROR(jacobian([&](const auto& a) { return jvp(fused, a, t).product; }, x), third);
  BOOST_TEST(Tape64::current() == nullptr);  // also after an error
  CHECK_SAME(jacobian([&](const auto& a) { return jvp(written, a, t).y; }, x).value(), jacobian(written, x).value());
}

BOOST_AUTO_TEST_CASE(functional_of_attention_pooling) {
  const auto score = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
  const Tensor64 keys{0.5, 1, 2, 4}, values{1, -1, 3, 2}, queries{0, 1, 3};
  const auto pooled = [&](const auto& w) { return attention_pooling(score, queries, keys, values, w); };
  const auto written = [&](const auto& w) {
    return matmul(softmax(-square((unsqueeze(queries, 1) - keys) * w) / 2, 1), values);
  };
  const Tensor64 w{1.5}, t{2};
  CHECK_CLOSE_TO(jvp(pooled, w, t).product.value(), jvp(written, w, t).product.value(), 1e-12);
  const auto loss = [&](const auto& f) { return [&f](const auto& a) { return sum(square(f(a))); }; };
  CHECK_CLOSE_TO(hessian(loss(pooled), w).value(), hessian(loss(written), w).value(), 1e-12);
  CHECK_ERROR_BEGINS(hessian([&](const auto& a) { return sum(hvp(loss(pooled), a, t).product); }, w),
                     "elementwise: a third derivative of a lambda is not available.");
}

// --- Tapes ---

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

// --- Newton's method ---

BOOST_AUTO_TEST_CASE(functional_newton) {
  const Tensor64 A{{3, 1}, {1, 2}}, b{1, -4};
  const auto quadratic = [&](const auto& x) { return dot(x, matmul(A, x)) / 2 - dot(b, x); };
  CHECK_CLOSE_TO(newton(quadratic, {100, -7}), solution(A, b), 1e-12);  // one step

  Tensor64 x{-1.2, 1};
  for (int step = 0; step < 7; ++step) x = newton(rosenbrock, x);
  CHECK_CLOSE_TO(x, (Tensor64{1, 1}), 1e-12);

  // log(1 + exp(a + b)) + log(1 + exp(-a + b)) - b: its gradient is 0 where sigmoid(b) is 1/2.
  const auto softplus = [](const auto& a) { return log(1 + exp(a)); };
  const auto logistic = [&](const auto& p) {
    const auto a = narrow(p, 0, 0, 1), c = narrow(p, 0, 1, 1);
    return softplus(a + c) + softplus(c - a) - c;
  };
  x = {0.8, -0.5};
  for (int step = 0; step < 6; ++step) x = newton(logistic, x);
  CHECK_CLOSE_TO(x, (Tensor64{0, 0}), 1e-12);
}

// --- Wrong calls ---

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
