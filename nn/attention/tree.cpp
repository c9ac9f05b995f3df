// Tree: the columns that the walk sums, and what is made of the sums.
#include "nn/attention/tree.h"

#include <algorithm>
#include <cmath>

#include "nn/attention/value.h"
#include "tensor/tensor.h"

namespace tg::detail {
namespace {

template <class T> double tolerance_of(const PoolingInputs<T>& in) {
  return in.options.tolerance.value_or(std::is_same_v<T, float> ? 2.5e-8 : 0);
}

template <class T> bool all_finite(const T* x, Index count) {
  return std::all_of(x, x + count, [](T number) { return std::isfinite(number); });
}
template <class T> bool all_finite(const Side<T>& x) { return all_finite(x.columns.data(), x.columns.numel()); }

// A side's columns in double, a row each, and a side of such columns.
template <class T> Tensor64 columns_of(const Side<T>& x) {
  return cast<double>(reshape(x.columns, {static_cast<Index>(x.width), x.count}));
}
Side<double> side_of(const Tensor64& columns) { return Side<double>(transpose(columns)); }

// What each column of the values is taken less of, (v, 1): about its median, which no outlier moves.
template <class T> Tensor64 middles_of(const PoolingInputs<T>& in) {
  Tensor64 middles = zeros<double>({static_cast<Index>(in.values.width), 1});
  for (std::size_t c = 0; c < in.values.width && !in.options.logs; ++c) {
    middles.writable()[c] = median<T>({in.values.column(c), static_cast<std::size_t>(in.values.count)});
  }
  return middles;
}

// The walk's sums for one side in the lanes, over the rows of the other side with these columns and shifts.
template <class T>
std::optional<Tensor64> sums_over(const TreeScorer& scorer, const PoolingInputs<T>& in, InLanes side,
                                  const Tensor64& columns, const std::vector<double>& shifts,
                                  const std::vector<std::size_t>& inputs, double floor,
                                  const Side<double>* factors = nullptr) {
  const bool queries = side == InLanes::queries;
  const Side<double> lanes = side_of(columns_of(queries ? in.queries : in.keys));
  const Cells cells(side_of(columns_of(queries ? in.keys : in.queries)), side_of(columns), shifts);
  std::vector<Index> own_rows(in.options.exclude_self ? cells.order.size() : 0);
  for (std::size_t j = 0; j < own_rows.size(); ++j)
    own_rows[static_cast<std::size_t>(cells.order[j])] = static_cast<Index>(j);
  const TreeCall call{scorer, side, lanes, cells, inputs, tolerance_of(in), floor, own_rows, factors};
  const std::optional<Side<double>> found = walk(call, in.options.limits);
  return found ? std::optional(found->columns) : std::nullopt;
}

}  // namespace

template <class T> bool tree_may_answer(const PoolingInputs<T>& in) {
  return tolerance_of(in) > 0 && in.keys.width == 1 && in.options.limits.allow(in.keys.count, in.queries.count);
}

// The sums are those of exp(s), and times each column of the values less its middle, v'; then for each term those of
// exp(s) t, and times each column. The logarithm has no columns: an average slope is all of its gradient.
template <class T>
std::optional<Pooled<T>> pool_by_tree(const TreeScorer& scorer, const PoolingInputs<T>& in, const Shape& result_shape,
                                      const Terms* terms) {
  const Index m = in.queries.count, v = in.options.logs ? 0 : static_cast<Index>(in.values.width);
  if (!all_finite(in.queries) || !all_finite(in.keys) || !all_finite(in.values)) return {};
  const Tensor64 middles = middles_of(in);
  Tensor64 columns = ones<double>({1, in.keys.count});
  if (v) columns = cat({columns, columns_of(in.values) - middles});
  std::vector<std::size_t> inputs;
  for (const Term& term : terms ? *terms : Terms()) inputs.push_back(term.input);
  const auto found = sums_over(scorer, in, InLanes::queries, columns, {}, inputs, 0);
  if (!found) return {};

  auto sums = [&](Index first, Index count) { return narrow(*found, 0, first, count); };
  const Tensor64 mass = sums(1, 1), logs = sums(0, 1) + log(mass);
  const Tensor64 averages = v ? sums(2, v) / mass : zeros<double>({1, m}), results = averages + middles;
  const BasicTensor<T> rounded = cast<T>(results), y = v ? transpose(rounded) : cast<T>(logs);
  Pooled<T> out{reshape(y, result_shape), Side<T>(0, 1), Side<T>(0, 1), {}, {}, {}};
  out.log_sums.assign(logs.data(), logs.data() + m);
  if (!terms) return out;
  std::vector<BasicTensor<T>> kept{cast<T>(results - cast<double>(rounded))};
  for (Index first = 2 + v; first < found->size(0); first += 1 + v) {
    kept.push_back(zeros<T>({1, m}));  // an average slope, which the following are relative to
    auto covariance = [](auto of_both, auto of_value, auto of_slope, auto of_one) {
      return (of_both - scaled(of_value, of_slope)) / of_one;
    };
    const Tensor64 slope = sums(first, 1);
    kept.push_back(cast<T>(v ? elementwise(covariance, sums(first + 1, v), averages, slope, mass) : slope / mass));
  }
  out.forward = *terms;
  out.averages.emplace(m, in.values.width, *terms);
  out.averages->centres.columns = rounded;
  out.averages->sums.columns = cat(kept);
  return out;
}

// v̄_j = Σ_i p_ij ȳ_i and k̄_j = Σ_i p_ij t_ij (ȳ_i v'_j - ȳ_i y'_i), with p_ij = exp(s_ij - log_sum_i).
template <class T>
std::optional<KeyGradients<T>> tree_over_keys(const TreeScorer& scorer, const PoolingInputs<T>& in,
                                              const Pooled<T>& pooled, const Side<T>& g, bool of_keys) {
  const Index m = in.queries.count, n = in.keys.count, v = static_cast<Index>(in.values.width);
  if (!in.options.limits.allow(m, n) || !all_finite(g) || !all_finite(pooled.log_sums.data(), m)) return {};
  const Tensor64 middles = middles_of(in), values = columns_of(in.values) - middles;
  const Tensor64 cotangents = columns_of(g), mass = sum(abs(cotangents), 0, true);
  const Tensor64 results =
      columns_of(pooled.averages->centres) - middles + cast<double>(narrow(pooled.averages->sums.columns, 0, 0, v));
  const Tensor64 columns = cat({mass, cotangents, sum(cotangents * results, 0, true)});
  const std::vector<std::size_t> inputs(of_keys ? 1 : 0, 1);
  const double floor = sum(mass).item() / static_cast<double>(n);
  const Tensor64 one = ones<double>({1, n});
  const Side<double> factors = side_of(cat({one * 0, values, -one}));
  const auto found = sums_over(scorer, in, InLanes::keys, columns, pooled.log_sums, inputs, floor, &factors);
  if (!found) return {};

  const Tensor64 scale = exp(narrow(*found, 0, 0, 1));
  auto sums = [&](Index first, Index count) { return scale * narrow(*found, 0, first, count); };
  KeyGradients<T> out{{}, cast<T>(transpose(sums(2, v)))};
  if (of_keys) out.of_keys = cast<T>(select(sums(3 + v, 1), 0, 0));
  return out;
}

#define TG_INSTANTIATE(T)                                                                                              \
  template bool tree_may_answer(const PoolingInputs<T>&);                                                              \
  template std::optional<Pooled<T>> pool_by_tree(const TreeScorer&, const PoolingInputs<T>&, const Shape&,             \
                                                 const Terms*);                                                        \
  template std::optional<KeyGradients<T>> tree_over_keys(const TreeScorer&, const PoolingInputs<T>&, const Pooled<T>&, \
                                                         const Side<T>&, bool);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg::detail
