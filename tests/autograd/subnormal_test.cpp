// Subnormal results: a loop gives 0 instead, and leaves the processor's setting as it found it.
#include <set>
#include <thread>

#include "nn/attention/attention.h"
#include "tensor/threads.h"
#include "tests/support.h"

#if defined(__SSE__)
#include <xmmintrin.h>

using namespace tests;

namespace {

constexpr auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };

// Without the flags that arithmetic raises.
unsigned setting() { return _mm_getcsr() & ~0x3fu; }
bool flushes() { return (setting() & _MM_FLUSH_ZERO_MASK) == _MM_FLUSH_ZERO_ON; }

template <class T>
int subnormals(const BasicTensor<T>& x) {
  int count = 0;
  for (const T value : x.to_vector()) count += std::fpclassify(value) == FP_SUBNORMAL;
  return count;
}

// A call of each kind, on tensors of n elements; some throw.
std::vector<std::function<void()>> calls(std::int64_t n) {
  const Tensor x = full({n}, 1e-30f), matrix = full({n, 3}, 1e-30f);
  const Variable v(x, true), w(Tensor{2}, true);
  auto product = [](auto a, auto b) { return a * b; };
  return {
      [=] { square(x); },
      [=] { pow(x, 1.3); },
      [=] { cast<float>(full<double>({n}, 1e-40)); },
      [=] { elementwise(product, x, x); },
      [=] { softmax(matrix, 0), log_softmax(matrix, 1), logsumexp(matrix, 0), max(matrix, 1); },
      [=] { sum(matrix, 1), sum(matrix, 0), mean(x); },
      [=] { dot(x, x), matmul(transpose(matrix), matrix), matmul(matrix, transpose(matrix)); },
      [=] { bmm(unsqueeze(matrix, 1), unsqueeze(matrix, 2)); },
      [=] { attention_pooling(gaussian, x, x, x, Tensor{2}), attention_weights(gaussian, x, x, Tensor{2}); },
      [=] { Tape().backward(v, x); },
      [=] {
        Tape tape;
        tape.backward(sum(softmax(square(v * w), 0) * x));
      },
      [=] {
        Tape tape;
        const auto g = tape.gradient(sum(elementwise(product, v, w)), {v, w}, {.create_graph = true});
        tape.backward(sum(g[0]) + sum(g[1]));
      },
      [=] {
        Tape tape;
        tape.backward(sum(attention_pooling(gaussian, v, v, v, w)));
      },
      [=] { jacobian([](const Variable& a) { return square(a); }, Variable(narrow(x, 0, 0, 1))); },
      [=] { square(x) + full({n + 1}, 1); },
      [=] { parallel_for(n, 1 << 20, [](auto, auto) { fail("stopped"); }); },
      [=] { parallel_for(n, 1, [](auto, auto) { fail("stopped"); }); },
      [=] {
        Tape tape;
        const Variable y = record("mine", square(x), {{v, [](auto& ctx) {
                                                         static_cast<void>(square(ctx.g));
                                                         fail("stopped");
                                                         return ctx.g;
                                                       }}});
        tape.backward(sum(y));
      },
  };
}

// Whether all calls leave each of these settings alone: the usual one, with subnormals flushed already, with subnormal
// operands taken for 0, and with rounding towards 0.
void check_settings(std::int64_t n) {
  const unsigned usual = _mm_getcsr();
  for (const unsigned own : {0x1f80u, 0x9f80u, 0x1fc0u, 0x7f80u}) {
    int number = 0;
    for (const auto& call : calls(n)) {
      _mm_setcsr(own);
      try {
        call();
      } catch (const Error&) {
      }
      const unsigned after = setting();
      _mm_setcsr(usual);
      BOOST_TEST(after == own, "call " << number << " of " << n << " elements leaves " << after << ", found " << own);
      ++number;
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(subnormals_leave_the_processor_as_it_was) {
  for (const std::int64_t n : {1, 8, 300}) check_settings(n);
  const int threads = num_threads();
  set_num_threads(3);
  check_settings(300);
  std::thread([] { check_settings(300); }).join();
  set_num_threads(threads);
}

// On the pool's threads too, while a kernel runs there, and no longer.
BOOST_AUTO_TEST_CASE(subnormals_on_every_thread) {
  const int threads = num_threads();
  set_num_threads(3);
  std::atomic<int> wrong = 0;
  for (int round = 0; round < 20; ++round) {
    for (const std::int64_t grain : {1, 100}) {
      parallel_kernel(100, grain, [&](std::int64_t, std::int64_t) { wrong += !flushes(); });
      parallel_for(100, grain, [&](std::int64_t, std::int64_t) { wrong += flushes(); });
    }
  }
  BOOST_TEST(wrong == 0);
  BOOST_TEST(subnormals(square(full({1'000'000}, 1e-20f))) == 0);
  set_num_threads(threads);
}

BOOST_AUTO_TEST_CASE(subnormal_results_are_zero) {
  for (const std::int64_t n : {17, 300}) {
    const Tensor x = full({n}, 1e-20f), zero = zeros({n});
    CHECK_SAME(square(x), zero);
    CHECK_SAME(-x * x, -zero);
    CHECK_SAME(x / 1e20f, zero);
    CHECK_SAME(exp(full({n}, -95)), zero);
    CHECK_SAME(pow(x, 2.1), zero);
    CHECK_SAME(elementwise([](auto a) { return a * a; }, x), zero);
    CHECK_SAME(cast<float>(full<double>({n}, 1e-40)), zero);
    CHECK_SAME(sum(expand(unsqueeze(full({n}, 1e-20f), 0), {2, n}) * 1e-20f, 0), zero);
    CHECK_SAME(matmul(unsqueeze(x, 1), Tensor{{1e-20f}}), unsqueeze(zero, 1));
    CHECK_SAME(matmul(stack({x, x}, 1), full({2, 1}, 1e-20f)), unsqueeze(zero, 1));
    CHECK_SAME(square(full<double>({n}, 1e-160)), zeros<double>({n}));
    const Variable v(x, true);
    Tape tape;
    CHECK_SAME(tape.gradient(v * v, x, {v})[0].value(), zero);
    CHECK_SAME(tape.gradient(elementwise([](auto a) { return a * a; }, v), x, {v})[0].value(), zero);
  }
}

// Operands are not flushed.
BOOST_AUTO_TEST_CASE(subnormal_operands_count) {
  const float tiny = 1e-40f;
  for (const std::int64_t n : {1, 300}) {
    const Tensor x = full({n}, tiny);
    CHECK_SAME(x * 1e10f, full({n}, tiny * 1e10f));
    CHECK_SAME(x / 1e-10f, full({n}, tiny / 1e-10f));
    CHECK_SAME(sqrt(x), full({n}, std::sqrt(tiny)));
    CHECK_CLOSE_TO(log(x), full({n}, std::log(tiny)), 1e-6);
    BOOST_TEST(cast<double>(x).to_vector()[0] == static_cast<double>(tiny));
    BOOST_TEST(Tensor(x).to_vector()[0] == tiny);
  }
}

// The chapter's step where w has come near its optimum: softmax's tails times small cotangents.
BOOST_AUTO_TEST_CASE(subnormals_in_a_training_step) {
  manual_seed(0);
  const Tensor x = sort(rand({50}) * 5).values, y = 2 * sin(x) + pow(x, 0.8);
  for (const float near : {3.9643f, 9.0857f}) {
    const Variable w(Tensor{near}, true);
    Tape tape;
    const Variable scaled = (unsqueeze(x, 1) - unsqueeze(x, 0)) * w, scores = -square(scaled) / 2;
    const Variable weights = softmax(scores, 1), loss = sum(square(matmul(weights, y) - y));
    int count = subnormals(scaled.value()) + subnormals(scores.value()) + subnormals(weights.value());
    for (const Variable& g : tape.gradient(loss, {weights, scores, scaled, w})) count += subnormals(g.value());
    BOOST_TEST(count == 0, count << " subnormal numbers at w = " << near);
  }
}

BOOST_AUTO_TEST_SUITE_END()

#endif
