// Every row of the table of ops: against finite differences, against PyTorch, and in every placement in memory.
#include <boost/test/unit_test.hpp>

#include <set>

#include "tests/autograd/op_table_derivatives.h"
#include "tests/reference_file.h"

using namespace tg;
using namespace tests;

namespace {

// Tighter than the library's defaults. Central differences of these functions err by about 1e-10.
constexpr GradcheckOptions tight{.eps = 1e-5, .atol = 1e-7, .rtol = 1e-6};

// Each draw of a case starts from its own seed, so that a case does not change when another is added.
template <class T>
std::vector<BasicTensor<T>> draw_inputs(const Inputs& inputs, const Shapes& shapes,
                                        const std::vector<Placement>& placement) {
  Random random(static_cast<std::uint32_t>(20 + shapes[0].numel()));
  std::vector<BasicTensor<T>> x;
  for (std::size_t i = 0; i < shapes.size(); ++i)
    x.push_back(draw<T>(inputs.domains[i], shapes[i], placement[i], random));
  return x;
}

std::vector<Variable64> variables(const std::vector<Tensor64>& values) { return {values.begin(), values.end()}; }

std::string describe(const OpRow& row, const Shapes& shapes, const std::vector<Placement>& placement) {
  std::ostringstream text;
  text << row.name << " of";
  for (std::size_t i = 0; i < shapes.size(); ++i)
    text << (i ? " and " : " ") << shapes[i] << ' ' << name_of(placement[i]);
  return text.str();
}

// Runs a check; whatever it throws is an error of this row, and the next one follows.
template <class F>
void attempt(const std::string& what, const F& check) {
  try {
    check();
  } catch (const std::exception& error) {
    BOOST_ERROR(what << ": " << error.what());
  }
}

void check_equal(const std::string& what, const std::string& wrong) {
  BOOST_TEST(wrong.empty(), what << ": " << wrong);
}

// Calls check(case, placements) for every case of a row, all inputs in the same placement, each placement in turn.
template <class F>
void for_each_placement(const OpRow& row, const F& check) {
  for (const Shapes& shapes : row.inputs.cases) {
    for (Placement placement : placements) {
      const std::vector<Placement> all(shapes.size(), placement);
      attempt(describe(row, shapes, all), [&] { check(shapes, all); });
    }
  }
}

// An expanded input of distinct values is not distinct any more: at a kink there is no finite difference.
bool at_a_kink(const OpRow& row, Placement placement) {
  return row.inputs.domains[0].distinct &&
         (placement == Placement::expanded_first || placement == Placement::expanded_last);
}

template <class T>
std::vector<BasicTensor<T>> as(const std::vector<Tensor64>& x) {
  std::vector<BasicTensor<T>> result;
  for (const Tensor64& t : x) result.push_back(cast<T>(t));
  return result;
}

template <class T>
void compare_with_pytorch(const OpRow& row, const std::string& name, const OpReference& reference) {
  const int orders = reference.seconds.empty() ? 1 : 2;
  const auto actual = derivatives<T>(row.function<T>(), as<T>(reference.inputs), cast<T>(reference.seed), orders);
  check_equal(row.name + " against PyTorch's " + name,
              disagreement(actual, Derivatives<double>{reference.output, reference.grads, reference.seconds}, 1e-5));
}

// The gradient of sum(f(x) v) towards all inputs, one after the other, as a function that can be differentiated again.
// On constants it opens a tape of its own.
Function64 gradient_of(const Function64& f) {
  return [f](const std::vector<Variable64>& x) {
    auto on = [&](Tape64& tape, const std::vector<Variable64>& leaves) {
      const Variable64 y = f(leaves);
      std::vector<Variable64> flat;
      const Tensor64 seed = seed_of<double>(y.shape());
      for (const Variable64& g : detail::gradient_or_zeros(tape, y, seed, leaves, {.create_graph = true}))
        flat.push_back(flatten(g));
      return cat(flat);
    };
    if (x[0].requires_grad()) return on(*Tape64::current(), x);
    std::vector<Variable64> leaves;
    for (const Variable64& constant : x) leaves.push_back(Variable64(constant.value(), true));
    Tape64 tape;
    return on(tape, leaves).detach();
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(ops_first_order) {
  for (const OpRow& row : op_table()) {
    for_each_placement(row, [&](const Shapes& shapes, const std::vector<Placement>& placement) {
      if (at_a_kink(row, placement[0])) return;
      BOOST_TEST(gradcheck(row.f, variables(draw_inputs<double>(row.inputs, shapes, placement)), tight));
    });
  }
}

BOOST_AUTO_TEST_CASE(ops_second_order) {
  for (const OpRow& row : op_table()) {
    for_each_placement(row, [&](const Shapes& shapes, const std::vector<Placement>& placement) {
      if (at_a_kink(row, placement[0])) return;
      BOOST_TEST(gradgradcheck(row.f, variables(draw_inputs<double>(row.inputs, shapes, placement)), tight));
    });
  }
}

BOOST_AUTO_TEST_CASE(ops_third_and_fourth_order) {
  const std::set<std::string> fourth{"exp", "sin", "mul", "div", "pow", "tanh", "softmax", "matmul", "logsumexp"};
  for (const OpRow& row : op_table()) {
    if (row.orders < 3) continue;
    for (std::size_t i = 0; i < std::min<std::size_t>(row.inputs.cases.size(), 3); ++i) {
      const Shapes& shapes = row.inputs.cases[i];
      const std::vector<Placement> placement(shapes.size(), Placement::contiguous);
      attempt(describe(row, shapes, placement) + ", third order", [&] {
        const auto x = variables(draw_inputs<double>(row.inputs, shapes, placement));
        BOOST_TEST(gradgradcheck(gradient_of(row.f), x, tight));
        if (i == 0 && fourth.count(row.ops[0])) BOOST_TEST(gradgradcheck(gradient_of(gradient_of(row.f)), x, tight));
      });
    }
  }
}

BOOST_AUTO_TEST_CASE(ops_against_pytorch) {
  for (const OpRow& row : op_table()) {
    for (const std::string& name : row.references) {
      attempt(row.name, [&] {
        for (const OpReference& reference : op_references(name)) {
          compare_with_pytorch<float>(row, name, reference);
          const bool overflows_in_float_only = name.ends_with("_inf_kink");
          if (!overflows_in_float_only) compare_with_pytorch<double>(row, name, reference);
        }
      });
    }
  }
}

// The ops without a derivative, and that every case of the file is compared by some test.
BOOST_AUTO_TEST_CASE(ops_indices_against_pytorch) {
  const std::vector<std::pair<std::string, std::function<IndexTensor(const Tensor&)>>> rows{
      {"argmax", [](const Tensor& x) { return argmax(x, -1); }},
      {"argmin", [](const Tensor& x) { return argmin(x, -1); }},
      {"argsort", [](const Tensor& x) { return argsort(x, -1); }}};
  std::set<std::string> compared{"mse_loss_none", "mse_loss_mean", "mse_loss_sum",
                                 "l2_loss_none",  "l2_loss_mean",  "l2_loss_sum"};  // nn's
  for (const auto& [name, f] : rows) {
    for (const std::string& kind : {name, name + "_kink"}) {
      for (const OpReference& reference : op_references(kind)) {
        check_equal(kind, disagreement(cast<double>(f(cast<float>(reference.inputs[0]))), reference.output, 0));
        check_equal(
            kind, disagreement(
                      cast<double>(f(transpose(contiguous(transpose(cast<float>(reference.inputs[0]), 0, -1)), 0, -1))),
                      reference.output, 0));
      }
      compared.insert(kind);
    }
  }
  for (const OpRow& row : op_table()) compared.insert(row.references.begin(), row.references.end());
  for (const OpReference& reference : op_references()) {
    if (!compared.count(reference.name)) BOOST_ERROR("no row is compared with PyTorch's " << reference.name);
  }
}

namespace {

// Inputs in a placement give what their contiguous copies give, and do not change.
template <class T>
void compare_with_copy(const OpRow& row, const Shapes& shapes, const std::vector<Placement>& placement,
                       double tolerance) {
  const auto x = draw_inputs<T>(row.inputs, shapes, placement);
  std::vector<BasicTensor<T>> copies;
  for (const auto& t : x) copies.push_back(BasicTensor<T>::from_vector(t.to_vector(), t.shape()));
  const auto actual = derivatives<T>(row.function<T>(), x, {});
  const auto expected = as_doubles(derivatives<T>(row.function<T>(), copies, {}));
  check_equal(describe(row, shapes, placement) + ", compared with a copy", disagreement(actual, expected, tolerance));
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!allclose(x[i], copies[i], 0, 0))
      BOOST_ERROR(describe(row, shapes, placement) << ": input " << i << " has changed");
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(ops_placements) {
  for (const OpRow& row : op_table()) {
    for (const Shapes& shapes : row.inputs.cases) {
      for (Placement a : placements) {
        for (Placement b : placements) {  // a for the first input, b for the others
          if (shapes.size() == 1 && b != Placement::contiguous) continue;
          std::vector<Placement> placement(shapes.size(), b);
          placement[0] = a;
          attempt(describe(row, shapes, placement), [&] {
            compare_with_copy<double>(row, shapes, placement, 1e-12);
            if (row.f_float) compare_with_copy<float>(row, shapes, placement, 1e-5);
          });
        }
      }
    }
  }
}

// An input that is a constant changes nothing for the others. (Its own gradient is asked for by nobody: the rules of
// the others must not need it.)
BOOST_AUTO_TEST_CASE(ops_constant_inputs) {
  for (const OpRow& row : op_table()) {
    const std::size_t count = row.inputs.domains.size();
    for (const Shapes& shapes : row.inputs.cases) {
      const std::vector<Placement> placement(count, Placement::contiguous);
      attempt(describe(row, shapes, placement), [&] {
        const auto x = draw_inputs<double>(row.inputs, shapes, placement);
        for (unsigned set = 1; set + 1 < (1u << count); ++set) {
          std::vector<bool> leaves(count);
          for (std::size_t i = 0; i < count; ++i) leaves[i] = set >> i & 1;
          const auto actual = derivatives<double>(row.f, x, {}, 2, leaves);
          // All inputs are leaves here, but the gradients are asked for towards the same ones.
          const Function64 others_are_leaves = [&](const std::vector<Variable64>& v) {
            std::vector<Variable64> all = v;
            for (std::size_t i = 0; i < count; ++i) {
              if (!leaves[i]) all[i] = Variable64(v[i].value(), true);
            }
            return row.f(all);
          };
          const auto expected = derivatives<double>(others_are_leaves, x, {}, 2, leaves);
          check_equal(describe(row, shapes, placement) + ", some constant", disagreement(actual, expected, 0));
        }
      });
    }
  }
}

// backward adds to the leaves what gradient returns, also while it releases values and ops take over their buffers.
BOOST_AUTO_TEST_CASE(ops_backward) {
  for (const OpRow& row : op_table()) {
    for_each_placement(row, [&](const Shapes& shapes, const std::vector<Placement>& placement) {
      const auto x = draw_inputs<double>(row.inputs, shapes, placement);
      const auto expected = derivatives<double>(row.f, x, {}, 2);
      for (bool trace : {false, true}) {
        const auto actual = gradients_by_backward<double>(row.f, x, trace);
        for (std::size_t i = 0; i < x.size(); ++i) {
          check_equal(describe(row, shapes, placement) + ", backward",
                      disagreement(actual[i], expected.first[i], 1e-12));
        }
      }
    });
  }
}

// One leaf in all places: f(x, x). Its cotangents are added up.
BOOST_AUTO_TEST_CASE(ops_of_one_leaf_twice) {
  for (const OpRow& row : op_table()) {
    for (const Shapes& shapes : row.inputs.cases) {
      if (shapes.size() < 2 || shapes != Shapes(shapes.size(), shapes[0])) continue;
      attempt(row.name + " of one leaf", [&] {
        Random random(7);
        const std::vector<Variable64> x{draw<double>(positive, shapes[0], Placement::contiguous, random)};
        const Function64 f = [&](const std::vector<Variable64>& v) {
          return row.f(std::vector<Variable64>(shapes.size(), v[0]));
        };
        BOOST_TEST(gradcheck(f, x, tight));
        BOOST_TEST(gradgradcheck(f, x, tight));
      });
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
