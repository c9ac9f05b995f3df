// elementwise(lambda): the fused loops against the same function written with ops, at sizes around the tile's; and
// what is refused.
#include "tests/autograd/op_table_derivatives.h"
#include "tests/support.h"

using namespace tg;
using namespace tests;

namespace {

void compare_with_ops(const OpRow& row, const Shapes& shapes) {
  Random random(3);
  std::vector<Tensor64> x;
  std::ostringstream what;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    x.push_back(draw<double>(row.inputs.domains[i], shapes[i], Placement::contiguous, random));
    what << (i ? " and " : " of ") << shapes[i];
  }
  const std::string wrong =
      disagreement(derivatives<double>(row.f, x, {}), derivatives<double>(row.composed, x, {}), 1e-11);
  BOOST_TEST(wrong.empty(), row.name << what.str() << ", compared with ops: " << wrong);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(ops_equal_their_composed_form) {
  for (const OpRow& row : op_table()) {
    if (!row.composed) continue;
    for (const Shapes& shapes : row.inputs.cases) compare_with_ops(row, shapes);
  }
}

BOOST_AUTO_TEST_CASE(ops_elementwise_tiles) {
  for (std::int64_t n : {255, 256, 257, 1000}) {
    const std::vector<Shape> sizes{{3, n}, {n}, {3, 1}, {}, {n, 1, 2}};
    for (const OpRow& row : elementwise_rows()) {
      if (!row.composed) continue;
      const std::size_t count = row.inputs.domains.size();
      compare_with_ops(row, Shapes(count, {n}));
      for (std::size_t first = 0; first < 4; ++first) {  // the inputs take different sizes, in turn
        Shapes shapes;
        for (std::size_t i = 0; i < count; ++i) shapes.push_back(sizes[(first + i) % 4]);
        compare_with_ops(row, shapes);
      }
      if (count == 2) {
        compare_with_ops(row, {{n, 1, 2}, {3, 1}});  // broadcast along the middle, then the ends
        compare_with_ops(row, {{3, 1}, {n, 1, 2}});
      }
    }
  }
}

// Where a mask takes the result of elements whose slope is infinite, no gradient comes back; of NaN there does.
BOOST_AUTO_TEST_CASE(ops_elementwise_masked_out) {
  const Variable64 x(Tensor64{4, 0, -1}, true), y(Tensor64{2, 2, 2}, true);
  const auto f = [](auto a, auto b) { return sqrt(a) * b; };
  Tape64 tape;
  const Variable64 z = sum(where(x > 0, elementwise(f, x, y), 0));
  const auto first = tape.gradient(z, {x, y}, {.create_graph = true});
  CHECK_SAME(first[0].value(), Tensor64{0.5, 0, NaN});
  const auto second = tape.gradient(sum(where(x > 0, first[0], 0)), {x, y});
  CHECK_SAME(second[0].value(), Tensor64{-0.0625, 0, NaN});
  CHECK_SAME(second[1].value(), Tensor64{0.25, 0, NaN});
}

// Larger than what one thread takes at a time: gradients are the same to the last bit on one thread and on several.
BOOST_AUTO_TEST_CASE(ops_elementwise_threads) {
  const int threads = num_threads();
  Random random(3);
  std::vector<std::vector<Tensor64>> results;
  const Tensor64 x = draw<double>(any, {700, 1001}, Placement::contiguous, random);
  for (int n : {1, 3}) {
    set_num_threads(n);
    const Variable64 a(x, true), row(Tensor64{0.5}, true), column(sum(x, 1, true) / 100, true);
    const auto f = [](auto p, auto q) { return exp(p * q); };
    Tape64 tape;
    const auto first = tape.gradient(sum(elementwise(f, a, row)) + sum(elementwise(f, a, column)), {a, row, column},
                                     {.create_graph = true});
    const auto second = tape.gradient(sum(first[0]), {row, column});
    results.push_back({first[0].value(), first[1].value(), first[2].value(), second[0].value(), second[1].value()});
  }
  set_num_threads(threads);
  for (std::size_t i = 0; i < results[0].size(); ++i) CHECK_SAME(results[0][i], results[1][i]);
}

BOOST_AUTO_TEST_CASE(ops_elementwise_third_derivative) {
  const Variable64 x(Tensor64{1, 2}, true), y(Tensor64{3}, true);
  Tape64 tape;
  const Variable64 z = sum(elementwise([](auto a, auto b) { return exp(a * b); }, x, y));
  const auto first = tape.gradient(z, {x, y}, {.create_graph = true});
  const auto second = tape.gradient(sum(first[0]), {x, y}, {.create_graph = true});
  BOOST_TEST(second[0].shape() == Shape({2}));
  CHECK_ERROR(tape.gradient(sum(second[0]), {x}),
              "elementwise: a third derivative of a lambda is not available. Write the function with ops (exp, square, "
              "...), whose "
              "derivatives have any order, or as an op of your own with record().");
  BOOST_CHECK_THROW(tape.gradient(sum(second[1]), {y}), Error);
}

BOOST_AUTO_TEST_SUITE_END()
