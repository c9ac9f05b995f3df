// What the model says at queries: the fit and its band, and where not to trust it.
#include "examples/regression/predict.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "examples/program.h"

namespace tg::regression {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t pairs_at_once = 400'000'000;

// smooth() for a part of the queries after the other, with the time left.
Smooth smooth_all(const Model& model, const Tensor64& queries,
                  const std::vector<double>& t) {
  const std::int64_t count = queries.size(0);
  const bool tree = model.columns() == 1;  // which is the better the more queries it gets
  const std::int64_t part =
      tree ? count : std::max<std::int64_t>(1024, pairs_at_once / model.rows());
  examples::Progress progress("predicting", count);
  std::vector<Tensor64> all[6];
  for (std::int64_t begin = 0; begin < count; begin += part) {
    const std::int64_t size = std::min(part, count - begin);
    const Smooth s = smooth(model, narrow(queries, 0, begin, size), t);
    std::size_t i = 0;
    for (const Tensor64& x : {s.fit, s.slopes, s.variance, s.keys, s.nearest, s.own})
      all[i++].push_back(x);
    progress.step(size);
  }
  return {cat(all[0]), cat(all[1]), cat(all[2]), cat(all[3]), cat(all[4]), cat(all[5])};
}

Smooth part_of(const Smooth& s, std::int64_t begin, std::int64_t size) {
  const auto part = [&](const Tensor64& x) { return narrow(x, 0, begin, size); };
  return {part(s.fit),  part(s.slopes),  part(s.variance),
          part(s.keys), part(s.nearest), part(s.own)};
}

// log of the kernel at three bandwidths, by its own distance over all features and
// categories; a compact kernel does not reach so far, but a category may take it there.
double far(Kernel kernel) { return kernel == Kernel::laplace ? -3 * std::sqrt(2.0) : -4.5; }

// Missing numbers are 0, for the sake of the pooling; `whole` says which rows have all.
Tensor64 asked(const Data& data, const Queries& queries, Mask& whole) {
  std::vector<const std::vector<double>*> columns;
  for (const Column& column : queries.columns) columns.push_back(&column.numbers);
  const Tensor64 q = queries_of(data, columns);
  const Mask number = q == q;  // NaN alone differs from itself
  whole = min(cast<double>(number), 1) > 0;
  return where(number, q, 0);
}

Predictions in_units(const Data& data, const Bandwidths& bandwidths, const Smooth& at,
                     const Mask& whole, const Queries& queries, const Judgement& judgement,
                     double confidence) {
  Predictions result;
  const auto told = [&](const Tensor64& x) { return where(whole, x, nan).to_vector(); };
  const double quantile =
      std::isnan(judgement.deviation)
          ? nan
          : boost::math::quantile(boost::math::students_t_distribution<double>(
                                      judgement.residual_df),
                                  0.5 + confidence / 2);
  const Tensor64 fitted = at.fit * data.y.deviation + data.y.mean,
                 error = sqrt(at.variance) * judgement.deviation;
  result.fit = told(fitted);
  result.error = told(error);
  result.low = told(fitted - quantile * error);
  result.high = told(fitted + quantile * error);
  result.keys = told(at.keys);
  for (std::size_t f = 0; f < data.x.size(); ++f) {
    const Tensor64 slope = slope_of(data, bandwidths, at, f);
    result.slopes.push_back(told(slope * (data.y.deviation / data.x[f].deviation)));
  }
  result.marks.resize(result.fit.size());
  const std::vector<double> nearest = at.nearest.to_vector();
  for (std::size_t i = 0; i < result.marks.size(); ++i) {
    std::vector<std::string>& marks = result.marks[i];
    double nearest_known = nearest[i];  // but for what is far from all rows alike
    for (std::size_t c = 0; c < data.categories().size(); ++c) {
      const double code = queries.columns[data.x.size() + c].numbers[i];
      if (!(code >= static_cast<double>(data.categories()[c].values.size()))) continue;
      marks.push_back("new " + data.categories()[c].name);
      nearest_known -= bandwidths.best.t[data.x.size() + c];
    }
    if (!queries.problems.empty() && !queries.problems[i].empty()) {
      marks.push_back(queries.problems[i]);
      continue;
    }
    if (std::isnan(result.fit[i])) {
      marks.push_back("no data in reach");
      continue;
    }
    if (nearest_known < far(data.model.kernel)) marks.push_back("far from the data");
    if (result.keys[i] < 3) marks.push_back("few keys");
  }
  return result;
}

}  // namespace

Fit fit(const Data& data, const Bandwidths& bandwidths, const Queries& queries,
        double confidence) {
  const Model& model = data.model;
  const IndexTensor rows = rows_to_judge(model);
  Mask whole;
  const Tensor64 there = asked(data, queries, whole),
                 judged = index_select(model.x, 0, rows);
  // In one call, which is near-linear for many queries only.
  const bool same = queries.of_data && model.columns() > 1 && rows.numel() == model.rows();
  const Smooth at =
      smooth_all(model, same ? judged : cat({judged, there}), bandwidths.best.t);
  Fit result;
  result.judgement = judge(data, bandwidths, part_of(at, 0, rows.numel()), rows);
  result.predictions =
      in_units(data, bandwidths, part_of(at, same ? 0 : rows.numel(), there.size(0)), whole,
               queries, result.judgement, confidence);
  return result;
}

Predictions predict(const Data& data, const Bandwidths& bandwidths, const Queries& queries,
                    const Judgement& judgement, double confidence) {
  Mask whole;
  const Tensor64 there = asked(data, queries, whole);
  return in_units(data, bandwidths, smooth_all(data.model, there, bandwidths.best.t), whole,
                  queries, judgement, confidence);
}

}  // namespace tg::regression
