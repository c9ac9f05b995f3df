// Subnormal numbers: so small (below 1.2e-38 in float, 2.2e-308 in double) that they have fewer digits than others.
//
// Many processors take 100 times as long for an instruction that gives one, and softmax's tails are full of them. So
// loops have the processor give 0 instead. Operands are read as they are, subnormal or not.
#pragma once

#include <cstdint>

namespace tg::detail {

// While one lives, this thread's subnormal results are 0; then the processor's setting is what it was. On x86 alone:
// arm64's switch would take subnormal operands for 0 too, and WebAssembly has none, so there such results stay.
class FlushSubnormals {
 public:
#if defined(__SSE__)
  explicit FlushSubnormals(bool wanted = true) {
    if (!wanted) return;
    asm volatile("stmxcsr %0" : "=m"(before_) : : "memory");
    if (before_ & to_zero) return;  // as a loop inside a loop finds it
    changed_ = true;
    set(before_ | to_zero);
  }
  ~FlushSubnormals() {
    if (changed_) set(before_);
  }

 private:
  static constexpr std::uint32_t to_zero = 1 << 15;
  // "memory": the compiler moves no loop's reading or writing across.
  static void set(std::uint32_t setting) { asm volatile("ldmxcsr %0" : : "m"(setting) : "memory"); }

  std::uint32_t before_;
  bool changed_ = false;
#else
  explicit FlushSubnormals(bool = true) {}
#endif

 public:
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;
};

}  // namespace tg::detail
