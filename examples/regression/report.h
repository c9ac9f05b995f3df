// What is said and left: the report as text and as JSON, the predictions as CSV, figures,
// and files that are there whole or not at all.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "examples/regression/fit.h"
#include "examples/regression/options.h"

namespace tg::regression {

struct Report {
  const Options& options;
  const Data& data;
  const Bandwidths& bandwidths;
  const Judgement& judgement;
  std::vector<std::string> warnings = {};  // what a reader should not overlook
  double seconds = 0;
};

std::vector<std::string> warnings_of(const Report& report, const Queries& queries, const Predictions& predictions);
void write_text(std::ostream& out, const Report& report);
void write_json(std::ostream& out, const Report& report);

void write_csv(std::ostream& out, const Data& data, const Queries& queries, const Predictions& predictions);

// A figure for each feature: the fit with its band and the data, the others at their
// medians. For several also the observed y against the predicted.
void draw(const Report& report, const Queries& queries, const Predictions& predictions);

// Has `write` write a file beside `path`, which gets this name when it is whole. Throws
// Error otherwise, and what has been there under this name stays. "-" is standard output.
void write_file(const std::string& path, const std::function<void(std::ostream&)>& write);

// Throws Error now, before any work, if such a file could not be made.
void check_writable(const std::string& option, const std::string& path);

}  // namespace tg::regression
