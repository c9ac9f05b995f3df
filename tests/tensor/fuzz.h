// Random shapes, layouts and arguments, right and wrong, and what an op should make of them.
#pragma once

#include <algorithm>
#include <optional>
#include <random>

#include "tests/support.h"

namespace tests {

using Expected = std::optional<Shape>;  // nothing: the call is wrong and must throw

// What is drawn for an op.
class Fuzz {
 public:
  explicit Fuzz(unsigned seed) : random_(seed) {}

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  bool one_in(int n) { return between(1, n) == 1; }

  Shape shape(int least = 0, int most = 4) {
    Shape result;
    for (std::int64_t rank = one_in(12) ? between(least, max_rank) : between(least, most); rank > 0; --rank) {
      result.push_back(one_in(8) ? 0 : between(1, 3));
    }
    return result;
  }
  // Like `from`, with a dimension more or less or another size here and there.
  Shape variation(const Shape& from) {
    Shape result = from;
    for (int d = 0; d < result.dim(); ++d) {
      if (one_in(4)) result[d] = one_in(2) ? 1 : between(0, 3);
    }
    if (result.dim() > 0 && one_in(5)) result.erase(0);
    if (result.dim() < max_rank && one_in(5)) result.insert(0, between(1, 2));
    return result;
  }
  int dim(const Shape& of) { return static_cast<int>(between(-of.dim() - 1, of.dim())); }

  template <class T = float>
  BasicTensor<T> tensor(const Shape& of) {
    const auto all = layouts(numbers<T>(of, static_cast<int>(between(0, 9))));
    return all[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(all.size()) - 1))].x;
  }
  Mask mask(const Shape& of) { return tensor(of) > 0; }
  IndexTensor index(const Shape& of, std::int64_t size) {
    return tabulate<std::int64_t>(of, [&](const Index&) {
      return one_in(40) ? between(-size - 2, size + 1) : size > 0 ? between(-size, size - 1) : 0;
    });
  }

 private:
  std::mt19937 random_;
};

// The call gives a tensor of the expected shape, or throws tg::Error if nothing is expected. All elements are read.
template <class F>
void check(const char* op, const Shape& x, const Expected& expected, const F& call) {
  Expected got;
  std::string error;
  try {
    const auto y = call();
    got = y.shape();
    BOOST_REQUIRE_EQUAL(static_cast<std::int64_t>(y.to_vector().size()), y.numel());
  } catch (const Error& e) {
    error = e.what();
  }
  if (got == expected) return;
  BOOST_ERROR(op << " of " << x << " should " << (expected ? "give " + text_of(*expected) : "throw") << ", but "
                 << (got ? "gave " + text_of(*got) : "threw: " + error));
}

inline std::optional<int> resolved(int dim, int rank) {
  if (dim < -rank || dim >= rank) return std::nullopt;
  return dim < 0 ? dim + rank : dim;
}

inline Expected broadcast(const Shape& a, const Shape& b) {
  Shape result;
  for (int d = std::max(a.dim(), b.dim()); d > 0; --d) {
    const std::int64_t m = d > a.dim() ? 1 : a[a.dim() - d], n = d > b.dim() ? 1 : b[b.dim() - d];
    if (m != n && m != 1 && n != 1) return {};
    result.push_back(m == 1 ? n : m);
  }
  return result;
}

inline Shape replaced(Shape shape, int d, std::int64_t size) {
  shape[d] = size;
  return shape;
}

inline bool in_range(const IndexTensor& index, std::int64_t size) {
  const auto all = index.to_vector();
  return std::all_of(all.begin(), all.end(), [size](std::int64_t i) { return i >= -size && i < size; });
}

}  // namespace tests
