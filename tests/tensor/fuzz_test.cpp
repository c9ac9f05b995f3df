// Random shapes, layouts and arguments, right and wrong: every op gives the right shape, or throws tg::Error.
#include <algorithm>
#include <optional>
#include <random>

#include "tests/support.h"

using namespace tests;

namespace {

using Expected = std::optional<Shape>;  // nothing: the call is wrong and must throw

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

std::optional<int> resolved(int dim, int rank) {
  if (dim < -rank || dim >= rank) return std::nullopt;
  return dim < 0 ? dim + rank : dim;
}

Expected broadcast(const Shape& a, const Shape& b) {
  Shape result;
  for (int d = std::max(a.dim(), b.dim()); d > 0; --d) {
    const std::int64_t m = d > a.dim() ? 1 : a[a.dim() - d], n = d > b.dim() ? 1 : b[b.dim() - d];
    if (m != n && m != 1 && n != 1) return {};
    result.push_back(m == 1 ? n : m);
  }
  return result;
}

Shape replaced(Shape shape, int d, std::int64_t size) {
  shape[d] = size;
  return shape;
}

bool in_range(const IndexTensor& index, std::int64_t size) {
  const auto all = index.to_vector();
  return std::all_of(all.begin(), all.end(), [size](std::int64_t i) { return i >= -size && i < size; });
}

void reductions(Fuzz& fuzz) {
  const Shape s = fuzz.shape();
  const Tensor x = fuzz.tensor(s);
  const int dim = fuzz.dim(s);
  const bool keepdim = fuzz.one_in(2);
  const auto d = resolved(dim, s.dim());
  Expected reduced, chosen;
  if (d) {
    reduced = replaced(s, *d, 1);
    if (!keepdim) reduced->erase(*d);
    if (s[*d] > 0) chosen = reduced;
  }
  const Expected same = d ? Expected(s) : Expected(), number = Shape{}, some = s.numel() > 0 ? number : Expected();
  check("sum", s, reduced, [&] { return sum(x, dim, keepdim); });
  check("mean", s, reduced, [&] { return mean(x, dim, keepdim); });
  check("logsumexp", s, reduced, [&] { return logsumexp(x, dim, keepdim); });
  check("max", s, chosen, [&] { return max(x, dim, keepdim); });
  check("min", s, chosen, [&] { return min(x, dim, keepdim); });
  check("argmax", s, chosen, [&] { return argmax(x, dim, keepdim); });
  check("argmin", s, chosen, [&] { return argmin(x, dim, keepdim); });
  check("sum", s, number, [&] { return sum(x); });
  check("mean", s, number, [&] { return mean(x); });
  check("logsumexp", s, number, [&] { return logsumexp(x); });
  check("max", s, some, [&] { return max(x); });
  check("argmin", s, some, [&] { return argmin(x); });
  check("softmax", s, same, [&] { return softmax(x, dim); });
  check("log_softmax", s, same, [&] { return log_softmax(x, dim); });
  if (s.dim() > 0) {
    check("sort", s, same, [&] { return sort(x, dim, keepdim).values; });
    check("argsort", s, same, [&] { return argsort(x, dim, keepdim); });
  }
  const Shape to = fuzz.variation(s);
  const bool broadcasts = broadcast(to, s) == Expected(s);
  check("sum_to", s, broadcasts ? Expected(to) : Expected(), [&] { return sum_to(x, to); });
}

void views(Fuzz& fuzz) {
  const Shape s = fuzz.shape();
  const Tensor x = fuzz.tensor(s);
  const int dim = fuzz.dim(s), other = fuzz.dim(s);
  const auto d = resolved(dim, s.dim()), e = resolved(other, s.dim());

  Expected expected;
  if (const auto at = resolved(dim, s.dim() + 1); at && s.dim() < max_rank) {
    expected = s;
    expected->insert(*at, 1);
  }
  check("unsqueeze", s, expected, [&] { return unsqueeze(x, dim); });
  expected = {};
  if (d && s[*d] == 1) {
    expected = s;
    expected->erase(*d);
  }
  check("squeeze", s, expected, [&] { return squeeze(x, dim); });
  expected = {};
  if (d && e) expected = replaced(replaced(s, *d, s[*e]), *e, s[*d]);
  check("transpose", s, expected, [&] { return transpose(x, dim, other); });
  expected = {};
  if (s.dim() == 0 && resolved(dim, 1) && resolved(other, 1)) expected = Shape{1};
  if (d && e && *d <= *e) {
    expected = Shape();
    std::int64_t joined = 1;
    for (int i = 0; i < s.dim(); ++i) {
      if (i >= *d && i <= *e) joined *= s[i];
      if (i == *e) expected->push_back(joined);
      if (i < *d || i > *e) expected->push_back(s[i]);
    }
  }
  check("flatten", s, expected, [&] { return flatten(x, dim, other); });
  const std::int64_t start = fuzz.between(-1, 3), length = fuzz.between(-1, 3);
  expected = {};
  if (d && start >= 0 && length >= 0 && start + length <= s[*d]) expected = replaced(s, *d, length);
  check("narrow", s, expected, [&] { return narrow(x, dim, start, length); });
  expected = {};
  if (d && start >= -s[*d] && start < s[*d]) {
    expected = s;
    expected->erase(*d);
  }
  check("select", s, expected, [&] { return select(x, dim, start); });

  std::vector<int> dims;
  for (int i = 0; i < s.dim(); ++i) dims.push_back(i);
  std::shuffle(dims.begin(), dims.end(), std::mt19937(static_cast<unsigned>(fuzz.between(0, 1000))));
  expected = Shape();
  for (int i : dims) expected->push_back(s[i]);
  if (!dims.empty() && fuzz.one_in(3)) {
    dims[0] = fuzz.dim(s);
    std::vector<bool> seen(dims.size());
    Shape shape;
    for (int i : dims) {
      const auto r = resolved(i, s.dim());
      if (!r || seen[static_cast<std::size_t>(*r)]) {
        expected = {};
        break;
      }
      seen[static_cast<std::size_t>(*r)] = true;
      shape.push_back(s[*r]);
    }
    if (expected) expected = shape;
  }
  check("permute", s, expected, [&] { return permute(x, dims); });

  const Shape to = fuzz.one_in(2) ? fuzz.variation(s) : fuzz.shape();
  expected = broadcast(s, to) == Expected(to) && s.dim() <= to.dim() ? Expected(to) : Expected();
  check("expand", s, expected, [&] { return expand(x, to); });
  check("reshape", s, to.numel() == s.numel() ? Expected(to) : Expected(), [&] { return reshape(x, to); });
  if (to.dim() > 0) {
    const int unknown = static_cast<int>(fuzz.between(0, to.dim() - 1));
    std::int64_t known = 1;
    for (int i = 0; i < to.dim(); ++i) known *= i == unknown ? 1 : to[i];
    expected = known > 0 && s.numel() % known == 0 ? Expected(replaced(to, unknown, s.numel() / known)) : Expected();
    check("reshape", s, expected, [&] { return reshape(x, replaced(to, unknown, -1)); });
  }
}

void joins(Fuzz& fuzz) {
  const Shape s = fuzz.shape(), times = fuzz.shape();
  const Tensor x = fuzz.tensor(s);
  const int dim = fuzz.dim(s);
  const auto d = resolved(dim, s.dim()), new_d = resolved(dim, s.dim() + 1);

  Expected expected;
  if (times.dim() >= s.dim()) {
    expected = times;
    for (int i = 1; i <= s.dim(); ++i) (*expected)[times.dim() - i] *= s[s.dim() - i];
  }
  check("repeat", s, expected, [&] { return repeat(x, times); });
  const std::int64_t n = fuzz.between(-1, 3);
  expected = d && n >= 0 ? Expected(replaced(s, *d, s[*d] * n)) : Expected();
  check("repeat_interleave", s, expected, [&] { return repeat_interleave(x, n, dim); });
  check("repeat_interleave", s, n >= 0 ? Expected(Shape{s.numel() * n}) : Expected(),
        [&] { return repeat_interleave(x, n); });

  Shape second = s;
  if (s.dim() > 0 && fuzz.one_in(2)) second[static_cast<int>(fuzz.between(0, s.dim() - 1))] = fuzz.between(0, 3);
  if (fuzz.one_in(6)) second = fuzz.variation(s);
  const std::vector<Tensor> tensors{x, fuzz.tensor(second), x};
  expected = {};
  if (d && second.dim() == s.dim() && replaced(second, *d, s[*d]) == s)
    expected = replaced(s, *d, 2 * s[*d] + second[*d]);
  check("cat", s, expected, [&] { return cat(tensors, dim); });
  expected = {};
  if (new_d && second == s && s.dim() < max_rank) {
    expected = s;
    expected->insert(*new_d, 3);
  }
  check("stack", s, expected, [&] { return stack(tensors, dim); });
}

void selections(Fuzz& fuzz) {
  const Shape s = fuzz.shape(), m = fuzz.variation(s);
  const Tensor x = fuzz.tensor(s);
  const Mask mask = fuzz.mask(m);
  const bool fits = broadcast(s, m) == Expected(s);
  Expected chosen;
  if (fits) {
    std::int64_t count = 0;
    for (bool b : expand(mask, s).to_vector()) count += b;
    chosen = Shape{count};
  }
  check("masked_select", s, chosen, [&] { return masked_select(x, mask); });
  check("masked_fill", s, fits ? Expected(s) : Expected(), [&] { return masked_fill(x, mask, 1); });
  const std::int64_t values = fuzz.between(0, 4);
  const bool enough = chosen && (*chosen)[0] == values;
  check("masked_scatter", s, enough ? Expected(s) : Expected(),
        [&] { return masked_scatter(ones({values}), mask, s); });

  const int dim = fuzz.dim(s);
  const auto d = resolved(dim, s.dim());
  const std::int64_t size = d ? s[*d] : 2;
  Shape i = d ? replaced(s, *d, fuzz.between(0, 4)) : s;
  if (fuzz.one_in(6)) i = fuzz.variation(i);
  const IndexTensor index = fuzz.index(i, size);
  const bool agrees = d && i.dim() == s.dim() && replaced(i, *d, size) == s && in_range(index, size);
  check("gather", s, agrees ? Expected(i) : Expected(), [&] { return gather(x, dim, index); });
  const auto di = resolved(dim, i.dim());
  const std::int64_t target = fuzz.one_in(3) ? fuzz.between(-1, 4) : size;
  const bool scatters = di && target >= 0 && in_range(index, target);
  check("scatter_add", i, scatters ? Expected(replaced(i, *di, target)) : Expected(),
        [&] { return scatter_add(fuzz.tensor(i), dim, index, target); });
  const IndexTensor list = fuzz.index({fuzz.between(0, 4)}, size);
  const bool nothing = d && replaced(s, *d, 1).numel() == 0;  // then no index is looked at
  const bool selects = d && (nothing || in_range(list, size));
  check("index_select", s, selects ? Expected(replaced(s, *d, list.numel())) : Expected(),
        [&] { return index_select(x, dim, list); });
}

void pairs(Fuzz& fuzz) {
  const Shape s = fuzz.shape(), t = fuzz.one_in(3) ? fuzz.shape() : fuzz.variation(s), u = fuzz.variation(s);
  const Tensor x = fuzz.tensor(s), y = fuzz.tensor(t), z = fuzz.tensor(u);
  const Expected two = broadcast(s, t), three = two ? broadcast(*two, u) : Expected();
  check("add", s, two, [&] { return x + y; });
  check("sub of temporaries", s, two, [&] { return contiguous(x + 0) - contiguous(y + 0); });
  check("maximum", s, two, [&] { return maximum(x, y); });
  check("<", s, two, [&] { return x < y; });
  check("||", s, two, [&] { return x > 0 || y > 0; });
  check("where", s, three, [&] { return where(z > 0, x, y); });
  check("elementwise", s, three,
        [&] { return elementwise([](auto a, auto b, auto c) { return a * b - c; }, x, y, z); });

  Expected product;
  if (s.dim() > 0 && t.dim() > 0 && s[s.dim() - 1] == t[std::max(t.dim() - 2, 0)]) {
    auto batch = [](Shape shape) {
      for (int i = 0; i < 2 && shape.dim() > 0; ++i) shape.erase(shape.dim() - 1);
      return shape;
    };
    product = broadcast(batch(s), batch(t));
    if (product && s.dim() > 1) product->push_back(s[s.dim() - 2]);
    if (product && t.dim() > 1) product->push_back(t[t.dim() - 1]);
  }
  check("matmul", s, product, [&] { return matmul(x, y); });
  product = s.dim() == 1 && s == t ? Expected(Shape{}) : Expected();
  check("dot", s, product, [&] { return dot(x, y); });
  product = {};
  if (s.dim() == 3 && t.dim() == 3 && s[0] == t[0] && s[2] == t[1]) product = Shape{s[0], s[1], t[2]};
  check("bmm", s, product, [&] { return bmm(x, y); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(random_shapes_and_arguments) {
  Fuzz fuzz(20260101);
  for (int round = 0; round < 3000; ++round) {
    reductions(fuzz);
    views(fuzz);
    joins(fuzz);
    selections(fuzz);
    pairs(fuzz);
  }
}

// Extreme arguments: nothing overflows, hangs or crashes.
BOOST_AUTO_TEST_CASE(extreme_arguments) {
  const std::vector<std::int64_t> extremes{std::numeric_limits<std::int64_t>::min(),
                                           std::int64_t{-1} << 32,
                                           -2,
                                           -1,
                                           0,
                                           1,
                                           3,
                                           std::int64_t{1} << 31,
                                           std::int64_t{1} << 50,
                                           std::numeric_limits<std::int64_t>::max()};
  const Tensor x = ones({2, 3}), flat = ones({6});
  int calls = 0;
  auto either = [&calls](const auto& call) {
    ++calls;
    try {
      call();
    } catch (const Error&) {
    }
  };
  for (std::int64_t a : extremes) {
    const int dim =
        static_cast<int>(std::clamp<std::int64_t>(a, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
    either([&] { sum(x, dim); });
    either([&] { x.size(dim); });
    either([&] { unsqueeze(x, dim); });
    either([&] { flatten(x, 0, dim); });
    either([&] { x(0, a); });
    either([&] { gather(flat, 0, IndexTensor{a}); });
    either([&] { scatter_add(ones({1}), 0, IndexTensor{a}, 3); });
    either([&] { index_select(flat, 0, IndexTensor{a}); });
    if (a <= 3 || a >= std::int64_t{1} << 50) {  // what lies between would only cost memory
      either([&] { eye(a); });
      either([&] { arange(static_cast<double>(a)); });
      either([&] { linspace(0, 1, a); });
      either([&] { repeat_interleave(x, a); });
      either([&] { repeat_interleave(x, a, 1); });
      either([&] { scatter_add(ones({1}), 0, IndexTensor{0}, a); });
      either([&] { rand({a}); });
    }
    for (std::int64_t b : extremes) {
      either([&] { reshape(x, {a, b}); });
      either([&] { reshape(zeros({0}), {a, b}); });
      either([&] { reshape(x, {-1, a, b}); });
      either([&] { expand(flat, {a, b}); });
      either([&] { expand(ones({1, 1}), {a, b}); });
      either([&] { narrow(x, 1, a, b); });
      either([&] { Tensor::from_vector({1, 2}, {a, b}); });
      either([&] { sum_to(x, {a, b}); });
      either([&] { zeros({0, a, b}); });
      if (std::abs(a / 2) < 4 && std::abs(b / 2) < 4) either([&] { repeat(x, {a, b}); });
      if (a > 3 && b > 3) BOOST_CHECK_THROW(repeat(x, {a, b}), Error);
    }
  }
  BOOST_TEST(calls > 500);
}

BOOST_AUTO_TEST_SUITE_END()
