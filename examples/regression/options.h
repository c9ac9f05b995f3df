// The command line of kernel_regression.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "examples/regression/model.h"
#include "examples/regression/table.h"

namespace tg::regression {

struct Options {
  std::string data;  // a file
  ColumnLists columns;
  CsvFormat format;
  Kernel kernel = Kernel::gaussian;
  int degree = 0;
  std::vector<double> bandwidth;  // empty: to be chosen
  std::int64_t grid = 0;          // 0: none
  std::string along, predict;
  double confidence = 0.95;
  std::string out, json, figures;  // empty: none; "-" for out is standard output
  bool terminal = false, help = false;
};

// Reads main's arguments. Throws a UsageError (examples/command_line.h).
Options parse(int argc, const char* const* argv);

// The text of --help, ending in a new line.
std::string usage();

// The name that --kernel takes.
std::string name(Kernel kernel);

}  // namespace tg::regression
