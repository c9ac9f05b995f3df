// Reads command lines with Boost.Program_options.
#include "examples/command_line.h"

#include <charconv>
#include <system_error>
#include <vector>

namespace tg::examples {
namespace {

namespace po = boost::program_options;

// Returns false if the text is a number that T cannot hold.
template <class T>
bool read_number(const std::string& option, const std::string& text, const char* kind, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) refuse("--", option, ": '", text, "' is not a ", kind);
  return error == std::errc();
}

}  // namespace

po::variables_map read_command_line(int argc, const char* const* argv, const po::options_description& options) {
  // No guessing: --epoch is an error and not --epochs, so that a later option cannot change what it means.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  try {
    const auto parsed = po::command_line_parser(arguments).options(options).style(style).run();
    for (const auto& option : parsed.options) {
      if (option.string_key.empty()) {
        refuse("unexpected argument '", option.value.at(0), "'; options start with --");
      }
      // Boost takes the next word whatever it is: `--out --terminal` would make a folder named --terminal.
      if (!option.value.empty() && option.original_tokens.size() == 2 && option.value[0].starts_with("--")) {
        refuse("--", option.string_key, ": its value is missing before '", option.value[0], "'");
      }
    }
    po::variables_map values;
    po::store(parsed, values);
    return values;
  } catch (const po::error& error) {
    refuse(error.what(), "; --help lists the options");
  }
}

std::int64_t whole_number(const std::string& option, const std::string& text, std::int64_t low, std::int64_t high,
                          const char* why) {
  std::int64_t value = 0;
  if (!read_number(option, text, "whole number", value) || value < low || value > high) {
    refuse("--", option, ": ", text, " is out of range; it goes from ", low, " to ", high, why);
  }
  return value;
}

bool read_double(const std::string& option, const std::string& text, double& value) {
  return read_number(option, text, "number", value);
}

std::string folder(const std::string& text) {
  if (text.empty()) refuse("--out: the folder's name is empty");
  return text;
}

}  // namespace tg::examples
