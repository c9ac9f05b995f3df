// Making tensors, asking them, and reading single elements.
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(nested_braces) {
  CHECK_SAME((Tensor{1, 2.5, -3}), Tensor::from_vector({1, 2.5f, -3}, {3}));
  CHECK_SAME((Tensor{{1, 2, 3}, {4, 5, 6}}), Tensor::from_vector({1, 2, 3, 4, 5, 6}, {2, 3}));
  CHECK_SAME((Tensor64{{{1}, {2}}, {{3}, {4}}, {{5}, {6}}}), Tensor64::from_vector({1, 2, 3, 4, 5, 6}, {3, 2, 1}));
  CHECK_SAME((Mask{{true, false}}), Mask::from_vector({true, false}, {1, 2}));
  CHECK_SAME((IndexTensor{{1}, {-2}}), IndexTensor::from_vector({1, -2}, {2, 1}));
  BOOST_TEST((Tensor{{{{{{{{7}}}}}}}}).dim() == 8);
}

BOOST_AUTO_TEST_CASE(nested_braces_without_elements) {
  BOOST_TEST(!Tensor{}.defined());
  BOOST_TEST((Tensor{{}}).shape() == (Shape{1, 0}));
  BOOST_TEST((Tensor{{}, {}}).shape() == (Shape{2, 0}));
}

BOOST_AUTO_TEST_CASE(from_vector) {
  const Tensor x = Tensor::from_vector({1, 2, 3, 4, 5, 6}, {3, 2});
  BOOST_TEST(x(0, 1) == 2);
  BOOST_TEST(x(2, 0) == 5);
  BOOST_TEST(Tensor::from_vector({}, {0, 5}).numel() == 0);
  BOOST_TEST(Tensor::from_vector({4}, {}).item() == 4);
  CHECK_SAME(Tensor::from_vector({1, 2, 3, 4, 5, 6}, {3, -1}), x);
  CHECK_SAME(Tensor::from_vector({1, 2, 3, 4, 5, 6}, {-1, 2}), x);
  CHECK_SAME(Tensor::from_vector({7}, {-1}), Tensor{7});
  CHECK_SAME(Mask::from_vector({true, false}, {1, -1, 1}), (Mask{{{true}, {false}}}));
  BOOST_TEST(Tensor::from_vector({}, {-1}).shape() == (Shape{0}));
  BOOST_TEST(Tensor::from_vector({}, {-1, 3}).shape() == (Shape{0, 3}));
  std::vector<float> values{1, 2};
  const Tensor copy = Tensor::from_vector(values, {2});
  values[0] = 9;
  BOOST_TEST(copy(0) == 1);
}

BOOST_AUTO_TEST_CASE(zeros_ones_full) {
  CHECK_SAME(zeros({2, 3}), (Tensor{{0, 0, 0}, {0, 0, 0}}));
  CHECK_SAME(ones<double>({1, 2}), (Tensor64{{1, 1}}));
  CHECK_SAME(full({3}, 2.5), (Tensor{2.5, 2.5, 2.5}));
  CHECK_SAME(full<bool>({2}, true), (Mask{true, true}));
  CHECK_SAME(full<std::int64_t>({}, std::int64_t{1} << 60), IndexTensor::from_number(std::int64_t{1} << 60));
  BOOST_TEST(zeros({}).item() == 0);
  BOOST_TEST(ones({0, 3}).shape() == (Shape{0, 3}));
  CHECK_SAME(zeros_like(Tensor64{{1, 2}}), (Tensor64{{0, 0}}));
  CHECK_SAME(ones_like(transpose(Tensor{{1, 2, 3}})), (Tensor{{1}, {1}, {1}}));
}

BOOST_AUTO_TEST_CASE(arange_) {
  CHECK_SAME(arange(4), (Tensor{0, 1, 2, 3}));
  CHECK_SAME(arange(2, 5), (Tensor{2, 3, 4}));
  CHECK_SAME(arange(5, 0, -2), (Tensor{5, 3, 1}));
  CHECK_SAME(arange<std::int64_t>(3), (IndexTensor{0, 1, 2}));
  BOOST_TEST(arange(3, 3).numel() == 0);
  const Tensor x = arange(0, 5, 0.1);  // the chapter's testing inputs
  BOOST_TEST(x.numel() == 50);
  BOOST_TEST(x(49) == 4.9f);
  BOOST_TEST(x(3) == 0.3f);
}

BOOST_AUTO_TEST_CASE(linspace_) {
  CHECK_SAME(linspace(0, 1, 5), (Tensor{0, 0.25, 0.5, 0.75, 1}));
  CHECK_SAME(linspace(3, -3, 3), (Tensor{3, 0, -3}));
  CHECK_SAME(linspace(2, 7, 1), (Tensor{2}));
  BOOST_TEST(linspace(0, 1, 0).numel() == 0);
  BOOST_TEST(linspace<double>(0, 0.3, 4)(3) == 0.3);
}

BOOST_AUTO_TEST_CASE(linspace_of_the_whole_range) {
  CHECK_SAME(linspace<double>(-1e308, 1e308, 3), (Tensor64{-1e308, 0, 1e308}));
}

BOOST_AUTO_TEST_CASE(eye_) {
  CHECK_SAME(eye(2), (Tensor{{1, 0}, {0, 1}}));
  CHECK_SAME(eye(2, 3), (Tensor{{1, 0, 0}, {0, 1, 0}}));
  CHECK_SAME(eye<double>(3, 1), (Tensor64{{1}, {0}, {0}}));
  BOOST_TEST(eye(0).shape() == (Shape{0, 0}));
}

BOOST_AUTO_TEST_CASE(ask) {
  const Tensor x = zeros({4, 1, 3});
  BOOST_TEST(x.shape() == (Shape{4, 1, 3}));
  BOOST_TEST(x.dim() == 3);
  BOOST_TEST(x.numel() == 12);
  BOOST_TEST(x.size(0) == 4);
  BOOST_TEST(x.size(-1) == 3);
  BOOST_TEST(zeros({2, 0, 3}).numel() == 0);
  BOOST_TEST((Tensor{{7}}).item() == 7);
  BOOST_TEST(x.defined());
  BOOST_TEST(!Tensor().defined());
}

BOOST_AUTO_TEST_CASE(element_access) {
  const Tensor x = Tensor::from_vector({0, 1, 2, 3, 4, 5}, {2, 3});
  BOOST_TEST(x(1, 2) == 5);
  BOOST_TEST(x(-1, 0) == 3);
  BOOST_TEST(x(0, -3) == 0);
  BOOST_TEST(transpose(x)(2, 1) == 5);
  BOOST_TEST(transpose(x)(-2, -2) == 1);
  BOOST_TEST(expand(Tensor{{1}, {2}}, {2, 4})(1, 3) == 2);
  BOOST_TEST(ones({})() == 1);
}

BOOST_AUTO_TEST_CASE(to_vector) {
  for (const auto& [name, x] : layouts(numbers<float>({3, 4, 5}))) {
    BOOST_TEST_CONTEXT(name) { BOOST_TEST(x.to_vector() == elements(x)); }
  }
  BOOST_TEST(zeros({0, 2}).to_vector().empty());
  BOOST_TEST(expand(Tensor{3}, {600}).to_vector() == std::vector<float>(600, 3));
}

BOOST_AUTO_TEST_CASE(cast_) {
  CHECK_SAME(cast<double>(Tensor{1.5, -2}), (Tensor64{1.5, -2}));
  CHECK_SAME(cast<float>(Mask{true, false}), (Tensor{1, 0}));
  CHECK_SAME(cast<std::int64_t>(Tensor{1.9, -1.9}), (IndexTensor{1, -1}));
  CHECK_SAME(cast<bool>(Tensor{0, 0.5, -1}), (Mask{false, true, true}));
  for (const auto& [name, x] : layouts(numbers<float>({7, 50}))) {
    BOOST_TEST_CONTEXT(name) { BOOST_TEST(elements(cast<float>(cast<double>(x))) == elements(x)); }
  }
}

// A number of the wrong kind must not lose its fraction on the way into a tensor of integers.
BOOST_AUTO_TEST_CASE(fractions_are_not_truncated) {
  CHECK_ERROR((IndexTensor{1.5, 2}),
              "a tensor of integers cannot take the number 1.5; use a tensor of floats, or convert this one with "
              "cast<float>(x)");
}

// A Shape by itself.
BOOST_AUTO_TEST_CASE(shape_index) {
  const Shape shape{2, 3};
  BOOST_TEST(shape[1] == 3);
  BOOST_TEST(shape.dim() == 2);
  BOOST_TEST(shape.numel() == 6);
  BOOST_TEST(Shape().numel() == 1);
  BOOST_TEST(text_of(shape) == "(2, 3)");
  BOOST_TEST(text_of(Shape()) == "()");
  BOOST_TEST((Shape{2, 3} == Shape{2, 3}));
  BOOST_TEST((Shape{2, 3} != Shape{2, 3, 1}));
}

// Copies share storage, and nothing an op does can be seen through another handle.
BOOST_AUTO_TEST_CASE(values_never_change) {
  const Tensor x{1, 2, 3};
  const Tensor y = x;
  BOOST_TEST(y.shares_storage(x));
  Tensor z = y;
  z = exp(std::move(z));
  z = z + 1;
  CHECK_SAME(x, (Tensor{1, 2, 3}));
  CHECK_SAME(y, (Tensor{1, 2, 3}));
}

BOOST_AUTO_TEST_SUITE_END()
