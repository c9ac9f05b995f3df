// The largest and smallest arguments: nothing overflows, hangs or crashes.
#include <algorithm>

#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(extreme_arguments) {
  const std::vector<std::int64_t> extremes{std::numeric_limits<std::int64_t>::min(),
                                           std::int64_t{-1} << 32,
                                           -2,
                                           -1,
                                           0,
                                           1,
                                           3,
                                           std::int64_t{1} << 31,
                                           std::int64_t{1} << 50,
                                           std::numeric_limits<std::int64_t>::max()};
  const Tensor x = ones({2, 3}), flat = ones({6});
  int calls = 0;
  auto either = [&calls](const auto& call) {
    ++calls;
    try {
      call();
    } catch (const Error&) {
    }
  };
  for (std::int64_t a : extremes) {
    const int dim =
        static_cast<int>(std::clamp<std::int64_t>(a, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
    either([&] { sum(x, dim); });
    either([&] { x.size(dim); });
    either([&] { unsqueeze(x, dim); });
    either([&] { flatten(x, 0, dim); });
    either([&] { x(0, a); });
    either([&] { gather(flat, 0, IndexTensor{a}); });
    either([&] { scatter_add(ones({1}), 0, IndexTensor{a}, 3); });
    either([&] { index_select(flat, 0, IndexTensor{a}); });
    if (a <= 3 || a >= std::int64_t{1} << 50) {  // what lies between would only cost memory
      either([&] { eye(a); });
      either([&] { arange(static_cast<double>(a)); });
      either([&] { linspace(0, 1, a); });
      either([&] { repeat_interleave(x, a); });
      either([&] { repeat_interleave(x, a, 1); });
      either([&] { scatter_add(ones({1}), 0, IndexTensor{0}, a); });
      either([&] { rand({a}); });
    }
    for (std::int64_t b : extremes) {
      either([&] { reshape(x, {a, b}); });
      either([&] { reshape(zeros({0}), {a, b}); });
      either([&] { reshape(x, {-1, a, b}); });
      either([&] { expand(flat, {a, b}); });
      either([&] { expand(ones({1, 1}), {a, b}); });
      either([&] { narrow(x, 1, a, b); });
      either([&] { Tensor::from_vector({1, 2}, {a, b}); });
      either([&] { sum_to(x, {a, b}); });
      either([&] { zeros({0, a, b}); });
      if (std::abs(a / 2) < 4 && std::abs(b / 2) < 4) either([&] { repeat(x, {a, b}); });
      if (a > 3 && b > 3) BOOST_CHECK_THROW(repeat(x, {a, b}), Error);
    }
  }
  BOOST_TEST(calls > 500);
}

BOOST_AUTO_TEST_SUITE_END()
