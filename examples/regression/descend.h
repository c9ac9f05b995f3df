// Going down the leave-one-out error to a minimum, by NLopt.
#pragma once

#include <vector>

#include "examples/program.h"
#include "examples/regression/model.h"

namespace tg::regression {

struct Minimum {
  std::vector<double> t;  // see model.h
  double error = 0;
  bool ended = true;  // not stopped on the way, by the number of evaluations
};

// The ends of t's range.
struct Range {
  std::vector<double> low, high;
};

// The best that the search meets from `start` on; it ends where a step in t is less than
// `precision`. L-BFGS takes the gradient from the tape. The compact kernels' errors have
// kinks, where Subplex (Rowan 1990) goes on without it; the boxcar's is a staircase, for
// Subplex alone. Of many rows it is content with a step of 1e-3.
Minimum descend(const Model& model, const Range& range, const Minimum& start,
                double precision, examples::Progress* progress = nullptr);

}  // namespace tg::regression
