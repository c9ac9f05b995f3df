// Parses the chapter's command line with Boost.Program_options.
#include "examples/options.h"

#include <array>
#include <cmath>
#include <sstream>

#include "examples/command_line.h"

namespace tg::examples {
namespace {

namespace po = boost::program_options;

constexpr std::array recipes = {Recipe::pytorch, Recipe::mxnet, Recipe::tensorflow};

constexpr std::int64_t max_seed =
    4294967295;  // std::mt19937 would drop the bits above, and repeat a smaller seed
constexpr std::int64_t max_n_train =
    10000;  // a step holds several tensors of n (n - 1) floats: about 3 GB at most
constexpr std::int64_t max_epochs =
    1000000;  // the loss of every epoch is kept for its figure

double learning_rate(const std::string& text) {
  const double lr = number("lr", text);
  // The parameters are floats: a rate that is infinite or zero as a float would train
  // nothing.
  const auto rate = static_cast<float>(lr);
  if (!std::isfinite(rate) || rate <= 0)
    refuse("--lr: ", text, " is not a finite, positive float");
  return lr;
}

Recipe recipe(const std::string& text) {
  for (const Recipe candidate : recipes) {
    if (text == name(candidate)) return candidate;
  }
  refuse("--recipe: '", text, "' is not one of pytorch, mxnet, tensorflow");
}

// "help text (default)"
template <class T> std::string with_default(const std::string& text, const T& value) {
  std::ostringstream out;
  out << text << " (" << value << ')';
  return out.str();
}

po::options_description description() {
  const Options defaults;
  po::options_description options("Options, with their defaults");
  auto add = options.add_options();
  add("seed", text_value("N"),
      with_default("seed of the random numbers", defaults.seed).c_str());
  add("n-train", text_value("N"),
      with_default("training points, 2 to 10000", defaults.n_train).c_str());
  add("epochs", text_value("N"),
      with_default("training steps; 0 trains nothing", defaults.epochs).c_str());
  add("lr", text_value("X"), with_default("learning rate", defaults.lr).c_str());
  add("recipe", text_value("NAME"),
      with_default("version of the book to follow: pytorch, mxnet, tensorflow",
                   name(defaults.recipe))
          .c_str());
  add("out", text_value("DIR"),
      with_default("folder for the figures and their page", defaults.out.string()).c_str());
  add("no-figures", po::bool_switch(), "write no figures and no page");
  add("terminal", po::bool_switch(), "draw the figures as text in the terminal");
  add("show", po::bool_switch(), "open the page of figures and numbers, index.html");
  add("help", po::bool_switch(), "print this text");
  return options;
}

}  // namespace

Options parse(int argc, const char* const* argv) {
  const po::variables_map values = read_command_line(argc, argv, description());
  Options options;
  options.help = values["help"].as<bool>();
  if (options.help) return options;
  options.no_figures = values["no-figures"].as<bool>();
  options.terminal = values["terminal"].as<bool>();
  options.show = values["show"].as<bool>();
  if (options.show && options.no_figures)
    refuse("--show: with --no-figures there is no page to open");

  const auto given = [&values](const char* option) -> const std::string* {
    return values.count(option) ? &values[option].as<std::string>() : nullptr;
  };
  if (const auto* text = given("seed")) {
    options.seed = static_cast<std::uint64_t>(whole_number("seed", *text, 0, max_seed));
  }
  if (const auto* text = given("n-train")) {
    options.n_train = whole_number(
        "n-train", *text, 2, max_n_train,
        " (a point is predicted from the others; memory grows with the square)");
  }
  if (const auto* text = given("epochs"))
    options.epochs = whole_number("epochs", *text, 0, max_epochs);
  if (const auto* text = given("lr")) options.lr = learning_rate(*text);
  if (const auto* text = given("recipe")) options.recipe = recipe(*text);
  if (const auto* text = given("out")) options.out = folder(*text);
  return options;
}

std::string usage() {
  std::ostringstream text;
  text << "Usage: nadaraya_watson [options]\n\n"
          "Runs the Nadaraya-Watson kernel regression chapter of Dive into Deep Learning:\n"
          "prints its numbers, draws its six figures, and puts all on one page.\n\n"
       << description()
       << "\nExamples:\n"
          "  nadaraya_watson --seed 1 --out /tmp/figures\n"
          "  nadaraya_watson --n-train 200 --epochs 20 --no-figures --terminal\n";
  return text.str();
}

const char* name(Recipe recipe) {
  switch (recipe) {
    case Recipe::pytorch: return "pytorch";
    case Recipe::mxnet: return "mxnet";
    case Recipe::tensorflow: return "tensorflow";
  }
  return "unknown";
}

}  // namespace tg::examples
