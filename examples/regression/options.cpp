// Reads the command line with Boost.Program_options.
#include "examples/regression/options.h"

#include <array>

#include "examples/command_line.h"

namespace tg::regression {
namespace {

namespace po = boost::program_options;
using examples::refuse, examples::text_value;

constexpr std::array<const char*, 5> kernels = {"gaussian", "laplace", "epanechnikov", "triangular", "boxcar"};

char character(const std::string& option, const std::string& text, const std::string& known) {
  if (text == "tab" && known.find('\t') != known.npos) return '\t';
  if (text.size() == 1 && known.find(text) != known.npos) return text[0];
  refuse("--", option, ": '", text, "' is not one of ", known.size() == 2 ? ". or ," : ", ; or tab");
}

Kernel kernel(const std::string& text) {
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    if (text == kernels[i]) return static_cast<Kernel>(i);
  }
  refuse("--kernel: '", text, "' is not one of gaussian, laplace, epanechnikov, triangular, boxcar");
}

std::vector<double> bandwidths(const std::string& text) {
  std::vector<double> result;
  for (const std::string& part : split(text)) {
    result.push_back(number_of(part, '.'));
    if (!(result.back() >= 0)) refuse("--bandwidth: '", part, "' is not a positive number");
  }
  return result;
}

double confidence(const std::string& text) {
  const double p = examples::number("confidence", text);
  if (!(p > 0 && p < 1)) refuse("--confidence: ", text, " is not between 0 and 1");
  return p;
}

// The options, which set `to` when they have been read.
po::options_description description(Options& to) {
  po::options_description options("Options, with their defaults");
  auto add = options.add_options();
  const auto text = [&](const char* option, const char* placeholder, std::string& target, const char* meaning) {
    add(option, po::value(&target)->value_name(placeholder), meaning);
  };
  const auto read = [&](const char* option, const char* placeholder, const char* meaning,
                        const std::function<void(const std::string&)>& set) {
    add(option, text_value(placeholder)->notifier(set), meaning);
  };
  text("data", "FILE", to.data, "the data, a CSV file; also without the word --data; - is standard input");
  text("y", "COLUMN", to.columns.y, "what is to be predicted; columns have names or numbers");
  text("x", "COLUMNS", to.columns.x, "from which features, such as area,age");
  text("category", "COLUMNS", to.columns.category, "and from which words; equal ones weigh 1, others a learned lambda");
  text("weight", "COLUMN", to.columns.weight, "how much each row counts (all the same)");
  read("separator", "C", "between cells: , ; or tab (found in the file)",
       [&](auto& c) { to.format.separator = character("separator", c, ",;\t"); });
  read("decimal", "C", "decimal point of the numbers: . or , (.)",
       [&](auto& c) { to.format.decimal = character("decimal", c, ".,"); });
  read("kernel", "NAME", "gaussian, laplace, epanechnikov, triangular, boxcar (gaussian)",
       [&](auto& name) { to.kernel = kernel(name); });
  read("degree", "N", "0 fits means, 1 lines, in one feature (0)",
       [&](auto& n) { to.degree = static_cast<int>(examples::whole_number("degree", n, 0, 1)); });
  read("bandwidth", "H", "of each feature, then lambda of each category, such as 0.3,20 (chosen)",
       [&](auto& list) { to.bandwidth = bandwidths(list); });
  read("grid", "N", "predict on N places in one feature, or N x N in two",
       [&](auto& n) { to.grid = examples::whole_number("grid", n, 2, 1000000); });
  text("along", "COLUMNS", to.along, "the grid's features (the first two, or the one there is)");
  text("predict", "FILE", to.predict, "predict the rows of this CSV file; without it, and without a grid, the data's");
  read("confidence", "P", "of the band around the fit (0.95)", [&](auto& p) { to.confidence = confidence(p); });
  text("out", "FILE", to.out, "write the predictions as CSV; - is standard output, the report then on stderr");
  text("json", "FILE", to.json, "write the report as JSON too");
  text("figures", "DIR", to.figures, "draw figures into this folder");
  add("terminal", po::bool_switch(&to.terminal), "draw the figures as text in the terminal");
  add("help", po::bool_switch(&to.help), "print this text");
  return options;
}

}  // namespace

Options parse(int argc, const char* const* argv) {
  Options options;
  po::variables_map values = examples::read_command_line(argc, argv, description(options), "data");
  options.help = values["help"].as<bool>();
  if (options.help) return options;
  po::notify(values);
  if (options.data.empty() || options.columns.y.empty() || options.columns.x.empty())
    refuse("a file, --y and --x are needed, such as: kernel_regression data.csv --y price "
           "--x area,age");
  if (options.format.separator == options.format.decimal)
    refuse("--separator and --decimal are both '", options.format.decimal, "'");
  if (options.grid && !options.predict.empty()) refuse("--grid and --predict exclude each other");
  if (!options.along.empty() && !options.grid) refuse("--along names a grid's features; add --grid 100");
  return options;
}

std::string usage() {
  Options ignored;
  std::ostringstream text;
  text << R"(Usage: kernel_regression FILE --y COLUMN --x COLUMNS [options]

Nadaraya-Watson kernel regression (attention pooling) on a CSV file. The
bandwidths are chosen by the leave-one-out error. A bandwidth is the standard
deviation of the kernel: R's ksmooth has 0.3706506 of what it calls bandwidth
for its normal kernel, and 0.2886751 of it for its box.

)" << description(ignored)
       << R"(
Marks of a prediction, with ; between them, and counted in the report:
  no data in reach   no row has a weight (of kernels that end)
  far from the data  no row is within 3 bandwidths, all features together; a row
                     of another category is as far as its lambda makes it
  new COLUMN         the data do not have this category
  few keys           fewer than 3 rows answer, in effect

Examples:
  kernel_regression houses.csv --y price --x area,age
  kernel_regression houses.csv --y price --x area --grid 200 --out fit.csv
  kernel_regression houses.csv --y price --x area,age --predict new.csv --out -
)";
  return text.str();
}

std::string name(Kernel kernel) { return kernels[static_cast<std::size_t>(kernel)]; }

}  // namespace tg::regression
