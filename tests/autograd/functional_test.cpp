// vjp, jvp, hvp, jacobian and hessian: against PyTorch, finite differences and each other, and how they are called.
#include <map>
#include <type_traits>

#include "nn/attention/attention.h"
#include "tests/autograd/op_table.h"
#include "tests/reference_file.h"
#include "tests/support.h"

using namespace tests;

namespace {

template <class T>
using Vars = std::vector<BasicVariable<T>>;

// A function of tests/reference/functional.py, as a row of the op table that has no more than its functions.
template <class F>
OpRow a_case(const char* name, F f) {
  OpRow row;
  row.name = name;
  row.f = f;
  row.f_float = f;
  return row;
}

const std::vector<OpRow>& cases() {
  static const std::vector<OpRow> all{
      a_case("elementary", [](const auto& x) { return exp(x[0]) * sin(x[0]) + pow(x[0], 3); }),
      a_case("single_number", [](const auto& x) { return tanh(x[0]) * x[0]; }),
      a_case("one_element", [](const auto& x) { return sigmoid(x[0]); }),
      a_case("broadcast", [](const auto& x) { return x[0] * x[1] / (1 + square(x[1])); }),
      a_case("matmul", [](const auto& x) { return matmul(x[0], x[1]); }),
      a_case("matmul_softmax", [](const auto& x) { return softmax(matmul(x[0], x[1]) + x[2], 1); }),
      a_case("log_softmax", [](const auto& x) { return log_softmax(x[0], 0); }),
      a_case("reductions",
             [](const auto& x) {
               return cat({sum(x[0] * x[0], 0), logsumexp(x[0], 1), reshape(mean(x[0]), {1})});
             }),
      a_case("to_one_number", [](const auto& x) { return sqrt(sum(x[0] * x[0])); }),
      a_case("selection",
             [](const auto& x) {
               return index_select(exp(x[0]), 1, IndexTensor{0, 2, 2, 1});
             }),
      a_case("kinks", [](const auto& x) { return where(x[0] > 0, square(x[0]), relu(x[0]) - 2 * abs(x[0])); }),
      a_case("affine", [](const auto& x) { return 3 * transpose(x[0]) - 1; }),
      a_case("of_one_input_of_two", [](const auto& x) { return cos(x[0]); }),
      a_case("constant", [](const auto& x) { return ones_like(narrow(x[0], 0, 0, 2)); }),
      a_case("attention",
             [](const auto& x) {
               return attention_pooling([](auto q, auto k, auto w) { return -square((q - k) * w) / 2; }, x[0], x[1],
                                        x[2], x[3]);
             }),
      a_case("attention",
             [](const auto& x) {
               const auto score = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
               return matmul(softmax(elementwise(score, unsqueeze(x[0], 1), x[1], x[3]), 1), x[2]);
             }),
  };
  return all;
}

// A number made of f(x), for Hessians: sum(f(x)²).
template <class T>
Function<T> energy_of(const Function<T>& f) {
  return [f](const Vars<T>& x) { return sum(square(f(x))); };
}

// What PyTorch says of a case: the tensors of each word.
using Reference = std::map<std::string, std::vector<Tensor64>>;
Reference reference_of(const std::string& name) {
  Reference tensors;
  bool here = false;
  for (const ReferenceLine& line : read_reference("tests/reference/functional.txt")) {
    if (line.word == "case") {
      here = line.tokens.at(0) == name;
    } else if (here && line.word != "end") {
      tensors[line.word].push_back(line.tensor());
    }
  }
  if (tensors.empty()) throw std::runtime_error("tests/reference/functional.txt has no case " + name);
  return tensors;
}

template <class T>
Vars<T> list_of(const std::vector<Tensor64>& tensors) {
  Vars<T> list;
  for (const Tensor64& x : tensors) list.push_back(cast<T>(x));
  return list;
}

void check_close(const std::string& what, const Tensor64& actual, const Tensor64& expected, double tolerance) {
  const std::string wrong = difference(actual, expected, tolerance);
  BOOST_TEST(wrong.empty(), what << ": " << wrong);
}
template <class T>
void check_close(const std::string& what, const Vars<T>& actual, const std::vector<Tensor64>& expected,
                 double tolerance) {
  BOOST_TEST_REQUIRE(actual.size() == expected.size(), what);
  for (std::size_t i = 0; i < actual.size(); ++i)
    check_close(what + " " + std::to_string(i), cast<double>(actual[i].value()), expected[i], tolerance);
}

template <class T>
void compare_with_pytorch(const OpRow& c, double tolerance) {
  const Reference reference = reference_of(c.name);
  const Function<T>&f = c.function<T>(), energy = energy_of(f);
  const Vars<T> x = list_of<T>(reference.at("input")), t = list_of<T>(reference.at("t"));
  const std::string name = c.name;
  const auto [y, g] = vjp(f, x, BasicVariable<T>(cast<T>(reference.at("v")[0])));
  check_close<T>(name + " f(x)", {y}, reference.at("output"), tolerance);
  check_close<T>(name + " vjp", g, reference.at("vjp"), tolerance);
  const auto [z, d] = jvp(f, x, t);
  CHECK_SAME(z.value(), y.value());
  check_close<T>(name + " jvp", {d}, reference.at("jvp"), tolerance);
  check_close<T>(name + " jacobian", jacobian(f, x), reference.at("jacobian"), tolerance);
  const auto [l, h] = hvp(energy, x, t);
  CHECK_SAME(l.value(), energy(x).value());
  check_close<T>(name + " hvp", h, reference.at("hvp"), tolerance);
  Vars<T> blocks;
  for (const Vars<T>& row : hessian(energy, x)) blocks.insert(blocks.end(), row.begin(), row.end());
  check_close<T>(name + " hessian", blocks, reference.at("hessian"), tolerance);
}

// Σ_i J[i] t[i], where J[i] has shape (y..., x[i]...): the sum over x[i]'s dimensions. A slow and obvious way.
template <class T>
std::vector<double> times(const Vars<T>& J, const Vars<T>& t, std::int64_t rows) {
  std::vector<double> sums(static_cast<std::size_t>(rows));
  for (std::size_t i = 0; i < t.size(); ++i) {
    const auto matrix = J[i].value().to_vector(), vector = t[i].value().to_vector();
    for (std::size_t k = 0; k < matrix.size(); ++k)
      sums[k / vector.size()] += static_cast<double>(matrix[k]) * static_cast<double>(vector[k % vector.size()]);
  }
  return sums;
}
// v J, the sum over y's dimensions.
template <class T>
std::vector<double> times(const BasicVariable<T>& v, const BasicVariable<T>& J, std::int64_t columns) {
  std::vector<double> sums(static_cast<std::size_t>(columns));
  const auto vector = v.value().to_vector(), matrix = J.value().to_vector();
  for (std::size_t k = 0; k < matrix.size(); ++k)
    sums[k % sums.size()] += static_cast<double>(vector[k / sums.size()]) * static_cast<double>(matrix[k]);
  return sums;
}

// jvp gives J t, vjp gives v J, and hvp gives H t.
template <class T>
void check_agreement(const std::string& name, const Function<T>& f, const Vars<T>& x, double tolerance) {
  auto check = [&](const char* what, const BasicVariable<T>& actual, const std::vector<double>& expected) {
    check_close(name + " " + what, cast<double>(actual.value()), Tensor64::from_vector(expected, actual.shape()),
                tolerance);
  };
  Vars<T> t;
  for (const BasicVariable<T>& input : x) t.push_back(numbers<T>(input.shape(), static_cast<int>(t.size())));
  const Vars<T> J = jacobian(f, x);
  const auto [y, d] = jvp(f, x, t);
  check("jvp", d, times(J, t, y.numel()));
  const BasicVariable<T> v(numbers<T>(y.shape(), 7));
  const Vars<T> g = vjp(f, x, v).product;
  for (std::size_t i = 0; i < x.size(); ++i) check("vjp", g[i], times(v, J[i], x[i].numel()));
  const Function<T> energy = energy_of(f);
  const auto H = hessian(energy, x);
  const Vars<T> h = hvp(energy, x, t).product;
  for (std::size_t i = 0; i < x.size(); ++i) {
    check("hvp", h[i], times(H[i], t, x[i].numel()));
    for (std::size_t j = 0; j < x.size(); ++j) {  // symmetric
      const BasicTensor<T> across = reshape(H[j][i].value(), {x[j].numel(), x[i].numel()});
      check("hessian", reshape(H[i][j], {x[i].numel(), x[j].numel()}), [&] {
        const std::vector<T> values = transpose(across).to_vector();
        return std::vector<double>(values.begin(), values.end());
      }());
    }
  }
}

// The central difference of F at x along t: (F(x + eps t) - F(x - eps t)) / (2 eps).
template <class F>
Tensor64 central_difference(const F& f, const Vars<double>& x, const Vars<double>& t) {
  const double eps = 1e-5;
  Vars<double> above, below;
  for (std::size_t i = 0; i < x.size(); ++i) {
    above.push_back(x[i].value() + eps * t[i].value());
    below.push_back(x[i].value() - eps * t[i].value());
  }
  return (f(above) - f(below)).value() / (2 * eps);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

// --- Numbers ---

BOOST_AUTO_TEST_CASE(functional_as_pytorch) {
  for (const OpRow& c : cases()) {
    compare_with_pytorch<double>(c, 1e-11);
    compare_with_pytorch<float>(c, 2e-5);
  }
}

BOOST_AUTO_TEST_CASE(functional_by_finite_differences) {
  for (const OpRow& c : cases()) {
    const Reference reference = reference_of(c.name);
    const Vars<double> x = list_of<double>(reference.at("input")), t = list_of<double>(reference.at("t"));
    const Function<double> energy = energy_of(c.f);
    const std::string name = c.name;
    check_close(name + " jvp", jvp(c.f, x, t).product.value(), central_difference(c.f, x, t), 1e-7);
    // Along the axes: the columns of the Jacobian and the Hessian; and the gradients' sums with v and with t.
    const Variable64 v(reference.at("v")[0]);
    const Vars<double> J = jacobian(c.f, x), g = vjp(c.f, x, v).product, h = hvp(energy, x, t).product;
    const auto H = hessian(energy, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      check_close(name + " hvp", h[i].value(),
                  central_difference([&](const auto& at) { return vjp(energy, at).product[i]; }, x, t), 1e-6);
      const std::int64_t columns = x[i].numel();
      const Tensor64 by_column = reshape(J[i].value(), {v.numel(), columns});
      for (std::int64_t k = 0; k < columns; ++k) {
        Vars<double> axis;
        for (const Variable64& input : x) axis.push_back(zeros_like(input));
        axis[i] = reshape(narrow(eye<double>(columns), 0, k, 1), x[i].shape());
        const Tensor64 slope = central_difference(c.f, x, axis);
        check_close(name + " jacobian", reshape(narrow(by_column, 1, k, 1), v.shape()), slope, 1e-7);
        check_close(name + " vjp", Tensor64::from_number(g[i].value().to_vector()[static_cast<std::size_t>(k)]),
                    sum(v.value() * slope), 1e-7);
        for (std::size_t j = 0; j < x.size(); ++j) {
          const Tensor64 of_gradient =
              central_difference([&](const auto& at) { return vjp(energy, at).product[j]; }, x, axis);
          const Tensor64 column = narrow(reshape(H[j][i].value(), {x[j].numel(), columns}), 1, k, 1);
          check_close(name + " hessian", reshape(column, x[j].shape()), of_gradient, 1e-6);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(functional_agree_with_each_other) {
  for (const OpRow& c : cases()) {
    const Reference reference = reference_of(c.name);
    check_agreement<double>(c.name, c.f, list_of<double>(reference.at("input")), 1e-12);
    check_agreement<float>(c.name, c.f_float, list_of<float>(reference.at("input")), 5e-5);
  }
}

// Of every op in the table, in every shape it is given there (but the mean of nothing, which is NaN).
BOOST_AUTO_TEST_CASE(functional_of_all_ops) {
  for (const OpRow& row : op_table()) {
    for (const Shapes& shapes : row.inputs.cases) {
      Random random(static_cast<std::uint32_t>(20 + shapes[0].numel()));
      Vars<double> x;
      for (std::size_t i = 0; i < shapes.size(); ++i)
        x.push_back(draw<double>(row.inputs.domains[i], shapes[i], Placement::contiguous, random));
      const Tensor64 y = row.f(x).value();
      if (allclose(y, y)) check_agreement<double>(row.name, row.f, x, 1e-10);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
