// The benchmark of the library alone, by Google Benchmark. Run it by make bench.
#include <benchmark/benchmark.h>

#include <iostream>

#include "tests/benchmarks/machine.h"
#include "tests/benchmarks/measure.h"

namespace {

using namespace bench;

int wrong = 0;

// Google Benchmark calls this several times for one contestant: once to try how long it takes, and for each repetition.
// The data is made and the result checked the first time; they stay until the next contestant's turn.
void measure_alone(benchmark::State& state, const Workload& workload, const Contestant& contestant) {
  static const Contestant* current = nullptr;
  static Job job;
  static std::string error;
  if (current != &contestant) {
    job = {};
    allow_threads(contestant.threads);
    current = &contestant, job = contestant.start();
    error = mistake(job, workload.expected());
    if (!error.empty()) ++wrong;
  }
  if (!error.empty()) return state.SkipWithError(("WRONG: " + error).c_str());
  for (auto _ : state) job.run();
  if (!workload.item.empty() || workload.items > 1) {
    state.counters[workload.item.empty() ? "each" : "a " + workload.item] =
        benchmark::Counter(workload.items, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const std::string& fact : machine()) std::cout << fact << '\n';
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const Workloads workloads = all_workloads();
  for (const Workload& workload : workloads) {
    for (const Contestant& contestant : workload.ours) {
      const std::string name = workload.id() + (contestant.who.empty() ? "" : "; " + contestant.who);
      benchmark::RegisterBenchmark(name.c_str(), [&](benchmark::State& state) { measure_alone(state, workload, contestant); })
          ->UseRealTime()
          ->MinTime(0.02)
          ->Repetitions(5)
          ->ReportAggregatesOnly()
          ->ComputeStatistics("fastest", [](const std::vector<double>& v) { return *std::min_element(v.begin(), v.end()); });
    }
  }
  benchmark::RunSpecifiedBenchmarks();
  if (wrong) std::cout << "FAILED: " << wrong << " results were wrong (see WRONG above)\n";
  return wrong ? 1 : 0;
}
