// Arch: the one version of each marker that the library brings.
#include "tensor/arch.h"

namespace tg::detail {

template <Vectors> void built_with_another_ARCH_than_the_library() {}
template void built_with_another_ARCH_than_the_library<vectors>();

template <Containers> void built_with_another_GLIBCXX_DEBUG_than_the_library() {}
template void built_with_another_GLIBCXX_DEBUG_than_the_library<containers>();

}  // namespace tg::detail
