// Random composite expressions against finite differences.
#include <set>

#include "tests/autograd/expression.h"
#include "tests/autograd/op_table_derivatives.h"
#include "tests/support.h"

using namespace tg;
using namespace tests;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(expressions) {
  Random random(2024);
  std::set<std::string> used;
  std::size_t steps = 0;
  int deepest = 0;
  for (int n = 0; n < 200; ++n) {
    const Expression f = random_expression(random);
    try {
      gradcheck(f, f.leaves, {.eps = 1e-5, .atol = 1e-6, .rtol = 1e-5});
      gradgradcheck(f, f.leaves, {.eps = 1e-5, .atol = 1e-5, .rtol = 1e-4});
      std::vector<Tensor64> leaves;
      for (const Variable64& x : f.leaves) leaves.push_back(x.value());
      const auto expected = derivatives<double>(f, leaves, {}, 2);
      const auto actual = gradients_by_backward<double>(f, leaves, false);
      for (std::size_t i = 0; i < leaves.size(); ++i) {
        const std::string wrong = disagreement(actual[i], expected.first[i], 1e-12);
        if (!wrong.empty()) fail("backward: the gradient towards x", i, " ", wrong);
      }
    } catch (const std::exception& error) {
      BOOST_ERROR("expression " << n << ": " << error.what() << '\n' << f.text());
    }
    for (const Step& step : f.steps) used.insert(step.op);
    steps += f.steps.size();
    deepest = std::max(deepest, f.depth());
  }
  BOOST_TEST(steps > 1000u);  // the generator still does what it is for
  BOOST_TEST(used.size() == op_kinds());
  BOOST_TEST(deepest >= 6);
}

BOOST_AUTO_TEST_SUITE_END()
