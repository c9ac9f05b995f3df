// Child: a process of its own, and lines to and from it. It is another program, or this one run again for one
// contestant of one workload: that is needed for a malloc that is set up otherwise, and for the peak memory, which the
// system counts by process.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "tests/benchmarks/workload.h"

namespace bench {

class Child {
 public:
  enum class Task { serve, memory };
  Child(Task task, const Workload& workload, const Contestant& contestant);
  explicit Child(std::vector<std::string> command, bool tuned_malloc = false);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  void write_line(const std::string& line);
  std::string read_line();  // throws if the child has ended

 private:
  int pid_ = -1;
  std::FILE *to_ = nullptr, *from_ = nullptr;
};

// What main() shall do with the arguments {task, workload, contestant} of a child.
//   serve   prints what is wrong with the contestant's result; then, for each number of runs read, their seconds
//   memory  prints the bytes by which this process was larger, at its peak, than before the contestant's data was made
bool is_child(int argc, char** argv);
int run_child(char** argv);

// The peak memory of a contestant, measured in a process of its own.
double peak_memory(const Workload& workload, const Contestant& contestant);

}  // namespace bench
