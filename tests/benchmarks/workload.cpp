// Workload: all of them, and the check of a result.
#include "tests/benchmarks/workload.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "tests/benchmarks/peers.h"

namespace bench {

Workloads all_workloads() {
  Workloads all;
  for (const auto part : {training_workloads, pooling_workloads, scale_workloads, recording_workloads,
                          product_workloads, elementary_workloads, fused_workloads, peers::regression_workloads}) {
    for (Workload& workload : part()) all.push_back(std::move(workload));
  }
  return all;
}

Workload two_against_one(Workload workload) {
  workload.name += ", two threads";
  Contestant alone = workload.ours.front();
  alone.who = "ours on one thread";
  workload.peers = {alone};
  workload.ours.front().threads = 2;
  return workload;
}

std::string mistake(const Job& job, const Expected& expected) {
  std::ostringstream text;
  text.precision(9);
  job.run();
  const std::vector<double> result = job.result(), &values = expected.values;
  if (result.size() != values.size()) text << result.size() << " values instead of " << values.size();
  for (std::size_t i = 0; text.str().empty() && i < values.size(); ++i) {
    const double got = result[i], want = values[i];
    const bool same = got == want || (std::isnan(got) && std::isnan(want));
    if (!same && !(std::abs(got - want) <= expected.allowed[i])) {
      text << "value " << i << " of those compared is " << got << ", it should be " << want << " within "
           << expected.allowed[i];
    }
  }
  return text.str();
}

std::optional<double> largest_error(const Job& job, const Expected& expected) {
  if (expected.sizes.empty()) return {};
  const std::vector<double> result = job.result();
  double largest = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    largest = std::max(largest, std::abs(result[i] - expected.values[i]) / expected.sizes[i]);
  }
  return largest;
}

}  // namespace bench
