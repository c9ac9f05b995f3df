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

}  // namespace tg::detail
