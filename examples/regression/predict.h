// What the model says at other places.
#pragma once

#include <string>
#include <vector>

#include "examples/regression/judge.h"

namespace tg::regression {

// Where the model is asked: columns as the data's, in the user's units.
struct Queries {
  std::vector<Column> columns;        // the features, then the categories
  std::vector<std::string> problems;  // of each row, or none
  std::vector<std::string> remarks;   // how the rows have been made
  bool of_data = false;               // the rows are the data's own
};
Queries rows_of_data(const Data& data);
Queries rows_of_table(const Table& table);

// Steps from the lowest to the highest x, in one feature or in two; the others stand still.
Queries grid(const Data& data, std::int64_t steps, const std::vector<std::size_t>& along);

// In the user's units, for each query; NaN where there is nothing to say, and then a mark
// says why.
struct Predictions {
  std::vector<double> fit, error, low, high, keys;
  std::vector<std::vector<double>> slopes;      // of each feature
  std::vector<std::vector<std::string>> marks;  // of each row, those that it has
};

struct Fit {
  Judgement judgement;
  Predictions predictions;
};
Fit fit(const Data& data, const Bandwidths& bandwidths, const Queries& queries,
        double confidence);

// The predictions alone, with the residuals as they have been judged.
Predictions predict(const Data& data, const Bandwidths& bandwidths, const Queries& queries,
                    const Judgement& judgement, double confidence);

}  // namespace tg::regression
