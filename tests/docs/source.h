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

// Runs programs of the build folder, each command once, two at a time, each in a folder of its own for its figures.
class Programs {
 public:
  Programs(std::string build, std::string scratch);

  void run(const std::vector<Block>& blocks);  // runs what output and figure blocks name
  Lines output(const Block& block) const;      // what an output marker shows; throws std::runtime_error
  // The file that a figure block's program has drawn; image is "figures/x.svg". Throws std::runtime_error.
  std::string figure(const Block& block, const std::string& image) const;

 private:
  struct Run {
    std::string folder;
    Lines lines;
    int status = 127;  // until it has run
  };
  const Run& run_of(const Block& block) const;  // throws std::runtime_error if there was none, or it has failed
  std::string build_, scratch_;
  std::map<std::string, Run> runs_;  // by command
};

}  // namespace docs
