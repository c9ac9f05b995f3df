// Reading a command line with Boost.Program_options, so that every wrong one is refused in
// one line.
#pragma once

#include <boost/program_options.hpp>
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>

namespace tg::examples {

// A command line that a program does not take. what() is one line that names the option,
// the offending text and what is accepted.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class... Parts> [[noreturn]] void refuse(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  throw UsageError(text.str());
}

// Options with values are described by this: values are taken from Boost as text and read
// by the functions below, so that a message can say what was written and what is accepted.
// (Boost's own reader takes -1 for an unsigned number and wraps it around.)
inline auto text_value(const char* placeholder) {
  return boost::program_options::value<std::string>()->value_name(placeholder);
}

// main's arguments by the options described. A word without an option belongs to the option
// `alone`, if there is one. Throws a UsageError.
boost::program_options::variables_map read_command_line(
    int argc, const char* const* argv,
    const boost::program_options::options_description& options,
    const char* alone = nullptr);

// The text of an option as a whole number from low to high. Throws a UsageError, which may
// add why.
std::int64_t whole_number(const std::string& option, const std::string& text,
                          std::int64_t low, std::int64_t high, const char* why = "");

// The text of an option as a number: one that a double cannot hold is 0 or infinite. Throws
// a UsageError for other text.
double number(const std::string& option, const std::string& text);

// The text of --out, which must name a folder. Throws a UsageError.
std::string folder(const std::string& text);

}  // namespace tg::examples
