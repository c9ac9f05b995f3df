// Nobody can tell a view from a copy: every op gives the same of both.
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

namespace {

struct Op {
  const char* name;
  std::function<Tensor64(const Tensor64&)> f;
};

template <class T>
Tensor64 wide(const BasicTensor<T>& x) {
  return cast<double>(x);
}

// Every op of one tensor, for x of shape (2, 3, 4), positive where that matters.
std::vector<Op> ops_of_one() {
  const Tensor64 like = abs(numbers<double>({2, 3, 4}, 3));
  const Mask mask = like > 0.7;
  const IndexTensor along{{{0, -1, 2, 1}, {1, 1, 0, 2}}, {{2, 0, 0, -3}, {0, 1, 2, 2}}};
  return {
      {"neg", [](auto& x) { return -x; }},
      {"abs", [](auto& x) { return abs(x - 1); }},
      {"sign", [](auto& x) { return sign(x); }},
      {"square", [](auto& x) { return square(x); }},
      {"sqrt", [](auto& x) { return sqrt(x); }},
      {"exp", [](auto& x) { return exp(x); }},
      {"log", [](auto& x) { return log(x); }},
      {"sin", [](auto& x) { return sin(x); }},
      {"cos", [](auto& x) { return cos(x); }},
      {"tanh", [](auto& x) { return tanh(x); }},
      {"sigmoid", [](auto& x) { return sigmoid(x); }},
      {"relu", [](auto& x) { return relu(x); }},
      {"clamp", [](auto& x) { return clamp(x, 0.5, 1.5); }},
      {"pow number", [](auto& x) { return pow(x, 0.3); }},
      {"number pow", [](auto& x) { return pow(2, x); }},
      {"+ number", [](auto& x) { return x + 1; }},
      {"number -", [](auto& x) { return 1 - x; }},
      {"/ number", [](auto& x) { return x / 3; }},
      {"lambda", [](auto& x) { return elementwise([](auto v) { return v * exp(-v); }, x); }},
      {"sum", [](auto& x) { return sum(x); }},
      {"sum 0", [](auto& x) { return sum(x, 0); }},
      {"sum 1 keepdim", [](auto& x) { return sum(x, 1, true); }},
      {"sum_to",
       [](auto& x) {
         return sum_to(x, {3, 1});
       }},
      {"mean", [](auto& x) { return mean(x); }},
      {"mean -1", [](auto& x) { return mean(x, -1); }},
      {"max", [](auto& x) { return max(x); }},
      {"max 1", [](auto& x) { return max(x, 1); }},
      {"min", [](auto& x) { return min(x); }},
      {"min 0", [](auto& x) { return min(x, 0, true); }},
      {"logsumexp", [](auto& x) { return logsumexp(x); }},
      {"logsumexp 1", [](auto& x) { return logsumexp(x, 1); }},
      {"softmax 0", [](auto& x) { return softmax(x, 0); }},
      {"softmax 2", [](auto& x) { return softmax(x, 2); }},
      {"log_softmax 1", [](auto& x) { return log_softmax(x, 1); }},
      {"softmax_vjp g", [like](auto& x) { return softmax_vjp(x, like, 1); }},
      {"softmax_vjp y", [like](auto& x) { return softmax_vjp(like, x, 1); }},
      {"log_softmax_vjp g", [like](auto& x) { return log_softmax_vjp(x, like, 2); }},
      {"log_softmax_vjp y", [like](auto& x) { return log_softmax_vjp(like, x, 0); }},
      {"sort", [](auto& x) { return sort(x).values; }},
      {"sort 0 descending", [](auto& x) { return sort(x, 0, true).values; }},
      {"argsort 1", [](auto& x) { return wide(argsort(x, 1)); }},
      {"argmax", [](auto& x) { return wide(argmax(x)); }},
      {"argmax 1", [](auto& x) { return wide(argmax(x, 1)); }},
      {"argmin 2", [](auto& x) { return wide(argmin(x, 2, true)); }},
      {"masked_select", [mask](auto& x) { return masked_select(x, mask); }},
      {"masked_fill", [mask](auto& x) { return masked_fill(x, mask, -9); }},
      {"masked_scatter", [mask](auto& x) { return masked_scatter(x, full<bool>({24}, true), {24}); }},
      {"gather 1", [along](auto& x) { return gather(x, 1, along); }},
      {"scatter_add 2",
       [](auto& x) {
         return scatter_add(x, 2, expand(IndexTensor{0, 1, 1, 5}, {2, 3, 4}), 6);
       }},
      {"index_select",
       [](auto& x) {
         return index_select(x, 1, IndexTensor{2, 0, 2, -1});
       }},
      {"< number", [](auto& x) { return wide(x < 0.7); }},
      {">= number", [](auto& x) { return wide(x >= 0.7); }},
      {"== itself", [](auto& x) { return wide(x == x); }},
      {"where", [](auto& x) { return where(x > 0.7, x, 0); }},
      {"reshape",
       [](auto& x) {
         return reshape(x, {4, 6});
       }},
      {"flatten", [](auto& x) { return flatten(x); }},
      {"unsqueeze", [](auto& x) { return unsqueeze(x, 1); }},
      {"squeeze", [](auto& x) { return squeeze(narrow(x, 0, 1, 1), 0); }},
      {"transpose", [](auto& x) { return transpose(x); }},
      {"permute",
       [](auto& x) {
         return permute(x, {1, 2, 0});
       }},
      {"expand",
       [](auto& x) {
         return expand(x, {2, 2, 3, 4});
       }},
      {"narrow", [](auto& x) { return narrow(x, 1, 1, 2); }},
      {"select", [](auto& x) { return select(x, 1, -2); }},
      {"repeat",
       [](auto& x) {
         return repeat(x, {2, 1, 3, 2});
       }},
      {"repeat_interleave", [](auto& x) { return repeat_interleave(x, 3); }},
      {"repeat_interleave 1", [](auto& x) { return repeat_interleave(x, 2, 1); }},
      {"cat",
       [](auto& x) {
         return cat({x, x, x}, 1);
       }},
      {"stack",
       [](auto& x) {
         return stack({x, x}, 2);
       }},
      {"contiguous", [](auto& x) { return contiguous(x); }},
      {"matmul left",
       [](auto& x) {
         return matmul(x, numbers<double>({4, 5}, 1));
       }},
      {"matmul right",
       [](auto& x) {
         return matmul(numbers<double>({5, 3}, 1), x);
       }},
      {"matmul itself", [](auto& x) { return matmul(x, transpose(x)); }},
      {"bmm", [](auto& x) { return bmm(transpose(x), x); }},
      {"dot", [](auto& x) { return dot(flatten(x), flatten(x)); }},
      {"zeros_like", [](auto& x) { return zeros_like(x); }},
      {"ones_like", [](auto& x) { return ones_like(x); }},
      {"cast", [](auto& x) { return wide(cast<float>(x)); }},
      {"to_vector", [](auto& x) { return Tensor64::from_vector(x.to_vector(), x.shape()); }},
      {"item",
       [](auto& x) { return Tensor64::from_number(narrow(narrow(narrow(x, 0, 1, 1), 1, 2, 1), 2, 3, 1).item()); }},
      {"x(i)", [](auto& x) { return Tensor64::from_number(x(1, -1, 2)); }},
      {"!", [](auto& x) { return wide(!cast<bool>(x)); }},
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(views_are_copies_in_every_op_of_one_tensor) {
  const Tensor64 x = abs(numbers<double>({2, 3, 4}));
  for (const Op& op : ops_of_one()) {
    const Tensor64 expected = op.f(x);
    for (const auto& [name, view] : layouts(x)) {
      const std::string differs = difference(op.f(view), expected, 1e-15);
      BOOST_CHECK_MESSAGE(differs.empty(), op.name << ", " << name << ": " << differs);
      BOOST_CHECK_MESSAGE(difference(view, x).empty(), op.name << ", " << name << ": the operand has changed");
    }
    for (int d = 0; d < 3; ++d) {  // the same slice again and again, without and with a step of 0
      const Tensor64 spread = expand(narrow(x, d, 0, 1), x.shape());
      const Tensor64 copy = Tensor64::from_vector(elements(spread), x.shape());
      const std::string differs = difference(op.f(spread), op.f(copy), 1e-15);
      BOOST_CHECK_MESSAGE(differs.empty(), op.name << ", expanded along " << d << ": " << differs);
    }
  }
}

BOOST_AUTO_TEST_CASE(views_are_copies_in_every_op_of_two_tensors) {
  struct Op2 {
    const char* name;
    std::function<Tensor64(const Tensor64&, const Tensor64&)> f;
  };
  const std::vector<Op2> ops{
      {"+", [](auto& a, auto& b) { return a + b; }},
      {"-", [](auto& a, auto& b) { return a - b; }},
      {"*", [](auto& a, auto& b) { return a * b; }},
      {"/", [](auto& a, auto& b) { return a / b; }},
      {"pow", [](auto& a, auto& b) { return pow(a, b); }},
      {"maximum", [](auto& a, auto& b) { return maximum(a, b); }},
      {"minimum", [](auto& a, auto& b) { return minimum(a, b); }},
      {"<", [](auto& a, auto& b) { return wide(a < b); }},
      {"!=", [](auto& a, auto& b) { return wide(a != b); }},
      {"&&", [](auto& a, auto& b) { return wide(a > 1 && b > 1); }},
      {"||", [](auto& a, auto& b) { return wide(a > 1 || b > 1); }},
      {"where", [](auto& a, auto& b) { return where(a < b, a, b); }},
      {"lambda", [](auto& a, auto& b) { return elementwise([](auto x, auto y) { return x * y - x; }, a, b); }},
      {"allclose", [](auto& a, auto& b) { return full<double>({}, allclose(a, b, 0, 0.5)); }},
      {"cat",
       [](auto& a, auto& b) {
         return cat({a, b}, 1);
       }},
      {"stack",
       [](auto& a, auto& b) {
         return stack({a, b}, -1);
       }},
      {"matmul", [](auto& a, auto& b) { return matmul(a, transpose(b)); }},
      {"bmm", [](auto& a, auto& b) { return bmm(transpose(unsqueeze(a, 0)), unsqueeze(b, 0)); }},
      {"dot", [](auto& a, auto& b) { return dot(flatten(a), flatten(b)); }},
      {"masked_select", [](auto& a, auto& b) { return masked_select(a, b > 1); }},
      {"gather", [](auto& a, auto& b) { return gather(a, 1, cast<std::int64_t>(b)); }},
  };
  const Tensor64 a = abs(numbers<double>({3, 20}, 1)), b = abs(numbers<double>({3, 20}, 2));
  for (const Op2& op : ops) {
    const Tensor64 expected = op.f(a, b);
    for (const auto& [name_a, view_a] : layouts(a)) {
      for (const auto& [name_b, view_b] : layouts(b)) {
        const std::string differs = difference(op.f(view_a, view_b), expected, 1e-15);
        BOOST_CHECK_MESSAGE(differs.empty(), op.name << ", " << name_a << " and " << name_b << ": " << differs);
      }
    }
  }
}

// Masks and indices may be views, too.
BOOST_AUTO_TEST_CASE(views_are_copies_as_masks_and_indices) {
  const Tensor x = numbers<float>({3, 4});
  const Mask mask = numbers<float>({3, 4}, 1) > 0;
  const IndexTensor index{{0, 2, 1, 1}, {2, 2, 0, 0}, {1, 0, 2, 1}};
  for (const auto& [name, m] : layouts(mask)) {
    BOOST_TEST_CONTEXT(name) {
      CHECK_SAME(masked_select(x, m), masked_select(x, mask));
      CHECK_SAME(masked_fill(x, m, 7), masked_fill(x, mask, 7));
      CHECK_SAME(where(m, x, 0), where(mask, x, 0));
      CHECK_SAME(!m, !mask);
      CHECK_SAME(m && !m, zeros<bool>({3, 4}));
    }
  }
  for (const auto& [name, i] : layouts(index)) {
    BOOST_TEST_CONTEXT(name) {
      CHECK_SAME(gather(x, 0, i), gather(x, 0, index));
      CHECK_SAME(scatter_add(x, 0, i, 5), scatter_add(x, 0, index, 5));
      CHECK_SAME(index_select(x, 1, narrow(reshape(i, {12}), 0, 1, 3)), index_select(x, 1, IndexTensor{2, 1, 1}));
    }
  }
  const Mask column = expand(Mask{{true}, {false}, {true}}, {3, 4});
  CHECK_SAME(masked_select(x, column), masked_select(x, Mask{{true}, {false}, {true}}));
}

BOOST_AUTO_TEST_SUITE_END()
