// The model's averages, all of them by attention_pooling and attention_logsumexp.
#include "examples/regression/model.h"

#include <cmath>
#include <limits>
#include <random>

namespace tg::regression {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Calls f(log of the kernel of u, the standard deviation of the kernel).
template <class F> auto with_kernel(Kernel kernel, const F& f) {
  switch (kernel) {
    case Kernel::laplace: return f([](auto u) { return -abs(u); }, std::sqrt(2.0));
    case Kernel::epanechnikov: return f([](auto u) { return log(relu(1 - square(u))); }, std::sqrt(1 / 5.0));
    case Kernel::triangular: return f([](auto u) { return log(relu(1 - abs(u))); }, std::sqrt(1 / 6.0));
    case Kernel::boxcar: return f([](auto u) { return where(abs(u) <= 1, u * 0, -infinity); }, std::sqrt(1 / 3.0));
    case Kernel::gaussian: break;
  }
  return f([](auto u) { return -square(u) / 2; }, 1.0);
}

// A call of `pooling` with scores power · log K_j: a query, a key, 1 / h or log λ, and
// whether this is a category. With exclude_self the floor gives a row that none is in reach
// of all others as keys.
template <class W, class Pooling>
auto with_scores(const Model& model, const W& t, double power, const PoolingOptions& options, const Pooling& pooling) {
  const Tensor64 category = cast<double>(arange(static_cast<double>(model.columns())) >= model.features);
  const double floor = !options.exclude_self ? -infinity : is_compact(model.kernel) ? -700 : -1e300;
  return with_kernel(model.kernel, [&](auto kernel, double spread) {
    const auto score = [kernel](auto q, auto k, auto w, auto is_category) {
      return where(is_category == 0, kernel((q - k) * w), where(q == k, q * 0, w));
    };
    const auto map = [power, floor](auto s) { return maximum(power * s, floor); };
    return pooling(options, score, map, where(category == 0, spread * exp(-t), t), category);
  });
}

// The tree's error is relative to the values; a variance is a small difference of them.
PoolingOptions near_linear(const Model& model, const Tensor64& t) {
  const double h = std::min(1.0, std::exp(t(0)));
  return {.tolerance = model.degree == 0 ? 1e-8 : std::max(1e-13, 1e-8 * h * h)};
}

template <class Q, class W>
auto averages(const Model& model, double power, const PoolingOptions& options, const Q& queries, const W& t,
              const Tensor64& values) {
  return with_scores(model, t, power, options, [&](auto o, auto score, auto map, const auto&... w) {
    return attention_pooling(o, score, map, queries, model.x, values, w...);
  });
}

Tensor64 logsumexp_of(const Model& model, double power, const PoolingOptions& options, const Tensor64& queries,
                      const Tensor64& t) {
  return with_scores(model, t, power, options, [&](auto o, auto score, auto map, const auto&... w) {
    return attention_logsumexp(o, score, map, queries, model.x, w...);
  });
}

// What is averaged: w {y} or w {y, x, x², xy}, and w last.
Tensor64 values_of(const Model& model, const Tensor64& y) {
  std::vector<Tensor64> columns = {y};
  if (model.degree == 1) {
    const Tensor64 x = select(model.x, 1, 0);
    columns.insert(columns.end(), {x, square(x), x * y});
  }
  columns.push_back(ones<double>({model.rows()}));
  Tensor64 values = stack(columns, 1);
  if (!model.weighted) return model.degree == 0 ? y : values;
  return values * unsqueeze(model.weights, 1);
}

// The fit from these averages, C being Tensor64 or Variable64.
template <class C> struct Local {
  C fit, weight, x, variance;  // weight is Σ_j p_j w_j, of the p_j without w_j in them
};
template <class C, class Q> Local<C> local(const Model& model, const Q& queries, const C& means) {
  if (means.dim() == 1) return {means, ones_like(means), means, means};
  const auto mean = [&, last = means.size(1) - 1](std::int64_t c) {
    return select(means, 1, c) / select(means, 1, last);
  };
  const C weight = select(means, 1, -1);
  if (model.degree == 0) return {mean(0), weight, means, means};
  // Where all weight is on one x there is no line, and this little more makes it level.
  const C x = mean(1), variance = mean(2) - square(x) + 1e-13, covariance = mean(3) - x * mean(0);
  return {mean(0) + covariance / variance * (select(queries, 1, 0) - x), weight, x, variance};
}

template <class W> W criterion(const Model& model, const W& t, const Tensor64& t_values) {
  PoolingOptions options = near_linear(model, t_values);
  options.exclude_self = true;
  const W means = averages(model, 1, options, model.x, t, values_of(model, model.y));
  const W errors = square(local(model, model.x, means).fit - model.y);
  return mean(model.weights * errors);
}

Tensor64 vector_of(const std::vector<double>& t) {
  return Tensor64::from_vector(t, {static_cast<std::int64_t>(t.size())});
}

}  // namespace

double leave_one_out(const Model& model, const std::vector<double>& t, std::vector<double>* gradient) {
  const Tensor64 values = vector_of(t);
  if (!gradient) return criterion(model, values, values).item();
  const Variable64 variable(values, /*requires_grad=*/true);
  Tape64 tape;
  const Variable64 error = criterion(model, variable, values);
  *gradient = tape.gradient(error, {variable})[0].value().to_vector();
  return error.item();
}

Smooth smooth(const Model& model, const Tensor64& queries, const std::vector<double>& t) {
  const Tensor64 values = vector_of(t);
  const PoolingOptions options = near_linear(model, values);
  const Variable64 q(queries, /*requires_grad=*/true);
  Tape64 tape;
  const auto at = local(model, q, averages(model, 1, options, q, values, values_of(model, model.y)));
  Smooth result;
  result.fit = at.fit.value();
  result.slopes = tape.gradient(sum(at.fit), {q})[0].value();

  const auto log_sum_of = [&](double power) { return logsumexp_of(model, power, options, queries, values); };
  // A sum of high powers is its largest term, within log n / 1000.
  result.nearest = log_sum_of(1000) / 1000;
  // Σ_j p_j² / w_j = Σ_j w_j K_j² / (Σ_j w_j K_j)². The doubled scores have the weights
  // K_j² / Σ_j K_j².
  const Tensor64 log_sum = log_sum_of(1) + log(at.weight.value());
  Tensor64 squares = exp(log_sum_of(2) - 2 * log_sum), sums;
  if (model.weighted || model.degree == 1) {
    sums = averages(model, 2, options, queries, values, values_of(model, ones<double>({model.rows()})));
    squares = squares * select(sums, 1, 0);
  }
  result.own = exp(-log_sum);
  result.variance = squares;
  result.keys = 1 / squares;
  if (model.degree == 0) return result;
  // l_j = p_j (1 + a (x_j - x̄)), a = (q - x̄) / variance; below, means of the doubled scores
  const auto mean = [&](std::int64_t c) { return select(sums, 1, c) / select(sums, 1, 0); };
  const Tensor64 distance = select(queries, 1, 0) - at.x.value(), a = distance / at.variance.value(),
                 away = mean(1) - at.x.value(), spread = mean(2) - square(mean(1)) + square(away);
  result.variance = squares * (1 + 2 * a * away + square(a) * spread);
  result.own = result.own * (1 + a * distance);
  return result;
}

IndexTensor some_rows(const Model& model, std::int64_t count) {
  std::mt19937 random(0);
  IndexTensor rows = IndexTensor::uninitialized({count});
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t begin = i * model.rows() / count, end = (i + 1) * model.rows() / count;
    rows.writable()[i] = begin + static_cast<std::int64_t>(random()) % (end - begin);
  }
  return rows;
}

std::int64_t rows_alone(const Model& model, const std::vector<double>& t) {
  if (!is_compact(model.kernel)) return 0;
  const Tensor64 sums = logsumexp_of(model, 1, {.exclude_self = true, .tolerance = 0}, model.x, vector_of(t));
  return static_cast<std::int64_t>(sum(cast<double>(sums < -300)).item());
}

}  // namespace tg::regression
