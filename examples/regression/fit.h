// What the model says: how well it fits, and what it predicts. Both are in the user's
// units.
#pragma once

#include <string>
#include <vector>

#include "examples/regression/bandwidth.h"

namespace tg::regression {

struct Judgement {
  std::int64_t rows = 0;                                   // looked at: all, or some of many
  double error = 0, error_of_mean = 0, error_of_line = 0;  // leave-one-out, mean squares
  double r_squared = 0, effective_df = 0, residual_df = 0;
  double deviation = 0;             // of the residuals; NaN if the fit leaves no degree of freedom
  std::vector<double> slopes = {};  // of each feature, on average
  std::int64_t alone = 0;           // rows without neighbours
};

// From the model at these rows.
Judgement judge(const Data& data, const Bandwidths& bandwidths, const Smooth& at, const IndexTensor& rows);

// For each query; NaN where there is nothing to say, and then a mark says why.
struct Predictions {
  std::vector<double> fit, error, low, high, keys;
  std::vector<std::vector<double>> slopes;      // of each feature
  std::vector<std::vector<std::string>> marks;  // of each row, those that it has
};

// With the residuals as they have been judged.
Predictions predict(const Data& data, const Bandwidths& bandwidths, const Queries& queries, const Judgement& judgement,
                    double confidence);

// Both at once, since the pooling of many queries is near-linear.
struct Fit {
  Judgement judgement;
  Predictions predictions;
};
Fit fit(const Data& data, const Bandwidths& bandwidths, const Queries& queries, double confidence);

Queries rows_of_data(const Data& data);

// Steps from the lowest to the highest x, in one feature or in two; the others stand still.
Queries grid(const Data& data, std::int64_t steps, const std::vector<std::size_t>& along);

}  // namespace tg::regression
