// Views: the same elements under other shapes.
#include "tests/support.h"

using namespace tests;

namespace {

Tensor counted(const Shape& shape) { return reshape(arange(static_cast<double>(shape.numel())), shape); }

// All shapes of n elements with up to four dimensions.
void shapes_of(std::int64_t n, const Shape& begun, std::vector<Shape>& found) {
  if (begun.dim() > 0 && n == 1) found.push_back(begun);
  if (begun.dim() == 4) return;
  for (std::int64_t size = 1; size <= n; ++size) {
    if (n % size != 0 || (size == 1 && begun.dim() >= 2)) continue;
    Shape longer = begun;
    longer.push_back(size);
    shapes_of(n / size, longer, found);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(reshape_) {
  const Tensor x = counted({2, 3});
  CHECK_SAME(reshape(x, {3, 2}), (Tensor{{0, 1}, {2, 3}, {4, 5}}));
  CHECK_SAME(reshape(x, {-1}), arange(6));
  CHECK_SAME(reshape(x, {1, -1, 2}), (Tensor{{{0, 1}, {2, 3}, {4, 5}}}));
  BOOST_TEST(reshape(x, {6}).shares_storage(x));
  BOOST_TEST(reshape(zeros({0, 3}), {5, 0, 2}).shape() == (Shape{5, 0, 2}));
  BOOST_TEST(reshape(zeros({0, 3}), {-1, 3}).shape() == (Shape{0, 3}));
  BOOST_TEST(reshape(ones({1, 1}), {}).dim() == 0);
  CHECK_SAME(reshape(transpose(x), {-1}), (Tensor{0, 3, 1, 4, 2, 5}));
}

// Every layout of every shape of 24 elements to every other: the elements keep their row-major order, and where a
// view is possible no element is copied.
BOOST_AUTO_TEST_CASE(reshape_of_any_layout) {
  std::vector<Shape> shapes;
  shapes_of(24, Shape(), shapes);
  BOOST_TEST(shapes.size() > 50);
  int views = 0, copies = 0;
  for (const Shape& from : shapes) {
    for (const auto& [name, x] : layouts(counted(from))) {
      for (const Shape& to : shapes) {
        const Tensor y = reshape(x, to);
        if (y.shape() != to || elements(y) != elements(x)) BOOST_ERROR(name << " " << from << " to " << to);
        (y.shares_storage(x) ? views : copies) += 1;
      }
    }
  }
  BOOST_TEST(views > 0);
  BOOST_TEST(copies > 0);
}

// A strided tensor whose dimensions merge or split without copying must be viewed, since PyTorch views it.
BOOST_AUTO_TEST_CASE(reshape_views_where_it_can) {
  const Tensor rows = narrow(counted({4, 10}), 1, 2, 6);  // strides (10, 1)
  BOOST_TEST(reshape(rows, {2, 2, 6}).shares_storage(rows));
  BOOST_TEST(reshape(rows, {4, 3, 2}).shares_storage(rows));
  BOOST_TEST(reshape(rows, {4, 1, 6, 1}).shares_storage(rows));
  BOOST_TEST(!reshape(rows, {24}).shares_storage(rows));
  BOOST_TEST(!reshape(rows, {8, 3}).shares_storage(rows));
  const Tensor columns = transpose(counted({3, 4}));
  BOOST_TEST(reshape(columns, {2, 2, 3}).shares_storage(columns));
  BOOST_TEST(!reshape(columns, {12}).shares_storage(columns));
  const Tensor spread = expand(Tensor{{1}, {2}}, {2, 6});
  BOOST_TEST(reshape(spread, {2, 3, 2}).shares_storage(spread));
  CHECK_SAME(reshape(spread, {3, 4}), (Tensor{{1, 1, 1, 1}, {1, 1, 2, 2}, {2, 2, 2, 2}}));
}

BOOST_AUTO_TEST_CASE(flatten_) {
  const Tensor x = counted({2, 3, 4});
  BOOST_TEST(flatten(x).shape() == (Shape{24}));
  BOOST_TEST(flatten(x, 1).shape() == (Shape{2, 12}));
  BOOST_TEST(flatten(x, 0, -2).shape() == (Shape{6, 4}));
  BOOST_TEST(flatten(x, 1, 1).shape() == (Shape{2, 3, 4}));
  BOOST_TEST(flatten(ones({})).shape() == (Shape{1}));
  CHECK_SAME(flatten(permute(x, {2, 0, 1}), 1), reshape(contiguous(permute(x, {2, 0, 1})), {4, 6}));
}

BOOST_AUTO_TEST_CASE(unsqueeze_squeeze) {
  const Tensor x = counted({2, 3});
  BOOST_TEST(unsqueeze(x, 0).shape() == (Shape{1, 2, 3}));
  BOOST_TEST(unsqueeze(x, 1).shape() == (Shape{2, 1, 3}));
  BOOST_TEST(unsqueeze(x, -1).shape() == (Shape{2, 3, 1}));
  BOOST_TEST(unsqueeze(x, -3).shape() == (Shape{1, 2, 3}));
  BOOST_TEST(unsqueeze(ones({}), 0).shape() == (Shape{1}));
  BOOST_TEST(unsqueeze(x, 1).is_contiguous());
  BOOST_TEST(squeeze(zeros({2, 1, 3}), 1).shape() == (Shape{2, 3}));
  BOOST_TEST(squeeze(zeros({2, 1, 3}), -2).shape() == (Shape{2, 3}));
  BOOST_TEST(squeeze(zeros({1, 2, 1, 0, 1})).shape() == (Shape{2, 0}));
  BOOST_TEST(squeeze(zeros({1, 1})).dim() == 0);
  CHECK_SAME(squeeze(unsqueeze(transpose(x), 1), 1), transpose(x));
}

BOOST_AUTO_TEST_CASE(transpose_permute) {
  const Tensor x = counted({2, 3, 4});
  CHECK_SAME(transpose(x), tabulate<float>({2, 4, 3}, [&](const Index& i) { return x(i[0], i[2], i[1]); }));
  CHECK_SAME(transpose(x, 0, 2), tabulate<float>({4, 3, 2}, [&](const Index& i) { return x(i[2], i[1], i[0]); }));
  CHECK_SAME(transpose(x, 1, 1), x);
  CHECK_SAME(permute(x, {2, 0, 1}), tabulate<float>({4, 2, 3}, [&](const Index& i) { return x(i[1], i[2], i[0]); }));
  CHECK_SAME(permute(x, {-1, -3, -2}), permute(x, {2, 0, 1}));
  BOOST_TEST(permute(ones({}), {}).dim() == 0);
  BOOST_TEST(transpose(x).shares_storage(x));
}

BOOST_AUTO_TEST_CASE(expand_) {
  const Tensor x{{1}, {2}};
  CHECK_SAME(expand(x, {2, 3}), (Tensor{{1, 1, 1}, {2, 2, 2}}));
  CHECK_SAME(expand(x, {2, -1, 2}), expand(x, {2, 2, 2}));
  CHECK_SAME(expand(x, {-1, 2}), (Tensor{{1, 1}, {2, 2}}));
  BOOST_TEST(expand(x, {2, 0}).numel() == 0);
  BOOST_TEST(expand(x, {1, 1, 1, 1, 1, 1, 2, 5}).shape() == (Shape{1, 1, 1, 1, 1, 1, 2, 5}));
  CHECK_SAME(expand(ones({}), {2}), ones({2}));
  BOOST_TEST(expand(zeros({0, 1}), {3, 0, 2}).shape() == (Shape{3, 0, 2}));
  BOOST_TEST(expand(x, {2, 1000}).shares_storage(x));
}

BOOST_AUTO_TEST_CASE(narrow_) {
  const Tensor x = counted({3, 4});
  CHECK_SAME(narrow(x, 1, 1, 2), (Tensor{{1, 2}, {5, 6}, {9, 10}}));
  CHECK_SAME(narrow(x, -2, 2, 1), (Tensor{{8, 9, 10, 11}}));
  BOOST_TEST(narrow(x, 0, 3, 0).shape() == (Shape{0, 4}));
  CHECK_SAME(narrow(narrow(x, 0, 1, 2), 1, 3, 1), (Tensor{{7}, {11}}));
  CHECK_SAME(narrow(transpose(x), 0, 1, 2), transpose(narrow(x, 1, 1, 2)));
}

BOOST_AUTO_TEST_CASE(select_) {
  const Tensor x = counted({2, 3, 4});
  for (int d = 0; d < 3; ++d) {
    for (std::int64_t i = 0; i < x.size(d); ++i) {
      const Tensor expected = squeeze(narrow(x, d, i, 1), d);
      for (int dim : {d, d - 3}) {
        for (std::int64_t index : {i, i - x.size(d)}) {
          CHECK_SAME(select(x, dim, index), expected);
          BOOST_TEST(select(x, dim, index).shares_storage(x));
        }
      }
    }
  }
  CHECK_SAME(select(Tensor{{1, 2}, {3, 4}}, 0, 1), (Tensor{3, 4}));
  CHECK_SAME(select(transpose(x), 1, -1), tabulate<float>({2, 3}, [&](const Index& i) { return x(i[0], i[1], 3); }));
  CHECK_SAME(select(expand(Tensor{{1}, {2}}, {2, 5}), 1, 4), (Tensor{1, 2}));
  CHECK_SAME(select(Tensor{5, 7}, 0, 1), full({}, 7));
  CHECK_SAME(select(IndexTensor{{1, 2}, {3, 4}}, 1, 0), (IndexTensor{1, 3}));
  CHECK_SAME(select(Mask{{true, false}, {false, true}}, 0, -1), (Mask{false, true}));
  CHECK_SAME(select(Tensor64{{1, 2}}, 0, 0), (Tensor64{1, 2}));
  BOOST_TEST(select(zeros({2, 0}), 0, 1).shape() == (Shape{0}));
}

BOOST_AUTO_TEST_SUITE_END()
