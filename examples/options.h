// The command line of the chapter's program.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace tg::examples {

// The chapter's three tabs. They train the same model with another loss or another start.
enum class Recipe { pytorch, mxnet, tensorflow };

struct Options {
  std::uint64_t seed = 0;     // 0 to 4294967295: the generator takes 32 bits
  std::int64_t n_train = 50;  // 2 to 10000
  std::int64_t epochs = 5;    // 0 to 1000000; 0 leaves w at its random start
  double lr = 0.5;            // finite and positive
  Recipe recipe = Recipe::pytorch;
  std::filesystem::path out = "build/figures";  // the figures' folder, never empty
  bool no_figures = false;                      // write no files
  bool terminal = false;                        // draw the figures as text
  bool show = false;                            // open the page of the figures
  bool help = false;  // print usage() and leave; the other options are then not read
};

// Reads main's arguments. Throws a UsageError (examples/command_line.h).
Options parse(int argc, const char* const* argv);

// The text of --help, ending in a new line.
std::string usage();

// The name that --recipe takes, such as "pytorch".
const char* name(Recipe recipe);

}  // namespace tg::examples
