// The pool: what is freed is counted, kept and reused; a dying buffer is reused where nobody can see it, only there.
#include <unistd.h>

#include <fstream>
#include <optional>
#include <thread>

#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(memory_in_use_returns_to_its_start) {
  const std::int64_t start = memory_in_use();
  {
    const Tensor small = zeros({10}), large = zeros({100'000});
    const Tensor view = reshape(large, {100, 1000}), copy = large;
    BOOST_TEST(memory_in_use() >= start + 400'040);
    BOOST_TEST(memory_in_use() <= start + 600'000);  // sharing costs nothing
    for (int i = 0; i < 20; ++i) {
      const Tensor y = sum(exp(large * 2 - 1) / 3) + sum(small);
    }
  }
  BOOST_TEST(memory_in_use() == start);
}

BOOST_AUTO_TEST_CASE(memory_of_tapes_is_given_back) {
  const std::int64_t start = memory_in_use();
  {
    Variable w(ones({1000}), true);
    for (bool trace : {false, true}) {
      for (int step = 0; step < 3; ++step) {
        Tape tape({.trace = trace});
        Variable loss = sum(exp(w * w));
        tape.gradient(loss, {w}, {.create_graph = true});
        tape.backward(loss);
      }
    }
    BOOST_CHECK_THROW(tg::Tape().backward(Variable(ones({2}), true)), Error);
  }
  BOOST_TEST(memory_in_use() == start);
}

BOOST_AUTO_TEST_CASE(memory_of_other_threads) {
  const std::int64_t start = memory_in_use();
  Tensor from_thread;
  std::optional<Tensor> from_here = zeros({5000});
  std::thread([&] {
    const Tensor kept_small = ones({3});
    from_thread = full({50'000}, 3) + kept_small(0);
    from_here.reset();  // freed by another thread than the one that made it
    for (int i = 0; i < 100; ++i) sum(rand({1000}));
  }).join();
  BOOST_TEST(memory_in_use() >= start + 200'000);
  BOOST_TEST(from_thread(49'999) == 4);
  from_thread = {};
  BOOST_TEST(memory_in_use() == start);
}

// A tensor with the lifetime of its thread is freed after the thread's cache may have gone.
BOOST_AUTO_TEST_CASE(memory_at_thread_exit) {
  const std::int64_t start = memory_in_use();
  std::thread([] {
    thread_local Tensor first = ones({7});
    thread_local std::optional<Tensor> later;
    later = ones({70'000}) + first(0);
  }).join();
  BOOST_TEST(memory_in_use() == start);
}

BOOST_AUTO_TEST_CASE(memory_release_gives_back) {
  memory_release();
  { const Tensor x = zeros({1'000'000}); }
  const std::int64_t start = memory_in_use(), released = memory_release();
  BOOST_TEST(memory_in_use() == start);
  if (TG_ADDRESS_SANITIZER) return;  // keeps no blocks, so that a use after free is seen
  BOOST_TEST(released >= 4'000'000);
  BOOST_TEST(memory_release() == 0);
}

// Small blocks too, whole pages of which malloc would keep.
BOOST_AUTO_TEST_CASE(memory_release_gives_small_blocks_back) {
#if defined(__GLIBC__)
  if (TG_ADDRESS_SANITIZER) return;
  auto resident = [] {
    std::ifstream file("/proc/self/statm");
    std::int64_t all = 0, pages = 0;
    file >> all >> pages;
    return pages * sysconf(_SC_PAGESIZE);
  };
  memory_release();
  const std::int64_t before = resident();
  std::int64_t held = 0;
  {
    Variable x(Tensor{1, 2, 3}, true);
    Tape tape;
    Variable y = x;
    for (int i = 0; i < 200'000; ++i) y = y + y * 1e-7f;
    tape.backward(sum(y));
    held = resident() - before;
  }
  BOOST_TEST(held > 50'000'000);
  memory_release();
  BOOST_TEST(resident() - before < held / 10);
#endif
}

BOOST_AUTO_TEST_CASE(freed_buffers_are_reused) {
  if (TG_ADDRESS_SANITIZER) return;
  for (std::int64_t n : {10, 1000, 100'000, 3'000'000}) {
    const float* before = nullptr;
    {
      const Tensor x = zeros({n});
      before = x.data();
    }
    BOOST_TEST(ones({n}).data() == before);
  }
}

BOOST_AUTO_TEST_CASE(buffers_are_aligned) {
  for (std::int64_t n : {0, 1, 3, 17, 1000, 10'000}) {
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(zeros({n}).data()) % 64 == 0U);
  }
}

// --- Dying operands ---

BOOST_AUTO_TEST_CASE(dying_operands_lend_their_buffer) {
  Tensor x = numbers<float>({1000});
  const Tensor expected = exp(x) * 2 + 1, kept = contiguous(x + 0);
  const float* buffer = x.data();
  x = exp(std::move(x));
  BOOST_TEST(x.data() == buffer);
  x = std::move(x) * 2;
  BOOST_TEST(x.data() == buffer);
  x = 1 + std::move(x);
  BOOST_TEST(x.data() == buffer);
  CHECK_SAME(x, expected);
  Tensor y = numbers<float>({1000}, 1);
  const float* other = y.data();
  const Tensor z = kept - std::move(y);
  BOOST_TEST(z.data() == other);
  CHECK_SAME(z, kept - numbers<float>({1000}, 1));
}

BOOST_AUTO_TEST_CASE(softmax_of_a_dying_operand) {
  Tensor x = numbers<float>({30, 40});
  const Tensor expected = softmax(x, 1);
  const float* buffer = x.data();
  const Tensor y = softmax(std::move(x), 1);
  BOOST_TEST(y.data() == buffer);
  CHECK_SAME(y, expected);
  CHECK_SAME(softmax(numbers<float>({30, 40}), 0), softmax(contiguous(numbers<float>({30, 40})), 0));
}

BOOST_AUTO_TEST_CASE(shared_operands_keep_their_buffer) {
  auto check = [](const char* what, auto&& use) {
    Tensor x = numbers<float>({100});
    const Tensor before = Tensor::from_vector(elements(x), {100});
    BOOST_TEST_CONTEXT(what) { use(x, before); }
  };
  check("a copy", [](Tensor& x, const Tensor& before) {
    const Tensor copy = x;
    const Tensor y = exp(std::move(x));
    CHECK_SAME(copy, before);
    CHECK_SAME(y, exp(before));
  });
  check("a view", [](Tensor& x, const Tensor& before) {
    const Tensor view = narrow(x, 0, 10, 20);
    const Tensor y = -std::move(x);
    CHECK_SAME(view, narrow(before, 0, 10, 20));
    CHECK_SAME(y, -before);
  });
  check("a dying view of a living tensor", [](Tensor& x, const Tensor& before) {
    const Tensor y = exp(reshape(x, {10, 10})), z = square(transpose(reshape(x, {20, 5})));
    CHECK_SAME(x, before);
    CHECK_SAME(y, exp(reshape(before, {10, 10})));
    CHECK_SAME(z, square(transpose(reshape(before, {20, 5}))));
  });
  check("an expanded temporary", [](Tensor& x, const Tensor& before) {
    const Tensor y = exp(expand(reshape(Tensor(x + 0), {100, 1}), {100, 3}));
    CHECK_SAME(y, exp(contiguous(expand(reshape(before, {100, 1}), {100, 3}))));
  });
  check("an lvalue", [](Tensor& x, const Tensor& before) {
    const Tensor y = x + x * x - exp(x);
    CHECK_SAME(x, before);
    CHECK_SAME(y, before + before * before - exp(before));
  });
  check("a const lvalue that is moved", [](Tensor& x, const Tensor& before) {
    const Tensor& constant = x;
    const Tensor y = exp(std::move(constant));
    CHECK_SAME(x, before);
    CHECK_SAME(y, exp(before));
  });
  check("a broadcast operand", [](Tensor& x, const Tensor& before) {
    const Tensor y = reshape(x, {100, 1}) * Tensor{1, 2, 3}, z = Tensor{2} * x;
    CHECK_SAME(x, before);
    CHECK_SAME(y, contiguous(expand(reshape(before, {100, 1}), {100, 3})) * Tensor{1, 2, 3});
    CHECK_SAME(z, before * 2);
  });
}

// A tensor that has been moved into an op is gone: its reuse is an error, not another tensor's numbers.
BOOST_AUTO_TEST_CASE(moved_operands_are_empty) {
  Tensor x = numbers<float>({100});
  const Tensor y = exp(std::move(x));
  CHECK_ERROR(x.shape(), empty_tensor_text);
  Variable v(numbers<float>({100}));
  const Variable w = exp(std::move(v));
  CHECK_ERROR(v.shape(), empty_variable_text);
}

BOOST_AUTO_TEST_CASE(temporaries_give_the_same_numbers_as_names) {
  const Tensor a = numbers<float>({7, 50}, 1), b = numbers<float>({7, 1}, 2), c = numbers<float>({50}, 3);
  const Tensor temporaries = softmax(-square((a - b) * c) / 2, 1) * exp(sin(a) + b) - where(a > 0, a * c, b / 3);
  const Tensor d = a - b, e = d * c, f = square(e), g = -f, h = g / 2, i = softmax(h, 1), j = sin(a), k = j + b,
               l = exp(k), m = i * l, n = a * c, o = b / 3, p = where(a > 0, n, o), q = m - p;
  CHECK_SAME(temporaries, q);
}

// The same with Variables, inside and outside a tape: what the tape has saved is not overwritten.
BOOST_AUTO_TEST_CASE(temporaries_of_variables) {
  auto f = [](const Variable& a, const Variable& b) { return sum(exp(tanh(a * b) + square(a - b) / (1 + exp(b)))); };
  auto named = [](const Variable& a, const Variable& b) {
    const Variable c = a * b, d = tanh(c), e = a - b, g = square(e), h = exp(b), i = 1 + h, j = g / i, k = d + j,
                   l = exp(k);
    return sum(l);
  };
  const Variable a(numbers<float>({4, 30}, 1), true), b(numbers<float>({30}, 2), true);
  CHECK_SAME(f(a, b).value(), named(a, b).value());
  Tape tape;
  const Variable y = f(a, b), z = named(a, b);
  CHECK_SAME(y.value(), z.value());
  const auto from_f = tape.gradient(y, {a, b}), from_named = tape.gradient(z, {a, b});
  CHECK_CLOSE_TO(from_f[0].value(), from_named[0].value(), 1e-6);  // the sums may be added up in another order
  CHECK_CLOSE_TO(from_f[1].value(), from_named[1].value(), 1e-6);
}

BOOST_AUTO_TEST_CASE(what_the_tape_holds_is_not_overwritten) {
  const Variable w(numbers<float>({100}), true);
  const Tensor w_before = w.value() + 0;
  Tape tape({.trace = true});
  Variable squared = w * w;
  const Tensor seen = squared.value();
  const Tensor before = seen + 0;
  Variable y = exp(std::move(squared));  // the trace, and `seen`, still hold it
  CHECK_SAME(seen, before);
  Variable z = sum(-std::move(y));
  tape.backward(z);
  CHECK_SAME(seen, before);
  CHECK_SAME(w.value(), w_before);
  CHECK_CLOSE_TO(w.grad(), -2 * w_before * exp(square(w_before)), 1e-6);
}

BOOST_AUTO_TEST_SUITE_END()
