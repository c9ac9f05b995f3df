// Reads command lines with Boost.Program_options.
#include "examples/command_line.h"

#include <charconv>
#include <cstdlib>
#include <system_error>
#include <vector>

namespace tg::examples {
namespace {

namespace po = boost::program_options;

[[noreturn]] void is_not_a(const char* kind, const std::string& option,
                           const std::string& text) {
  refuse("--", option, ": '", text, "' is not a ", kind);
}

}  // namespace

po::variables_map read_command_line(int argc, const char* const* argv,
                                    const po::options_description& options,
                                    const char* alone) {
  // No guessing: --epoch is an error and not --epochs, so that a later option cannot change
  // what it means.
  const int style =
      po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  po::positional_options_description words;
  if (alone) words.add(alone, 1);
  try {
    po::command_line_parser parser(arguments);
    parser.options(options).style(style);
    if (alone) parser.positional(words);
    const auto parsed = parser.run();
    for (const auto& option : parsed.options) {
      if (option.string_key.empty()) {
        refuse("unexpected argument '", option.value.at(0), "'; options start with --");
      }
      // Boost takes the next word whatever it is: `--out --terminal` would make a folder
      // named --terminal.
      if (!option.value.empty() && option.original_tokens.size() == 2 &&
          option.value[0].starts_with("--")) {
        refuse("--", option.string_key, ": its value is missing before '", option.value[0],
               "'");
      }
    }
    po::variables_map values;
    po::store(parsed, values);
    return values;
  } catch (const po::error& error) {
    refuse(error.what(), "; --help lists the options");
  }
}

std::int64_t whole_number(const std::string& option, const std::string& text,
                          std::int64_t low, std::int64_t high, const char* why) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument)
    is_not_a("whole number", option, text);
  if (error != std::errc() || value < low || value > high) {
    refuse("--", option, ": ", text, " is out of range; it goes from ", low, " to ", high,
           why);
  }
  return value;
}

double number(const std::string& option, const std::string& text) {
  // libc++ has from_chars for double only since version 20. strtod also takes spaces, and
  // hexadecimal numbers.
  char* stop = nullptr;
  const double value = std::strtod(text.c_str(), &stop);
  if (text.empty() || *stop || text.find_first_of(" xX") != std::string::npos)
    is_not_a("number", option, text);
  return value;
}

std::string folder(const std::string& text) {
  if (text.empty()) refuse("--out: the folder's name is empty");
  return text;
}

}  // namespace tg::examples
