// What a marker's source says now: lines of a file, or what a program prints.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/docs/page.h"

namespace docs {

// The lines of a file that a code marker names: the region between "// [name]" and "// [/name]"; or, given a text, the
// block that starts on the first line that contains it; or all of it. Indentation that all lines share is dropped.
// Throws std::runtime_error.
Lines code(const Block& block);

// Runs programs of the build folder, each command once, two at a time, in a scratch folder where they leave their figures.
class Programs {
 public:
  Programs(std::string build, std::string scratch);

  void run(const std::vector<Block>& blocks);  // runs what output and figure blocks name
  Lines output(const Block& block) const;      // what an output marker shows; throws std::runtime_error
  std::string figure(const std::string& image) const;  // the file that a program has drawn, "figures/x.svg"

 private:
  struct Run {
    Lines lines;
    int status = 0;
  };
  std::string build_, scratch_;
  std::map<std::string, Run> runs_;  // by command
};

}  // namespace docs
