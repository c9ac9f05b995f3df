// Script: a peer that is a script, in a process of its language, which times itself.
#pragma once

#include <memory>

#include "tests/benchmarks/child.h"
#include "tests/temporary_folder.h"

namespace bench {

class Script {
 public:
  // The command's last word is the file of the numbers, in double; then come the arguments. For each line read the
  // script does so many runs and prints their seconds; after "result" it prints `answers` numbers, one a line.
  Script(std::vector<std::string> command, const std::vector<std::vector<double>>& numbers,
         const std::vector<std::string>& arguments, std::size_t answers);
  double seconds(long runs);
  std::vector<double> result();

 private:
  tests::TemporaryFolder folder_;
  std::unique_ptr<Child> child_;
  std::size_t answers_;
};

// The Job of a script, which is started when it is wanted.
Job job_of(std::shared_ptr<Script> script);

}  // namespace bench
