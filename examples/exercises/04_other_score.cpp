// Exercise 3 of docs/04-fused-elementwise.md: the traffic of the score
// -log(1 + square((q - k) w)), counted and timed.
//
// Answer, with q a column, k a full table, and w alone learned, in floats a pair. Forward,
// six ops read and write one each: 12. Backward: the negation moves 2; log's rule g / x
// reads two and writes one, 3; the addition hands its cotangent on and moves nothing;
// square's 2 g x moves 3; the product's sum reads two and writes none, 2: 10. So 22 by ops.
// One lambda moves 4, as for every score of these three inputs. The ratio of 5.5 is what
// memory alone would allow; the logarithm costs arithmetic in both spellings, so the times
// lie closer together.
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>

#include "autograd/autograd.h"
#include "examples/program.h"

using namespace tg;
using namespace tg::examples;

namespace {

constexpr auto score = [](auto q, auto k, auto w) { return -log(1 + square((q - k) * w)); };

// Nanoseconds a pair, forward and backward.
template <class F>
double time_of(const F& f, const Tensor& q, const Tensor& k, Variable w) {
  const Tensor cotangent = ones(k.shape());
  w.zero_grad();
  const auto start = std::chrono::steady_clock::now();
  Tape tape;
  tape.backward(f(q, k, w), cotangent);
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start)
             .count() /
         static_cast<double>(k.numel());
}

double median(std::vector<double> x) {
  std::nth_element(x.begin(), x.begin() + std::ssize(x) / 2, x.end());
  return x[x.size() / 2];
}

void answer(const Arguments& arguments) {
  set_num_threads(1);
  const std::int64_t n = arguments["n"];
  const Tensor q = rand({n, 1}), k = rand({n, n - 1});
  const Variable w(Tensor{2}, true);
  auto by_ops = [](auto a, auto b, auto c) { return score(a, b, c); };
  auto by_lambda = [](auto a, auto b, auto c) { return elementwise(score, a, b, c); };

  time_of(by_ops, q, k, w);  // takes memory from the system
  const Tensor gradient_by_ops = w.grad();
  time_of(by_lambda, q, k, w);
  std::cout << "the gradients "
            << (allclose(w.grad(), gradient_by_ops, 1e-4) ? "agree" : "DIFFER") << '\n';

  // what each pass reads, and what it writes
  const int forward = 6 * (1 + 1), backward = (1 + 1) + (2 + 1) + 0 + (2 + 1) + (2 + 0),
            lambda = (1 + 1) + (2 + 0);
  std::cout << "floats a pair: six ops " << forward + backward << ", one lambda " << lambda
            << ", ratio " << static_cast<double>(forward + backward) / lambda << '\n';

  std::vector<double> ops_times, lambda_times;
  Progress progress("timing", arguments["runs"]);
  for (std::int64_t i = 0; i < arguments["runs"]; ++i, progress.step()) {
    ops_times.push_back(time_of(by_ops, q, k, w));
    lambda_times.push_back(time_of(by_lambda, q, k, w));
  }
  const double a = median(ops_times), b = median(lambda_times);
  std::cout << std::setprecision(3) << "ns a pair:     six ops " << a << ", one lambda "
            << b << ", ratio " << a / b << "  (measured)\n";
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(argc, argv,
                     "The traffic and the time of another score, by ops and by one lambda.",
                     {{"n", "queries, each with n - 1 keys", 4096, 2, 8192},
                      {"runs", "timed runs", 9, 1, 1000}},
                     answer);
}
