// Of random shapes, layouts and arguments, right and wrong, every op gives the right shape, or throws tg::Error.
#include "tests/tensor/fuzz.h"

using namespace tests;

namespace {

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

BOOST_AUTO_TEST_SUITE_END()
