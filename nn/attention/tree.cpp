// Tree: the columns that the walk sums, and what is made of the sums.
#include "nn/attention/tree.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nn/attention/value.h"

namespace tg::detail {
namespace {

template <class T> double tolerance_of(const PoolingInputs<T>& in) {
  return in.options.tolerance.value_or(std::is_same_v<T, float> ? 2.5e-8 : 0);
}

template <class T> bool all_finite(const Side<T>& x) {
  const T* end = x.columns.data() + x.columns.numel();
  return std::all_of(x.columns.data(), end, [](T v) { return std::isfinite(v); });
}

template <class T> void copy_column(const Side<T>& from, std::size_t f, double less, double* to) {
  std::transform(from.column(f), from.column(f) + from.count, to,
                 [less](T v) { return static_cast<double>(v) - less; });
}
template <class T> Side<double> in_double(const Side<T>& x) {
  Side<double> y(x.count, 1);
  copy_column(x, 0, 0, y.columns.writable());
  return y;
}

// What each column of the values is taken less of: about its median, which no outlier moves.
template <class T> std::vector<double> middles_of(const PoolingInputs<T>& in) {
  std::vector<double> middles(in.values.width), column(static_cast<std::size_t>(in.values.count));
  for (std::size_t c = 0; c < middles.size() && !in.options.logs; ++c) {
    copy_column(in.values, c, 0, column.data());
    middles[c] = median(column);
  }
  return middles;
}

// The result and the averages, from a walk's sums: of exp(s), and times each column of the values less its middle; then
// for each term of exp(s) t, and times each column. All are relative to exp(M).
template <class T> void divide(const LaneSums& found, const std::vector<double>& middles, Pooled<T>& out) {
  const Index m = found.sums.count;
  const std::size_t v = middles.size();
  const double* mass = found.sums.column(0);
  T* y = out.y.writable();
  for (std::size_t c = 0; c < v; ++c) {
    const double* of_value = found.sums.column(1 + c);
    T* centres = out.averages ? out.averages->centres.writable_column(c) : nullptr;
    T* rests = out.averages ? out.averages->sums.writable_column(c) : nullptr;
    for (Index i = 0; i < m; ++i) {
      const double average = middles[c] + of_value[i] / mass[i];
      T& rounded = y[i * static_cast<Index>(v) + static_cast<Index>(c)];
      rounded = static_cast<T>(average);
      if (!out.averages) continue;
      centres[i] = rounded;
      rests[i] = static_cast<T>(average - static_cast<double>(rounded));
    }
    for (std::size_t t = 0; t < out.forward.size(); ++t) {  // Σ p t v' - Σ p t Σ p v'
      const double *of_slope = found.sums.column((1 + t) * (1 + v)),
                   *of_both = found.sums.column((1 + t) * (1 + v) + 1 + c);
      T* covariance = out.averages->sums.writable_column(v + t * (1 + v) + 1 + c);
      for (Index i = 0; i < m; ++i) {
        covariance[i] = static_cast<T>((of_both[i] - scalar::scaled(of_value[i] / mass[i], of_slope[i])) / mass[i]);
      }
    }
  }
}

// Of the logarithm of the sum: the values are all 1, their averages 0, and a slope's average is Σ p t.
template <class T> void take_logs(const LaneSums& found, Pooled<T>& out) {
  std::copy(out.log_sums.begin(), out.log_sums.end(), out.y.writable());
  for (std::size_t t = 0; t < out.forward.size(); ++t) {
    const double *mass = found.sums.column(0), *of_slope = found.sums.column(1 + t),
                 *nearest = found.nearest_slopes.column(t);
    T* average = out.averages->sums.writable_column(1 + 2 * t + 1);
    for (std::size_t i = 0; i < out.log_sums.size(); ++i)
      average[i] = static_cast<T>(nearest[i] + of_slope[i] / mass[i]);
  }
}

}  // namespace

template <class T> bool tree_may_answer(const PoolingInputs<T>& in) {
  return tolerance_of(in) > 0 && in.keys.width == 1 && in.options.limits.allow(in.keys.count, in.queries.count);
}

template <class T>
std::optional<Pooled<T>> pool_by_tree(const TreeScorer& scorer, const PoolingInputs<T>& in, const Shape& result_shape,
                                      const Terms* terms) {
  const Index m = in.queries.count, n = in.keys.count;
  if (!all_finite(in.queries) || !all_finite(in.keys) || !all_finite(in.values)) return {};
  Side<double> columns(n, in.options.logs ? 1 : 1 + in.values.width);
  std::fill_n(columns.columns.writable(), n, 1.0);
  const std::vector<double> middles = middles_of(in);
  for (std::size_t c = 1; c < columns.width; ++c) {
    copy_column(in.values, c - 1, middles[c - 1], columns.writable_column(c));
  }
  std::vector<std::size_t> inputs;
  for (const Term& term : terms ? *terms : Terms()) inputs.push_back(term.input);
  const Cells cells(in_double(in.keys), columns, {});
  const Side<double> queries = in_double(in.queries);
  const Walk call{scorer,
                  {scorer.numbers(), InLanes::queries, queries, cells, inputs},
                  tolerance_of(in),
                  0,
                  in.options.exclude_self};
  const std::optional<LaneSums> found = walk(call, in.options.limits);
  if (!found) return {};

  Pooled<T> out{BasicTensor<T>::uninitialized(result_shape), Side<T>(0, 1), Side<T>(0, 1), {}, {}, {}};
  for (Index i = 0; i < m; ++i) {
    out.log_sums.push_back(found->largest.column(0)[i] + std::log(found->sums.column(0)[i]));
  }
  if (terms) {
    out.forward = *terms;
    out.averages.emplace(m, in.values.width, *terms);
    out.averages->clear();
  }
  if (in.options.logs) {
    take_logs(*found, out);
  } else {
    divide(*found, middles, out);
  }
  return out;
}

// v̄_j = Σ_i p_ij ȳ_i and k̄_j = Σ_i p_ij t_ij (ȳ_i v'_j - ȳ_i y'_i), with p_ij = exp(s_ij - log_sum_i).
template <class T>
bool tree_over_keys(const TreeScorer& scorer, const PoolingInputs<T>& in, const Pooled<T>& pooled, const Side<T>& g,
                    KeyGradients<T> out) {
  const Index m = in.queries.count, n = in.keys.count;
  auto finite = [](double x) { return std::isfinite(x); };
  if (!in.options.limits.allow(m, n) || !all_finite(g)) return false;
  if (!std::all_of(pooled.log_sums.begin(), pooled.log_sums.end(), finite)) return false;
  const std::size_t v = in.values.width;
  const std::vector<double> middles = middles_of(in);
  Side<double> columns(m, 2 + v);  // Σ |ȳ|, ȳ, and ȳ·y'
  double *mass = columns.writable_column(0), *product = columns.writable_column(1 + v);
  std::fill_n(mass, m, 0.0);
  std::fill_n(product, m, 0.0);
  for (std::size_t c = 0; c < v; ++c) {
    double* cotangent = columns.writable_column(1 + c);
    copy_column(g, c, 0, cotangent);
    const T *centre = pooled.averages->centres.column(c), *rest = pooled.averages->sums.column(c);
    for (Index i = 0; i < m; ++i) {
      mass[i] += std::abs(cotangent[i]);
      product[i] += cotangent[i] * (static_cast<double>(centre[i]) - middles[c] + static_cast<double>(rest[i]));
    }
  }
  const Cells cells(in_double(in.queries), columns, pooled.log_sums);
  const Side<double> keys = in_double(in.keys);
  const std::vector<std::size_t> inputs(out.of_keys ? 1 : 0, 1);
  const double share = std::accumulate(mass, mass + m, 0.0) / static_cast<double>(n);
  Side<double> factors(n, 2 + v);  // 0, v', and -1
  std::fill_n(factors.columns.writable(), n, 0.0);
  for (std::size_t c = 0; c < v; ++c) copy_column(in.values, c, middles[c], factors.writable_column(1 + c));
  std::fill_n(factors.writable_column(1 + v), n, -1.0);
  const Walk call{scorer,
                  {scorer.numbers(), InLanes::keys, keys, cells, inputs, &factors},
                  tolerance_of(in),
                  share,
                  in.options.exclude_self};
  const std::optional<LaneSums> found = walk(call, in.options.limits);
  if (!found) return false;
  for (Index j = 0; j < n; ++j) {
    const double scale = std::exp(found->largest.column(0)[j]);
    for (std::size_t c = 0; out.of_values && c < v; ++c) {
      out.of_values[j * static_cast<Index>(v) + static_cast<Index>(c)] =
          static_cast<T>(scale * found->sums.column(1 + c)[j]);
    }
    if (out.of_keys) out.of_keys[j] = static_cast<T>(scale * found->sums.column(2 + v)[j]);
  }
  return true;
}

#define TG_INSTANTIATE(T)                                                                                    \
  template bool tree_may_answer(const PoolingInputs<T>&);                                                    \
  template std::optional<Pooled<T>> pool_by_tree(const TreeScorer&, const PoolingInputs<T>&, const Shape&,   \
                                                 const Terms*);                                              \
  template bool tree_over_keys(const TreeScorer&, const PoolingInputs<T>&, const Pooled<T>&, const Side<T>&, \
                               KeyGradients<T>);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg::detail
