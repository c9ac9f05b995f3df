// What is said: the report, as text and as JSON.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "examples/regression/options.h"
#include "examples/regression/predict.h"

namespace tg::regression {

struct Report {
  const Options& options;
  const Data& data;
  const Bandwidths& bandwidths;
  const Judgement& judgement;
  std::vector<std::string> warnings = {};  // what a reader should not overlook
  double seconds = 0;
};

std::vector<std::string> warnings_of(const Report& report, const Queries& queries,
                                     const Predictions& predictions);
void write_text(std::ostream& out, const Report& report);
void write_json(std::ostream& out, const Report& report);

}  // namespace tg::regression
