// One function, one derivative, whatever way leads to it: by ops or by a lambda, in whole vectors or in the rest of a
// loop, by the plain sweep or one that records itself, by hessian and jacobian, on a tape or outside.
#include "nn/attention/attention.h"
#include "tests/support.h"

using namespace tg;
using namespace tests;

namespace {

// x^e for a number e that the compiler sees, in loops long enough to be vectorised, against the C library's pow for one
// that it does not see. The slope is e x^(e-1).
template <class T, class F>
void check_power(double exponent, const F& f) {
  volatile T e = static_cast<T>(exponent), below = static_cast<T>(exponent) - 1;
  for (double at : {0.0, -0.0, double(inf), -double(inf), double(NaN), -1.0, 2.0, 1e-30, 1e30}) {
    for (std::int64_t n : {1, 9, 33}) {
      volatile T x = static_cast<T>(at);
      const BasicVariable<T> v(full<T>({n}, x), true);
      BasicTape<T> tape;
      const BasicVariable<T> y = elementwise(f, v);
      const T slope = e * std::pow(T(x), T(below));
      CHECK_CLOSE_TO(y.value(), full<T>({n}, std::pow(T(x), T(e))), 1e-6);
      CHECK_CLOSE_TO(1 / y.value(), 1 / full<T>({n}, std::pow(T(x), T(e))), 1e-6);  // 0 or -0
      CHECK_CLOSE_TO(tape.gradient(sum(y), {v})[0].value(), full<T>({n}, slope), 1e-6);
    }
  }
}

template <class T>
void check_powers() {
  check_power<T>(2, [](auto v) { return pow(v, 2); });
  check_power<T>(3, [](auto v) { return pow(v, 3); });
  check_power<T>(-1, [](auto v) { return pow(v, -1); });
  check_power<T>(0.5, [](auto v) { return pow(v, 0.5); });
  check_power<T>(-0.5, [](auto v) { return pow(v, -0.5); });
  check_power<T>(1.5, [](auto v) { return pow(v, 1.5); });
  check_power<T>(0.25, [](auto v) { return pow(v, 0.25); });
  check_power<T>(1.0 / 3, [](auto v) { return pow(v, 1.0 / 3); });
}

// The second derivatives of x^e that a mask would lose, by op and by lambda.
template <class T, class P>
void check_hessians_of_pow(const P& power) {
  using V = BasicVariable<T>;
  const auto first = [](const V& z) { return narrow(z, 0, 0, 1); };
  const auto second = [](const V& z) { return narrow(z, 0, 1, 1); };
  const double tolerance = std::is_same_v<T, float> ? 1e-5 : 1e-12, log2 = std::log(2.0), root8 = std::pow(2.0, 1.5);

  // f = x^e at x = 2, e = 0: f_xe = x^(e-1) (1 + e log x), f_ee = x^e log² x.
  const auto f = [&](const V& z) { return sum(power(first(z), second(z))); };
  CHECK_CLOSE_TO(hessian(f, BasicTensor<T>{2, 0}).value(), BasicTensor<T>({{0, 0.5}, {0.5, log2 * log2}}), tolerance);

  // f = Σ (w x^p - 1)², one x being 0: with y = x^p, f_w = Σ 2 (w y - 1) y and f_p = Σ 2 (w y - 1) w y log x.
  const auto loss = [&](const V& z) { return sum(square(first(z) * power(V(BasicTensor<T>{0, 2}), second(z)) - 1)); };
  const double ww = 2 * root8 * root8, wp = 2 * (2 * root8 - 1) * root8 * log2;
  const double pp = 2 * (2 * root8 - 1) * root8 * log2 * log2;
  CHECK_CLOSE_TO(hessian(loss, BasicTensor<T>{1, 1.5}).value(), BasicTensor<T>({{ww, wp}, {wp, pp}}), tolerance);
}

// The Laplace kernel of the distance √((q - k)²): a point's distance to itself is 0, where the root's slope is
// infinite.
template <class T>
void check_laplace() {
  using V = BasicVariable<T>;
  const auto score = [](auto q, auto k, auto w) { return square((q - k) * w); };
  const auto minus_root = [](auto s) { return -sqrt(s); };
  const auto by_abs = [](auto q, auto k, auto w) { return -abs((q - k) * w); };  // the same
  const BasicTensor<T> x{0, 1, 2}, y{1, 5, 2}, c{1, 2, 3}, w{1.5};
  const double tolerance = std::is_same_v<T, float> ? 1e-4 : 1e-10;

  const auto right = [&](const V& u) { return matmul(attention_weights(by_abs, x, x, u), y); };
  const auto streamed = [&](const V& u) { return attention_pooling(score, minus_root, x, x, y, u); };
  const auto weighted = [&](const V& u) { return matmul(attention_weights(score, minus_root, x, x, u), y); };
  const auto fused = [&](const V& u) {
    return matmul(softmax(elementwise([](auto q, auto k, auto v) { return -sqrt(square((q - k) * v)); },
                                      reshape(x, {3, 1}), x, u),
                          1),
                  y);
  };
  const BasicTensor<T> jacobian_right = jacobian(right, w).value();
  const BasicTensor<T> hessian_right = hessian([&](const V& u) { return sum(right(u) * c); }, w).value();
  const auto check = [&](const auto& f) {
    const auto loss = [&](const V& u) { return sum(f(u) * c); };
    CHECK_CLOSE_TO(jacobian(f, w).value(), jacobian_right, tolerance);
    CHECK_CLOSE_TO(hessian(loss, w).value(), hessian_right, tolerance);
    const V u(w, true);
    BasicTape<T> tape;
    CHECK_CLOSE_TO(jacobian(f, u).value(), jacobian_right, tolerance);  // a tape is open
    const BasicTensor<T> slope = sum(jacobian_right * reshape(c, {3, 1}), 0);
    for (bool graph : {false, true}) {
      CHECK_CLOSE_TO(tape.gradient(loss(u), {u}, {.create_graph = graph})[0].value(), slope, tolerance);
    }
  };
  check(streamed), check(weighted), check(fused);
}

// What relu, where, clamp, maximum and minimum have not chosen gets 0, also of an infinite cotangent or slope.
template <class T>
void check_dropped() {
  const auto slope = [](const auto& f, double x, double cotangent) {
    const BasicVariable<T> v(full<T>({9}, static_cast<T>(x)), true);
    BasicTape<T> tape;
    return tape.gradient(f(v), full<T>({9}, static_cast<T>(cotangent)), {v})[0].value();
  };
  const auto check = [&](const auto& f) {
    CHECK_SAME(slope([&](const auto& v) { return elementwise(f, v); }, -1, inf), zeros<T>({9}));
    CHECK_SAME(slope(f, -1, inf), zeros<T>({9}));  // by ops
  };
  check([](auto v) { return relu(v); });
  check([](auto v) { return where(v > 0, v, 0); });
  check([](auto v) { return clamp(v, 0, 1); });
  check([](auto v) { return maximum(v, 0); });
  check([](auto v) { return minimum(-v, 0); });

  // In the lambda itself, the slope that is dropped is infinite: that of √(v + 1), or of 1 / relu(v).
  for (double g : {1.0, double(inf)}) {
    const auto dropped = [&](const auto& f) {
      CHECK_SAME(slope([&](const auto& v) { return elementwise(f, v); }, -1, g), zeros<T>({9}));
    };
    dropped([](auto v) { return relu(sqrt(v + 1) - 1); });
    dropped([](auto v) { return where(v > 0, sqrt(v + 1), 0); });
    dropped([](auto v) { return clamp(sqrt(v + 1), 1, 2); });
    dropped([](auto v) { return maximum(sqrt(v + 1), 1); });
    dropped([](auto v) { return minimum(-sqrt(v + 1), -1); });
    dropped([](auto v) { return 1 / relu(v); });
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(lambda_powers_in_vectors) {
  check_powers<float>();
  check_powers<double>();
}

BOOST_AUTO_TEST_CASE(second_derivatives_of_pow) {
  const auto op = [](const auto& x, const auto& e) { return pow(x, e); };
  const auto lambda = [](const auto& x, const auto& e) {
    return elementwise([](auto a, auto b) { return pow(a, b); }, x, e);
  };
  check_hessians_of_pow<float>(op), check_hessians_of_pow<double>(op);
  check_hessians_of_pow<float>(lambda), check_hessians_of_pow<double>(lambda);
}

BOOST_AUTO_TEST_CASE(infinite_slopes_times_zero_in_every_route) {
  check_laplace<float>();
  check_laplace<double>();
}

BOOST_AUTO_TEST_CASE(lambda_sides_that_are_not_chosen) {
  check_dropped<float>();
  check_dropped<double>();
}

// A NaN comes through, whatever it is multiplied by.
BOOST_AUTO_TEST_CASE(lambda_nan_comes_through) {
  const auto f = [](auto v) { return sqrt(v) + relu(v); };
  const auto of = [&](double x, double cotangent) {
    return vjp([&](const Variable& v) { return elementwise(f, v); }, full<float>({9}, x), full<float>({9}, cotangent))
        .product.value();
  };
  CHECK_SAME(of(-1, 0), full<float>({9}, NaN));  // 0 times a slope of NaN
  const auto g = [](auto v) { return square(v); };
  const auto product =
      vjp([&](const Variable& v) { return elementwise(g, v); }, zeros({9}), full<float>({9}, NaN)).product.value();
  CHECK_SAME(product, full<float>({9}, NaN));  // NaN times a slope of 0
  // Inside one lambda a slope of 0 stays 0, though what follows has none; by operations it does not (page 04).
  const auto root = [](const auto& v) { return sqrt(square(v) - 1); };
  const Variable at(Tensor{0}), one(Tensor{1});
  CHECK_SAME(vjp([&](const Variable& v) { return elementwise(root, v); }, at, one).product.value(), Tensor{0});
  CHECK_SAME(vjp(root, at, one).product.value(), Tensor{NaN});
  // The second slope of u x^e towards e is 0 at x = 1; a NaN that comes back to it stays NaN.
  Variable u(Tensor{1}, true), x(Tensor{1}, true), e(Tensor{2}, true);
  Tape tape;
  const Variable of_e = tape.gradient(sum(u * pow(x, e)), {e}, {.create_graph = true})[0];
  for (const Variable& second : tape.gradient(of_e, Tensor{NaN}, {u, x, e})) CHECK_SAME(second.value(), Tensor{NaN});
}

BOOST_AUTO_TEST_SUITE_END()
