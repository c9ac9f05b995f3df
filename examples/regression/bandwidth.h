// Choosing the bandwidths: the least leave-one-out error.
#pragma once

#include <limits>
#include <vector>

#include "examples/regression/data.h"
#include "examples/regression/descend.h"

namespace tg::regression {

struct Bandwidths {
  Minimum best;
  std::vector<Minimum> others;  // other minima on all rows, the better ones first
  std::vector<bool> at_low_end;
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

}  // namespace tg::regression
