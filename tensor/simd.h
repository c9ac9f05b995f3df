// Simd: the word above a loop whose rounds do not depend on each other, so that the compiler may take several at once.
#pragma once

// OpenMP's pragma, which needs -fopenmp-simd and no runtime. g++ warns of it without that flag, and then it is left out:
// a program that is compiled with fewer flags than tapegrad.pc gives is slower, and right. (g++ 11 does not tell.)
#if defined(__clang__) || __GNUC__ < 12 || __has_cpp_attribute(omp::directive)
#define TG_SIMD _Pragma("omp simd")
#else
#define TG_SIMD
#endif
