// The same score, measured: time and memory, by five ops and by one lambda.
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <vector>

#include "autograd/autograd.h"

using namespace tg;

constexpr auto score = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };

// [run]
// What one spelling of the score took, a pair of query and key: nanoseconds in each run,
// and the floats that the result and the tape hold between forward and backward.
struct Spelling {
  std::vector<double> forward, both;
  double kept = 0;
};

template <class F>
void run(const F& f, const Tensor& q, const Tensor& k, const Variable& w,
         Spelling& spelling) {
  using Clock = std::chrono::steady_clock;
  const Tensor cotangent = ones(k.shape());
  const double pairs = static_cast<double>(k.numel());
  auto since = [&](Clock::time_point start) {
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count() / pairs;
  };
  const std::int64_t before = memory_in_use();
  const Clock::time_point start = Clock::now();
  Tape tape;
  Variable s = f(q, k, w);
  spelling.forward.push_back(since(start));
  spelling.kept = static_cast<double>(memory_in_use() - before) / sizeof(float) / pairs;
  tape.backward(s, cotangent);
  spelling.both.push_back(since(start));
}
// [/run]

double median(std::vector<double> x) {
  std::nth_element(x.begin(), x.begin() + std::ssize(x) / 2, x.end());
  return x[x.size() / 2];
}

int main() {
  set_num_threads(1);
  // [compare]
  auto by_ops = [](auto q, auto k, auto w) { return score(q, k, w); };
  auto by_lambda = [](auto q, auto k, auto w) { return elementwise(score, q, k, w); };
  for (std::int64_t n : {128, 4096}) {
    const Tensor q = rand({n, 1}), k = rand({n, n - 1});
    const Variable w(Tensor{2}, true);
    Spelling ops, lambda, first;
    // Takes memory from the system, which the later runs find in the pool.
    run(by_ops, q, k, w, first);
    for (int i = 0; i < (n < 1000 ? 501 : 9); ++i) {
      run(by_ops, q, k, w, ops);
      run(by_lambda, q, k, w, lambda);
    }
    // [/compare]
    auto line = [](const char* what, double a, double b) {
      std::cout << what << std::setw(9) << a << std::setw(12) << b;
    };
    std::cout << std::fixed << std::setprecision(2) << n << " queries, " << n - 1
              << " keys each   five ops  one lambda\n";
    line("floats kept a pair        ", ops.kept, lambda.kept);
    line("\nns a pair, forward        ", median(ops.forward), median(lambda.forward));
    line("  (measured)\nns a pair, with backward  ", median(ops.both), median(lambda.both));
    std::cout << "  (measured)\n\n";
  }
}
