// Running the chapter's program as a reader does, and reading what it prints and leaves.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tests {

struct Finished {
  int code = 0;  // the exit status, or 128 + the number of the signal that ended it
  std::string out, err;
};

struct Surroundings {
  std::map<std::string, std::string> environment = {};  // set besides what is set already
  std::filesystem::path folder = {};                    // to run in; empty for this one
  bool stdout_closed = false;
  bool stop_reading = false;  // close the pipe's other end after the first bytes, as head -1 does
};

// Runs a program and waits for it. One that takes more than a minute is ended, and std::runtime_error thrown.
Finished run_program(const std::string& program, const std::vector<std::string>& arguments,
                     const Surroundings& around = {});

// The chapter's program, of the build that these tests are of: $BUILD/examples/nadaraya_watson, or build's.
std::string chapter_program();
Finished run_chapter(const std::vector<std::string>& arguments, const Surroundings& around = {});

// Surroundings whose PATH has no gnuplot.
extern const Surroundings without_gnuplot;

std::vector<std::string> lines_of(const std::string& text);

// The number that follows each `label` in a text: numbers_after(out, ", loss ") gives the losses.
std::vector<double> numbers_after(const std::string& text, const std::string& label);
double number_after(const std::string& text, const std::string& label);  // the only one; throws std::runtime_error

// The rows of a data block of a gnuplot script: "$curve2 << e", rows of numbers, "e".
std::vector<std::vector<double>> data_block(const std::string& script, const std::string& name);

}  // namespace tests
