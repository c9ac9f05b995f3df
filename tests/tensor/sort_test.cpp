// Sorting, and where the extremes stand: against a slow reference, with ties and NaN.
#include <algorithm>

#include "tests/support.h"

using namespace tests;

namespace {

// Insertion sort of (value, index) pairs: stable, NaN last (first when descending).
template <class T>
std::vector<std::int64_t> order_slowly(const std::vector<T>& row, bool descending) {
  auto less = [](T a, T b) { return a < b || (b != b && a == a); };
  std::vector<std::int64_t> order;
  for (std::size_t i = 0; i < row.size(); ++i) {
    auto at = order.end();
    while (at != order.begin()) {
      const T before = row[static_cast<std::size_t>(*(at - 1))];
      if (!(descending ? less(before, row[i]) : less(row[i], before))) break;
      --at;
    }
    order.insert(at, static_cast<std::int64_t>(i));
  }
  return order;
}

template <class T>
void check_sort(const BasicTensor<T>& x) {
  for (const auto& [name, view] : layouts(x)) {
    for (int d = -x.dim(); d < x.dim(); ++d) {
      for (bool descending : {false, true}) {
        BOOST_TEST_CONTEXT(name << ", dim " << d << (descending ? ", descending" : "")) {
          const auto [values, indices] = sort(view, d, descending);
          const IndexTensor expected = tabulate<std::int64_t>(x.shape(), [&](Index index) {
            const auto along = static_cast<std::size_t>(d < 0 ? d + x.dim() : d);
            const std::int64_t place = index[along];
            std::vector<T> row;
            for (index[along] = 0; index[along] < x.shape()[static_cast<int>(along)]; ++index[along])
              row.push_back(element(x, index));
            return order_slowly(row, descending)[static_cast<std::size_t>(place)];
          });
          CHECK_SAME(indices, expected);
          CHECK_SAME(argsort(view, d, descending), expected);
          CHECK_SAME(values, gather(x, d, expected));
        }
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(sort_and_argsort) {
  CHECK_SAME(sort(Tensor{3, 1, 2}).values, (Tensor{1, 2, 3}));
  CHECK_SAME(sort(Tensor{3, 1, 2}).indices, (IndexTensor{1, 2, 0}));
  check_sort(numbers<float>({30}));
  check_sort(numbers<double>({2, 3, 5}));
  check_sort(cast<std::int64_t>(numbers<float>({4, 6}) * 2));  // many ties
  check_sort(Tensor{{NaN, 1, -inf, 1, NaN}, {inf, NaN, 0, -0.0f, 0}});
  check_sort(zeros({0, 3}));
  BOOST_TEST(sort(ones({})).values.dim() == 0);
  BOOST_TEST(sort(ones({})).indices.item() == 0);
}

BOOST_AUTO_TEST_CASE(argmax_argmin) {
  const Tensor x{{3, 1, 3}, {-1, 5, -1}};
  BOOST_TEST(argmax(x).item() == 4);
  BOOST_TEST(argmin(x).item() == 3);
  CHECK_SAME(argmax(x, 1), (IndexTensor{0, 1}));
  CHECK_SAME(argmax(x, 0), (IndexTensor{0, 1, 0}));
  CHECK_SAME(argmin(x, -1, true), (IndexTensor{{1}, {0}}));
  CHECK_SAME(argmax(transpose(x), 0), (IndexTensor{0, 1}));
  BOOST_TEST(argmax(ones({})).item() == 0);
  BOOST_TEST(argmax(zeros({0, 3}), 1).shape() == (Shape{0}));
  CHECK_SAME(argmax(IndexTensor{4, 9, 9}), IndexTensor::from_number(1));
}

BOOST_AUTO_TEST_CASE(argmax_of_nan_and_infinity) {
  BOOST_TEST(argmax(Tensor{1, NaN, 3, NaN}).item() == 1);
  BOOST_TEST(argmin(Tensor{1, NaN, -3, NaN}).item() == 1);
  BOOST_TEST(argmax(Tensor{-inf, -inf}).item() == 0);
  BOOST_TEST(argmin(Tensor{inf, 0, -inf, -inf}).item() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
