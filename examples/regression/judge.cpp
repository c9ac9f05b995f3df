// How well the model fits: residuals, degrees of freedom, bands. The weights that make the
// fit say how far it can be trusted: its variance is σ² Σ_j l_j² for fit = Σ_j l_j y_j, and
// Σ_i l_ii counts the parameters that it has used up.
#include <cmath>
#include <limits>

#include "examples/regression/fit.h"

namespace tg::regression {
namespace {

double mean_error(const Tensor64& w, const Tensor64& residuals) { return mean(w * square(residuals)).item(); }

// The leave-one-out error of the line of least squares in `x` (n, d), or of the mean if
// there is none: a residual over 1 less the row's leverage. Gram and Schmidt make the
// columns perpendicular.
double error_of_line(const Tensor64& x, const Tensor64& y, const Tensor64& w, std::int64_t features) {
  std::vector<Tensor64> columns = {ones_like(y)};
  for (std::int64_t f = 0; f < features; ++f) columns.push_back(select(x, 1, f));
  Tensor64 residual = y, leverage = zeros_like(y);
  std::vector<Tensor64> basis;
  const auto project = [&](const Tensor64& v, const Tensor64& b) { return v - sum(w * v * b).item() * b; };
  for (Tensor64 column : columns) {
    const double before = std::sqrt(sum(w * square(column)).item());
    for (int twice = 0; twice < 2; ++twice) {
      for (const Tensor64& b : basis) column = project(column, b);
    }
    const double length = std::sqrt(sum(w * square(column)).item());
    if (length < 1e-9 * before) continue;  // a sum of the others
    basis.push_back(column / length);
    residual = project(residual, basis.back());
    leverage = leverage + w * square(basis.back());
  }
  // A row that alone determines a coefficient is predicted by the mean of the others.
  const Tensor64 of_mean = (y - sum(w * y) / sum(w)) / (1 - w / sum(w));
  return mean_error(w, where(leverage > 1 - 1e-9, of_mean, residual / (1 - leverage)));
}

}  // namespace

Judgement judge(const Data& data, const Bandwidths& bandwidths, const Smooth& at, const IndexTensor& rows) {
  const Model& model = data.model;
  const double n = static_cast<double>(model.rows()), unit = data.y.scale.deviation;
  const Tensor64 w = index_select(model.weights, 0, rows), x = index_select(model.x, 0, rows),
                 y = index_select(model.y, 0, rows);
  const Tensor64 residuals = y - at.fit, own = at.own * w;
  const auto mean_of = [&](const Tensor64& z) { return (sum(w * z) / sum(w)).item(); };
  Judgement result;
  result.rows = rows.numel();
  const bool all = result.rows == model.rows();
  double error = bandwidths.best.error;
  if (std::isnan(error) && all) error = leave_one_out(model, bandwidths.best.t);
  if (std::isnan(error)) error = mean_error(w, where(own > 1 - 1e-12, y, residuals / (1 - own)));
  result.error = error * unit * unit;
  result.error_of_mean = error_of_line(x, y, w, 0) * unit * unit;
  result.error_of_line = error_of_line(x, y, w, model.features) * unit * unit;
  result.r_squared = 1 - mean_error(w, residuals) / mean_error(w, y - mean_of(y));
  result.effective_df = n * mean(own).item();
  result.residual_df = n * mean(1 - 2 * own + w * at.variance).item();
  const double variance = n * mean_error(w, residuals) / result.residual_df;
  result.deviation = result.residual_df >= 1 ? std::sqrt(variance) * unit : std::numeric_limits<double>::quiet_NaN();
  for (std::size_t f = 0; f < data.features(); ++f)
    result.slopes.push_back(mean_of(select(at.slopes, 1, static_cast<std::int64_t>(f))) * unit /
                            data.columns[f].scale.deviation);
  result.alone = all ? rows_alone(model, bandwidths.best.t) : 0;
  return result;
}

}  // namespace tg::regression
