// Choosing elements by masks and indices, and putting them back, against plain loops.
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(masked_select_) {
  const Tensor x{{1, 2, 3}, {4, 5, 6}};
  CHECK_SAME(masked_select(x, x > 2.5), (Tensor{3, 4, 5, 6}));
  CHECK_SAME(masked_select(x, Mask{true, false, true}), (Tensor{1, 3, 4, 6}));
  CHECK_SAME(masked_select(x, Mask{{false}, {true}}), (Tensor{4, 5, 6}));
  CHECK_SAME(masked_select(x, full<bool>({}, true)), (Tensor{1, 2, 3, 4, 5, 6}));
  BOOST_TEST(masked_select(x, x > 9).shape() == (Shape{0}));
  BOOST_TEST(masked_select(zeros({0, 3}), zeros<bool>({3})).shape() == (Shape{0}));
  CHECK_SAME(masked_select(full({}, 7), full<bool>({}, true)), Tensor{7});
  CHECK_SAME(masked_select(IndexTensor{1, 2}, Mask{false, true}), IndexTensor{2});
  // The chapter's: every row of keys without its own training point.
  const std::int64_t n = 30;
  const Tensor keys = reshape(masked_select(repeat(arange(30), {n, 1}), eye(n) == 0), {n, -1});
  CHECK_SAME(keys, tabulate<float>({n, n - 1}, [](const Index& i) { return i[1] < i[0] ? i[1] : i[1] + 1; }));
}

BOOST_AUTO_TEST_CASE(masked_fill_) {
  const Tensor x{{1, 2}, {3, NaN}};
  CHECK_SAME(masked_fill(x, x != x, 0), (Tensor{{1, 2}, {3, 0}}));
  CHECK_SAME(masked_fill(x, Mask{true, false}, -inf), (Tensor{{-inf, 2}, {-inf, NaN}}));
  CHECK_SAME(masked_fill(Mask{true, false}, Mask{true, true}, false), (Mask{false, false}));
  CHECK_SAME(x, (Tensor{{1, 2}, {3, NaN}}));
}

BOOST_AUTO_TEST_CASE(masked_scatter_) {
  const Mask mask{{true, false, true}, {false, true, false}};
  CHECK_SAME(masked_scatter(Tensor{7, 8, 9}, mask, {2, 3}), (Tensor{{7, 0, 8}, {0, 9, 0}}));
  CHECK_SAME(masked_scatter(Tensor{1, 2, 3, 4}, Mask{true, false}, {4, 2}), (Tensor{{1, 0}, {2, 0}, {3, 0}, {4, 0}}));
  const Tensor x = numbers<float>({20, 30});
  const Mask chosen = x > 0.5;
  CHECK_SAME(masked_scatter(masked_select(x, chosen), chosen, x.shape()), where(chosen, x, 0));
}

BOOST_AUTO_TEST_CASE(gather_) {
  const Tensor x = numbers<float>({3, 4, 5});
  for (int d = 0; d < 3; ++d) {
    Shape shape = x.shape();
    shape[d] = 7;
    const IndexTensor index = tabulate<std::int64_t>(shape, [&](const Index& i) {
      return (i[0] * 5 + i[1] * 3 + i[2] * 7) % (2 * x.size(d)) - x.size(d);  // negative ones as well
    });
    const Tensor expected = tabulate<float>(shape, [&](Index i) {
      const std::int64_t k = element(index, i);
      i[static_cast<std::size_t>(d)] = k < 0 ? k + x.size(d) : k;
      return element(x, i);
    });
    CHECK_SAME(gather(x, d, index), expected);
    CHECK_SAME(gather(x, d - 3, index), expected);
  }
  BOOST_TEST(gather(zeros({3, 0}), 0, zeros<std::int64_t>({5, 0})).shape() == (Shape{5, 0}));
  BOOST_TEST(gather(x, 1, zeros<std::int64_t>({3, 0, 5})).shape() == (Shape{3, 0, 5}));
}

BOOST_AUTO_TEST_CASE(scatter_add_) {
  const Tensor values{{1, 2, 3}, {10, 20, 30}};
  CHECK_SAME(scatter_add(values, 1, IndexTensor{{0, 0, 2}, {3, -1, 1}}, 4), (Tensor{{3, 0, 3, 0}, {0, 30, 0, 30}}));
  CHECK_SAME(scatter_add(values, 0, IndexTensor{{0, 1, 2}, {0, 0, 2}}, 3),
             (Tensor{{11, 20, 0}, {0, 2, 0}, {0, 0, 33}}));
  CHECK_SAME(scatter_add(zeros({0, 2}), 0, zeros<std::int64_t>({0, 2}), 3), zeros({3, 2}));
}

// A thousand ones would each be lost on a float of 1e8.
BOOST_AUTO_TEST_CASE(scatter_add_sums_in_double) {
  const std::int64_t n = 1001;
  for (std::int64_t place : {std::int64_t{0}, n / 2, n - 1}) {
    Tensor values = ones({n});
    values.writable()[place] = 1e8f;
    CHECK_SAME(scatter_add(values, 0, zeros<std::int64_t>({n}), 2), (Tensor{100'001'000, 0}));
    CHECK_SAME(scatter_add(stack({values, values}, 1), 0, zeros<std::int64_t>({n, 2}), 1), full({1, 2}, 100'001'000));
    CHECK_SAME(scatter_add(cast<double>(values), 0, zeros<std::int64_t>({n}), 1), Tensor64{100'001'000});
  }
}

BOOST_AUTO_TEST_CASE(index_select_) {
  const Tensor x{{1, 2, 3}, {4, 5, 6}};
  CHECK_SAME(index_select(x, 0, IndexTensor{1, 0, 1, -2}), (Tensor{{4, 5, 6}, {1, 2, 3}, {4, 5, 6}, {1, 2, 3}}));
  CHECK_SAME(index_select(x, -1, IndexTensor{2}), (Tensor{{3}, {6}}));
  BOOST_TEST(index_select(x, 1, zeros<std::int64_t>({0})).shape() == (Shape{2, 0}));
  BOOST_TEST(index_select(zeros({2, 0}), 0, IndexTensor{0, 0, 1}).shape() == (Shape{3, 0}));
  CHECK_SAME(index_select(sort(arange(5), 0, true).values, 0, argsort(Tensor{2, 1})), (Tensor{3, 4}));
}

BOOST_AUTO_TEST_SUITE_END()
