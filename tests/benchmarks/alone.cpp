// The benchmark of the library alone, by Google Benchmark. Run it by make bench.
#include <benchmark/benchmark.h>

#include <algorithm>
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
  static std::optional<double> largest;
  if (current != &contestant) {
    job = {};
    allow_threads(contestant);
    current = &contestant, job = contestant.start();
    const Expected expected = workload.expected();
    error = mistake(job, expected);
    largest = error.empty() ? largest_error(job, expected) : std::nullopt;
    if (!error.empty()) ++wrong;
  }
  if (!error.empty()) return state.SkipWithError(("WRONG: " + error).c_str());
  for (auto _ : state) job.run();
  if (largest) state.counters["largest error"] = *largest;
  if (!workload.item.empty() || workload.items > 1) {
    state.counters[workload.item.empty() ? "each" : "a " + workload.item] =
        benchmark::Counter(workload.items, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  }
}

// One line a contestant: the median of its repetitions, under its plain name.
class Medians : public benchmark::ConsoleReporter {
 public:
  Medians() : ConsoleReporter(OO_None) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> medians;
    for (Run run : runs) {
      if (!run.error_occurred && run.aggregate_name != "median") continue;
      run.run_type = Run::RT_Iteration;  // a name without "_median"
      run.run_name.time_type.clear();
      medians.push_back(run);
      if (run.error_occurred) break;  // and not once more for each repetition
    }
    ConsoleReporter::ReportRuns(medians);
  }
};

}  // namespace

int main(int argc, char** argv) {
  for (const std::string& fact : machine()) std::cout << fact << '\n';
  std::vector<char*> arguments{argv[0]};
  std::string defaults[] = {"--benchmark_min_time=0.02", "--benchmark_repetitions=5"};
  for (std::string& option : defaults) arguments.push_back(option.data());
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;

  const Workloads workloads = all_workloads();
  for (const Workload& workload : workloads) {
    for (const Contestant& contestant : workload.ours) {
      const std::string name = workload.id() + (contestant.who.empty() ? "" : "; " + contestant.who);
      auto measure = [&](benchmark::State& state) { measure_alone(state, workload, contestant); };
      benchmark::RegisterBenchmark(name.c_str(), measure)->UseRealTime();
    }
  }
  Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  if (wrong) std::cout << "FAILED: " << wrong << " results were wrong (see WRONG above)\n";
  return wrong ? 1 : 0;
}
