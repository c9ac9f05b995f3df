// What the tests share: checks of error texts and of equal tensors, slow but obvious ways to look at a tensor, and
// the same elements laid out in memory in other ways.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <locale>
#include <sstream>
#include <string>
#include <vector>

#include "autograd/autograd.h"

#if defined(__SANITIZE_ADDRESS__)
#define TG_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TG_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef TG_ADDRESS_SANITIZER
#define TG_ADDRESS_SANITIZER 0
#endif

namespace tests {

using namespace tg;

inline constexpr std::int64_t huge = std::int64_t{1} << 62;
inline constexpr float inf = std::numeric_limits<float>::infinity(), NaN = std::numeric_limits<float>::quiet_NaN();

// The text of the Error that a call throws. One function serves all tests, so that they compile quickly.
[[gnu::noinline]] inline std::string error_of_call(void (*call)(const void*), const void* f) {
  try {
    call(f);
  } catch (const Error& error) {
    return error.what();
  }
  return "(no Error was thrown)";
}
template <class F>
std::string error_of(const F& f) {
  return error_of_call([](const void* g) { (*static_cast<const F*>(g))(); }, &f);
}

[[gnu::noinline]] inline void check_text(const char* place, const char* expression, const std::string& got,
                                         const std::string& expected, bool whole) {
  const bool right = whole ? got == expected : got.starts_with(expected);
  BOOST_CHECK_MESSAGE(right, place << ": " << expression << "\n  throws        " << got << "\n  and should    "
                                   << expected << (whole ? "" : "..."));
}

#define TESTS_STRING(x) #x
#define TESTS_STRING_OF(x) TESTS_STRING(x)
#define TESTS_PLACE __FILE__ ", line " TESTS_STRING_OF(__LINE__)

// The expression throws tg::Error with exactly this text, or with one that begins like this.
#define CHECK_ERROR(expression, text) \
  tests::check_text(TESTS_PLACE, #expression, tests::error_of([&] { static_cast<void>(expression); }), text, true)
#define CHECK_ERROR_BEGINS(expression, text) \
  tests::check_text(TESTS_PLACE, #expression, tests::error_of([&] { static_cast<void>(expression); }), text, false)

inline const std::string empty_tensor_text =
    "an empty Tensor or Variable was used: it was default-constructed or moved from; give it a value first";
inline const std::string& empty_variable_text = empty_tensor_text;

// The text for the use of an empty one: an op, whose name it begins with, and perhaps more words: "add second". A
// member, ".shape", is no op.
inline std::string empty_text_of(const std::string& use) {
  return use[0] == '.' ? empty_tensor_text : use.substr(0, use.find(' ')) + ": " + empty_tensor_text;
}

// What an op says of an input of another tape: other_tape_text("mul: input 0").
inline std::string other_tape_text(const std::string& op_and_input) {
  return op_and_input +
         " was recorded on another tape, or on one that has ended. Ops record on the innermost open tape: record it "
         "there "
         "too, or pass x.detach() to use its value as a constant.";
}

inline const std::string swept_text =
    "tape.backward: this tape has been swept and its values released. Pass {.retain = true} to the first sweep.";

inline Variable leaf(float value) { return Variable(value, true); }

template <class X>
std::string text_of(const X& x) {
  std::ostringstream out;
  out << x;
  return out.str();
}

// While one lives, streams that are made take a language's locale: a comma for the point, 12.345 for 12345.
class GermanStreams {
 public:
  GermanStreams() : before_(std::locale::global(std::locale(std::locale::classic(), new Numbers))) {}
  ~GermanStreams() { std::locale::global(before_); }
  GermanStreams(const GermanStreams&) = delete;
  GermanStreams& operator=(const GermanStreams&) = delete;

 private:
  struct Numbers : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  std::locale before_;
};

// --- Looking at a tensor one element at a time, by its strides alone ---

using Index = std::vector<std::int64_t>;

// Calls f(index) for every index of the shape, the last dimension fastest.
template <class F>
void for_each_index(const Shape& shape, const F& f) {
  Index index(static_cast<std::size_t>(shape.dim()));
  for (std::int64_t n = shape.numel(); n > 0; --n) {
    f(static_cast<const Index&>(index));
    for (int d = shape.dim() - 1; d >= 0; --d) {
      if (++index[static_cast<std::size_t>(d)] < shape[d]) break;
      index[static_cast<std::size_t>(d)] = 0;
    }
  }
}

template <class T>
T element(const BasicTensor<T>& x, const Index& index) {
  std::int64_t offset = 0;
  for (int d = 0; d < x.dim(); ++d) offset += index[static_cast<std::size_t>(d)] * x.strides()[d];
  return x.data()[offset];
}

template <class T>
std::vector<T> elements(const BasicTensor<T>& x) {
  std::vector<T> values;
  for_each_index(x.shape(), [&](const Index& index) { values.push_back(element(x, index)); });
  return values;
}

// A tensor whose elements f(index) computes.
template <class T, class F>
BasicTensor<T> tabulate(const Shape& shape, const F& f) {
  std::vector<T> values;
  for_each_index(shape, [&](const Index& index) { values.push_back(static_cast<T>(f(index))); });
  return BasicTensor<T>::from_vector(values, shape);
}

// --- Equality ---

// Empty if x and y have one shape and agree everywhere within tolerance * max(1, |y|), or are both NaN; otherwise what
// differs.
template <class T>
std::string difference(const BasicTensor<T>& x, const BasicTensor<T>& y, double tolerance = 0) {
  std::ostringstream text;
  text.precision(17);
  if (x.shape() != y.shape()) {
    text << "shapes " << x.shape() << " and " << y.shape();
    return text.str();
  }
  const std::vector<T> a = elements(x), b = elements(y);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double p = static_cast<double>(a[i]), q = static_cast<double>(b[i]);
    const bool same =
        p == q || (std::isnan(p) && std::isnan(q)) || std::abs(p - q) <= tolerance * std::max(1.0, std::abs(q));
    if (same) continue;
    text << "element " << i << " of shape " << x.shape() << ": " << p << " and " << q;
    return text.str();
  }
  return "";
}

[[gnu::noinline]] inline void check_no_difference(const char* place, const char* operands,
                                                  const std::string& difference) {
  BOOST_CHECK_MESSAGE(difference.empty(), place << ": " << operands << " differ: " << difference);
}

#define CHECK_SAME(...) tests::check_no_difference(TESTS_PLACE, #__VA_ARGS__, tests::difference(__VA_ARGS__))  // (x, y)
#define CHECK_CLOSE_TO(...) CHECK_SAME(__VA_ARGS__)  // (x, y, tolerance)

// --- The same elements in other places ---

// Junk that would show in any result.
template <class T>
T junk() {
  if constexpr (std::is_floating_point_v<T>) return std::numeric_limits<T>::quiet_NaN();
  return std::is_same_v<T, bool> ? T(1) : static_cast<T>(-777);
}

template <class T>
struct Laid {
  const char* name;
  BasicTensor<T> x;
};

// x's elements in a buffer of their own, where `place(index)` says, among junk.
template <class T, class Place>
BasicTensor<T> laid_out(const BasicTensor<T>& x, std::int64_t size, const Strides& strides, std::int64_t offset,
                        const Place& place) {
  BasicTensor<T> buffer = full<T>({size}, junk<T>());
  for_each_index(x.shape(), [&](const Index& index) { buffer.writable()[place(index)] = element(x, index); });
  return buffer.view(x.shape(), strides, offset);
}

template <class T>
BasicTensor<T> with_strides(const BasicTensor<T>& x, const Strides& strides, std::int64_t offset) {
  std::int64_t size = offset + 1;
  for (int d = 0; d < x.dim(); ++d) size += (std::max<std::int64_t>(x.shape()[d], 1) - 1) * strides[d];
  return laid_out(x, size, strides, offset, [&](const Index& index) {
    std::int64_t at = offset;
    for (int d = 0; d < x.dim(); ++d) at += index[static_cast<std::size_t>(d)] * strides[d];
    return at;
  });
}

// x as a contiguous tensor; with its dimensions in reverse order in memory, as a transposed tensor has them; with
// rows that lie apart, as narrow leaves them; with every other element; and in the middle of a buffer.
template <class T>
std::vector<Laid<T>> layouts(const BasicTensor<T>& x) {
  const Strides plain = contiguous_strides(x.shape());
  Strides reversed = plain, gaps = plain, doubled = plain;
  std::int64_t step = 1;
  for (int d = 0; d < x.dim(); ++d) {
    reversed[d] = step;
    step *= std::max<std::int64_t>(x.shape()[d], 1);
  }
  step = 1;
  for (int d = x.dim() - 1; d >= 0; --d) {
    gaps[d] = step;
    step *= x.shape()[d] + 2;
    doubled[d] *= 2;
  }
  return {{"contiguous", with_strides(x, plain, 0)},
          {"transposed", with_strides(x, reversed, 0)},
          {"narrowed", with_strides(x, gaps, 1)},
          {"every other", with_strides(x, doubled, 0)},
          {"in the middle", with_strides(x, plain, 5)}};
}

// Deterministic numbers in [-2, 2] without a pattern that a mistake could hide in.
template <class T>
BasicTensor<T> numbers(const Shape& shape, int salt = 0) {
  std::uint32_t state = 12345u + 7919u * static_cast<std::uint32_t>(salt);
  return tabulate<T>(shape, [&](const Index&) {
    state = state * 1664525u + 1013904223u;
    return static_cast<double>(state >> 8) / (1 << 22) - 2;
  });
}

}  // namespace tests
