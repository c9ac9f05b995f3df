// What the model says at queries: the fit and its band, and where not to trust it.
#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "examples/program.h"
#include "examples/regression/fit.h"

namespace tg::regression {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t pairs_at_once = 400'000'000;

// smooth() for a part of the queries after the other, with the time left.
Smooth smooth_all(const Data& data, const Bandwidths& bandwidths, const Tensor64& queries) {
  const Model& model = data.model;
  const std::int64_t count = queries.size(0);
  const bool tree = model.columns() == 1;  // which is the better the more queries it gets
  const std::int64_t part = tree ? count : std::max<std::int64_t>(1024, pairs_at_once / model.rows());
  examples::Progress progress("predicting", count);
  Smooth result;
  for (std::int64_t begin = 0; begin < count; begin += part) {
    const std::int64_t size = std::min(part, count - begin);
    Smooth more = smooth(model, narrow(queries, 0, begin, size), bandwidths.best.t);
    for (std::size_t i = 0; i < more.all().size(); ++i) {
      Tensor64 &to = *result.all()[i], &from = *more.all()[i];
      to = begin == 0 ? from : cat({to, from});
    }
    progress.step(size);
  }
  // Of a feature that plays no part only rounding would be left.
  std::vector<double> varies(data.features(), 1);
  for (std::size_t f = 0; f < varies.size() && model.degree == 0; ++f)
    varies[f] = !plays_no_part(data, bandwidths.best.t, f);
  result.slopes = narrow(result.slopes, 1, 0, model.features) * Tensor64::from_vector(varies, {model.features}) +
                  0.0;  // and not -0
  return result;
}

Smooth part_of(Smooth s, std::int64_t begin, std::int64_t size) {
  for (Tensor64* x : s.all()) *x = narrow(*x, 0, begin, size);
  return s;
}

// The marks of a row that lacks nothing. Far is three bandwidths by the kernel's own
// distance, over all features and categories, which compact kernels do not reach; but new categories are far from all
// rows alike.
void add_marks(std::vector<std::string>& marks, const Data& data, bool reached, double nearest, double keys) {
  const Kernel kernel = data.model.kernel;
  const double far = is_compact(kernel) ? -infinity : kernel == Kernel::laplace ? -3 * std::sqrt(2.0) : -4.5;
  if (!reached) marks.push_back("no data in reach");
  if (reached && nearest < far) marks.push_back("far from the data");
  if (reached && keys < 3) marks.push_back("few keys");
}

double most_frequent(const Column& category) {
  const std::vector<std::int64_t> rows = rows_of_values(category);
  return static_cast<double>(std::max_element(rows.begin(), rows.end()) - rows.begin());
}

// Missing numbers are 0, for the sake of the pooling.
Tensor64 asked(const Data& data, const Queries& queries) {
  const Tensor64 q = queries_of(data, queries.columns);
  return where(q == q, q, 0);  // NaN alone differs from itself
}

Predictions in_units(const Data& data, const Bandwidths& bandwidths, const Smooth& at, const Queries& queries,
                     const Judgement& judgement, double confidence) {
  Predictions result;
  std::vector<std::string> problems = queries.problems;
  problems.resize(static_cast<std::size_t>(at.fit.size(0)));
  const auto told = [&](const Tensor64& x) {
    std::vector<double> numbers = x.to_vector();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (!problems[i].empty()) numbers[i] = nan;
    }
    return numbers;
  };
  const double unit = data.y.scale.deviation;
  const Tensor64 fitted = at.fit * unit + data.y.scale.mean, error = sqrt(at.variance) * judgement.deviation;
  double quantile = nan;
  if (!std::isnan(judgement.deviation))
    quantile = boost::math::quantile(boost::math::students_t(judgement.residual_df), 0.5 + confidence / 2);
  result.fit = told(fitted);
  result.error = told(error);
  result.low = told(fitted - quantile * error);
  result.high = told(fitted + quantile * error);
  result.keys = told(at.keys);
  for (std::size_t f = 0; f < data.features(); ++f)
    result.slopes.push_back(
        told(select(at.slopes, 1, static_cast<std::int64_t>(f)) * (unit / data.columns[f].scale.deviation)));
  std::vector<double> nearest = at.nearest.to_vector();
  result.marks.resize(problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    for (std::size_t k = data.features(); k < data.columns.size(); ++k) {
      const auto known = static_cast<double>(data.columns[k].values.size());
      if (!(queries.columns[k].numbers[i] >= known)) continue;
      result.marks[i].push_back("new " + data.columns[k].name);
      nearest[i] -= bandwidths.best.t[k];
    }
    if (problems[i].empty()) {
      add_marks(result.marks[i], data, !std::isnan(result.fit[i]), nearest[i], result.keys[i]);
    } else {
      result.marks[i].push_back(problems[i]);
    }
  }
  return result;
}

}  // namespace

Fit fit(const Data& data, const Bandwidths& bandwidths, const Queries& queries, double confidence) {
  const Model& model = data.model;
  const std::int64_t most = model.columns() == 1 ? 100'000 : 20'000, count = model.rows() <= most ? model.rows() : 2100;
  const IndexTensor rows = some_rows(model, count);
  const Tensor64 there = asked(data, queries), judged = index_select(model.x, 0, rows);
  const bool same = queries.of_data && model.columns() > 1 && count == model.rows();
  const Smooth at = smooth_all(data, bandwidths, same ? judged : cat({judged, there}));
  const Judgement judgement = judge(data, bandwidths, part_of(at, 0, count), rows);
  return {judgement,
          in_units(data, bandwidths, part_of(at, same ? 0 : count, there.size(0)), queries, judgement, confidence)};
}

Predictions predict(const Data& data, const Bandwidths& bandwidths, const Queries& queries, const Judgement& judgement,
                    double confidence) {
  const Smooth at = smooth_all(data, bandwidths, asked(data, queries));
  return in_units(data, bandwidths, at, queries, judgement, confidence);
}

Queries rows_of_data(const Data& data) { return {.columns = data.columns, .of_data = true}; }

Queries grid(const Data& data, std::int64_t steps, const std::vector<std::size_t>& along) {
  Queries queries;
  const std::int64_t rows = along.size() == 2 ? steps * steps : steps;
  for (std::size_t k = 0; k < data.columns.size(); ++k) {
    const Column& from = data.columns[k];
    const Scale& x = from.scale;
    const auto found = std::find(along.begin(), along.end(), k);
    const double level = from.words ? most_frequent(from) : x.median;
    queries.columns.push_back({from.name, from.words, {}, from.values});
    std::vector<double>& numbers = queries.columns.back().numbers;
    numbers.assign(static_cast<std::size_t>(rows), level);
    const std::int64_t repeated = along.size() == 2 && found == along.begin() ? steps : 1;
    for (std::int64_t i = 0; i < rows && found != along.end(); ++i) {
      const double part = static_cast<double>(i / repeated % steps) / static_cast<double>(steps - 1);
      numbers[static_cast<std::size_t>(i)] = std::lerp(x.low, x.high, part);
    }
    if (from.words) {
      queries.remarks.push_back(from.name + " stands at its most frequent value, " +
                                from.values[static_cast<std::size_t>(level)]);
    } else if (found == along.end()) {
      queries.remarks.push_back(text_of(from.name, " stands at its median, ", level));
    }
  }
  return queries;
}

}  // namespace tg::regression
