// Random expressions: how they are grown, computed and printed.
#include "tests/autograd/expression.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tests {

using namespace tg;
using V = Variable64;

V Expression::operator()(const std::vector<V>& x) const {
  std::vector<std::size_t> last_use(x.size() + steps.size(), 0);
  for (std::size_t s = 0; s < steps.size(); ++s) {
    for (std::size_t a : steps[s].arguments) last_use[a] = s;
  }
  std::vector<V> values = x;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const auto& from = steps[s].arguments;
    std::vector<V> arguments;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const bool needed_again =
          last_use[from[i]] > s || std::count(from.begin() + static_cast<std::ptrdiff_t>(i) + 1, from.end(), from[i]);
      arguments.push_back(needed_again ? values[from[i]] : std::move(values[from[i]]));
    }
    values.push_back(steps[s].f(std::move(arguments)));
  }
  return values.back();
}

std::string Expression::text() const {
  std::ostringstream out;
  out.precision(17);
  auto print_name = [&](std::size_t value) {
    if (value < leaves.size())
      out << 'x' << value;
    else
      out << 't' << value - leaves.size();
  };
  for (std::size_t i = 0; i < leaves.size(); ++i) out << 'x' << i << " = " << leaves[i] << '\n';
  for (std::size_t s = 0; s < steps.size(); ++s) {
    out << 't' << s << " = ";
    const std::string& op = steps[s].op;
    for (std::size_t i = 0; i < op.size(); ++i) {
      if (op[i] != '$')
        out << op[i];
      else if (op[++i] == 'k')
        out << steps[s].k;
      else
        print_name(steps[s].arguments[static_cast<std::size_t>(op[i] - '1')]);
    }
    out << '\n';
  }
  return out.str();
}

int Expression::depth() const {
  std::vector<int> depths(leaves.size(), 0);
  for (const Step& step : steps) {
    int deepest = 0;
    for (std::size_t a : step.arguments) deepest = std::max(deepest, depths[a]);
    depths.push_back(deepest + 1);
  }
  return depths.back();
}

namespace {

// --- What a step may be ---

using Arguments = std::vector<V>;

// f is called with the arguments, as temporaries, and a number that serves as a dimension or a size. Where the
// arguments do not fit, it throws, and another op is tried.
struct Op {
  std::string text;
  std::size_t arity;
  double (*distance_to_kink)(const Arguments&);
  V (*f)(Arguments, int);
};

double smallest_distance(const Tensor64& a, const Tensor64& b) {
  const Tensor64 distances = abs(a - b);
  return distances.numel() > 0 ? min(distances).item() : 0;
}

double smallest_gap(const Tensor64& x) {
  std::vector<double> values = x.to_vector();
  std::sort(values.begin(), values.end());
  double gap = 1;
  for (std::size_t i = 1; i < values.size(); ++i) gap = std::min(gap, values[i] - values[i - 1]);
  return gap;
}

double smooth(const Arguments&) { return 1; }
double between_two(const Arguments& x) { return smallest_distance(x[0].value(), x[1].value()); }
double between_elements(const Arguments& x) { return smallest_gap(x[0].value()); }
double to_zero(const Arguments& x) { return smallest_distance(x[0].value(), zeros<double>({})); }

// Something fixed of a given shape.
Tensor64 waves(const Shape& shape) {
  return reshape(sin(1 + 2 * arange<double>(static_cast<double>(shape.numel()))), shape);
}

V a(Arguments& x) { return std::move(x[0]); }
V b(Arguments& x) { return std::move(x[1]); }

const std::vector<Op>& ops() {
  static const std::vector<Op> all{
      {"-$1", 1, smooth, [](Arguments x, int) { return -a(x); }},
      {"1 - $1", 1, smooth, [](Arguments x, int) { return 1 - a(x); }},
      {"$1 * 3 / 2", 1, smooth, [](Arguments x, int) { return a(x) * 3 / 2; }},
      {"2 / (square($1) + 1)", 1, smooth, [](Arguments x, int) { return 2 / (square(a(x)) + 1); }},
      {"exp(tanh($1))", 1, smooth, [](Arguments x, int) { return exp(tanh(a(x))); }},
      {"log(square($1) + 1)", 1, smooth, [](Arguments x, int) { return log(square(a(x)) + 1); }},
      {"sqrt(square($1) + 1)", 1, smooth, [](Arguments x, int) { return sqrt(square(a(x)) + 1); }},
      {"pow(square($1) + 0.5, 0.7)", 1, smooth, [](Arguments x, int) { return pow(square(a(x)) + 0.5, 0.7); }},
      {"square($1)", 1, smooth, [](Arguments x, int) { return square(a(x)); }},
      {"sin($1)", 1, smooth, [](Arguments x, int) { return sin(a(x)); }},
      {"cos($1)", 1, smooth, [](Arguments x, int) { return cos(a(x)); }},
      {"tanh($1)", 1, smooth, [](Arguments x, int) { return tanh(a(x)); }},
      {"sigmoid($1)", 1, smooth, [](Arguments x, int) { return sigmoid(a(x)); }},
      {"abs($1)", 1, to_zero, [](Arguments x, int) { return abs(a(x)); }},
      {"relu($1)", 1, to_zero, [](Arguments x, int) { return relu(a(x)); }},
      {"elementwise(x exp(-x x / 2), $1)", 1, smooth,
       [](Arguments x, int) { return elementwise([](auto v) { return v * exp(-square(v) / 2); }, a(x)); }},

      {"$1 + $2", 2, smooth, [](Arguments x, int) { return a(x) + b(x); }},
      {"$1 - $2", 2, smooth, [](Arguments x, int) { return a(x) - b(x); }},
      {"$1 * $2", 2, smooth, [](Arguments x, int) { return a(x) * b(x); }},
      {"$1 / (square($2) + 1)", 2, smooth, [](Arguments x, int) { return a(x) / (square(b(x)) + 1); }},
      {"pow(square($1) + 0.5, tanh($2))", 2, smooth,
       [](Arguments x, int) { return pow(square(a(x)) + 0.5, tanh(b(x))); }},
      {"maximum($1, $2)", 2, between_two, [](Arguments x, int) { return maximum(a(x), b(x)); }},
      {"minimum($1, $2)", 2, between_two, [](Arguments x, int) { return minimum(a(x), b(x)); }},
      {"where($2 < $1, $1 * $2, $2)", 2, between_two,
       [](Arguments x, int) { return where(x[1] < x[0], x[0] * x[1], x[1]); }},
      {"where(waves > 0, $1, $2)", 2, smooth,
       [](Arguments x, int) { return where(waves(x[0].shape()) > 0, x[0], x[1]); }},
      {"elementwise(exp(-(q - k)^2 / 2), $1, $2)", 2, smooth,
       [](Arguments x, int) {
         return elementwise([](auto q, auto k) { return exp(-square(q - k) / 2); }, a(x), b(x));
       }},
      {"elementwise(-(q - k)^2 w^2 / 2, $1, $2, $3)", 3, smooth,
       [](Arguments x, int) {
         return elementwise([](auto q, auto k, auto w) { return -square((q - k) * w) / 2; }, a(x), b(x),
                            std::move(x[2]));
       }},

      {"sum($1)", 1, smooth, [](Arguments x, int) { return sum(x[0]); }},
      {"sum($1, $k)", 1, smooth, [](Arguments x, int k) { return sum(x[0], k); }},
      {"mean($1, $k, true)", 1, smooth, [](Arguments x, int k) { return mean(x[0], k, true); }},
      {"logsumexp($1)", 1, smooth, [](Arguments x, int) { return logsumexp(x[0]); }},
      {"logsumexp($1, $k)", 1, smooth, [](Arguments x, int k) { return logsumexp(x[0], k); }},
      {"max($1, $k, true)", 1, between_elements, [](Arguments x, int k) { return max(x[0], k, true); }},
      {"min($1)", 1, between_elements, [](Arguments x, int) { return min(x[0]); }},
      {"sort($1, $k).values", 1, between_elements, [](Arguments x, int k) { return sort(x[0], k).values; }},
      {"softmax($1, $k)", 1, smooth, [](Arguments x, int k) { return softmax(a(x), k); }},
      {"log_softmax($1, $k)", 1, smooth, [](Arguments x, int k) { return log_softmax(a(x), k); }},

      {"matmul($1, $2)", 2, smooth, [](Arguments x, int) { return matmul(x[0], x[1]); }},
      {"matmul(transpose($1), $2)", 2, smooth, [](Arguments x, int) { return matmul(transpose(x[0]), x[1]); }},
      {"matmul($1, transpose(tanh($1)))", 1, smooth,
       [](Arguments x, int) { return matmul(x[0], transpose(tanh(x[0]))); }},
      {"matmul($1, waves)", 1, smooth,
       [](Arguments x, int) {
         return matmul(x[0], waves({x[0].size(-1), 2}));
       }},
      {"bmm($1, waves)", 1, smooth,
       [](Arguments x, int) {
         return bmm(x[0], waves({x[0].size(0), x[0].size(2), 3}));
       }},
      {"dot($1, sin($1))", 1, smooth, [](Arguments x, int) { return dot(x[0], sin(x[0])); }},

      {"reshape($1, {$k, -1})", 1, smooth,
       [](Arguments x, int k) {
         return reshape(x[0], {k, -1});
       }},
      {"flatten($1)", 1, smooth, [](Arguments x, int) { return flatten(x[0]); }},
      {"unsqueeze($1, $k)", 1, smooth, [](Arguments x, int k) { return unsqueeze(x[0], k); }},
      {"squeeze($1)", 1, smooth, [](Arguments x, int) { return squeeze(x[0]); }},
      {"transpose($1)", 1, smooth, [](Arguments x, int) { return transpose(x[0]); }},
      {"permute($1, {2, 0, 1})", 1, smooth,
       [](Arguments x, int) {
         return permute(x[0], {2, 0, 1});
       }},
      {"expand(unsqueeze($1, 0), {2, ...})", 1, smooth,
       [](Arguments x, int) {
         Shape shape = x[0].shape();
         shape.insert(0, 2);
         return expand(unsqueeze(x[0], 0), shape);
       }},
      {"narrow($1, $k, 1, 2)", 1, smooth, [](Arguments x, int k) { return narrow(x[0], k, 1, 2); }},
      {"select($1, $k, -1)", 1, smooth, [](Arguments x, int k) { return select(x[0], k, -1); }},
      {"repeat($1, {$k, 2})", 1, smooth,
       [](Arguments x, int k) {
         return repeat(x[0], {k, 2});
       }},
      {"repeat_interleave($1, 2, $k)", 1, smooth, [](Arguments x, int k) { return repeat_interleave(x[0], 2, k); }},
      {"cat({$1, $2}, $k)", 2, smooth, [](Arguments x, int k) { return cat(x, k); }},
      {"stack({$1, $2, $3}, $k)", 3, smooth, [](Arguments x, int k) { return stack(x, k); }},
      {"stack({$1, sin($1)}, $k)", 1, smooth,
       [](Arguments x, int k) {
         return stack({x[0], sin(x[0])}, k);
       }},
      {"masked_select($1, waves > -0.3)", 1, smooth,
       [](Arguments x, int) { return masked_select(x[0], waves(x[0].shape()) > -0.3); }},
      {"masked_fill($1, waves > 0.5, 0.3)", 1, smooth,
       [](Arguments x, int) {
         const Mask mask = waves(x[0].shape()) > 0.5;
         return masked_fill(a(x), mask, 0.3);
       }},
      {"index_select($1, $k, {1, 0, 1})", 1, smooth,
       [](Arguments x, int k) {
         return index_select(x[0], k, IndexTensor{1, 0, 1});
       }},
  };
  return all;
}

// --- Growing ---

constexpr int deepest = 6;
constexpr std::int64_t most_elements = 36;

struct Grower {
  Random& random;
  Expression expression{};
  std::vector<V> values{};  // of the leaves and steps so far

  std::size_t below(std::size_t n) { return random() % n; }

  // Appends a step, if the op can take the arguments there.
  bool append(const Op& op, const std::vector<std::size_t>& arguments) {
    Arguments x;
    for (std::size_t i : arguments) x.push_back(values[i]);
    const int k = static_cast<int>(below(3));
    V y;
    try {
      if (op.distance_to_kink(x) < 0.02) return false;
      y = op.f(x, k);
    } catch (const Error&) {
      return false;
    }
    if (y.numel() == 0 || y.numel() > most_elements || y.dim() > 4) return false;
    for (double v : y.value().to_vector()) {
      if (!(std::abs(v) < 8)) return false;
    }
    expression.steps.push_back(
        {op.text, k, arguments, [&op, k](Arguments again) { return op.f(std::move(again), k); }});
    values.push_back(y);
    return true;
  }

  // A value whose subexpressions are at most `depth` deep; its number.
  std::size_t grow(int depth) {
    if (depth == 0 || below(8) == 0) return below(expression.leaves.size());
    if (below(5) == 0) return below(values.size());  // shares what is there
    const std::size_t arity = below(10) < 5 ? 1 : below(6) == 0 ? 3 : 2;
    std::vector<std::size_t> arguments;
    for (std::size_t i = 0; i < arity; ++i) arguments.push_back(grow(depth - 1));
    for (int attempt = 0; attempt < 40; ++attempt) {
      const Op& op = ops()[below(ops().size())];
      if (op.arity == arity && append(op, arguments)) return values.size() - 1;
    }
    return arguments[0];
  }
};

}  // namespace

std::size_t op_kinds() { return ops().size(); }

Expression random_expression(Random& random) {
  Grower grower{random};
  const std::vector<Shape> shapes{{2, 3}, {3}, {}, {3, 1}, {2, 1, 3}, {4}, {3, 3}, {1}};
  const std::size_t count = 2 + grower.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const Tensor64 x = draw<double>(any, shapes[grower.below(shapes.size())], Placement::contiguous, random);
    grower.expression.leaves.push_back(x);
    grower.values.push_back(x);
  }
  while (grower.expression.steps.size() < 3) grower.grow(deepest);
  return grower.expression;
}

}  // namespace tests
