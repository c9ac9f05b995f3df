// Tensors put together: cat, stack, repeat and repeat_interleave against slow references.
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(cat_) {
  CHECK_SAME(cat({Tensor{1, 2}, Tensor{3}}), (Tensor{1, 2, 3}));
  CHECK_SAME(cat({Tensor{{1}, {2}}, Tensor{{3, 4}, {5, 6}}}, 1), (Tensor{{1, 3, 4}, {2, 5, 6}}));
  for (int d = 0; d < 3; ++d) {
    std::vector<Tensor> parts;
    std::vector<std::int64_t> starts{0};
    for (std::int64_t size : {2, 0, 1, 3}) {
      Shape shape{4, 5, 6};
      shape[d] = size;
      parts.push_back(numbers<float>(shape, static_cast<int>(size)));
      starts.push_back(starts.back() + size);
    }
    Shape shape{4, 5, 6};
    shape[d] = 6;
    CHECK_SAME(cat(parts, d - 3), tabulate<float>(shape, [&](Index i) {
                 std::size_t part = 0;
                 auto& along = i[static_cast<std::size_t>(d)];
                 while (along >= starts[part + 1]) ++part;
                 along -= starts[part];
                 return element(parts[part], i);
               }));
  }
  CHECK_SAME(cat({Mask{true}, Mask{false}}), (Mask{true, false}));
  BOOST_TEST(cat({zeros({0, 2}), zeros({0, 2})}).shape() == (Shape{0, 2}));
}

BOOST_AUTO_TEST_CASE(stack_) {
  const Tensor a{1, 2, 3}, b{4, 5, 6};
  CHECK_SAME(stack({a, b}), (Tensor{{1, 2, 3}, {4, 5, 6}}));
  CHECK_SAME(stack({a, b}, 1), (Tensor{{1, 4}, {2, 5}, {3, 6}}));
  CHECK_SAME(stack({a, b}, -1), (Tensor{{1, 4}, {2, 5}, {3, 6}}));
  CHECK_SAME(stack({full({}, 1), full({}, 2)}), (Tensor{1, 2}));
  BOOST_TEST(stack({zeros({0}), zeros({0}), zeros({0})}, 1).shape() == (Shape{0, 3}));
}

BOOST_AUTO_TEST_CASE(repeat_) {
  CHECK_SAME(repeat(Tensor{1, 2}, {2, 2}), (Tensor{{1, 2, 1, 2}, {1, 2, 1, 2}}));
  const Tensor x = numbers<float>({2, 3});
  for (const Shape& times :
       {Shape{1, 1}, Shape{3, 1}, Shape{1, 2}, Shape{2, 4}, Shape{2, 1, 3}, Shape{0, 2}, Shape{2, 0, 2, 2}}) {
    Shape shape = times;
    for (int d = 0; d < 2; ++d) shape[times.dim() - 2 + d] *= x.size(d);
    BOOST_TEST_CONTEXT(times) {
      for (const auto& [name, view] : layouts(x)) {
        CHECK_SAME(repeat(view, times),
                   tabulate<float>(shape, [&](const Index& i) { return x(i[i.size() - 2] % 2, i[i.size() - 1] % 3); }));
      }
    }
  }
  CHECK_SAME(repeat(full({}, 5), {3}), (Tensor{5, 5, 5}));
  CHECK_SAME(repeat(full({}, 5), {}), full({}, 5));
  BOOST_TEST(repeat(zeros({0, 2}), {3, 2}).shape() == (Shape{0, 4}));
}

BOOST_AUTO_TEST_CASE(repeat_interleave_) {
  CHECK_SAME(repeat_interleave(Tensor{1, 2}, 2), (Tensor{1, 1, 2, 2}));
  const Tensor x = numbers<float>({2, 3, 4});
  for (int d = 0; d < 3; ++d) {
    Shape shape = x.shape();
    shape[d] *= 5;
    for (const auto& [name, view] : layouts(x)) {
      BOOST_TEST_CONTEXT(name << ", dim " << d) {
        CHECK_SAME(repeat_interleave(view, 5, d), tabulate<float>(shape, [&](Index i) {
                     i[static_cast<std::size_t>(d)] /= 5;
                     return element(x, i);
                   }));
      }
    }
  }
  CHECK_SAME(repeat_interleave(x, 2), repeat_interleave(flatten(x), 2, 0));
  CHECK_SAME(repeat_interleave(full({}, 5), 3), (Tensor{5, 5, 5}));
  BOOST_TEST(repeat_interleave(x, 0, 1).shape() == (Shape{2, 0, 4}));
  BOOST_TEST(repeat_interleave(zeros({0}), 4).shape() == (Shape{0}));
}

BOOST_AUTO_TEST_SUITE_END()
