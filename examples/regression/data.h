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

// "1 row", "2 rows".
inline std::string rows_of(std::int64_t count) { return std::to_string(count) + (count == 1 ? " row" : " rows"); }

struct Data {
  Column y;
  std::vector<Column> columns;  // the features, then the categories
  Model model;
  std::int64_t left_out = 0;
  std::string first_left_out;
  std::vector<std::string> warnings;

  std::size_t features() const { return static_cast<std::size_t>(model.features); }
};

// Throws Error where there is nothing to be learned: a row alone, a y or a single x that is
// constant, too few different x, a category for each row. A constant column among several
// is left out, with a warning; so are rows of weight 0.
Data prepare(Table table, Kernel kernel, int degree);

// How many rows have each of a category's values.
std::vector<std::int64_t> rows_of_values(const Column& category);

// The model's queries from the columns, in the user's units: (m, d).
Tensor64 queries_of(const Data& data, const std::vector<Column>& columns);

}  // namespace tg::regression
