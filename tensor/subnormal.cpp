// Subnormal numbers: the processor's switch. These are no inline functions, so that no compiler moves arithmetic across.
#include "tensor/subnormal.h"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace tg::detail {

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

}  // namespace tg::detail
