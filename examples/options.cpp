// Parses the chapter's command line with Boost.Program_options.
#include "examples/options.h"

#include <array>
#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>
#include <sstream>
#include <system_error>
#include <vector>

namespace tg::examples {
namespace {

namespace po = boost::program_options;

constexpr std::array recipes = {Recipe::pytorch, Recipe::mxnet, Recipe::tensorflow};

constexpr std::int64_t max_seed = 4294967295;  // std::mt19937 would drop the bits above, and repeat a smaller seed
constexpr std::int64_t max_n_train = 10000;    // a step holds several tensors of n (n - 1) floats: about 3 GB at most
constexpr std::int64_t max_epochs = 1000000;   // the loss of every epoch is kept for its figure

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  throw UsageError(text.str());
}

// Values are taken from Boost as text and read here, so that a message can say what was written and what is
// accepted. (Boost's own reader takes -1 for an unsigned number and wraps it around.) Returns false if the text
// is a number that T cannot hold.
template <class T>
bool read_number(const char* option, const std::string& text, const char* kind, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) refuse("--", option, ": '", text, "' is not a ", kind);
  return error == std::errc();
}

std::int64_t whole_number(const char* option, const std::string& text, std::int64_t low, std::int64_t high,
                          const char* why = "") {
  std::int64_t value = 0;
  if (!read_number(option, text, "whole number", value) || value < low || value > high) {
    refuse("--", option, ": ", text, " is out of range; it goes from ", low, " to ", high, why);
  }
  return value;
}

double learning_rate(const std::string& text) {
  double lr = 0;
  const bool fits = read_number("lr", text, "number", lr);
  // The parameters are floats: a rate that is infinite or zero as a float would train nothing.
  const auto rate = static_cast<float>(lr);
  if (!fits || !std::isfinite(rate) || rate <= 0) refuse("--lr: ", text, " is not a finite, positive float");
  return lr;
}

Recipe recipe(const std::string& text) {
  for (const Recipe candidate : recipes) {
    if (text == name(candidate)) return candidate;
  }
  refuse("--recipe: '", text, "' is not one of pytorch, mxnet, tensorflow");
}

// "help text (default)"
template <class T>
std::string with_default(const std::string& text, const T& value) {
  std::ostringstream out;
  out << text << " (" << value << ')';
  return out.str();
}

po::options_description description() {
  const Options defaults;
  const auto text = [](const char* placeholder) { return po::value<std::string>()->value_name(placeholder); };
  po::options_description options("Options, with their defaults");
  auto add = options.add_options();
  add("seed", text("N"), with_default("seed of the random numbers", defaults.seed).c_str());
  add("n-train", text("N"), with_default("training points, 2 to 10000", defaults.n_train).c_str());
  add("epochs", text("N"), with_default("training steps; 0 trains nothing", defaults.epochs).c_str());
  add("lr", text("X"), with_default("learning rate", defaults.lr).c_str());
  add("recipe", text("NAME"),
      with_default("version of the book to follow: pytorch, mxnet, tensorflow", name(defaults.recipe)).c_str());
  add("out", text("DIR"), with_default("folder for the figures", defaults.out.string()).c_str());
  add("no-figures", po::bool_switch(), "write no figures");
  add("terminal", po::bool_switch(), "draw the figures as text in the terminal");
  add("help", po::bool_switch(), "print this text");
  return options;
}

po::variables_map read(int argc, const char* const* argv) {
  // No guessing: --epoch is an error and not --epochs, so that a later option cannot change what it means.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const auto options = description();
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

}  // namespace

Options parse(int argc, const char* const* argv) {
  const po::variables_map values = read(argc, argv);
  Options options;
  options.help = values["help"].as<bool>();
  if (options.help) return options;
  options.no_figures = values["no-figures"].as<bool>();
  options.terminal = values["terminal"].as<bool>();

  const auto given = [&values](const char* option) -> const std::string* {
    return values.count(option) ? &values[option].as<std::string>() : nullptr;
  };
  if (const auto* text = given("seed")) {
    options.seed = static_cast<std::uint64_t>(whole_number("seed", *text, 0, max_seed));
  }
  if (const auto* text = given("n-train")) {
    options.n_train = whole_number("n-train", *text, 2, max_n_train,
                                   " (a point is predicted from the others; memory grows with the square)");
  }
  if (const auto* text = given("epochs")) options.epochs = whole_number("epochs", *text, 0, max_epochs);
  if (const auto* text = given("lr")) options.lr = learning_rate(*text);
  if (const auto* text = given("recipe")) options.recipe = recipe(*text);
  if (const auto* text = given("out")) options.out = *text;
  if (options.out.empty()) refuse("--out: the folder's name is empty");
  return options;
}

std::string usage() {
  std::ostringstream text;
  text << "Usage: nadaraya_watson [options]\n\n"
          "Runs the Nadaraya-Watson kernel regression chapter of Dive into Deep Learning:\n"
          "prints its numbers and draws its six figures.\n\n"
       << description()
       << "\nExamples:\n"
          "  nadaraya_watson --seed 1 --out /tmp/figures\n"
          "  nadaraya_watson --n-train 200 --epochs 20 --no-figures --terminal\n";
  return text.str();
}

const char* name(Recipe recipe) {
  switch (recipe) {
    case Recipe::pytorch:
      return "pytorch";
    case Recipe::mxnet:
      return "mxnet";
    case Recipe::tensorflow:
      return "tensorflow";
  }
  return "unknown";
}

}  // namespace tg::examples
