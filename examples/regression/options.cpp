// Reads the command line with Boost.Program_options.
#include "examples/regression/options.h"

#include <array>

#include "examples/command_line.h"
#include "examples/regression/csv.h"

namespace tg::regression {
namespace {

namespace po = boost::program_options;
using examples::refuse, examples::text_value;

constexpr std::array<const char*, 5> kernels = {"gaussian", "laplace", "epanechnikov",
                                                "triangular", "boxcar"};

po::options_description description() {
  po::options_description options("Options, with their defaults");
  auto add = options.add_options();
  add("data", text_value("FILE"),
      "the data, a CSV file; also without the word --data; - is standard input");
  add("y", text_value("COLUMN"), "what is to be predicted; columns have names or numbers");
  add("x", text_value("COLUMNS"), "from which features, such as area,age");
  add("category", text_value("COLUMNS"),
      "and from which words; equal ones weigh 1, others a learned lambda");
  add("weight", text_value("COLUMN"), "how much each row counts (all the same)");
  add("separator", text_value("C"), "between cells: , ; or tab (found in the file)");
  add("decimal", text_value("C"), "decimal point of the numbers: . or , (.)");
  add("kernel", text_value("NAME"),
      "gaussian, laplace, epanechnikov, triangular, boxcar (gaussian)");
  add("degree", text_value("N"), "0 fits means, 1 lines, in one feature (0)");
  add("bandwidth", text_value("H"),
      "of each feature, then lambda of each category, such as 0.3,20 (chosen)");
  add("grid", text_value("N"), "predict on N places in one feature, or N x N in two");
  add("along", text_value("COLUMNS"),
      "the grid's features (the first two, or the one there is)");
  add("predict", text_value("FILE"),
      "predict the rows of this CSV file; without it, and without a grid, the data's");
  add("confidence", text_value("P"), "of the band around the fit (0.95)");
  add("out", text_value("FILE"),
      "write the predictions as CSV; - is standard output, the report then on stderr");
  add("json", text_value("FILE"), "write the report as JSON too");
  add("figures", text_value("DIR"), "draw figures into this folder");
  add("terminal", po::bool_switch(), "draw the figures as text in the terminal");
  add("help", po::bool_switch(), "print this text");
  return options;
}

char character(const std::string& option, const std::string& text,
               const std::string& known) {
  if (text == "tab" && known.find('\t') != known.npos) return '\t';
  if (text.size() == 1 && known.find(text) != known.npos) return text[0];
  refuse("--", option, ": '", text, "' is not one of ",
         known.size() == 2 ? ". or ," : ", ; or tab");
}

Kernel kernel(const std::string& text) {
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    if (text == kernels[i]) return static_cast<Kernel>(i);
  }
  refuse("--kernel: '", text,
         "' is not one of gaussian, laplace, epanechnikov, triangular, boxcar");
}

std::vector<double> bandwidths(const std::string& text) {
  std::vector<double> result;
  for (const std::string& part : split(text)) {
    result.push_back(number_of(part, '.'));
    if (!(result.back() >= 0)) refuse("--bandwidth: '", part, "' is not a positive number");
  }
  return result;
}

}  // namespace

Options parse(int argc, const char* const* argv) {
  const po::variables_map values =
      examples::read_command_line(argc, argv, description(), "data");
  Options options;
  options.help = values["help"].as<bool>();
  if (options.help) return options;
  options.terminal = values["terminal"].as<bool>();
  const auto given = [&values](const char* option) {
    return values.count(option) ? values[option].as<std::string>() : std::string();
  };
  const std::pair<const char*, std::string*> texts[] = {{"data", &options.data},
                                                        {"y", &options.y},
                                                        {"x", &options.x},
                                                        {"category", &options.category},
                                                        {"weight", &options.weight},
                                                        {"along", &options.along},
                                                        {"predict", &options.predict},
                                                        {"out", &options.out},
                                                        {"json", &options.json},
                                                        {"figures", &options.figures}};
  for (const auto& [option, text] : texts) *text = given(option);
  if (options.data.empty() || options.y.empty() || options.x.empty())
    refuse("a file, --y and --x are needed, such as: kernel_regression data.csv --y price "
           "--x area,age");
  if (values.count("separator"))
    options.format.separator = character("separator", given("separator"), ",;\t");
  if (values.count("decimal"))
    options.format.decimal = character("decimal", given("decimal"), ".,");
  if (options.format.separator == options.format.decimal)
    refuse("--separator and --decimal are both '", options.format.decimal, "'");
  if (values.count("kernel")) options.kernel = kernel(given("kernel"));
  if (values.count("degree"))
    options.degree =
        static_cast<int>(examples::whole_number("degree", given("degree"), 0, 1));
  if (values.count("bandwidth")) options.bandwidth = bandwidths(given("bandwidth"));
  if (values.count("grid"))
    options.grid = examples::whole_number("grid", given("grid"), 2, 1000000);
  if (values.count("confidence")) {
    options.confidence = examples::number("confidence", given("confidence"));
    if (!(options.confidence > 0 && options.confidence < 1))
      refuse("--confidence: ", given("confidence"), " is not between 0 and 1");
  }
  if (options.grid && !options.predict.empty())
    refuse("--grid and --predict exclude each other");
  if (!options.along.empty() && !options.grid)
    refuse("--along names a grid's features; add --grid 100");
  return options;
}

std::string usage() {
  std::ostringstream text;
  text << "Usage: kernel_regression FILE --y COLUMN --x COLUMNS [options]\n\n"
          "Nadaraya-Watson kernel regression (attention pooling) on a CSV file. The\n"
          "bandwidths are chosen by the leave-one-out error. A bandwidth is the standard\n"
          "deviation of the kernel: R's ksmooth has 0.3706506 of what it calls bandwidth\n"
          "for its normal kernel, and 0.2886751 of it for its box.\n\n"
       << description()
       << "\nMarks of a prediction, with ; between them, and counted in the report:\n"
          "  no data in reach   no row has a weight (of kernels that end)\n"
          "  far from the data  no row is within 3 bandwidths, all features together; a "
          "row\n"
          "                     of another category is as far as its lambda makes it\n"
          "  new COLUMN         the data do not have this category\n"
          "  few keys           fewer than 3 rows answer, in effect\n"
          "\nExamples:\n"
          "  kernel_regression houses.csv --y price --x area,age\n"
          "  kernel_regression houses.csv --y price --x area --grid 200 --out fit.csv\n"
          "  kernel_regression houses.csv --y price --x area,age --predict new.csv --out "
          "-\n";
  return text.str();
}

std::string name(Kernel kernel) { return kernels[static_cast<std::size_t>(kernel)]; }

}  // namespace tg::regression
