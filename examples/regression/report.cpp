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

std::string rows_of(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " row" : " rows");
}

const std::string& column_name(const Data& data, std::size_t k) {
  return k < data.x.size() ? data.features()[k].name
                           : data.categories()[k - data.x.size()].name;
}

void warn_of_bandwidths(const Report& report, std::vector<std::string>& all) {
  const Data& data = report.data;
  const Bandwidths& chosen = report.bandwidths;
  const std::vector<double>& t = chosen.best.t;
  if (!chosen.converged)
    all.push_back("the search for the bandwidths has not converged: where it has stopped "
                  "the error still falls");
  for (std::size_t k = 0; k < t.size(); ++k) {
    const std::string& name = column_name(data, k);
    if (plays_no_part(data, t, k)) {
      all.push_back(
          k >= data.x.size() ? text_of(name, " plays no part: its lambda is 1")
          : data.model.degree
              ? text_of("the fit is a straight line: the bandwidth of ", name, " is huge")
              : text_of(name, " plays no part: its bandwidth is huge"));
    } else if (k < data.x.size() && k < chosen.at_low_end.size() && chosen.at_low_end[k]) {
      all.push_back(
          text_of("the bandwidth of ", name,
                  " stands at the low end of its range: the rows next to a row predict it "
                  "best (are rows in the file twice?)"));
    }
  }
  if (chosen.others.empty() || chosen.others[0].error > 1.2 * chosen.best.error) return;
  const Minimum& next = chosen.others[0];
  std::string text =
      text_of("the error has ", chosen.others.size() + 1, " minima; the next best is ",
              100 * (next.error / chosen.best.error - 1), " % above, at");
  for (std::size_t k = 0; k < t.size(); ++k) {
    text += text_of(k ? ", " : " ", column_name(data, k), " ");
    const bool huge = k < data.x.size() && plays_no_part(data, next.t, k);
    text += huge ? "huge" : text_of(bandwidth_of(data, next.t, k));
  }
  all.push_back(text);
}

}  // namespace

std::vector<std::string> warnings_of(const Report& report, const Queries& queries,
                                     const Predictions& predictions) {
  std::vector<std::string> all = report.data.warnings;
  warn_of_bandwidths(report, all);
  const Judgement& judged = report.judgement;
  if (judged.alone > 0)
    all.push_back(rows_of(judged.alone) +
                  " without neighbours, which the mean of the others predicts");
  const bool no_better = judged.error >= judged.error_of_mean * (1 - 1e-9);
  if (no_better || judged.error >= judged.error_of_line * (1 - 1e-9))
    all.push_back(text_of("the fit predicts no better than ",
                          no_better ? "the mean" : "a straight line"));
  if (std::isnan(judged.deviation))
    all.push_back("the fit passes through the rows: there is nothing left for a band");
  if (report.options.kernel == Kernel::boxcar && report.options.degree == 0)
    all.push_back("the boxcar's fit is a staircase, so its slopes are 0");
  all.insert(all.end(), queries.remarks.begin(), queries.remarks.end());
  std::map<std::string, std::int64_t> marks;
  for (std::size_t i = 0; i < predictions.marks.size(); ++i) {
    for (const std::string& mark : predictions.marks[i])
      ++marks[queries.problems.empty() || mark != queries.problems[i]
                  ? mark
                  : "a cell is missing"];
  }
  for (const auto& [mark, count] : marks)
    all.push_back(rows_of(count) + " of the predictions marked: " + mark);
  return all;
}

void write_text(std::ostream& out, const Report& report) {
  const Data& data = report.data;
  const Judgement& judged = report.judgement;
  const bool weighted = !data.table.chosen[3].empty();
  out << data.y_column().name << ": " << (report.options.degree == 0 ? "means" : "lines")
      << ", " << name(report.options.kernel) << " kernel"
      << (weighted ? ", weighted rows" : "") << "; " << rows_of(data.table.rows) << " used";
  if (data.table.left_out > 0) {
    out << ", " << data.table.left_out << " left out";
    if (!data.table.first_left_out.empty())
      out << ", the first in " << data.table.first_left_out;
  }
  const std::vector<double>& t = report.bandwidths.best.t;
  std::size_t width = 0;  // of the names
  for (std::size_t k = 0; k < t.size(); ++k)
    width = std::max(width, column_name(data, k).size());
  const auto cell = [&](const std::string& text) {
    out << std::right << std::setw(14) << text;
  };
  const auto begin = [&](const std::string& name) {
    out << std::left << std::setw(static_cast<int>(width)) << name;
  };
  out << "\n\n";
  begin("");
  for (const char* title : {"bandwidth", "lowest x", "highest x", "mean slope"})
    cell(title);
  for (std::size_t k = 0; k < t.size(); ++k) {
    out << '\n';
    begin(column_name(data, k));
    if (k >= data.x.size()) {
      cell(text_of(" lambda ", bandwidth_of(data, t, k)));
      cell(text_of(data.categories()[k - data.x.size()].values.size(), " values"));
      continue;
    }
    cell(plays_no_part(data, t, k) ? "huge" : text_of(bandwidth_of(data, t, k)));
    const bool away = std::abs(data.x[k].low) > 100 * (data.x[k].high - data.x[k].low);
    for (const double x : {data.x[k].low, data.x[k].high})
      cell(text_of(std::setprecision(away ? 10 : 5), x));
    cell(text_of(judged.slopes[k]));
  }
  out << "\n\nleave-one-out mean squared error\n";
  const std::pair<const char*, double> errors[] = {{"this fit", judged.error},
                                                   {"a straight line",
                                                    judged.error_of_line},
                                                   {"the mean", judged.error_of_mean}};
  for (const auto& [title, error] : errors)
    out << "  " << std::left << std::setw(17) << title << text_of(error) << '\n';
  out << "R^2 " << text_of(judged.r_squared) << ", effective degrees of freedom "
      << text_of(judged.effective_df) << ", standard deviation of the residuals "
      << (std::isnan(judged.deviation) ? std::string("unknown") : text_of(judged.deviation))
      << '\n';
  if (judged.rows < data.table.rows) out << "judged by " << judged.rows << " of the rows\n";
  out << (report.bandwidths.starts > 0
              ? "bandwidths chosen from " + std::to_string(report.bandwidths.starts) +
                    (report.bandwidths.starts == 1 ? " start" : " starts")
              : std::string("bandwidths as given"))
      << ", " << std::fixed << std::setprecision(1) << report.seconds << " s\n"
      << std::defaultfloat;
  for (const std::string& warning : report.warnings) out << "note: " << warning << '\n';
}

void write_json(std::ostream& out, const Report& report) {
  const Data& data = report.data;
  const Judgement& judged = report.judgement;
  const auto number = [](double x) {
    return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json();
  };
  nlohmann::ordered_json json;
  json["y"] = data.y_column().name;
  json["kernel"] = name(report.options.kernel);
  json["degree"] = report.options.degree;
  json["rows"] = {{"used", data.table.rows},
                  {"left_out", data.table.left_out},
                  {"judged", judged.rows}};
  json["bandwidths"] = nlohmann::ordered_json::object();
  json["mean_slopes"] = nlohmann::ordered_json::object();
  json["categories"] = nlohmann::ordered_json::object();
  for (std::size_t k = 0; k < report.bandwidths.best.t.size(); ++k) {
    json[k < data.x.size() ? "bandwidths" : "categories"][column_name(data, k)] =
        number(bandwidth_of(data, report.bandwidths.best.t, k));
    if (k < data.x.size())
      json["mean_slopes"][column_name(data, k)] = number(judged.slopes[k]);
  }
  json["loo_mse"] = number(judged.error);
  json["loo_mse_of_line"] = number(judged.error_of_line);
  json["loo_mse_of_mean"] = number(judged.error_of_mean);
  json["r_squared"] = number(judged.r_squared);
  json["effective_df"] = number(judged.effective_df);
  json["residual_deviation"] = number(judged.deviation);
  json["rows_without_neighbours"] = judged.alone;
  json["starts"] = report.bandwidths.starts;
  json["converged"] = report.bandwidths.converged;
  json["seconds"] = report.seconds;
  json["warnings"] = report.warnings;
  out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

}  // namespace tg::regression
