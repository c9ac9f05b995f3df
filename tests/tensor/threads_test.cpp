// Threads: every stretch is done once, whoever calls and however many threads there are.
#include "tensor/threads.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "tests/support.h"

using namespace tests;

namespace {

// The number of threads for one test; the old one returns with its end.
struct Threads {
  explicit Threads(int n) : before(num_threads()) { set_num_threads(n); }
  ~Threads() { set_num_threads(before); }
  int before;
};

std::vector<int> visits(std::int64_t count, std::int64_t grain) {
  std::vector<std::atomic<int>> times(static_cast<std::size_t>(count));
  std::atomic<bool> right = true;
  parallel_for(count, grain, [&](std::int64_t begin, std::int64_t end) {
    if (begin % grain != 0 || (end != count && end - begin != grain)) right = false;
    for (std::int64_t i = begin; i < end; ++i) ++times[static_cast<std::size_t>(i)];
  });
  BOOST_TEST(right);
  return {times.begin(), times.end()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(threads_do_every_stretch_once) {
  for (int n : {1, 2, 5}) {
    const Threads threads(n);
    BOOST_TEST(num_threads() == n);
    for (std::int64_t count : {0, 1, 7, 8, 1000}) {
      for (std::int64_t grain : {1, 3, 8, 2000}) {
        BOOST_TEST(visits(count, grain) == std::vector<int>(static_cast<std::size_t>(count), 1));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(threads_leave_small_loops_to_the_caller) {
  const Threads threads(4);
  std::thread::id runner;
  parallel_for(100, 100, [&](std::int64_t, std::int64_t) { runner = std::this_thread::get_id(); });
  BOOST_TEST((runner == std::this_thread::get_id()));
  const Threads one(1);
  std::set<std::thread::id> runners;  // not guarded: there is one
  parallel_for(100, 1, [&](std::int64_t, std::int64_t) { runners.insert(std::this_thread::get_id()); });
  BOOST_TEST((runners == std::set{std::this_thread::get_id()}));
}

BOOST_AUTO_TEST_CASE(threads_of_loops_inside_loops_and_of_many_callers) {
  const Threads threads(3);
  std::atomic<int> total = 0;
  auto nested = [&] {
    for (int round = 0; round < 50; ++round) {
      parallel_for(10, 1, [&](std::int64_t, std::int64_t) {
        parallel_for(5, 1, [&](std::int64_t begin, std::int64_t end) { total += static_cast<int>(end - begin); });
      });
    }
  };
  std::thread a(nested), b(nested);
  nested();
  a.join();
  b.join();
  BOOST_TEST(total == 3 * 50 * 50);
}

BOOST_AUTO_TEST_CASE(threads_pass_on_the_first_exception) {
  for (int n : {1, 4}) {
    const Threads threads(n);
    CHECK_ERROR(parallel_for(1000, 1,
                             [](std::int64_t begin, std::int64_t) {
                               if (begin >= 20) fail("stopped");
                             }),
                "stopped");
    BOOST_TEST(visits(100, 1) == std::vector<int>(100, 1));  // and the pool works on
  }
}

// A child process has none of its parent's threads, and starts its own.
BOOST_AUTO_TEST_CASE(threads_after_fork) {
  if (TG_ADDRESS_SANITIZER) return;  // it does not follow into a fork of many threads
  const Threads threads(3);
  visits(100, 1);
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // a hang ends the child, and the test sees it
    set_num_threads(6);
    std::atomic<int> done = 0;
    for (int round = 0; round < 100; ++round) parallel_for(50, 1, [&](std::int64_t, std::int64_t) { ++done; });
    _exit(done == 5000 ? 0 : 1);
  }
  int status = -1;
  BOOST_TEST(waitpid(child, &status, 0) == child);
  BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(threads_refuse_a_wrong_number) {
  CHECK_ERROR(set_num_threads(0), "set_num_threads: n is 0; it must be from 1 to 1024");
  CHECK_ERROR(set_num_threads(-3), "set_num_threads: n is -3; it must be from 1 to 1024");
  CHECK_ERROR(set_num_threads(2000), "set_num_threads: n is 2000; it must be from 1 to 1024");
}

BOOST_AUTO_TEST_SUITE_END()
