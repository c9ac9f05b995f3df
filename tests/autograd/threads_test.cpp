// Threads: a tape each, the same leaves for reading.
#include <atomic>
#include <thread>

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
