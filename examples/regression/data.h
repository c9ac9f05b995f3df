// From a table to the model's numbers, and back to the user's units.
#pragma once

#include <iomanip>
#include <string>
#include <vector>

#include "examples/regression/model.h"
#include "examples/regression/table.h"

namespace tg::regression {

// All parts one after the other, numbers with five digits.
template <class... Parts> std::string text_of(const Parts&... parts) {
  std::ostringstream text = classic();
  text << std::setprecision(5);
  (text << ... << parts);
  return text.str();
}

struct Scale {
  double mean = 0, deviation = 1;
  double low = 0, high = 0, median = 0;  // in the user's units
  double smallest_gap = 0;               // between two different numbers
  std::int64_t different = 1;            // numbers
};

struct Data {
  Table table;  // of y, the features, the categories, the weights
  Model model;
  Scale y;
  std::vector<Scale> x;  // of the features
  std::vector<std::string> warnings;

  const std::vector<Column>& features() const { return table.chosen[1]; }
  const std::vector<Column>& categories() const { return table.chosen[2]; }
  const Column& y_column() const { return table.chosen[0][0]; }
};

// Throws Error where there is nothing to be learned: a row alone, a y or a single x that is
// constant, too few different x. Among several features a constant one is left out, with a
// warning; so are rows of weight 0.
Data prepare(Table table, Kernel kernel, int degree);

// The model's queries of features in the user's units, and categories' codes: (m, d).
Tensor64 queries_of(const Data& data,
                    const std::vector<const std::vector<double>*>& columns);

}  // namespace tg::regression
