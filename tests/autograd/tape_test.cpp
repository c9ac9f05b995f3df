// A tape: its scope, what it records and keeps, tapes inside each other, and what no sweep changes.
#include <optional>
#include <type_traits>

#include "tests/support.h"

using namespace tests;

// A tape is a scope: it cannot be copied, moved or put on the heap.
static_assert(!std::is_copy_constructible_v<Tape> && !std::is_copy_assignable_v<Tape>);
static_assert(!std::is_move_constructible_v<Tape> && !std::is_move_assignable_v<Tape>);
template <class T>
concept HeapAllocatable = requires {
  new T;
};
static_assert(!HeapAllocatable<Tape> && !HeapAllocatable<Tape64> && HeapAllocatable<Variable>);
static_assert(std::is_nothrow_move_constructible_v<Tensor> && std::is_nothrow_move_constructible_v<Variable>);

BOOST_AUTO_TEST_SUITE(autograd)

// --- Long tapes ---

BOOST_AUTO_TEST_CASE(a_tape_of_a_million_entries) {
  const std::int64_t start = memory_in_use();
  {
    Variable a = leaf(1);
    Tape tape;
    Variable x = a;
    for (int i = 0; i < 1'000'000; ++i) x = x + 1;
    BOOST_TEST(tape.size() == 1'000'000);
    tape.backward(x);
    BOOST_TEST(a.grad().item() == 1);
  }
  {
    Variable a = leaf(1);
    Tape tape;  // destroyed unswept
    Variable x = a;
    for (int i = 0; i < 300'000; ++i) x = x * 1;
    BOOST_TEST(tape.gradient(x, {a})[0].item() == 1);
  }
  BOOST_TEST(memory_in_use() == start);
}

// --- What is recorded ---

BOOST_AUTO_TEST_CASE(predictions_outside_a_tape) {
  Variable w(ones({1000}), true);
  const std::int64_t start = memory_in_use();
  for (int i = 0; i < 100; ++i) {
    const Variable y = sum(exp(w * 2));
    BOOST_TEST(!y.requires_grad());
  }
  BOOST_TEST(memory_in_use() == start);
  BOOST_TEST(Tape::current() == nullptr);
}

BOOST_AUTO_TEST_CASE(constants_within_a_tape) {
  Variable constant(Tensor{1, 2}), w(Tensor{3, 4}, true);
  Tape tape;
  const std::int64_t start = memory_in_use();
  Variable y = exp(constant * 2) + constant;
  y = sum(y * w.detach());
  BOOST_TEST(tape.size() == 0);
  BOOST_TEST(!y.requires_grad());
  y = {};
  BOOST_TEST(memory_in_use() == start);
  Variable z = w * constant + 1;
  BOOST_TEST(tape.size() == 2);
  BOOST_TEST(z.requires_grad());
}

BOOST_AUTO_TEST_CASE(sweeps_record_nothing_unless_told) {
  Variable a = leaf(2);
  Tape tape;
  Variable y = exp(a) * a;
  const std::int64_t size = tape.size();
  tape.gradient(y, {a});
  BOOST_TEST(tape.size() == size);
  tape.gradient(y, {a}, {.create_graph = true});
  BOOST_TEST(tape.size() > size);
  tape.backward(y);
  BOOST_TEST(Tape::current() == &tape);
}

// An entry keeps what its rules have declared that they read, and no more.
BOOST_AUTO_TEST_CASE(a_tape_keeps_only_what_rules_read) {
  const std::int64_t n = 100'000, bytes = 400'000;
  Variable a(ones({n}), true);
  Tape tape;
  const std::int64_t start = memory_in_use();
  Variable y = a;
  for (int i = 0; i < 10; ++i) y = y + 1;  // addition reads nothing
  BOOST_TEST(memory_in_use() - start < 2 * bytes);
  for (int i = 0; i < 10; ++i) y = exp(y - 3);  // exp reads its output
  BOOST_TEST(memory_in_use() - start > 10 * bytes);
  y = sum(y);
  tape.backward(y);
  BOOST_TEST(memory_in_use() - start < 2 * bytes + bytes / 2);  // only the leaf's gradient is left
}

// --- Nested tapes ---

BOOST_AUTO_TEST_CASE(nested_tapes) {
  Variable a = leaf(3);
  Tape outer;
  Variable b = a * a;
  {
    Tape inner;
    BOOST_TEST(Tape::current() == &inner);
    Variable c = a * 5;  // a leaf belongs to no tape
    BOOST_TEST(inner.size() == 1);
    BOOST_TEST(outer.size() == 1);
    CHECK_ERROR(b * 2, other_tape_text("mul: input 0"));
    CHECK_ERROR(c + b, other_tape_text("add: input 1"));
    BOOST_TEST(inner.size() == 1);
    Variable d = c * b.detach();
    inner.backward(d);
    BOOST_TEST(a.grad().item() == 45);
    CHECK_ERROR(inner.backward(b), swept_text);
  }
  BOOST_TEST(Tape::current() == &outer);
  Variable e = b * 2;
  outer.backward(e);
  BOOST_TEST(a.grad().item() == 45 + 12);
}

// A sweep of the outer tape works while an inner one is open, and records on its own.
BOOST_AUTO_TEST_CASE(sweeping_the_outer_tape) {
  Variable a = leaf(3);
  Tape outer;
  Variable y = a * a * a;
  Tape inner;
  Variable g = outer.gradient(y, {a}, {.create_graph = true})[0];
  BOOST_TEST(inner.size() == 0);
  BOOST_TEST(Tape::current() == &inner);
  BOOST_TEST(outer.gradient(g, {a})[0].item() == 18);
  CHECK_ERROR(inner.gradient(y, {a}), "tape.gradient: the loss was recorded on another tape; sweep that one.");
  Variable z = a * 2;
  CHECK_ERROR(inner.gradient(z, {y}), "tape.gradient: x 0 was recorded on another tape; ask that one.");
}

BOOST_AUTO_TEST_CASE(variables_of_a_dead_tape) {
  Variable a = leaf(3), gone;
  {
    Tape tape;
    gone = a * 2;
  }
  BOOST_TEST(gone.item() == 6);
  BOOST_TEST((gone + 1).item() == 7);  // outside all tapes: plain data
  BOOST_TEST(!(gone + 1).requires_grad());
  Tape tape;
  CHECK_ERROR(exp(gone), other_tape_text("exp: input 0"));
  CHECK_ERROR(tape.backward(gone), "tape.backward: the loss was recorded on another tape; sweep that one.");
  tape.backward(a * gone.detach());
  BOOST_TEST(a.grad().item() == 6);
}

BOOST_AUTO_TEST_CASE(recording_on_a_swept_tape) {
  Variable a = leaf(3);
  Tape tape;
  tape.backward(a * a);
  CHECK_ERROR(
      a + 1,
      "add: this tape has been swept and its values released, so nothing more can be recorded on it. Open a new "
      "Tape for each step, or pass {.retain = true} to the sweep. To look at a number use x.value(); to change a leaf "
      "use set_value.");
  BOOST_TEST((a.detach() + 1).item() == 4);  // records nothing
  Tape inner;
  inner.backward(a * 2);
  BOOST_TEST(a.grad().item() == 8);
}

BOOST_AUTO_TEST_CASE(recording_after_a_sweep_with_retain) {
  Variable a = leaf(3);
  Tape tape;
  Variable y = a * a;
  tape.backward(y, {.retain = true});
  Variable z = y * a;
  tape.backward(z);
  BOOST_TEST(a.grad().item() == 6 + 27);
}

BOOST_AUTO_TEST_CASE(optional_tapes_that_end_out_of_turn) {
  Variable a = leaf(3);
  std::optional<Tape> first, second, third;
  first.emplace();
  second.emplace();
  third.emplace();
  second.reset();  // from the middle
  BOOST_TEST(Tape::current() == &*third);
  third->backward(a * 2);
  third.reset();
  BOOST_TEST(Tape::current() == &*first);
  Variable y = a * 5;
  second.emplace();
  first.reset();
  BOOST_TEST(Tape::current() == &*second);
  second.reset();
  BOOST_TEST(Tape::current() == nullptr);
  BOOST_TEST(a.grad().item() == 2);
  BOOST_TEST(y.item() == 15);
}

BOOST_AUTO_TEST_CASE(float_and_double_tapes_at_once) {
  Variable a = leaf(3);
  Variable64 b(4.0, true);
  Tape tape;
  Tape64 tape64;
  Variable x = a * a;
  Variable64 y = b * b;
  BOOST_TEST(tape.size() == 1);
  BOOST_TEST(tape64.size() == 1);
  tape64.backward(y);
  tape.backward(x);
  BOOST_TEST(a.grad().item() == 6);
  BOOST_TEST(b.grad().item() == 8);
}

// --- Tensors taken from Variables never change ---

BOOST_AUTO_TEST_CASE(taken_values_and_gradients_never_change) {
  Variable w(Tensor{1, 2}, true);
  auto sweep = [&w](float factor) {
    Tape tape;
    tape.backward(sum(w * factor));
  };
  sweep(3);
  const Tensor value = w.value(), grad = w.grad();
  w.set_value(w.value() - 0.5 * w.grad());
  sweep(4);
  sweep(5);
  CHECK_SAME(value, (Tensor{1, 2}));
  CHECK_SAME(grad, (Tensor{3, 3}));
  CHECK_SAME(w.value(), (Tensor{-0.5, 0.5}));
  CHECK_SAME(w.grad(), (Tensor{12, 12}));
  w.zero_grad();
  CHECK_SAME(grad, (Tensor{3, 3}));
  const Tensor before_any = w.grad();
  sweep(7);
  CHECK_SAME(before_any, zeros({2}));
}

// Nor do tensors that reach a sweep from outside: the seed, a constant, another leaf's gradient.
BOOST_AUTO_TEST_CASE(gradients_share_no_buffer_that_anybody_sees) {
  Variable a(Tensor{1, 2}, true), b(Tensor{3, 4}, true);
  const Tensor seed{1, 1};
  for (int i = 0; i < 3; ++i) {
    Tape tape;
    tape.backward(a + b, seed);  // both rules hand the seed on
  }
  CHECK_SAME(a.grad(), (Tensor{3, 3}));
  CHECK_SAME(b.grad(), (Tensor{3, 3}));
  CHECK_SAME(seed, (Tensor{1, 1}));
  const Tensor kept = a.grad();
  Tape tape;
  tape.backward(a, seed, {.retain = true});
  const auto g = tape.gradient(a + a, seed, {a});
  tape.backward(a + a + b, seed);
  CHECK_SAME(g[0].value(), (Tensor{2, 2}));
  CHECK_SAME(kept, (Tensor{3, 3}));
  CHECK_SAME(a.grad(), (Tensor{6, 6}));
  CHECK_SAME(b.grad(), (Tensor{4, 4}));
}

BOOST_AUTO_TEST_SUITE_END()
