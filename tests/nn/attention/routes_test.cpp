// One call has one answer: attention_pooling's gradients at infinite and missing slopes, by every route. With w alone
// on the tape they go by forward mode, with the queries or more parameters by a pass back, with create_graph through
// ops, and attention_weights gives the weights themselves.
#include "nn/attention/attention.h"
#include "tests/support.h"

using namespace tests;

namespace {

struct Points {
  const char* name;
  std::vector<double> q, k, v;
  bool exclude_self;
};

std::vector<Points> points() {
  const std::vector<double> x{0, 1, 1, 2, 4}, y{1, 2, 4, 3, 7};
  const double infinite = INFINITY, nan = NAN;
  return {
      {"repeated points", x, x, y, false},
      {"repeated points, each by the others", x, x, y, true},
      {"one key", {0, 1, 3}, {1}, {2}, false},
      {"one key at the only query", {1}, {1}, {2}, false},
      {"two points", {1, 1}, {1, 1}, {2, 3}, true},
      {"a query out of reach", {0.5, 30}, x, y, false},
      {"an infinite query", {0.5, infinite}, x, y, false},
      {"an infinite key", {0.5, 1}, {0, 1, infinite}, {1, 2, 3}, false},
      {"a NaN value", {0.5, 1}, {0, 1, 2}, {1, nan, 3}, false},
      {"an infinite value out of reach", {0.5, 1}, {0, 1, 60}, {1, 2, infinite}, false},
  };
}

template <class T>
BasicTensor<T> vector_of(const std::vector<double>& x) {
  return cast<T>(Tensor64::from_vector(x, {static_cast<std::int64_t>(x.size())}));
}

// y by the lambdas, with two parameters: w, and one that adds nothing, but makes forward mode too dear.
template <class T, class... Lambdas>
void compare(const char* kernel, const Points& at, const Lambdas&... lambdas) {
  using V = BasicVariable<T>;
  const PoolingOptions options{.exclude_self = at.exclude_self};
  const BasicTensor<T> values = vector_of<T>(at.v), ones = ones_like(vector_of<T>(at.q));
  auto gradients = [&](const std::vector<bool>& needed, bool create_graph, bool weights) {
    const V q(vector_of<T>(at.q), needed[0]), k(vector_of<T>(at.k), needed[1]), v(values, needed[2]),
        w(full<T>({1}, T(0.5)), needed[3]);
    BasicTape<T> tape;
    const V y = weights ? matmul(attention_weights(options, lambdas..., q, k, w), v)
                        : attention_pooling(options, lambdas..., q, k, v, w);
    std::vector<V> asked;
    for (const V& x : {q, k, v, w}) {
      if (x.requires_grad()) asked.push_back(x);
    }
    std::vector<BasicTensor<T>> out;
    for (const V& g : tape.gradient(sum(y * y), asked, {.create_graph = create_graph})) out.push_back(g.value());
    return out;
  };
  const std::vector<bool> all{true, true, true, true};
  const auto plain = gradients(all, false, false);
  auto check = [&](const std::string& route, const BasicTensor<T>& x, const BasicTensor<T>& y) {
    const std::string wrong = difference(x, y, sizeof(T) == 4 ? 2e-5 : 1e-12);
    BOOST_TEST(wrong.empty(),
               kernel << ", " << at.name << (sizeof(T) == 4 ? ", float, " : ", double, ") << route << ": " << wrong);
  };
  for (bool create_graph : {false, true}) {
    const std::string graph = create_graph ? ", create_graph" : "";
    const auto streamed = gradients(all, create_graph, false), composed = gradients(all, create_graph, true);
    for (std::size_t i = 0; i < 4; ++i) {
      check("all, input " + std::to_string(i) + graph, streamed[i], plain[i]);
      check("attention_weights, input " + std::to_string(i) + graph, composed[i], plain[i]);
    }
    for (int mask = 1; mask < 15; ++mask) {
      const std::vector<bool> needed{mask % 2 != 0, mask / 2 % 2 != 0, mask / 4 % 2 != 0, mask / 8 != 0};
      const auto some = gradients(needed, create_graph, false);
      for (std::size_t i = 0, next = 0; i < 4; ++i) {
        if (needed[i])
          check("mask " + std::to_string(mask) + ", input " + std::to_string(i) + graph, some[next++], plain[i]);
      }
    }
  }
  auto of_w = [&](const V& w) {
    const auto y = attention_pooling(options, lambdas..., vector_of<T>(at.q), vector_of<T>(at.k), values, w);
    return sum(y * y);
  };
  check("jacobian", reshape(jacobian(of_w, full<T>({1}, T(0.5))).value(), {1}), plain[3]);
  check("vjp", vjp(of_w, V(full<T>({1}, T(0.5))), V(full<T>({}, T(1)))).product.value(), plain[3]);
  check("jvp", reshape(jvp(of_w, V(full<T>({1}, T(0.5))), V(full<T>({1}, T(1)))).product.value(), {1}), plain[3]);
}

// The second derivative towards w, by the Hessian, and by a difference of the first.
template <class... Lambdas>
void check_second(const char* kernel, const Points& at, const Lambdas&... lambdas) {
  const PoolingOptions options{.exclude_self = at.exclude_self};
  auto of_w = [&](const Variable64& w) {
    const auto y = attention_pooling(options, lambdas..., vector_of<double>(at.q), vector_of<double>(at.k),
                                     vector_of<double>(at.v), w);
    return sum(y * y);
  };
  auto by_weights = [&](const Variable64& w) {
    const auto y = matmul(attention_weights(options, lambdas..., vector_of<double>(at.q), vector_of<double>(at.k), w),
                          vector_of<double>(at.v));
    return sum(y * y);
  };
  const double h = 1e-5, w = 0.47;  // at 0.5 the compact kernels have a kink on some points
  auto slope = [&](double x) {
    return vjp(of_w, Variable64(Tensor64{x}), Variable64(full<double>({}, 1))).product.value().item();
  };
  const double exact = (slope(w + h) - slope(w - h)) / (2 * h), got = hessian(of_w, Tensor64{w}).value().item(),
               other = hessian(by_weights, Tensor64{w}).value().item();
  BOOST_TEST(((std::isnan(exact) && std::isnan(got)) || std::abs(got - exact) < 1e-6 * std::max(1., std::abs(exact))),
             kernel << ", " << at.name << ": hessian " << got << ", difference " << exact);
  BOOST_TEST(
      ((std::isnan(exact) && std::isnan(other)) || std::abs(other - exact) < 1e-6 * std::max(1., std::abs(exact))),
      kernel << ", " << at.name << ": hessian by weights " << other << ", difference " << exact);
}

template <class... Lambdas>
void compare_everywhere(const char* kernel, const Lambdas&... lambdas) {
  for (const Points& at : points()) {
    compare<float>(kernel, at, lambdas...);
    compare<double>(kernel, at, lambdas...);
    check_second(kernel, at, lambdas...);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(nn)
BOOST_AUTO_TEST_SUITE(attention)

BOOST_AUTO_TEST_CASE(pooling_routes_laplace) {
  compare_everywhere("laplace", [](auto q, auto k, auto w) { return -abs((q - k) * w); });
  compare_everywhere(
      "laplace by the root of a square", [](auto q, auto k, auto w) { return square((q - k) * w); },
      [](auto s) { return -sqrt(s); });
}

BOOST_AUTO_TEST_CASE(pooling_routes_compact) {
  compare_everywhere("triangular", [](auto q, auto k, auto w) { return log(relu(1 - abs((q - k) * w))); });
  compare_everywhere("epanechnikov", [](auto q, auto k, auto w) { return log(relu(1 - square((q - k) * w))); });
}

BOOST_AUTO_TEST_CASE(pooling_routes_singular) {
  compare_everywhere("inverse distance", [](auto q, auto k, auto w) { return w / abs(q - k); });
  compare_everywhere("minus inverse distance", [](auto q, auto k, auto w) { return -w / abs(q - k); });
  compare_everywhere("power of a distance", [](auto q, auto k, auto w) { return w * log(abs(q - k)); });
}

BOOST_AUTO_TEST_CASE(pooling_routes_missing) {
  compare_everywhere("sine over distance", [](auto q, auto k, auto w) { return w * sin(q - k) / (q - k); });
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
