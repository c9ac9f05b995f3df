// record and record_joint: ops of one's own.
#include <array>
#include <memory>

#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(the_engine_unbroadcasts) {
  Variable a(ones({3, 1}), true), b(ones({4}), true), c = leaf(2), d(ones({1, 3, 1}), true);
  Tape tape;
  tape.backward(sum(a * b * c + d));
  CHECK_SAME(a.grad(), full({3, 1}, 8));
  CHECK_SAME(b.grad(), full({4}, 6));
  BOOST_TEST(c.grad().item() == 12);
  CHECK_SAME(d.grad(), full({1, 3, 1}, 4));
}

BOOST_AUTO_TEST_CASE(a_rule_of_a_wrong_shape) {
  Variable a(ones({3, 1}), true);
  Tape tape;
  Variable y = record("mine", a.value(), {{a, reads::nothing, [](auto&) { return Variable(ones({2, 4})); }}});
  CHECK_ERROR(tape.backward(sum(y)),
              "mine: the rule of input 0 returned a cotangent of shape (2, 4); it must have the input's shape (3, 1), "
              "or one that "
              "(3, 1) broadcasts to");
}

// A rule that gives no cotangent at all is a mistake, not a zero.
BOOST_AUTO_TEST_CASE(a_rule_that_returns_nothing) {
  Variable a = leaf(3), b = leaf(4);
  Tape tape;
  Variable y = record("mine", a.value(), {{a, reads::nothing, [](auto&) { return Variable(); }}});
  CHECK_ERROR_BEGINS(tape.gradient(y, {a}), "mine: the rule of input 0");
  const std::vector<Variable> inputs{a, b};
  Variable z = record_joint<float>("joint", a.value(), std::span(inputs), reads::nothing,
                                   [](auto& ctx, auto cotangents) { cotangents[0] = ctx.g; });
  CHECK_ERROR_BEGINS(tape.gradient(z, {b}), "joint: the rule of input 1");
}

BOOST_AUTO_TEST_CASE(a_rule_reads_what_it_declares) {
  Variable a = leaf(2), b = leaf(5);
  const Tensor value = a.value() * b.value();
  auto undeclared = [&](Reads declared, auto rule) {
    Tape tape;
    Variable y = record("mine", value, {{a, declared, rule}, {b, reads::nothing, [](auto& ctx) { return ctx.g; }}});
    return error_of([&] { tape.gradient(y, {a}); });
  };
  const char* const none = "(no Error was thrown)";
  auto x0 = [](auto& ctx) { return ctx.g * ctx.x(0); };
  auto x1 = [](auto& ctx) { return ctx.g * ctx.x(1); };
  auto y = [](auto& ctx) { return ctx.g * ctx.y(); };
  BOOST_TEST(undeclared(reads::x0, x0) == none);
  BOOST_TEST(undeclared(reads::x1, x1) == none);
  BOOST_TEST(undeclared(reads::y, y) == none);
  BOOST_TEST(undeclared(reads::x0 | reads::x1 | reads::y, x1) == none);
  BOOST_TEST(undeclared(reads::everything, y) == none);
  BOOST_TEST(undeclared(reads::x1, x0) ==
             "mine: its rule reads input 0, which its row does not declare; add reads::x0 to the row");
  BOOST_TEST(undeclared(reads::y, x1) ==
             "mine: its rule reads input 1, which its row does not declare; add reads::x1 to the row");
  BOOST_TEST(undeclared(reads::nothing, y) ==
             "mine: its rule reads the output, which its row does not declare; add reads::y to the row");
  BOOST_TEST(undeclared(reads::everything, [](auto& ctx) { return ctx.x(2); }) ==
             "mine: its rule asks for input 2, but the op has 2 inputs");
  BOOST_TEST(undeclared(reads::everything, [](auto& ctx) { return ctx.x(-1); }) ==
             "mine: its rule asks for input -1, but the op has 2 inputs");
}

// Every combination of reads finds the right values, in a sweep and in one that creates a graph.
BOOST_AUTO_TEST_CASE(every_combination_of_reads) {
  for (Reads declared = 0; declared < 16; ++declared) {
    const Reads what = (declared & 7) | (declared & 8 ? reads::y : 0);
    std::vector<Variable> x{leaf(2), leaf(3), leaf(5)};
    std::vector<float> seen;
    auto rule = [&](auto& ctx) {
      for (int i = 0; i < 3; ++i) {
        if (what & reads::x(i)) seen.push_back(ctx.x(i).item());
      }
      if (what & reads::y) seen.push_back(ctx.y().item());
      return ctx.g;
    };
    std::vector<float> expected;
    for (int i = 0; i < 3; ++i) {
      if (what & reads::x(i)) expected.push_back(x[static_cast<std::size_t>(i)].item());
    }
    if (what & reads::y) expected.push_back(30);
    Tape tape;
    Variable padding = leaf(1) * 7;
    Variable y =
        record("mine", full({}, 30), {{x[0], what, rule}, {x[1], reads::nothing, rule}, {x[2], reads::nothing, rule}});
    tape.gradient(y, {x[0]});
    BOOST_TEST(seen == expected);
    seen.clear();
    tape.gradient(y, {x[0]}, {.create_graph = true});
    BOOST_TEST(seen == expected);
    BOOST_TEST(padding.defined());
  }
}

// Rules with small, large and non-trivial captures all survive until the sweep, and die with the tape.
BOOST_AUTO_TEST_CASE(rules_with_captures) {
  const auto shared = std::make_shared<int>(1);
  Variable a = leaf(1);
  {
    Tape tape;
    const double small = 2;
    const std::array<double, 20> large{3};
    const std::vector<float> vector{4};
    const Tensor tensor{5};
    const std::string text = "a string that is too long to be held in place";
    Variable y = record("small", a.value(), {{a, reads::nothing, [small](auto& ctx) { return ctx.g * small; }}});
    y = record("large", y.value(), {{y, reads::nothing, [large](auto& ctx) { return ctx.g * large[0]; }}});
    y = record("vector", y.value(), {{y, reads::nothing, [vector](auto& ctx) { return ctx.g * vector[0]; }}});
    y = record("tensor", y.value(), {{y, reads::nothing, [tensor](auto& ctx) { return ctx.g * tensor.item(); }}});
    y = record("string", y.value(), {{y, reads::nothing, [text](auto& ctx) { return ctx.g * text.size(); }}});
    y = record("shared", y.value(), {{y, reads::nothing, [shared](auto& ctx) { return ctx.g * *shared; }}});
    for (int i = 0; i < 1000; ++i) y = y + 0;  // the lists move
    BOOST_TEST(shared.use_count() == 2);
    BOOST_TEST(tape.gradient(y, {a})[0].item() == 120.0f * static_cast<float>(text.size()));
    tape.backward(y);
    BOOST_TEST(shared.use_count() == 1);  // the sweep releases the rules as well
    BOOST_TEST(a.grad().item() == 120.0f * static_cast<float>(text.size()));
  }
  BOOST_TEST(shared.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(a_lazily_computed_value) {
  Variable a(Tensor{2, 3}, true);
  Tape tape;
  int calls = 0;
  auto value = [&] {
    ++calls;
    return exp(a.value());
  };
  Variable y = record("mine", value, {{a, reads::y, [](auto& ctx) { return ctx.g * ctx.y(); }}});
  BOOST_TEST(calls == 1);
  CHECK_SAME(tape.gradient(sum(y), {a})[0].value(), exp(a.value()));
  record("mine", value, {{a.detach(), reads::y, [](auto& ctx) { return ctx.g * ctx.y(); }}});
  BOOST_TEST(calls == 2);
}

// A value computed with Variables records entries of its own; the op still finds its output.
BOOST_AUTO_TEST_CASE(a_lazily_computed_value_that_records) {
  Variable a = leaf(0.5);
  Tape tape;
  Variable y = record("mine", [&] { return exp(2 * a).value(); }, {{a, reads::x0 | reads::y, [](auto& ctx) {
                                                                      BOOST_TEST(ctx.x(0).item() == 0.5);
                                                                      return 2 * ctx.g * ctx.y();
                                                                    }}});
  CHECK_SAME(tape.gradient(y, {a})[0].value(), 2 * exp(full({}, 1)));
}

BOOST_AUTO_TEST_CASE(record_joint_) {
  std::vector<Variable> x;
  for (int i = 0; i < 40; ++i) x.push_back(i % 3 == 0 ? Variable(static_cast<float>(i)) : leaf(static_cast<float>(i)));
  int runs = 0;
  auto weighted = [&] {
    Tensor total = full({}, 0);
    for (int i = 0; i < 40; ++i) total = total + x[static_cast<std::size_t>(i)].value() * i;
    return total;
  };
  Tape tape;
  Variable y = record_joint<float>("weighted", weighted, std::span<const Variable>(x), reads::nothing,
                                   [&runs](auto& ctx, auto cotangents) {
                                     ++runs;
                                     for (int i = 0; i < 40; ++i) {
                                       BOOST_TEST(ctx.needs(i) == (i % 3 != 0));
                                       if (ctx.needs(i)) cotangents[static_cast<std::size_t>(i)] = ctx.g * i;
                                     }
                                   });
  tape.backward(y);
  BOOST_TEST(runs == 1);
  for (int i = 0; i < 40; ++i) {
    if (i % 3 != 0) BOOST_TEST(x[static_cast<std::size_t>(i)].grad().item() == i);
  }
}

// What a rule asks of its Context is checked like any other call.
BOOST_AUTO_TEST_CASE(a_rule_that_asks_out_of_range) {
  std::vector<Variable> x(40, leaf(1));
  auto gradient = [&x](auto ask) {
    Tape tape;
    Variable y = record_joint<float>("mine", full({}, 1), std::span<const Variable>(x), reads::everything,
                                     [ask](auto& ctx, auto cotangents) {
                                       ask(ctx);
                                       for (auto& cotangent : cotangents) cotangent = ctx.g;
                                     });
    return tape.gradient(y, {x[0]});
  };
  CHECK_ERROR_BEGINS(gradient([](auto& ctx) { ctx.needs(40); }), "mine: ");
  CHECK_ERROR_BEGINS(gradient([](auto& ctx) { ctx.needs(-1); }), "mine: ");
  CHECK_ERROR_BEGINS(gradient([](auto& ctx) { ctx.shape(1000); }), "mine: ");
  CHECK_ERROR_BEGINS(gradient([](auto& ctx) { ctx.x(31); }), "mine: ");  // only 31 inputs can be kept for a rule
  CHECK_ERROR_BEGINS(gradient([](auto& ctx) { ctx.x(33); }), "mine: ");
}

BOOST_AUTO_TEST_CASE(a_rule_may_ask_whether_the_sweep_records_itself) {
  Variable a = leaf(3);
  Tape tape;
  bool creates_graph = true;
  Variable y = record("mine", a.value(), {{a, reads::nothing, [&creates_graph](auto& ctx) {
                                             creates_graph = ctx.creates_graph();
                                             return ctx.g;
                                           }}});
  tape.gradient(y, {a});
  BOOST_TEST(!creates_graph);
  tape.gradient(y, {a}, {.create_graph = true});
  BOOST_TEST(creates_graph);
  tape.backward(y);
  BOOST_TEST(!creates_graph);
}

BOOST_AUTO_TEST_CASE(a_rule_may_ask_for_the_shape_of_a_constant) {
  Variable a = leaf(3), constant(ones({4, 5}));
  Tape tape;
  Shape seen;
  Variable y = record("mine", a.value(),
                      {{constant, reads::nothing, [](auto& ctx) { return ctx.g; }},
                       {a, reads::nothing, [&seen](auto& ctx) {
                          seen = ctx.shape(0);
                          return ctx.g;
                        }}});
  const std::string error = error_of([&] { tape.gradient(y, {a}); });
  BOOST_TEST((seen == Shape{4, 5} || error.starts_with("mine: ")), "seen " << seen << ", " << error);
}

// An empty Variable is refused by record, inside and outside a tape.
BOOST_AUTO_TEST_CASE(record_refuses_empty_variables) {
  const Variable empty;
  auto mine = [&] { return record("mine", ones({1}), {{empty, reads::nothing, [](auto& ctx) { return ctx.g; }}}); };
  CHECK_ERROR(mine(), "mine: " + empty_variable_text);
  Tape tape;
  CHECK_ERROR(mine(), "mine: " + empty_variable_text);
}

BOOST_AUTO_TEST_SUITE_END()
