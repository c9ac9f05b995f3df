// The report, as text and as JSON.
#include "examples/regression/report.h"

#if !__has_include(<nlohmann/json.hpp>)
#error "nlohmann-json is missing: `make setup` installs it"
#endif
#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

namespace tg::regression {
namespace {

void warn_of_bandwidths(const Report& report, std::vector<std::string>& all) {
  const Data& data = report.data;
  const Bandwidths& chosen = report.bandwidths;
  const std::vector<double>& t = chosen.best.t;
  if (!chosen.converged)
    all.push_back("the search for the bandwidths has not converged: where it has stopped "
                  "the error still falls");
  for (std::size_t k = 0; k < t.size(); ++k) {
    const Column& column = data.columns[k];
    if (plays_no_part(data, t, k)) {
      all.push_back(column.words        ? column.name + " plays no part: its lambda is 1"
                    : data.model.degree ? "the fit is a straight line: the bandwidth of " + column.name + " is huge"
                                        : column.name + " plays no part: its bandwidth is huge");
    } else if (!column.words && k < chosen.at_low_end.size() && chosen.at_low_end[k]) {
      all.push_back("the bandwidth of " + column.name +
                    " stands at the low end of its range: the rows next to a row predict "
                    "it best (are rows in the file twice?)");
    }
  }
  if (chosen.others.empty() || chosen.others[0].error > 1.2 * chosen.best.error) return;
  const Minimum& next = chosen.others[0];
  std::string places;
  for (std::size_t k = 0; k < t.size(); ++k) {
    const Column& column = data.columns[k];
    const bool huge = !column.words && plays_no_part(data, next.t, k);
    places += text_of(k ? ", " : " ", column.name, " ") + (huge ? "huge" : text_of(bandwidth_of(data, next.t, k)));
  }
  all.push_back(text_of("the error has ", chosen.others.size() + 1, " minima; the next best is ",
                        100 * (next.error / chosen.best.error - 1), " % above, at", places));
}

}  // namespace

std::vector<std::string> warnings_of(const Report& report, const Queries& queries, const Predictions& predictions) {
  std::vector<std::string> all = report.data.warnings;
  warn_of_bandwidths(report, all);
  const Judgement& judged = report.judgement;
  if (judged.alone > 0)
    all.push_back(rows_of(judged.alone) + " without neighbours, which the mean of the others predicts");
  const auto no_better = [&](double other) { return judged.error >= other * (1 - 1e-9); };
  if (no_better(judged.error_of_mean)) {
    all.push_back("the fit predicts no better than the mean");
  } else if (no_better(judged.error_of_line)) {
    all.push_back("the fit predicts no better than a straight line");
  }
  if (std::isnan(judged.deviation)) all.push_back("the fit passes through the rows: there is nothing left for a band");
  if (report.options.kernel == Kernel::boxcar && report.options.degree == 0)
    all.push_back("the boxcar's fit is a staircase, so its slopes are 0");
  all.insert(all.end(), queries.remarks.begin(), queries.remarks.end());
  std::map<std::string, std::int64_t> marks;
  for (std::size_t i = 0; i < predictions.marks.size(); ++i) {
    for (const std::string& mark : predictions.marks[i]) {
      const bool lacks = !queries.problems.empty() && mark == queries.problems[i];
      ++marks[lacks ? "a cell is missing" : mark];
    }
  }
  for (const auto& [mark, count] : marks) all.push_back(rows_of(count) + " of the predictions marked: " + mark);
  return all;
}

void write_text(std::ostream& out, const Report& report) {
  const Data& data = report.data;
  const Judgement& judged = report.judgement;
  const std::vector<double>& t = report.bandwidths.best.t;
  out << data.y.name << ": " << (report.options.degree == 0 ? "means" : "lines") << ", " << name(report.options.kernel)
      << " kernel" << (data.model.weighted ? ", weighted rows" : "") << "; " << rows_of(data.model.rows()) << " used";
  if (data.left_out > 0) out << ", " << data.left_out << " left out";
  if (!data.first_left_out.empty()) out << ", the first in " << data.first_left_out;
  out << "\n\n";

  std::size_t width = 0;  // of the names
  for (const Column& column : data.columns) width = std::max(width, column.name.size());
  const auto line = [&](const std::string& name, const std::vector<std::string>& cells) {
    out << std::left << std::setw(static_cast<int>(width)) << name << std::right;
    for (const std::string& cell : cells) out << std::setw(14) << cell;
    out << '\n';
  };
  line("", {"bandwidth", "lowest x", "highest x", "mean slope"});
  for (std::size_t k = 0; k < t.size(); ++k) {
    const Column& column = data.columns[k];
    const std::string h = text_of(bandwidth_of(data, t, k));
    if (column.words) {
      line(column.name, {" lambda " + h, text_of(column.values.size(), " values")});
      continue;
    }
    const Scale& x = column.scale;
    const auto digits = std::setprecision(std::abs(x.low) > 100 * (x.high - x.low) ? 10 : 5);
    line(column.name, {plays_no_part(data, t, k) ? "huge" : h, text_of(digits, x.low), text_of(digits, x.high),
                       text_of(judged.slopes[k])});
  }
  out << "\nleave-one-out mean squared error"
      << "\n  this fit         " << text_of(judged.error) << "\n  a straight line  " << text_of(judged.error_of_line)
      << "\n  the mean         " << text_of(judged.error_of_mean) << "\nR^2 " << text_of(judged.r_squared)
      << ", effective degrees of freedom " << text_of(judged.effective_df) << ", standard deviation of the residuals "
      << (std::isnan(judged.deviation) ? "unknown" : text_of(judged.deviation)) << '\n';
  if (judged.rows < data.model.rows()) out << "judged by " << judged.rows << " of the rows\n";
  const int starts = report.bandwidths.starts;
  out << (starts == 0 ? "bandwidths as given"
                      : text_of("bandwidths chosen from ", starts, starts == 1 ? " start" : " starts"))
      << text_of(std::fixed, std::setprecision(1), ", ", report.seconds, " s\n");
  for (const std::string& warning : report.warnings) out << "note: " << warning << '\n';
}

void write_json(std::ostream& out, const Report& report) {
  const Data& data = report.data;
  const Judgement& judged = report.judgement;
  const auto none = nlohmann::ordered_json::object();
  nlohmann::ordered_json json = {{"y", data.y.name},
                                 {"kernel", name(report.options.kernel)},
                                 {"degree", report.options.degree},
                                 {"rows",
                                  {{"used", data.model.rows()}, {"left_out", data.left_out}, {"judged", judged.rows}}},
                                 {"bandwidths", none},
                                 {"mean_slopes", none},
                                 {"categories", none},
                                 {"loo_mse", judged.error},
                                 {"loo_mse_of_line", judged.error_of_line},
                                 {"loo_mse_of_mean", judged.error_of_mean},
                                 {"r_squared", judged.r_squared},
                                 {"effective_df", judged.effective_df},
                                 {"residual_deviation", judged.deviation},
                                 {"rows_without_neighbours", judged.alone},
                                 {"starts", report.bandwidths.starts},
                                 {"converged", report.bandwidths.converged},
                                 {"seconds", report.seconds},
                                 {"warnings", report.warnings}};
  for (std::size_t k = 0; k < data.columns.size(); ++k) {
    const Column& column = data.columns[k];
    json[column.words ? "categories" : "bandwidths"][column.name] = bandwidth_of(data, report.bandwidths.best.t, k);
    if (!column.words) json["mean_slopes"][column.name] = judged.slopes[k];
  }
  // Numbers that are not finite are null.
  out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

}  // namespace tg::regression
