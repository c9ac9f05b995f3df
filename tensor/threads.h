// Threads: one pool for every loop of the library that is worth more than one processor.
//
// A loop is cut into stretches, which the caller and the pool's threads take one after the other until none is left.
// The caller never waits for a thread to wake: it works meanwhile, and a thread that comes late finds nothing to do.
// Where the stretches begin does not depend on the number of threads, so neither do sums that are kept by stretch. (A
// large matmul is cut into as many parts as there are threads, and OpenBLAS may add in another order then.)
#pragma once

#include <cstdint>

#include "tensor/subnormal.h"

namespace tg {

// How many threads a loop may use, the caller's included; at first as many as there are processors. A small loop
// always runs on the caller alone. Throws if n is not between 1 and 1,024. As torch.set_num_threads. OpenBLAS's own threads
// are switched off, for the whole process, by the first matmul: its products run on these.
void set_num_threads(int n);
int num_threads();

namespace detail {
void run_stretches(std::int64_t count, std::int64_t grain, const void* f,
                   void (*call)(const void* f, std::int64_t begin, std::int64_t end));
}

// Calls f(begin, end) for the stretches of [0, count), each `grain` long, the last perhaps shorter: from several threads
// if there is more than one stretch, so a stretch should be worth at least 20 µs. Returns when all are done. If a call
// throws, the rest is skipped and the first exception is thrown here. A loop inside a loop runs on its caller's thread.
template <class F>
void parallel_for(std::int64_t count, std::int64_t grain, const F& f) {
  if (count <= grain) {  // one stretch, as in all small work, is one call
    if (count > 0) f(std::int64_t{0}, count);
    return;
  }
  detail::run_stretches(count, grain, &f, [](const void* g, std::int64_t begin, std::int64_t end) {
    (*static_cast<const F*>(g))(begin, end);
  });
}

// The same for arithmetic: subnormal results of f are 0 (see subnormal.h). A loop of some 10 ns does without: to switch
// the processor takes about as long.
template <class F>
void parallel_kernel(std::int64_t count, std::int64_t grain, const F& f) {
  parallel_for(count, grain, [&f, grain](std::int64_t begin, std::int64_t end) {
    const detail::FlushSubnormals flush(end - begin > grain >> 14);
    f(begin, end);
  });
}

}  // namespace tg
