// backward: what it adds to the leaves and what it refuses, which rules run, and what is left when one throws.
#include "tests/support.h"

using namespace tests;

namespace {

// An identity whose rule sets a flag.
Variable watched(const Variable& x, int& runs) {
  return record("watched", x.value(), {{x, reads::nothing, [&runs](auto& ctx) {
                                          ++runs;
                                          return ctx.g;
                                        }}});
}

// y = x whose rule throws while `broken` is true.
Variable breakable(const Variable& x, const bool& broken) {
  return record("breakable", x.value(), {{x, reads::nothing, [&broken](auto& ctx) {
                                            if (broken) throw std::runtime_error("broken rule");
                                            return ctx.g;
                                          }}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(shared_nodes) {
  Variable a = leaf(3);
  Tape tape;
  Variable b = a + a, c = b + b;
  tape.backward(c);
  BOOST_TEST(a.grad().item() == 4);
}

BOOST_AUTO_TEST_CASE(diamonds) {
  Variable a = leaf(2);
  Tape tape;
  Variable left = a * 3, right = square(a), joined = left * right, again = joined + left;
  tape.backward(again);  // 3 a^3 + 3 a
  BOOST_TEST(a.grad().item() == 9 * 4 + 3);
  Variable w(Tensor{1, 2}, true);
  Tape inner;
  inner.backward(sum(w * w * w));
  CHECK_SAME(w.grad(), (Tensor{3, 12}));
}

BOOST_AUTO_TEST_CASE(backward_adds_to_the_leaves) {
  Variable a = leaf(1), b = leaf(5);
  for (int sweep = 1; sweep <= 3; ++sweep) {
    Tape tape;
    tape.backward(2 * a + b * b);
    BOOST_TEST(a.grad().item() == 2 * sweep);
    BOOST_TEST(b.grad().item() == 10 * sweep);
  }
}

BOOST_AUTO_TEST_CASE(backward_twice) {
  Variable a = leaf(3);
  Tape tape;
  Variable y = a * a;
  tape.backward(y);
  CHECK_ERROR(tape.backward(y), swept_text);
  CHECK_ERROR(
      tape.gradient(y, {a}),
      "tape.gradient: this tape has been swept and its values released. Pass {.retain = true} to the first sweep.");
  BOOST_TEST(a.grad().item() == 6);
}

BOOST_AUTO_TEST_CASE(backward_twice_with_retain) {
  Variable a = leaf(3);
  Tape tape;
  Variable y = a * exp(a) / (1 + a);
  tape.backward(y, {.retain = true});
  const Tensor once = a.grad();
  tape.backward(y, {.retain = true});
  CHECK_SAME(a.grad(), once + once);
  tape.backward(y);
  CHECK_CLOSE_TO(a.grad(), 3 * once, 1e-6);
  CHECK_ERROR(tape.backward(y), swept_text);
}

BOOST_AUTO_TEST_CASE(backward_with_a_seed) {
  Variable a(Tensor{1, 2, 3}, true);
  Tape tape;
  Variable y = square(a);
  const Tensor seed{10, 0, -1};
  tape.backward(y, seed, {.retain = true});
  CHECK_SAME(a.grad(), (Tensor{20, 0, -6}));
  tape.backward(y, seed);
  CHECK_SAME(a.grad(), (Tensor{40, 0, -12}));
  CHECK_SAME(seed, (Tensor{10, 0, -1}));
}

BOOST_AUTO_TEST_CASE(backward_from_a_leaf) {
  Variable a = leaf(3);
  const Tensor seed{{5, 6}};
  Variable w(Tensor{{1, 2}}, true);
  Tape tape;
  tape.backward(a, {.retain = true});
  BOOST_TEST(a.grad().item() == 1);
  tape.backward(w, seed, {.retain = true});
  tape.backward(w, seed);
  CHECK_SAME(w.grad(), (Tensor{{10, 12}}));
  CHECK_SAME(seed, (Tensor{{5, 6}}));
}

BOOST_AUTO_TEST_CASE(backward_from_an_earlier_result) {
  Variable a = leaf(2);
  Tape tape;
  Variable b = a * 3, c = exp(b);
  tape.backward(b);
  BOOST_TEST(a.grad().item() == 3);
  BOOST_TEST(c.defined());
}

BOOST_AUTO_TEST_CASE(backward_needs_a_leaf) {
  const std::string text =
      "tape.backward: the loss depends on no leaf recorded on this tape. Make the parameters with "
      "Variable(value, true), and compute the loss after the Tape is made.";
  Variable a = leaf(2), early = a * a;
  Tape tape;
  CHECK_ERROR(tape.backward(Variable(3.0f)), text);
  CHECK_ERROR(tape.backward(early), text);
  CHECK_ERROR(tape.backward(a.detach() * 2), text);
  tape.backward(a * early);  // the tape is still good
  BOOST_TEST(a.grad().item() == 4);
}

BOOST_AUTO_TEST_CASE(backward_needs_one_element) {
  Variable w(ones({50}), true);
  Tape tape;
  CHECK_ERROR(
      tape.backward(w * 2),
      "tape.backward: the loss has shape (50), not one element. Reduce it with sum() or mean(), or pass a seed.");
  CHECK_ERROR(tape.backward(w * 2, Tensor{1, 2}),
              "tape.backward: the seed has shape (2), the loss has shape (50); they must be equal.");
  tape.backward(sum(reshape(w, {50, 1, 1}), 0));  // (1, 1) is one element
  CHECK_SAME(w.grad(), ones({50}));
}

BOOST_AUTO_TEST_CASE(leaves_and_their_gradients) {
  Variable a(Tensor{1, 2}, true);
  BOOST_TEST(a.requires_grad());
  BOOST_TEST(!a.has_grad());
  CHECK_SAME(a.grad(), zeros({2}));
  Variable copy = a;  // the same leaf
  {
    Tape tape;
    tape.backward(sum(copy * 3));
  }
  BOOST_TEST(a.has_grad());
  CHECK_SAME(a.grad(), (Tensor{3, 3}));
  a.set_value(Tensor{5, 6});
  CHECK_SAME(copy.value(), (Tensor{5, 6}));
  copy.zero_grad();
  BOOST_TEST(!a.has_grad());
  CHECK_SAME(a.grad(), zeros({2}));
  Variable twin(a.value(), true);  // another leaf of the same value
  Tape tape;
  tape.backward(sum(twin));
  BOOST_TEST(!a.has_grad());
}

BOOST_AUTO_TEST_CASE(only_needed_rules_run) {
  int left = 0, right = 0, beside = 0;
  Variable a = leaf(2), b = leaf(3), constant(5.0f);
  Tape tape;
  Variable x = watched(a, left), y = watched(b, right), z = watched(a * 7, beside);
  Variable product = x * y * constant;
  tape.gradient(product, {a});
  BOOST_TEST(left == 1);
  BOOST_TEST(right == 0);
  BOOST_TEST(beside == 0);
  tape.gradient(product, {x});
  BOOST_TEST(left == 1);
  tape.backward(product);
  BOOST_TEST(left == 2);
  BOOST_TEST(right == 1);
  BOOST_TEST(beside == 0);
  BOOST_TEST(z.defined());
}

BOOST_AUTO_TEST_CASE(rules_of_constant_inputs_do_not_run) {
  int runs = 0;
  Variable a = leaf(2), constant(3.0f);
  Tape tape;
  Variable y = record("my_mul", a.value() * constant.value(),
                      {{a, reads::x1, [](auto& ctx) { return ctx.g * ctx.x(1); }},
                       {constant, reads::x0, [&runs](auto& ctx) {
                          ++runs;
                          return ctx.g * ctx.x(0);
                        }}});
  tape.backward(y);
  BOOST_TEST(runs == 0);
  BOOST_TEST(a.grad().item() == 3);
}

// --- What throws midway ---

BOOST_AUTO_TEST_CASE(a_rule_that_throws) {
  bool broken = true;
  Variable a = leaf(3), b = leaf(4);
  {
    Tape tape;
    Variable y = breakable(a, broken) * b;
    BOOST_CHECK_THROW(tape.backward(y, {.retain = true}), std::runtime_error);
    BOOST_TEST(!a.has_grad());  // b's was known already, and is not given either
    BOOST_TEST(!b.has_grad());
    BOOST_TEST(Tape::current() == &tape);
    BOOST_CHECK_THROW(tape.gradient(y, {a}, {.create_graph = true}), std::runtime_error);
    BOOST_TEST(Tape::current() == &tape);
    broken = false;
    tape.backward(y);
    BOOST_TEST(a.grad().item() == 4);
    BOOST_TEST(b.grad().item() == 3);
  }
  BOOST_TEST(Tape::current() == nullptr);
}

BOOST_AUTO_TEST_CASE(a_value_that_throws) {
  Variable a(Tensor{1, 2}, true), b(Tensor{1, 2, 3}, true);
  Tape tape;
  Variable y = square(a);
  BOOST_CHECK_THROW(y * b, Error);
  BOOST_CHECK_THROW(matmul(y, b), Error);
  BOOST_CHECK_THROW(
      record("mine", []() -> Tensor { throw Error("no value"); }, {{a, reads::x0, [](auto& ctx) { return ctx.g; }}}),
      Error);
  BOOST_TEST(tape.size() == 1);
  tape.backward(sum(y * 2));
  CHECK_SAME(a.grad(), (Tensor{4, 8}));
}

BOOST_AUTO_TEST_SUITE_END()
