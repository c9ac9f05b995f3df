// The predictions as CSV and as figures, and files that are there whole or not at all.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "examples/figures.h"
#include "examples/regression/report.h"
#include "tensor/file.h"

namespace tg::regression {
namespace {

// A cell: the shortest decimal that is read back as the same double, or so many digits.
void write_number(std::ostream& out, double x, int digits) {
  char text[32];
  char* end = std::copy_n("NA", 2, text);
  if (!std::isnan(x)) {
    const auto written = digits == 0 ? std::to_chars(text, std::end(text), x)
                                     : std::to_chars(text, std::end(text), x, std::chars_format::general, digits);
    end = written.ptr;
  }
  *end++ = ',';
  out.write(text, end - text);
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n;\t") == text.npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + '"';
}

std::vector<float> floats(const std::vector<double>& x, double less = 0) {
  std::vector<float> result;
  for (const double value : x) result.push_back(static_cast<float>(value - less));
  return result;
}

}  // namespace

void check_writable(const std::string& option, const std::string& path) {
  if (path.empty() || path == "-") return;
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored))
    fail(option, ": ", path, " is not a regular file (a folder or a device); name another");
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) != 0)
    fail(option, ": cannot write into the folder of ", path, ": ", std::strerror(errno));
}

void write_file(const std::string& path, const std::function<void(std::ostream&)>& write) {
  if (path == "-") return write(std::cout);
  // An interrupt waits until the file has its name, or is gone.
  sigset_t interrupts, before;
  sigemptyset(&interrupts);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&interrupts, signal);
  pthread_sigmask(SIG_BLOCK, &interrupts, &before);
  const std::string reason = tg::detail::write_aside(path, write);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!reason.empty()) fail("cannot write ", path, ": ", reason);
}

void write_csv(std::ostream& out, const Data& data, const Queries& queries, const Predictions& predictions) {
  std::vector<Column> given = queries.columns;
  if (queries.of_data) given.push_back(data.y);
  for (const Column& column : given) out << csv_cell(column.name) << ',';
  out << "fit,error,low,high,keys,";
  std::vector<const std::vector<double>*> numbers = {&predictions.fit, &predictions.error, &predictions.low,
                                                     &predictions.high, &predictions.keys};
  for (std::size_t f = 0; f < data.features(); ++f) {
    out << csv_cell("slope " + data.columns[f].name) << ',';
    numbers.push_back(&predictions.slopes[f]);
  }
  out << "mark\n";
  for (std::size_t i = 0; i < predictions.fit.size(); ++i) {
    for (const Column& column : given) {
      const double x = column.numbers[i];
      if (column.words && !std::isnan(x)) {
        out << csv_cell(column.values[static_cast<std::size_t>(x)]) << ',';
      } else {
        write_number(out, x, 0);
      }
    }
    for (const auto* column : numbers) write_number(out, (*column)[i], 10);
    std::string marks;
    for (const std::string& mark : predictions.marks[i]) marks += (marks.empty() ? "" : "; ") + mark;
    out << csv_cell(marks) << '\n';
  }
}

void draw(const Report& report, const Queries& queries, const Predictions& predictions) {
  const Options& options = report.options;
  const Data& data = report.data;
  const examples::Figures figures(
      {.folder = options.figures, .write_files = !options.figures.empty(), .terminal = options.terminal});
  const Column& y = data.y;
  for (std::size_t f = 0; f < data.features(); ++f) {
    const Column& x = data.columns[f];
    const Queries line = grid(data, 200, {f});
    const Predictions at = predict(data, report.bandwidths, line, report.judgement, options.confidence);
    // A figure's numbers are floats. Where they would fall together the lowest is taken
    // off.
    const auto [low, high] = std::pair(x.scale.low, x.scale.high);
    const double less = std::abs(low) > 1e4 * (high - low) ? low : 0;
    const std::vector<double>& places = line.columns[f].numbers;
    std::vector<double> round = places, edge = at.low;  // there and back, around the band
    round.insert(round.end(), places.rbegin(), places.rend());
    edge.insert(edge.end(), at.high.rbegin(), at.high.rend());
    round.push_back(round[0]);
    edge.push_back(edge[0]);
    std::vector<examples::Curve> curves = {{"fit", floats(places, less), floats(at.fit)}};
    if (!std::isnan(report.judgement.deviation))
      curves.push_back({text_of(100 * options.confidence, " % band"), floats(round, less), floats(edge)});
    figures.plot(data.features() == 1 ? "fit" : "fit-" + std::to_string(f + 1), curves,
                 {.x_label = less == 0 ? x.name : x.name + " - " + std::to_string(less),
                  .y_label = y.name,
                  .points = {floats(x.numbers, less), floats(y.numbers), "data"}});
  }
  if (data.columns.size() == 1 || !queries.of_data) return;
  const std::vector<float> ends = floats({y.scale.low, y.scale.high});
  figures.plot("observed", {{"equal", ends, ends}},
               {.x_label = "predicted " + y.name,
                .y_label = y.name,
                .points = {floats(predictions.fit), floats(y.numbers), "data"}});
}

}  // namespace tg::regression
