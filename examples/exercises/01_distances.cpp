// Question: queries has shape (m, d) and keys (n, d), one point of d coordinates a row.
// Write the table of their squared distances, of shape (m, n), without a loop. What happens
// if you write queries - keys?
//
// Answer: every query must meet every key, so they need a dimension each, and the
// coordinates a third: (m, 1, d) - (n, d) broadcasts to (m, n, d). Square it and sum over
// the last dimension. queries - keys throws if m and n differ and neither is 1. If m = n it
// is no error: it subtracts key i from query i, and the distances are only the diagonal of
// the table.
#include <algorithm>
#include <cmath>
#include <iostream>

#include "examples/program.h"

using namespace tg;
using namespace tg::examples;

void body(const Arguments& arguments) {
  const std::int64_t m = arguments["queries"], n = arguments["keys"],
                     d = arguments["features"];
  manual_seed(0);
  const Tensor queries = rand({m, d}), keys = rand({n, d});

  const Tensor table = sum(square(unsqueeze(queries, 1) - keys), 2);
  std::cout << "the squared distances of " << m << " queries and " << n
            << " keys have shape " << table.shape() << '\n';

  double worst = 0;
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      double distance = 0;
      for (std::int64_t k = 0; k < d; ++k)
        distance += std::pow(double{queries(i, k)} - double{keys(j, k)}, 2);
      worst = std::max(worst, std::abs(distance - double{table(i, j)}));
    }
  }
  std::cout << "a loop over all pairs "
            << (worst < 1e-5 * static_cast<double>(d) ? "agrees" : "disagrees") << "\n\n";

  try {
    const Tensor rows = queries - keys;
    std::cout << "queries - keys has shape " << rows.shape() << " and no error\n";
  } catch (const Error& error) {
    std::cout << "queries - keys: " << error.what() << '\n';
  }
  const Tensor rows = queries - rand({m, d});
  std::cout << "with " << m << " other keys it has shape " << rows.shape()
            << ": query i meets key i alone\n";
}

int main(int argc, char** argv) {
  return run_program(
      argc, argv,
      "The table of squared distances between two sets of points, by broadcasting.",
      {{"queries", "points in the first set", 4, 1, 1000},
       {"keys", "points in the second set", 3, 1, 1000},
       {"features", "coordinates of a point", 2, 1, 100}},
      body);
}
