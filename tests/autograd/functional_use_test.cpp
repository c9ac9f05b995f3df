// vjp, jvp, hvp, jacobian and hessian in use: their forms, of lambdas and of attention pooling, and Newton steps.
#include <type_traits>

#include "nn/attention/attention.h"
#include "tests/autograd/functions.h"

using namespace tests;

namespace {

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

BOOST_AUTO_TEST_SUITE_END()
