// How well the model fits.
#pragma once

#include <string>
#include <vector>

#include "examples/regression/bandwidth.h"

namespace tg::regression {

// In the user's units.
struct Judgement {
  std::int64_t rows = 0;  // looked at: all, or some of many
  double error = 0, error_of_mean = 0,
         error_of_line = 0;  // leave-one-out mean squared errors
  double r_squared = 0, effective_df = 0;
  double residual_df = 0,
         deviation = 0;  // of the residuals; NaN if the fit leaves no degree of freedom
  std::vector<double> slopes;  // of each feature, on average
  std::int64_t alone = 0;      // rows without neighbours
};

// All rows, or one in each stretch of many.
IndexTensor rows_to_judge(const Model& model);

// Towards a feature; 0 if that plays no part, where rounding would be all that is left.
Tensor64 slope_of(const Data& data, const Bandwidths& bandwidths, const Smooth& at,
                  std::size_t feature);

// From the model at these rows.
Judgement judge(const Data& data, const Bandwidths& bandwidths, const Smooth& at,
                const IndexTensor& rows);

}  // namespace tg::regression
