// Elementwise ops: broadcasting against plain loops, comparisons, masks, special values.
#include <limits>

#include "tests/support.h"

using namespace tests;

namespace {

// a op b by NumPy's rule, one element at a time.
template <class T, class F>
auto broadcast_slowly(const BasicTensor<T>& a, const BasicTensor<T>& b, const F& f) {
  using Out = decltype(f(T(), T()));
  const int rank = std::max(a.dim(), b.dim());
  auto size = [rank](const BasicTensor<T>& x, int d) {
    return d < rank - x.dim() ? 1 : x.shape()[d - (rank - x.dim())];
  };
  Shape shape;
  for (int d = 0; d < rank; ++d) shape.push_back(size(a, d) == 1 ? size(b, d) : size(a, d));
  auto pick = [rank](const BasicTensor<T>& x, const Index& index) {
    Index own;
    for (int d = 0; d < x.dim(); ++d)
      own.push_back(x.shape()[d] == 1 ? 0 : index[static_cast<std::size_t>(d + rank - x.dim())]);
    return element(x, own);
  };
  return tabulate<Out>(shape, [&](const Index& index) { return f(pick(a, index), pick(b, index)); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(broadcasting) {
  const std::vector<std::pair<Shape, Shape>> pairs{{{}, {}},
                                                   {{}, {3}},
                                                   {{4}, {}},
                                                   {{2, 3}, {3}},
                                                   {{2, 3}, {2, 1}},
                                                   {{2, 1}, {1, 3}},
                                                   {{5, 1, 4}, {2, 1}},
                                                   {{1}, {1}},
                                                   {{1, 1, 1}, {7}},
                                                   {{3, 1, 2}, {1, 5, 1}},
                                                   {{0}, {1}},
                                                   {{1}, {0}},
                                                   {{0, 3}, {3}},
                                                   {{2, 0}, {1, 1}},
                                                   {{4, 0, 1}, {1, 1, 6}},
                                                   {{300}, {300}},
                                                   {{300}, {1}},
                                                   {{2, 300}, {300}},
                                                   {{300, 2}, {300, 1}},
                                                   {{17, 31}, {}},
                                                   {{1, 2, 1, 2, 1, 2, 1, 2}, {2, 1, 2, 1, 2, 1, 2, 1}},
                                                   {{2, 2, 2, 2, 2, 2, 2, 2}, {2, 1, 2}},
                                                   {{3, 1, 1, 1, 1, 1, 1, 257}, {2, 1}}};
  for (const auto& [left, right] : pairs) {
    const Tensor a = numbers<float>(left, 1), b = numbers<float>(right, 2);
    BOOST_TEST_CONTEXT(left << " with " << right) {
      for (const auto& [name_a, x] : layouts(a)) {
        for (const auto& [name_b, y] : layouts(b)) {
          BOOST_TEST_CONTEXT(name_a << " and " << name_b) {
            CHECK_SAME(x + y, broadcast_slowly(a, b, [](float p, float q) { return p + q; }));
            CHECK_SAME(x - y, broadcast_slowly(a, b, [](float p, float q) { return p - q; }));
            CHECK_SAME(x < y, broadcast_slowly(
                                  a, b, [](float p, float q) { return p < q; }));
          }
        }
      }
      CHECK_SAME(where(a > 0, a, b), broadcast_slowly(a, b, [](float p, float q) { return p > 0 ? p : q; }));
    }
  }
}

BOOST_AUTO_TEST_CASE(arithmetic) {
  const Tensor a{{1, 2, 3}, {4, 5, 6}}, b{{10}, {20}};
  CHECK_SAME(a + b, (Tensor{{11, 12, 13}, {24, 25, 26}}));
  CHECK_SAME(a - b, (Tensor{{-9, -8, -7}, {-16, -15, -14}}));
  CHECK_SAME(a * b, (Tensor{{10, 20, 30}, {80, 100, 120}}));
  CHECK_SAME(b / a, (Tensor{{10, 5, 10.0f / 3}, {5, 4, 20.0f / 6}}));
  CHECK_SAME(-a, 0 - a);
  CHECK_SAME(1 + a - 2 * a / 4, (Tensor{{1.5, 2, 2.5}, {3, 3.5, 4}}));
  CHECK_SAME(1 / (Tensor{0, -0.0f, 2}), (Tensor{inf, -inf, 0.5}));
  CHECK_SAME(Tensor64{1} / 3, Tensor64{1.0 / 3});
}

BOOST_AUTO_TEST_CASE(index_arithmetic) {
  const IndexTensor i{7, -2, 0};
  CHECK_SAME(i + 1, (IndexTensor{8, -1, 1}));
  CHECK_SAME(2 * i - i, i);
  CHECK_SAME(-i, (IndexTensor{-7, 2, 0}));
  CHECK_SAME(i * IndexTensor{{1}, {-1}}, (IndexTensor{{7, -2, 0}, {-7, 2, 0}}));
  const std::int64_t large = (std::int64_t{1} << 60) + 1;  // no double holds it
  CHECK_SAME(IndexTensor{large} + 1, IndexTensor{large + 1});
  CHECK_SAME(i >= 0, (Mask{true, false, true}));
  CHECK_SAME(where(i > 0, i, -1), (IndexTensor{7, -1, -1}));
  CHECK_SAME(i == IndexTensor{7, 7, 7}, (Mask{true, false, false}));
}

// A fraction beside integers must not lose itself silently.
BOOST_AUTO_TEST_CASE(index_arithmetic_with_fractions) {
  const IndexTensor i{1, 2, 3};
  CHECK_ERROR(i < 2.5,
              "a tensor of integers cannot take the number 2.5; use a tensor of floats, or convert this one with "
              "cast<float>(x)");
  CHECK_SAME(i < 2.0, (Mask{true, false, false}));
  CHECK_ERROR(i * 0.5,
              "a tensor of integers cannot take the number 0.5; use a tensor of floats, or convert this one with "
              "cast<float>(x)");
}

BOOST_AUTO_TEST_CASE(functions) {
  const Tensor64 x{-1.5, -0.25, 0, 0.5, 2};
  auto by = [&](double (*f)(double)) {
    return tabulate<double>({5}, [&](const Index& i) { return f(element(x, i)); });
  };
  CHECK_SAME(abs(x), by([](double v) { return std::abs(v); }));
  CHECK_SAME(sign(x), (Tensor64{-1, -1, 0, 1, 1}));
  CHECK_SAME(square(x), by([](double v) { return v * v; }));
  CHECK_SAME(sqrt(x), by([](double v) { return std::sqrt(v); }));
  CHECK_CLOSE_TO(exp(x), by([](double v) { return std::exp(v); }), 1e-15);
  CHECK_SAME(log(x), by([](double v) { return std::log(v); }));
  CHECK_SAME(sin(x), by([](double v) { return std::sin(v); }));
  CHECK_CLOSE_TO(cos(x), by([](double v) { return std::cos(v); }), 1e-15);
  CHECK_CLOSE_TO(tanh(x), by([](double v) { return std::tanh(v); }), 1e-15);
  CHECK_CLOSE_TO(sigmoid(x), by([](double v) { return 1 / (1 + std::exp(-v)); }), 1e-15);
  CHECK_SAME(relu(x), (Tensor64{0, 0, 0, 0.5, 2}));
  CHECK_SAME(clamp(x, -0.5, 1), (Tensor64{-0.5, -0.25, 0, 0.5, 1}));
  CHECK_SAME(clamp(x, 1, 1), ones<double>({5}));
  CHECK_SAME(pow(x, 2), square(x));
  CHECK_SAME(pow(2, x), by([](double v) { return std::pow(2.0, v); }));
  CHECK_SAME(pow(abs(x), x), by([](double v) { return std::pow(std::abs(v), v); }));
  CHECK_SAME(maximum(x, 0), relu(x));
  CHECK_SAME(minimum(0, x), (Tensor64{-1.5, -0.25, 0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(nan_stays_nan) {
  const Tensor x{NaN, 1, inf, -inf};
  CHECK_SAME(relu(x), (Tensor{NaN, 1, inf, 0}));
  CHECK_SAME(abs(x), (Tensor{NaN, 1, inf, inf}));
  CHECK_SAME(maximum(x, (Tensor{0, NaN, NaN, 0})), (Tensor{NaN, NaN, NaN, 0}));
  CHECK_SAME(minimum((Tensor{0, NaN, NaN, 0}), x), (Tensor{NaN, NaN, NaN, -inf}));
  CHECK_SAME(clamp(x, -2, 2), (Tensor{NaN, 1, 2, -2}));
  CHECK_SAME(sigmoid(x), (Tensor{NaN, sigmoid(Tensor{1}).item(), 1, 0}));
  CHECK_SAME(tanh(x), (Tensor{NaN, std::tanh(1.0f), 1, -1}));
  CHECK_SAME(sqrt(Tensor{-1}), Tensor{NaN});
  CHECK_SAME(log(Tensor{-1, 0}), (Tensor{NaN, -inf}));
  CHECK_SAME(pow(x, 0), ones({4}));
}

BOOST_AUTO_TEST_CASE(comparisons) {
  const Tensor a{1, 2, 3, NaN}, b{2, 2, 2, NaN};
  CHECK_SAME(a < b, (Mask{true, false, false, false}));
  CHECK_SAME(a > b, (Mask{false, false, true, false}));
  CHECK_SAME(a <= b, (Mask{true, true, false, false}));
  CHECK_SAME(a >= b, (Mask{false, true, true, false}));
  CHECK_SAME(a == b, (Mask{false, true, false, false}));
  CHECK_SAME(a != b, (Mask{true, false, true, true}));
  CHECK_SAME(2 < a, (Mask{false, false, true, false}));
  CHECK_SAME(eye(3) == 0, (Mask{{false, true, true}, {true, false, true}, {true, true, false}}));
  CHECK_SAME((Mask{true, false}) == (Mask{true, true}), (Mask{true, false}));
}

BOOST_AUTO_TEST_CASE(mask_logic) {
  const Mask a{true, true, false, false}, b{true, false, true, false};
  CHECK_SAME(a && b, (Mask{true, false, false, false}));
  CHECK_SAME(a || b, (Mask{true, true, true, false}));
  CHECK_SAME(!a, (Mask{false, false, true, true}));
  CHECK_SAME((Mask{{true}, {false}}) && b, (Mask{{true, false, true, false}, {false, false, false, false}}));
}

BOOST_AUTO_TEST_CASE(where_) {
  const Mask mask{{true}, {false}};
  CHECK_SAME(where(mask, (Tensor{1, 2, 3}), (Tensor{{-1}, {-2}})), (Tensor{{1, 2, 3}, {-2, -2, -2}}));
  CHECK_SAME(where(mask, 1, (Tensor{{5}, {6}})), (Tensor{{1}, {6}}));
  CHECK_SAME(where((Mask{true, false}), (Tensor{1, NaN}), (Tensor{NaN, 2})), (Tensor{1, 2}));  // a choice, no product
  BOOST_TEST(where(zeros<bool>({0}), ones({1}), zeros({3, 1})).shape() == (Shape{3, 0}));
}

BOOST_AUTO_TEST_CASE(elementwise_lambda) {
  const Tensor q{{1}, {2}}, k{0, 3, 1}, w{0.5};
  const Tensor y = elementwise([](auto a, auto b, auto c) { return -square((a - b) * c) / 2; }, q, k, w);
  CHECK_SAME(y, -square((q - k) * w) / 2);
  CHECK_SAME(elementwise([](auto v) { return where(v > 1, v, v * 0); }, k), (Tensor{0, 3, 0}));
  CHECK_SAME(elementwise([](auto v, auto c) { return v * c; }, k, 2), (Tensor{0, 6, 2}));
  // Literals keep the type, and abs is never C's abs(int).
  CHECK_SAME(elementwise([](auto v) { return exp(-abs(v - 0.5)) / 2; }, k), exp(-abs(k - 0.5)) / 2);
}

BOOST_AUTO_TEST_CASE(allclose_) {
  BOOST_TEST(allclose(Tensor{1, 2}, Tensor{1, 2 + 1e-6f}));
  BOOST_TEST(!allclose(Tensor{1, 2}, Tensor{1, 2.001f}));
  BOOST_TEST(allclose(Tensor{1, 2}, Tensor{1, 2.001f}, 1e-3));
  BOOST_TEST(allclose(Tensor{0}, Tensor{1e-3f}, 0, 1e-2));
  BOOST_TEST(!allclose(ones({2}), ones({2, 1})));
  BOOST_TEST(!allclose(ones({2}), ones({1})));
  BOOST_TEST(allclose(zeros({0, 2}), zeros({0, 2})));
  BOOST_TEST(allclose(Tensor{inf, -inf}, Tensor{inf, -inf}));
  BOOST_TEST(!allclose(Tensor{inf}, Tensor{-inf}));
  BOOST_TEST(!allclose(Tensor{1}, Tensor{inf}));
  BOOST_TEST(!allclose(Tensor{inf}, Tensor{1}));
  BOOST_TEST(!allclose(Tensor{NaN}, Tensor{NaN}));
  BOOST_TEST(allclose(Tensor{NaN, 1}, Tensor{NaN, 1}, 1e-5, 1e-8, true));
  BOOST_TEST(!allclose(Tensor{NaN}, Tensor{1}, 1e-5, 1e-8, true));
}

BOOST_AUTO_TEST_SUITE_END()
