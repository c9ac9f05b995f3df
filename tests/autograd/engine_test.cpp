// The laws of the tape.
#include <array>
#include <memory>
#include <optional>
#include <type_traits>

#include "tests/support.h"

using namespace tests;

namespace {

const char* const swept_text =
    "tape.backward: this tape has been swept and its values released. Pass {.retain = true} to the first sweep.";

Variable leaf(float value) { return Variable(value, true); }

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

// --- Backward ---

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
                      {{a, reads::x1, [](auto& ctx) { return ctx.g * ctx.x(1); }}, {constant, reads::x0, [&runs](auto& ctx) {
                                                                                ++runs;
                                                                                return ctx.g * ctx.x(0);
                                                                              }}});
  tape.backward(y);
  BOOST_TEST(runs == 0);
  BOOST_TEST(a.grad().item() == 3);
}

// --- Gradient ---

BOOST_AUTO_TEST_CASE(gradient_changes_nothing) {
  Variable a = leaf(3), b = leaf(4);
  Tape tape;
  Variable y = a * a * b;
  for (int i = 0; i < 3; ++i) {
    const auto g = tape.gradient(y, {b, a});
    BOOST_TEST(g[0].item() == 9);
    BOOST_TEST(g[1].item() == 24);
    BOOST_TEST(!g[0].requires_grad());
  }
  BOOST_TEST(!a.has_grad());
  BOOST_TEST(!b.has_grad());
  tape.backward(y);
  BOOST_TEST(a.grad().item() == 24);
}

BOOST_AUTO_TEST_CASE(gradient_towards_intermediate_results) {
  Variable a(Tensor{1, 2}, true);
  Tape tape;
  Variable b = a * 3, c = square(b), y = sum(c) + sum(b);
  const auto g = tape.gradient(y, {b, c, y, a, b});
  CHECK_SAME(g[0].value(), (Tensor{7, 13}));
  CHECK_SAME(g[1].value(), (Tensor{1, 1}));
  BOOST_TEST(g[2].item() == 1);
  CHECK_SAME(g[3].value(), (Tensor{21, 39}));
  CHECK_SAME(g[4].value(), g[0].value());
}

BOOST_AUTO_TEST_CASE(gradient_towards_what_y_does_not_depend_on) {
  Variable a = leaf(3), other(Tensor{1, 2, 3}, true);
  Tape tape;
  Variable before = other * 2, y = a * a, after = exp(y);
  const auto g = tape.gradient(y, {other, a, before, after});
  CHECK_SAME(g[0].value(), zeros({3}));
  BOOST_TEST(g[1].item() == 6);
  CHECK_SAME(g[2].value(), zeros({3}));
  BOOST_TEST(g[3].item() == 0);
  BOOST_TEST(tape.gradient(y, {}).empty());
}

// A constant has no gradient: backward and gradient say so, and gradient says how a gradient comes to be one.
template <class V>
void check_gradient_of_a_constant() {
  using T = typename V::value_type;
  const std::string text =
      "tape.gradient: y depends on no leaf recorded on this tape. Make the parameters with Variable(value, true), and "
      "compute y after the Tape is made. If y is a gradient itself, either {.create_graph = true} is missing where it "
      "was computed (pass it there, and differentiate twice on the one tape that recorded the function), or the "
      "function is linear, so that its derivative is a constant and the second one 0.";
  const V x(BasicTensor<T>{3}, true), before = x * 2;
  BasicTape<T> tape;
  const V cube = x * x * x, line = 5 * x - 1, other = x.detach() * 2;
  const std::vector<V> none;
  for (const V& y :
       {V(T(5)), V(BasicTensor<T>{3}), before, cube.detach(), other, tape.gradient(cube, {x})[0],
        tape.gradient(line, {x}, {.create_graph = true})[0], tape.gradient(line, {cube}, {.create_graph = true})[0]}) {
    BOOST_TEST(!y.requires_grad());
    CHECK_ERROR(tape.gradient(y, {x}), text);
    CHECK_ERROR(tape.gradient(y, {x}, {.create_graph = true}), text);
    CHECK_ERROR(tape.gradient(y, ones<T>(y.shape()), {x}), text);
    CHECK_ERROR(tape.gradient(y, none), text);
    CHECK_ERROR_BEGINS(tape.backward(y), "tape.backward: the loss depends on no leaf recorded on this tape.");
  }
  CHECK_ERROR(tape.gradient(zeros<T>({0}), ones<T>({0}), {x}), text);
  CHECK_ERROR(
      tape.gradient(zeros<T>({2}), {x}),  // what was wrong before is said first
      "tape.gradient: the loss has shape (2), not one element. Reduce it with sum() or mean(), or pass a seed.");
  V dy;
  {
    BasicTape<T> inner;
    dy = inner.gradient(x * x, {x})[0];  // recorded neither here nor there
  }
  CHECK_ERROR(tape.gradient(dy, {x}), text);
  const V slope = tape.gradient(cube, {x}, {.create_graph = true})[0];
  BOOST_TEST(tape.gradient(slope, {x})[0].item() == 18);  // and the tape is as it was
  tape.backward(cube);
  BOOST_TEST(x.grad().item() == 27);
}

BOOST_AUTO_TEST_CASE(gradient_of_a_constant) {
  check_gradient_of_a_constant<Variable>();
  check_gradient_of_a_constant<Variable64>();
}

BOOST_AUTO_TEST_CASE(gradient_of_a_leaf) {
  Variable a = leaf(3), b = leaf(4);
  Tape tape;
  const auto g = tape.gradient(a, {a, b});
  BOOST_TEST(g[0].item() == 1);
  BOOST_TEST(g[1].item() == 0);
}

BOOST_AUTO_TEST_CASE(gradient_with_a_seed) {
  Variable a(Tensor{1, 2}, true);
  Tape tape;
  Variable y = square(a);
  CHECK_SAME(tape.gradient(y, Tensor{1, 10}, {a})[0].value(), (Tensor{2, 40}));
}

BOOST_AUTO_TEST_CASE(gradient_towards_a_constant) {
  Variable a = leaf(3), constant(Tensor{1, 2});
  Tape tape;
  Variable y = sum(a * constant);
  CHECK_ERROR(
      tape.gradient(y, {a, constant}),
      "tape.gradient: x 1, of shape (2), is a constant; make it Variable(value, true), or compute it from one after "
      "the Tape is made.");
}

// --- Gradients of gradients ---

BOOST_AUTO_TEST_CASE(create_graph) {
  Variable a = leaf(2);
  Tape tape;
  Variable y = a * a * a * a;
  Variable first = tape.gradient(y, {a}, {.create_graph = true})[0];
  BOOST_TEST(first.requires_grad());
  Variable second = tape.gradient(first, {a}, {.create_graph = true})[0];
  Variable third = tape.gradient(second, {a}, {.create_graph = true})[0];
  Variable fourth = tape.gradient(third, {a}, {.create_graph = true})[0];
  BOOST_TEST(first.item() == 4 * 8);
  BOOST_TEST(second.item() == 12 * 4);
  BOOST_TEST(third.item() == 24 * 2);
  BOOST_TEST(fourth.item() == 24);
  CHECK_ERROR_BEGINS(tape.gradient(fourth, {a}), "tape.gradient: y depends on no leaf recorded on this tape.");
}

BOOST_AUTO_TEST_CASE(backward_through_a_gradient) {
  Variable w(Tensor{1, 2}, true), x(Tensor{3, 5}, true);
  Tape tape;
  Variable y = sum(square(w) * x);
  Variable slope = tape.gradient(y, {x}, {.create_graph = true})[0];  // w^2
  Variable penalty = y + sum(square(slope));                          // + w^4
  tape.backward(penalty);
  CHECK_SAME(w.grad(), (Tensor{6 + 4, 20 + 32}));
  CHECK_SAME(x.grad(), (Tensor{1, 4}));
}

BOOST_AUTO_TEST_CASE(gradient_of_a_gradient_towards_intermediates) {
  Variable a = leaf(2);
  Tape tape;
  Variable b = a * a, y = b * b * b;
  Variable g = tape.gradient(y, {b}, {.create_graph = true})[0];  // 3 b^2
  BOOST_TEST(tape.gradient(g, {b})[0].item() == 6 * 4);
  BOOST_TEST(tape.gradient(g, {a})[0].item() == 12 * 8);
}

// The sweep reads the values that were recorded, even if the leaf has been given another since.
BOOST_AUTO_TEST_CASE(a_step_between_forward_and_backward) {
  Variable w = leaf(3);
  Tape tape;
  Variable y = w * w;
  w.set_value(full({}, 100));
  BOOST_TEST(tape.gradient(y, {w})[0].item() == 6);
  Variable g = tape.gradient(y, {w}, {.create_graph = true})[0];
  BOOST_TEST(g.item() == 6);
  BOOST_TEST(tape.gradient(g, {w})[0].item() == 2);
  tape.backward(y);
  BOOST_TEST(w.grad().item() == 6);
  BOOST_TEST(w.value().item() == 100);
}

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

// --- Ops of one's own ---

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
                      {{constant, reads::nothing, [](auto& ctx) { return ctx.g; }}, {a, reads::nothing, [&seen](auto& ctx) {
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

BOOST_AUTO_TEST_CASE(lambdas_are_differentiated_twice_and_refused_thrice) {
  Variable a(Tensor{1, 2}, true), b(Tensor{{3}, {4}}, true);
  Tape tape;
  Variable y = sum(elementwise([](auto x, auto z) { return x * x * x * z; }, a, b));
  const auto first = tape.gradient(y, {a, b}, {.create_graph = true});
  CHECK_SAME(first[0].value(), (Tensor{21, 84}));
  CHECK_SAME(first[1].value(), (Tensor{{9}, {9}}));
  const auto second = tape.gradient(sum(first[0]), {a, b}, {.create_graph = true});
  CHECK_SAME(second[0].value(), (Tensor{42, 84}));
  CHECK_SAME(second[1].value(), (Tensor{{15}, {15}}));
  CHECK_ERROR(tape.gradient(sum(second[0]), {a}),
              "elementwise: a third derivative of a lambda is not available. Write the function with ops (exp, square, "
              "...), whose "
              "derivatives have any order, or as an op of your own with record().");
}

// The rule of pow has a side that is not taken at 0; its derivatives must not come back as NaN.
BOOST_AUTO_TEST_CASE(powers_of_zero_have_every_derivative) {
  for (double exponent : {0.0, 1.0, 2.0, 3.0}) {
    const Variable64 x(Tensor64{0.0, 1.5}, true);
    Tape64 tape;
    Variable64 y = pow(x, exponent);
    double factor = 1;  // d/dx x^e = e x^(e-1), and so on
    for (int order = 1; order <= 5; ++order) {
      factor *= exponent - (order - 1);
      y = detail::gradient_or_zeros(tape, y, ones<double>(y.shape()), {x}, {.create_graph = true})[0];
      const double at_zero = order == static_cast<int>(exponent) ? factor : 0;
      BOOST_TEST(y.value()(0) == at_zero, "exponent " << exponent << ", order " << order << ": " << y.value());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
