// Threads: one pool for every loop of the library that is worth more than one processor.
//
// A loop is cut into stretches, which the caller and the pool's threads take one after the other until none is left.
// The caller never waits for a thread to wake: it works meanwhile, and a thread that comes late finds nothing to do.
// Where the stretches begin does not depend on the number of threads, so neither do sums that are kept by stretch. (A
// large matmul is cut into as many parts as there are threads, and OpenBLAS may add in another order then.)
//
// While a loop computes, subnormal results may be 0: numbers so small (below 1.2e-38 in float, 2.2e-308 in double) that
// they have fewer digits than others. Many processors take 100 times as long for an instruction that gives one, and
// softmax's tails are full of them. Operands are read as they are, subnormal or not.
#pragma once

#include <cstdint>

namespace tg {

// How many threads a loop may use, the caller's included; at first as many as there are processors. A small loop
// always runs on the caller alone. Throws if n is not between 1 and 1,024. As torch.set_num_threads. OpenBLAS's own
// threads are switched off, for the whole process, by the first matmul: its products run on these.
void set_num_threads(int n);
int num_threads();

namespace detail {

// While one lives, this thread's subnormal results are 0; then the processor's setting is what it was. On x86 alone:
// arm64's switch would take subnormal operands for 0 too, and WebAssembly has none, so there such results stay.
class FlushSubnormals {
 public:
  explicit FlushSubnormals(bool wanted = true) {
    if (wanted) begin();
  }
  ~FlushSubnormals() {
    if (changed_) end();
  }
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;

 private:
  void begin();
  void end();

  std::uint32_t before_ = 0;
  bool changed_ = false;
};

void run_stretches(std::int64_t count, std::int64_t grain, const void* f,
                   void (*call)(const void* f, std::int64_t begin, std::int64_t end));

}  // namespace detail

// Calls f(begin, end) for the stretches of [0, count), each `grain` long, the last perhaps shorter: from several
// threads if there is more than one stretch, so a stretch should be worth at least 20 µs. Returns when all are done. If
// a call throws, the rest is skipped and the first exception is thrown here. A loop inside a loop runs on its caller's
// thread.
template <class F> void parallel_for(std::int64_t count, std::int64_t grain, const F& f) {
  if (count <= grain) {  // one stretch, as in all small work, is one call
    if (count > 0) f(std::int64_t{0}, count);
    return;
  }
  detail::run_stretches(count, grain, &f, [](const void* g, std::int64_t begin, std::int64_t end) {
    (*static_cast<const F*>(g))(begin, end);
  });
}

// The same for arithmetic: subnormal results of f are 0. A loop of some 10 ns does without: to switch
// the processor takes about as long.
template <class F> void parallel_kernel(std::int64_t count, std::int64_t grain, const F& f) {
  parallel_for(count, grain, [&f, grain](std::int64_t begin, std::int64_t end) {
    const detail::FlushSubnormals flush(end - begin > grain >> 14);
    f(begin, end);
  });
}

}  // namespace tg
