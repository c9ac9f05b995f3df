// What the small programs share: their command line, and a line that says how far long work
// has come.
//
//   int main(int argc, char** argv) {
//     return run_program(argc, argv, "How the error falls with more data.",
//                        {{"seeds", "random data sets", 100, 1, 10000}}, [](const
//                        Arguments& arguments) {
//       Progress progress("training", arguments["seeds"]);
//       for (std::int64_t seed = 0; seed < arguments["seeds"]; ++seed, progress.step()) ...
//       arguments.figures().plot(...);
//     });
//   }
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "examples/figures.h"

namespace tg::examples {

// An option --name N that takes a whole number from low to high.
struct Setting {
  std::string name;
  std::string meaning;
  std::int64_t value;  // unless the command line says otherwise
  std::int64_t low, high;
};

// What the command line said.
class Arguments {
 public:
  Arguments(std::map<std::string, std::int64_t> numbers, FigureOptions figures);

  std::int64_t operator[](
      const std::string& name) const;  // of a Setting; throws Error for another name
  Figures figures() const;             // into the folder that --out names

 private:
  std::map<std::string, std::int64_t> numbers_;
  FigureOptions figures_;
};

// Runs `body` and returns main's result: 0, or 2 with one line on stderr if it throws a
// UsageError, or 1 with one line if it throws another exception or its output could not be
// written.
int run_main(const std::string& program, const std::function<void()>& body);

// Reads main's arguments and runs `body`, by run_main. Beside the settings it takes --out
// DIR, --no-figures, --terminal and --help, which prints `about` and the options and runs
// nothing.
int run_program(int argc, char** argv, const std::string& about,
                const std::vector<Setting>& settings,
                const std::function<void(const Arguments&)>& body);

// One line on stderr that says how many of the steps are done, and the time left by the
// pace so far. It is written on a terminal only, a few times a second, and is gone after
// the last step. What prints between steps clears it first.
class Progress {
 public:
  Progress(std::string work, std::int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void step(std::int64_t steps = 1);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  std::string work_;
  std::int64_t total_, done_ = 0;
  bool terminal_, shown_ = false;
  Clock::time_point start_, last_;
};

}  // namespace tg::examples
