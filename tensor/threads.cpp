// Threads: the pool, and how a loop is shared out.
#include "tensor/threads.h"

#include <pthread.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "tensor/error.h"

namespace tg {
namespace {

constexpr int max_threads = 1024;

// One loop while it runs. It lives on its caller's stack.
struct Loop {
  std::int64_t count, grain;
  const void* f;
  void (*call)(const void*, std::int64_t, std::int64_t);
  std::atomic<std::int64_t> next{0};  // where the first stretch that nobody has taken begins
  std::atomic<int> helpers{0};        // how many of the pool's threads are at it
  std::mutex mutex;                   // guards error
  std::exception_ptr error;

  void work() {
    try {
      for (std::int64_t begin; (begin = next.fetch_add(grain, std::memory_order_relaxed)) < count;) {
        call(f, begin, std::min(count, begin + grain));
      }
    } catch (...) {
      next = count;
      std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
    }
  }
};

// Waits a little for something that is about to happen. Sleeping and being woken costs more than most loops.
template <class Condition> bool spin_until(const Condition& condition) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::microseconds(50);
  do {
    for (int i = 0; i < 64; ++i) {
      if (condition()) return true;
    }
  } while (std::chrono::steady_clock::now() < give_up);
  return false;
}

class Pool {
 public:
  // Runs the loop on this thread and up to `helpers` of the pool's. Returns false, having done nothing, if the pool is
  // at work for another caller.
  bool run(Loop& loop, int helpers) {
    std::unique_lock caller(callers_, std::try_to_lock);
    if (!caller) return false;
    start_threads(helpers);
    {
      std::lock_guard lock(mutex_);
      loop_ = &loop;
      places_ = helpers;
      loops_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    loop.work();
    {
      std::lock_guard lock(mutex_);
      loop_ = nullptr;  // a thread that wakes only now passes the loop by
    }
    auto done = [&loop] { return loop.helpers.load(std::memory_order_acquire) == 0; };
    if (!spin_until(done)) {
      std::unique_lock lock(mutex_);
      done_.wait(lock, done);
    }
    return true;
  }

 private:
  void start_threads(int count) {
    for (; threads_ < count; ++threads_) {
      try {
        std::thread([this] { serve(); }).detach();
      } catch (const std::exception&) {
        return;  // the system gives no more threads: the caller works with those there are
      }
    }
  }

  [[noreturn]] void serve();

  std::mutex callers_;  // held while a loop runs
  int threads_ = 0;     // guarded by callers_
  std::mutex mutex_;    // guards loop_ and places_
  std::condition_variable wake_, done_;
  Loop* loop_ = nullptr;
  int places_ = 0;  // how many more threads may join the loop
  std::atomic<unsigned> loops_{0};
};

thread_local bool inside_loop = false;

void Pool::serve() {
  inside_loop = true;
  for (unsigned seen = 0;;) {
    spin_until([&] { return loops_.load(std::memory_order_acquire) != seen; });
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return loops_.load(std::memory_order_relaxed) != seen; });
    seen = loops_.load(std::memory_order_relaxed);
    if (!loop_ || places_ == 0) continue;
    --places_;
    Loop& loop = *loop_;
    loop.helpers.fetch_add(1, std::memory_order_relaxed);
    lock.unlock();
    loop.work();
    lock.lock();  // so that the caller, which then frees the loop, is not between its check and its sleep
    if (loop.helpers.fetch_sub(1, std::memory_order_release) == 1) done_.notify_one();
  }
}

// Never destroyed: its threads may still wait for work while the program ends. A process made by fork() has none of
// them, and begins with a pool of its own.
Pool& pool() {
  static Pool* pool = nullptr;
  [[maybe_unused]] static const bool once = [] {
    pool = new Pool;
    pthread_atfork(nullptr, nullptr, [] { pool = new Pool; });
    return true;
  }();
  return *pool;
}

std::atomic<int>& thread_count() {
  static std::atomic<int> count{std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, max_threads)};
  return count;
}

}  // namespace

void set_num_threads(int n) {
  if (n < 1 || n > max_threads) fail("set_num_threads: n is ", n, "; it must be from 1 to ", max_threads);
  thread_count() = n;
}

int num_threads() { return thread_count(); }

void detail::run_stretches(std::int64_t count, std::int64_t grain, const void* f,
                           void (*call)(const void*, std::int64_t, std::int64_t)) {
  grain = std::max<std::int64_t>(grain, 1);
  const std::int64_t stretches = count / grain + (count % grain != 0);
  const int helpers = static_cast<int>(std::min<std::int64_t>(stretches, num_threads())) - 1;
  if (helpers > 0 && !inside_loop) {
    Loop loop{.count = count, .grain = grain, .f = f, .call = call, .mutex = {}, .error = nullptr};
    inside_loop = true;
    const bool done = pool().run(loop, helpers);
    inside_loop = false;
    if (loop.error) std::rethrow_exception(loop.error);
    if (done) return;
  }
  for (std::int64_t begin = 0; begin < count; begin += grain) call(f, begin, std::min(count, begin + grain));
}

// The processor's switch. These are no inline functions, so that no compiler moves arithmetic across.
namespace detail {

#if defined(__SSE__)

void FlushSubnormals::begin() {
  before_ = _mm_getcsr();
  if ((before_ & _MM_FLUSH_ZERO_MASK) != 0) return;  // as a loop inside a loop finds it
  _mm_setcsr(before_ | _MM_FLUSH_ZERO_ON);
  changed_ = true;
}

void FlushSubnormals::end() { _mm_setcsr(before_); }

#else

void FlushSubnormals::begin() {}
void FlushSubnormals::end() {}

#endif

}  // namespace detail

}  // namespace tg
