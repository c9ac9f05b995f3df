// A workload: what is measured, the ways of doing it, and the answer that each of them must give.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bench {

// A way of doing a workload, with its data made: run() does the work once, result() tells what the last run computed.
struct Job {
  std::function<void()> run;
  std::function<std::vector<double>()> result;
  std::function<double(long)> seconds = {};  // that so many runs take, where another program does and times them
};

// Makes the Job of a class that has run() and result(), when it is wanted: its data may be large.
template <class Work, class... Args> std::function<Job()> start(Args... args) {
  return [=] {
    auto work = std::make_shared<Work>(args...);
    return Job{[work] { work->run(); }, [work] { return work->result(); }};
  };
}

// The right result, in double precision by plain loops, and how far from each value a contestant may be. With sizes the
// table shows the largest error, each relative to its size.
struct Expected {
  std::vector<double> values, allowed, sizes = {};
};

// The library, or one of its peers.
struct Contestant {
  std::string who;
  std::function<Job()> start;
  int threads = 1;                          // how many it may use;
  void (*allow_threads)(int) = nullptr;     // a peer is told by this
  bool tuned_malloc = false;                // runs in a process of its own, whose malloc keeps what is freed
  std::function<Expected()> expected = {};  // if its result is not the workload's
  bool once = false;                        // takes seconds: it is timed in the first round only
  bool elsewhere = false;                   // another program works: its memory is not measured
};
using Contestants = std::vector<Contestant>;

// A time that was measured elsewhere, which the table shows and says so.
struct Quote {
  std::string who;
  double seconds;
};

// The table has a row for each pair of ours and a peer; they are measured in turn, A B A B ...
struct Workload {
  std::string group, name;
  Contestants ours, peers = {};
  std::function<Expected()> expected = {};
  double items = 1;       // a run's work is this many ...
  std::string item = {};  // ... of these: the time of a run and of one of them is shown; if empty, that of one alone
  bool memory = false;    // whether the table shows the peak memory
  std::vector<Quote> quotes = {};

  std::string id() const { return group + ": " + name; }
};

// The workload with our first contestant allowed two threads, and itself on one as its peer.
Workload two_against_one(Workload workload);

// All workloads, in the order of the table, and those of one file each.
using Workloads = std::vector<Workload>;
Workloads all_workloads();
Workloads training_workloads();    // training.cpp
Workloads pooling_workloads();     // pooling.cpp
Workloads scale_workloads();       // scale.cpp
Workloads recording_workloads();   // recording.cpp
Workloads product_workloads();     // products.cpp
Workloads elementary_workloads();  // elementary.cpp
Workloads fused_workloads();       // fused.cpp

// Of those in scale.cpp: Gaussian kernel regression of n points at n queries, w = 10, beside every pair where there are
// not too many, and beside the peers that bin the points.
Workload gaussian_pooling(int n);

// Runs the job once and says what is wrong with its result: an empty text if nothing is.
std::string mistake(const Job& job, const Expected& expected);

// Of its last result, the largest error relative to the sizes. Nothing without sizes.
std::optional<double> largest_error(const Job& job, const Expected& expected);

}  // namespace bench
