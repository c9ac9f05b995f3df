// Measure: see measure.h.
#include "tests/benchmarks/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "tensor/tensor.h"
#include "tests/benchmarks/child.h"

namespace bench {

namespace {

constexpr double shortest_batch = 1e-3, time_for_all = 3;  // seconds
constexpr long fewest_rounds = 3, most_rounds = 101;
constexpr double long_round = 10;  // seconds after which one round is enough

// A contestant at the start: in this process, or in one of its own.
class Runner {
 public:
  Runner(const Workload& workload, const Contestant& contestant, const Expected& expected) : contestant_(contestant) {
    try {
      allow_threads(contestant);
      if (contestant.tuned_malloc) {
        child_ = std::make_unique<Child>(Child::Task::serve, workload, contestant);
        mistake_ = child_->read_line();
      } else {
        job_ = contestant.start();
        const Expected own = contestant.expected ? contestant.expected() : expected;
        mistake_ = bench::mistake(job_, own);
        if (mistake_.empty()) error_ = largest_error(job_, own);
      }
    } catch (const std::exception& error) {
      mistake_ = error.what();
    }
  }
  const std::string& mistake() const { return mistake_; }
  std::optional<double> error() const { return error_; }
  bool once() const { return contestant_.once; }

  // The seconds of one run, on average over a batch of them. A first run wakes what sleeps and fills the caches.
  double time_batch() {
    allow_threads(contestant_);
    if (runs_ > 1) time(1);
    return time(runs_) / static_cast<double>(runs_);
  }

  // The same, with the batch made so large that it takes long enough to be timed.
  double time_first_batch() {
    double one = time_batch();
    for (; !once() && batch_seconds(one) < shortest_batch; one = time_batch()) {
      runs_ = std::clamp<long>(std::lround(1.2 * shortest_batch / std::max(one, 1e-9)), 2 * runs_, 10 * runs_);
    }
    return one;
  }
  double batch_seconds(double one) const { return one * static_cast<double>(runs_); }

 private:
  double time(long runs) {
    if (!child_) return seconds(job_, runs);
    child_->write_line(std::to_string(runs));
    return std::stod(child_->read_line());
  }

  Contestant contestant_;
  Job job_;
  std::unique_ptr<Child> child_;
  std::string mistake_;
  std::optional<double> error_;
  long runs_ = 1;  // in a batch
};

}  // namespace

void allow_threads(const Contestant& contestant) {
  tg::set_num_threads(contestant.threads);
  if (contestant.allow_threads) contestant.allow_threads(contestant.threads);
}

double seconds(const Job& job, long runs) {
  if (job.seconds) return job.seconds(runs);
  const auto begin = std::chrono::steady_clock::now();
  for (long i = 0; i < runs; ++i) job.run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Times measure(const Workload& workload, const Contestants& contestants) {
  Times times;
  const Expected expected = workload.expected();
  std::vector<Runner> runners;
  for (const Contestant& contestant : contestants) {
    const Runner& runner = runners.emplace_back(workload, contestant, expected);
    if (!runner.mistake().empty()) times.mistakes.push_back(contestant.who + ": " + runner.mistake());
  }
  if (!times.mistakes.empty()) return times;

  double round = 0;
  for (Runner& runner : runners) {
    const double one = runner.time_first_batch();
    times.seconds.push_back({one});
    times.errors.push_back(runner.error());
    if (!runner.once()) round += runner.batch_seconds(one);
  }
  const long rounds =
      round > long_round ? 1 : std::clamp(std::lround(time_for_all / round), fewest_rounds, most_rounds);
  for (long i = 1; i < rounds; ++i) {
    for (std::size_t c = 0; c < runners.size(); ++c) {
      if (!runners[c].once()) times.seconds[c].push_back(runners[c].time_batch());
    }
  }
  return times;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double ratio(const std::vector<double>& b, const std::vector<double>& a) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < a.size(); ++i) ratios.push_back(b[b.size() > 1 ? i : 0] / a[i]);
  return median(ratios);
}

}  // namespace bench
