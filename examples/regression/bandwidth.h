// Choosing the bandwidths: the least leave-one-out error.
#pragma once

#include <limits>
#include <vector>

#include "examples/program.h"
#include "examples/regression/data.h"

namespace tg::regression {

struct Minimum {
  std::vector<double> t;  // see model.h
  double error = std::numeric_limits<double>::quiet_NaN();
  bool ended = true;  // not stopped on the way, by the number of evaluations
};

struct Bandwidths {
  Minimum best;
  std::vector<Minimum> others = {};  // other minima on all rows, the better ones first
  std::vector<bool> at_low_end = {};
  bool converged = true;  // a minimum on all rows, or an end of the range
  int starts = 0;         // 0: they have been given
};

Bandwidths choose_bandwidths(const Data& data);

// As they are given, in the user's units: h of each feature and λ of each category. Throws
// Error for another number.
Bandwidths given_bandwidths(const Data& data, const std::vector<double>& h);

// In the user's units: h of a feature, or λ of a category.
double bandwidth_of(const Data& data, const std::vector<double>& t, std::size_t column);

// Whether a column has no part in the fit: the kernel is level over the feature's range, or
// λ is 1.
bool plays_no_part(const Data& data, const std::vector<double>& t, std::size_t column);

// The ends of t's range.
struct Range {
  std::vector<double> low, high;
};

// The best that a search by NLopt meets from `start` on; it ends where a step in t is less
// than `precision`. L-BFGS takes the gradient from the tape. The compact kernels' errors
// have kinks, where Subplex (Rowan 1990) goes on without it; the boxcar's is a staircase,
// for Subplex alone. Of many rows it is content with a step of 1e-3.
Minimum descend(const Model& model, const Range& range, const Minimum& start, double precision,
                examples::Progress& progress);

}  // namespace tg::regression
