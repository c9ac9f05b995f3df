// Formulas: every op says what it computes, and of every input what its rule gives, in words that a tape can print.
#include <boost/test/unit_test.hpp>

#include <map>
#include <sstream>

#include "tests/autograd/op_table.h"

using namespace tests;

namespace {

// The first column of each line that has no formula, or no rule.
std::string without_formula(const std::string& table) {
  std::istringstream lines(table);
  std::string found, name;
  for (std::string line; std::getline(lines, line);) {
    if (line[0] != ' ') name = line.substr(0, line.find(' '));
    const auto formula = line.find_first_not_of(' ', line[0] != ' ' ? name.size() : 0);
    const auto rule = formula == std::string::npos ? formula : line.find("  ", formula);
    const bool is_whole = formula != std::string::npos && (line[0] == ' ' || rule != std::string::npos);
    if (!is_whole) found += name + ' ';
  }
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

// The ops of the table, and those that their first derivatives are made of.
BOOST_AUTO_TEST_CASE(formulas_of_all_ops) {
  Random random(1);
  std::map<std::string, int> printed;
  for (const OpRow& row : op_table()) {
    std::vector<tg::Variable64> x;
    for (std::size_t i = 0; i < row.inputs.domains.size(); ++i) {
      x.emplace_back(draw<double>(row.inputs.domains[i], row.inputs.cases[0][i], Placement::contiguous, random), true);
    }
    tg::Tape64 tape;
    const tg::Variable64 y = row.f(x);
    for (const tg::Variable64& g : tape.gradient(y, tg::ones_like(y), x, {.create_graph = true})) {
      if (row.orders == 2 && g.requires_grad()) tape.gradient(g, tg::ones_like(g), x, {.create_graph = true});
    }
    BOOST_TEST(without_formula(tape.rules()) == "", row.name << ": " << tape.rules());
    for (const std::string& op : row.ops) printed[op] += tape.rules().find("\n" + op + " ") != std::string::npos;
  }
  for (const char* of_others : {"attention_weights", "sort"}) printed.erase(of_others);  // they record other ops
  for (const auto& [op, times] : printed) BOOST_TEST(times > 0, op << " stands on no tape's list of rules");
}

// An op of one's own may leave both out.
BOOST_AUTO_TEST_CASE(formulas_may_be_left_out) {
  const tg::Variable x(tg::Tensor{1, 2}, true);
  tg::Tape tape;
  tg::record("mine", exp(x.value()), {{x, tg::reads::y, [](auto& ctx) { return ctx.g * ctx.y(); }}});
  BOOST_TEST(tape.rules() == "op    formula  rules\nmine\n");
  BOOST_TEST(without_formula(tape.rules()) == "mine ");
}

BOOST_AUTO_TEST_SUITE_END()
