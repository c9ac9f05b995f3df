// Lanes: partial results side by side, in which sums and extremes are kept while they run.
//
// A running total makes every addition wait for the one before, and no compiler may reorder floating-point additions to
// avoid that. So the order is fixed here: as many lanes as fill 64 bytes, the widest register there is, each take every
// 16th float or every 8th double; in the end they are folded in half, and in half again. The order is the same on all
// processors.
#pragma once

#include <cstdint>

// Above a loop whose rounds do not depend on each other, so that the compiler may take several at once. This is
// OpenMP's pragma, which needs -fopenmp-simd and no runtime. g++ warns of it without that flag, and then it is left
// out: a program that is compiled with fewer flags than tapegrad.pc gives is slower, and right. (g++ 11 does not tell.)
#if defined(__clang__) || __GNUC__ < 12 || __has_cpp_attribute(omp::directive)
#define TG_SIMD _Pragma("omp simd")
#else
#define TG_SIMD
#endif

// The same, but promised without OpenMP, which has g++ keep a Dual in memory.
#if defined(__clang__)
#define TG_IVDEP _Pragma("clang loop vectorize(assume_safety)")
#else
#define TG_IVDEP _Pragma("GCC ivdep")
#endif

// Around loops that a compiler may leave as they are: over pow, say. That is no fault, and clang shall not warn of it.
#if defined(__clang__)
#define TG_LOOPS_BEGIN _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wpass-failed\"")
#define TG_LOOPS_END _Pragma("clang diagnostic pop")
#else
#define TG_LOOPS_BEGIN
#define TG_LOOPS_END
#endif

namespace tg {

template <class T> inline constexpr int lane_count = 64 / static_cast<int>(sizeof(T));

#if defined(__AVX512F__)
inline constexpr int register_bytes = 64;
#elif defined(__AVX__)
inline constexpr int register_bytes = 32;
#else
inline constexpr int register_bytes = 16;
#endif

// A value for each lane, in vector registers, of the type that GCC and Clang have for one: they might keep an array in
// memory.
template <class T> class Lanes {
 public:
  static constexpr int count = lane_count<T>;
  using Values = T[64 / sizeof(T)];  // as many

  [[gnu::always_inline]] static Lanes all(T value) {
    Values lane;
    for (T& v : lane) v = value;
    return load(lane);
  }
  [[gnu::always_inline]] static Lanes load(const T* from) {
    Lanes lanes;
    for (int k = 0; k < registers; ++k) lanes.part_[k] = *reinterpret_cast<const InMemory*>(from + k * width);
    return lanes;
  }
  // The values term(at), term(at + 1) ...
  template <class Term> [[gnu::always_inline]] static Lanes of(const Term& term, std::int64_t at) {
    Values lane;
    TG_SIMD
    for (int j = 0; j < count; ++j) lane[j] = term(at + j);
    return load(lane);
  }
  // The last n of them, and `rest` in the lanes behind.
  template <class Term> [[gnu::always_inline]] static Lanes last_of(const Term& term, std::int64_t at, int n, T rest) {
    Values lane;
    TG_SIMD
    for (int j = 0; j < count; ++j) lane[j] = j < n ? term(at + j) : rest;
    return load(lane);
  }

  // Each lane becomes f(lane, b's lane). f is generic: it is called with whole registers.
  template <class F> [[gnu::always_inline]] void combine(const F& f, const Lanes& b) {
    for (int k = 0; k < registers; ++k) part_[k] = f(part_[k], b.part_[k]);
  }

  [[gnu::always_inline]] void store(T* to) const {
    for (int k = 0; k < registers; ++k) *reinterpret_cast<InMemory*>(to + k * width) = part_[k];
  }

  // All lanes combined into one value of type Wide, in halves.
  template <class Wide, class F> [[gnu::always_inline]] Wide fold(const F& f) const {
    Values lane;
    Wide half[32 / sizeof(T)];
    store(lane);
    TG_SIMD
    for (int j = 0; j < count / 2; ++j) half[j] = f(static_cast<Wide>(lane[j]), static_cast<Wide>(lane[j + count / 2]));
    if constexpr (count == 16) {
      TG_SIMD
      for (int j = 0; j < 4; ++j) half[j] = f(half[j], half[j + 4]);
    }
    return f(f(half[0], half[2]), f(half[1], half[3]));
  }

 private:
  typedef T Register __attribute__((vector_size(register_bytes)));
  typedef Register InMemory __attribute__((aligned(alignof(T)), may_alias));
  static constexpr int registers = 64 / register_bytes, width = count / registers;

  Register part_[registers];
};

// The n terms term(0), term(1) ... combined by f, whose neutral element is `none`. Four sets of lanes keep four
// operations under way at a time. (The functions come by value: what they capture is then in registers, and the loop
// over the last few terms vectorises too.)
template <class T, class Wide, class Term, class F>
[[gnu::always_inline]] inline Wide combine_terms(std::int64_t n, Term term, T none, F f) {
  constexpr int step = lane_count<T>;
  Lanes<T> a = Lanes<T>::all(none);
  std::int64_t i = 0;
  if (n >= 4 * step) {
    Lanes<T> b = a, c = a, d = a;
    for (; i + 4 * step <= n; i += 4 * step) {
      a.combine(f, Lanes<T>::of(term, i));
      b.combine(f, Lanes<T>::of(term, i + step));
      c.combine(f, Lanes<T>::of(term, i + 2 * step));
      d.combine(f, Lanes<T>::of(term, i + 3 * step));
    }
    a.combine(f, b);
    c.combine(f, d);
    a.combine(f, c);
  }
  for (; i + step <= n; i += step) a.combine(f, Lanes<T>::of(term, i));
  if (i < n) a.combine(f, Lanes<T>::last_of(term, i, static_cast<int>(n - i), none));
  return a.template fold<Wide>(f);
}

// The sum of term(0) ... term(n - 1): stretches of 1,024 terms are added in T, and their sums in double. Where each
// lane has but four terms, the lanes are folded in T too: that loses no more digits than the lanes have.
template <class T, class Term> [[gnu::always_inline]] inline double sum_terms(std::int64_t n, Term term) {
  constexpr std::int64_t stretch = 1024;
  auto plus = [](auto a, auto b) { return a + b; };
  if (n <= 4 * lane_count<T>) return static_cast<double>(combine_terms<T, T>(n, term, T(0), plus));
  if (n <= stretch) return combine_terms<T, double>(n, term, T(0), plus);
  double total = 0;
  for (std::int64_t begin = 0; begin < n; begin += stretch) {
    auto shifted = [term, begin](std::int64_t i) { return term(begin + i); };
    total += combine_terms<T, double>(n - begin < stretch ? n - begin : stretch, shifted, T(0), plus);
  }
  return total;
}

template <class T> double sum_contiguous(const T* values, std::int64_t n) {
  return sum_terms<T>(n, [values](std::int64_t i) { return values[i]; });
}

// A row reduced by `better`, which takes two values and gives one of them; `none` loses against all.
template <class T, class F>
[[gnu::always_inline]] inline T reduce_row(const T* row, std::int64_t n, T none, const F& better) {
  return combine_terms<T, T>(n, [row](std::int64_t i) { return row[i]; }, none, better);
}

}  // namespace tg
