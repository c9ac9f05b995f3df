// Threads: a tape each, the same leaves for reading.
#include <atomic>
#include <deque>
#include <optional>
#include <thread>

#include "nn/attention/attention.h"
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(threads_with_a_tape_each) {
  const std::int64_t start = memory_in_use();
  {
    const Variable shared(numbers<float>({50, 30}), true);  // read by all, swept into by none
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int t = 1; t <= 4; ++t) {
      threads.emplace_back([t, &shared, &wrong] {
        Variable own(full({30}, static_cast<float>(t)), true);
        for (int step = 0; step < 50; ++step) {
          wrong += Tape::current() != nullptr;
          Tape tape;
          const Variable y = sum(square(shared * own));
          const auto g = tape.gradient(y, {shared, own});
          wrong += !allclose(g[0], 2 * shared.value() * static_cast<float>(t * t));
          tape.backward(sum(own * 2));
          wrong += own.grad()(7) != static_cast<float>(2 * (step + 1));
        }
      });
    }
    Tape here;
    const Variable z = shared * 2;
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(wrong == 0);
    BOOST_TEST(here.size() == 1);
    BOOST_TEST(!shared.has_grad());
    BOOST_TEST(Tape::current() == &here);
  }
  BOOST_TEST(memory_in_use() == start);
}

BOOST_AUTO_TEST_CASE(another_threads_results) {
  Variable a(3.0f, true), from_thread;
  Tape tape;
  std::thread([&] {
    BOOST_TEST(Tape::current() == nullptr);
    Tape own;
    from_thread = a * 2;
  }).join();
  BOOST_TEST(tape.size() == 0);
  BOOST_TEST(from_thread.item() == 6);
  CHECK_ERROR(from_thread + 1, other_tape_text("add: input 0"));
}

// A result of a tape that is open on another thread is not plain data, whichever op takes it.
template <class T>
void check_results_of_an_open_tape() {
  using V = BasicVariable<T>;
  const V w(BasicTensor<T>{3}, true);
  const auto score = [](auto q, auto k, auto s) { return -square((q - k) * s) / 2; };
  const auto on_a_thread = [](const auto& work) { std::thread(work).join(); };
  V ended, moved;
  {
    BasicTape<T> tape;
    const V h = w * w;
    on_a_thread([&] {
      const auto text = [](const char* op_and_input) {
        return std::string(op_and_input) +
               " was recorded on a tape that is open on another thread; no gradient would flow back from here. Compute "
               "on the tape's own thread, or pass x.detach() to use its value as a constant.";
      };
      CHECK_ERROR(h * w, text("mul: input 0"));
      CHECK_ERROR(w * h, text("mul: input 1"));
      CHECK_ERROR(exp(h), text("exp: input 0"));
      CHECK_ERROR(elementwise([](auto x, auto y) { return x * y; }, w, h), text("elementwise: input 1"));
      CHECK_ERROR(cat({w, h}), text("cat: input 1"));
      CHECK_ERROR(attention_pooling(score, w, w, w, h), text("attention_pooling: input 3"));
      CHECK_ERROR(attention_pooling(score, h, w, w, w), text("attention_pooling: input 0"));
      CHECK_ERROR(attention_weights(score, w, w, h), text("reshape: input 0"));
      CHECK_ERROR_BEGINS(vjp([](const V& x) { return x * x; }, h), "vjp: x was recorded on another tape");
      BOOST_TEST((h.detach() * w).item() == 27);
      BOOST_TEST((h.value() * w.value()).item() == 27);
      BOOST_TEST(argmax(h).item() == 0);
      BasicTape<T> own;
      CHECK_ERROR(h * w, other_tape_text("mul: input 0"));
      BOOST_TEST(own.gradient(w * w, {w})[0].item() == 6);
    });
    {
      BasicTape<T> inner;
      ended = w * w;
    }
    on_a_thread(
        [&] { BOOST_TEST((ended * w).item() == 27); });     // its tape has ended: plain data, though another is open
    on_a_thread([&] { BOOST_TEST((w * w).item() == 9); });  // leaves are read by all
    // A rule that has captured a result computes with it outside any tape, but on the tape's own thread.
    const V y =
        record("captures", h.value() * w.value(), {{w, reads::nothing, [h](auto& ctx) { return ctx.g * (h * 1); }}});
    BOOST_TEST(tape.gradient(y, {w})[0].item() == 9);
    tape.backward(sum(h));
    on_a_thread([&] { CHECK_ERROR_BEGINS(h * w, "mul: input 0 was recorded on a tape that is open"); });
    moved = h;
  }
  BOOST_TEST((moved * w).item() == 27);
  on_a_thread([&] { BOOST_TEST((moved * w).item() == 27); });
}

BOOST_AUTO_TEST_CASE(results_of_another_threads_open_tape) {
  check_results_of_an_open_tape<float>();
  check_results_of_an_open_tape<double>();
}

// It is told apart among any number of tapes, one after the other and at once; those beyond 256 open ones are not
// known.
BOOST_AUTO_TEST_CASE(results_of_many_tapes) {
  const Variable w(Tensor{3}, true);
  const auto refused = [](const Variable& h) {
    bool threw = false;
    std::thread([&] {
      try {
        h + 1;
      } catch (const Error&) {
        threw = true;
      }
    }).join();
    return threw;
  };
  Tape outer;
  const Variable first = w * 2;
  for (int i = 0; i < 1000; ++i) Tape passing;
  BOOST_TEST(refused(first));
  std::deque<std::optional<Tape>> open(300);
  std::vector<Variable> results;
  for (auto& tape : open) {
    tape.emplace();
    results.push_back(w * 2);
  }
  int known = 0;
  for (const Variable& h : results) known += refused(h);
  BOOST_TEST(known == 255);  // and outer
  while (!open.empty()) open.pop_back();
  for (const Variable& h : results) BOOST_TEST(!refused(h));
  BOOST_TEST(refused(first));
}

// Leaves swept into one after the other, in an order that the caller keeps.
BOOST_AUTO_TEST_CASE(ordered_sweeps_of_one_leaf) {
  Variable w(zeros({100}), true);
  for (int t = 0; t < 3; ++t) {
    std::thread([&w] {
      Tape tape;
      tape.backward(sum(w * 2));
    }).join();
  }
  CHECK_SAME(w.grad(), full({100}, 6));
}

// One generator serves all threads: every number is drawn once.
BOOST_AUTO_TEST_CASE(one_generator_for_all_threads) {
  manual_seed(1);
  const Tensor all = sort(rand({4000})).values;
  manual_seed(1);
  std::vector<Tensor> parts(4);
  std::vector<std::thread> threads;
  for (Tensor& part : parts) threads.emplace_back([&part] { part = rand({1000}); });
  for (std::thread& thread : threads) thread.join();
  CHECK_SAME(sort(cat(parts)).values, all);
}

BOOST_AUTO_TEST_CASE(tensors_travel_between_threads) {
  const std::int64_t start = memory_in_use();
  std::vector<Tensor> made(8);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([t, &made] {
      for (int i = 0; i < 200; ++i) made[static_cast<std::size_t>(t)] = full({1 + i * 37}, static_cast<float>(t)) + 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int t = 0; t < 8; ++t) BOOST_TEST(made[static_cast<std::size_t>(t)](-1) == static_cast<float>(t + 1));
  made.clear();
  BOOST_TEST(memory_in_use() == start);
}

BOOST_AUTO_TEST_SUITE_END()
