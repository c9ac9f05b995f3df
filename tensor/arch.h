// Arch: a program must be compiled for the same vector instructions and the same containers as the library.
//
// Headers hold code that both compile: with different flags the linker would silently keep one of the two versions, and
// a vector of -D_GLIBCXX_DEBUG has other members than one without. So every program refers to functions that the
// library defines only for its own flags, and a program built otherwise does not link. Build both with the same ARCH
// and CPPFLAGS; `pkg-config --cflags tapegrad` gives the library's.
//
// Nor may it be compiled with -ffast-math, or whatever else lets the compiler assume that no number is NaN or infinite:
// its own lambdas would lose NaNs that the library's ops keep.
#pragma once

#if __FINITE_MATH_ONLY__  // g++ and clang define it always, as 0 or 1
#error "tapegrad: -ffast-math, -Ofast and -ffinite-math-only are refused: lambdas would lose NaN and infinity"
#endif

namespace tg::detail {

enum class Vectors { none, avx, avx2, avx512 };
#if defined(__AVX512F__)
inline constexpr Vectors vectors = Vectors::avx512;
#elif defined(__AVX2__)
inline constexpr Vectors vectors = Vectors::avx2;
#elif defined(__AVX__)
inline constexpr Vectors vectors = Vectors::avx;
#else
inline constexpr Vectors vectors = Vectors::none;
#endif

enum class Containers { plain, checked };
#if defined(_GLIBCXX_DEBUG)
inline constexpr Containers containers = Containers::checked;
#else
inline constexpr Containers containers = Containers::plain;
#endif

template <Vectors> void built_with_another_ARCH_than_the_library();
template <Containers> void built_with_another_GLIBCXX_DEBUG_than_the_library();
[[gnu::used]] static void (*const same_flags[])() = {&built_with_another_ARCH_than_the_library<vectors>,
                                                     &built_with_another_GLIBCXX_DEBUG_than_the_library<containers>};

}  // namespace tg::detail
