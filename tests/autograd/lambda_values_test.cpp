// Every function that a lambda may call, at special values: its value, slopes and second slopes by elementwise(lambda),
// by the same lambda called with Variables (by ops), and by calculus. They agree, but for two things that page 4 tells
// of:
// - a cotangent times a slope, 0 times infinity, is 0 in a lambda and NaN among ops, as in PyTorch;
// - a NaN that comes back to a slope of 0 is NaN in a lambda, where an op that has dropped that side gives 0.
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "tests/autograd/lambda_table.h"
#include "tests/support.h"

using namespace tg;
using namespace tests;

namespace {

template <class T>
bool same(double a, double b) {
  const double tolerance = std::is_same_v<T, float> ? 2e-5 : 1e-11;
  for (double* x : {&a, &b}) {
    *x = static_cast<double>(static_cast<T>(*x));
    if (std::abs(*x) < static_cast<double>(std::numeric_limits<T>::min())) *x = 0;  // a subnormal result may be 0
  }
  return a == b || (a != a && b != b) || std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b));
}

// The number that all elements are but for rounding, some computed as vectors and some not; 12345 if they differ.
template <class T>
double element(const BasicTensor<T>& x) {
  const double first = static_cast<double>(x(0));
  for (std::int64_t i = 1; i < x.numel(); ++i) {
    if (!same<T>(static_cast<double>(x(i)), first)) return 12345;
  }
  return first;
}

// f at a point: the value, the slopes times the cotangent, and, if that is 1, their slopes in turn.
template <class T>
Numbers derivatives(const Function<T>& f, const Numbers& point, double cotangent) {
  const Shape shape{33};
  std::vector<BasicVariable<T>> x;
  for (double value : point) x.emplace_back(full<T>(shape, static_cast<T>(value)), true);
  const BasicVariable<T> g(full<T>(shape, static_cast<T>(cotangent)), true);
  BasicTape<T> tape;
  const BasicVariable<T> y = f(x);
  const auto first = tape.gradient(sum(y * g), x, {.create_graph = true});
  Numbers all{element(y.value())};
  for (const auto& slope : first) all.push_back(element(slope.value()));
  if (cotangent != 1) return all;
  for (const auto& slope : first) {
    for (const auto& second : tape.gradient(sum(slope), x)) all.push_back(element(second.value()));
  }
  return all;
}

std::string text_of_numbers(const Numbers& x) {
  std::ostringstream out;
  for (double value : x) out << ' ' << value;
  return out.str();
}

template <class T>
void check(const Entry& row) {
  for (const Numbers& at : row.points) {
    Numbers point;
    for (double value : at) point.push_back(static_cast<double>(static_cast<T>(value)));
    const std::string where = row.text + " at" + text_of_numbers(point) + ": ";
    const Numbers right = row.calculus(point), lambda = derivatives(row.function<T>(false), point, 1);
    Numbers ops;
    if (row.function<T>(true)) ops = derivatives(row.function<T>(true), point, 1);
    const std::size_t count = point.size();
    for (std::size_t i = 0; i < right.size(); ++i) {
      BOOST_TEST(same<T>(lambda[i], right[i]),
                 where << "number " << i << " is " << lambda[i] << ", and should be " << right[i]);
      if (ops.empty()) continue;
      BOOST_TEST(same<T>(lambda[i], ops[i]),
                 where << "number " << i << " by the lambda is " << lambda[i] << ", by ops " << ops[i]);
    }
    for (double g : {0.0, static_cast<double>(inf), static_cast<double>(NaN)}) {
      const Numbers scaled = derivatives(row.function<T>(false), point, g);
      if (row.function<T>(true)) ops = derivatives(row.function<T>(true), point, g);
      for (std::size_t i = 1; i <= count; ++i) {
        const bool zero_times_infinity = (g == 0 && std::isinf(lambda[i])) || (lambda[i] == 0 && std::isinf(g));
        const double expected = zero_times_infinity ? 0 : g * lambda[i];
        BOOST_TEST(same<T>(scaled[i], expected), where << "slope " << i << ", cotangent " << g << ": " << scaled[i]
                                                       << ", and should be " << expected);
        if (ops.empty()) continue;
        const bool dropped = zero_times_infinity || (g != g && lambda[i] == 0);
        BOOST_TEST((same<T>(scaled[i], ops[i]) || (dropped && (ops[i] != ops[i] || ops[i] == 0))),
                   where << "slope " << i << ", cotangent " << g << " by the lambda is " << scaled[i] << ", by ops "
                         << ops[i]);
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(lambda_values_and_slopes) {
  for (const Entry& row : lambda_table()) {
    check<float>(row);
    check<double>(row);
  }
}

// Each function of elementary.h, and each that number.h declares, has a row in lambda_table.cpp.
BOOST_AUTO_TEST_CASE(lambda_functions_are_all_tried) {
  std::set<std::string> tried{"neg", "pow_dx", "pow_de", "scaled"};  // parts of dual numbers
  for (const Entry& row : lambda_table()) tried.insert(row.name);
#define ROW(name, ...) #name,
  for (const char* name : {TG_ELEMENTARY(ROW)}) {
    BOOST_TEST(tried.count(name) == 1u, name << " of tensor/elementary.h has no row in lambda_table.cpp");
  }
#undef ROW
  std::ifstream file("tensor/number.h");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::regex declaration(R"re(friend Number ([^\s(]+)\()re");
  int count = 0;
  for (std::sregex_iterator i(text.begin(), text.end(), declaration), end; i != end; ++i, ++count) {
    BOOST_TEST(tried.count((*i)[1]) == 1u, (*i)[1] << " of tensor/number.h has no row in lambda_table.cpp");
  }
  BOOST_TEST(count >= 10);
}

BOOST_AUTO_TEST_SUITE_END()
