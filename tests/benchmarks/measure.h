// Measure: contestants checked, and then timed in turn.
#pragma once

#include "tests/benchmarks/workload.h"

namespace bench {

// Tells the library, or the peer, how many threads the contestant may use.
void allow_threads(const Contestant& contestant);

// The seconds that so many runs take.
double seconds(const Job& job, long runs);

struct Times {
  std::vector<std::vector<double>> seconds;   // [contestant][round], of one run
  std::vector<std::optional<double>> errors;  // the largest of each, relative
  std::vector<std::string> mistakes;          // of those whose result is wrong; if there are any, nothing was timed
};

// Checks each contestant's result. Then times them in rounds, in each round one after the other, so that all see the
// same machine when its speed drifts.
Times measure(const Workload& workload, const Contestants& contestants);

double median(std::vector<double> values);

// The median over the rounds of b's time divided by a's time in the same round, or in the first if that is b's only
// one.
double ratio(const std::vector<double>& b, const std::vector<double>& a);

}  // namespace bench
