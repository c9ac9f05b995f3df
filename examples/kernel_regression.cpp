// Kernel regression on your own data: reads a CSV file, chooses bandwidths, predicts, and
// says how far to trust it.
//
//   kernel_regression data.csv --y price --x area,age
//
// The parts are in examples/regression/: table (csv, names) reads, data and model turn
// columns into an attention pooling, bandwidth (descend) chooses, fit (judge, predict)
// predicts, report (output) tells. Run it with --help for its options.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "examples/program.h"
#include "examples/regression/report.h"

using namespace tg;
using namespace tg::regression;

namespace {

Queries queries_for(const Options& options, const Data& data) {
  if (!options.predict.empty())
    return read_queries(options.predict, options.format, data.columns);
  if (options.grid == 0) return rows_of_data(data);
  std::vector<std::string> names;
  for (std::size_t f = 0; f < data.features(); ++f) names.push_back(data.columns[f].name);
  std::vector<std::size_t> along = find_columns(options.along, names, "--along", "--x");
  if (along.empty()) along.push_back(0);
  if (options.along.empty() && names.size() > 1) along.push_back(1);
  if (along.size() > 2 || (along.size() == 2 && along[0] == along[1]))
    fail("--along takes one feature, or two");
  if (along.size() == 2 && options.grid > 2000)
    fail("--grid: ", options.grid, " x ", options.grid,
         " places are more than 2000 x 2000");
  return grid(data, options.grid, along);
}

void run(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  check_writable("--out", options.out);
  check_writable("--json", options.json);
  const Data data = prepare(read_table(options.data, options.format, options.columns),
                            options.kernel, options.degree);
  const Queries queries = queries_for(options, data);
  const Bandwidths bandwidths = options.bandwidth.empty()
                                    ? choose_bandwidths(data)
                                    : given_bandwidths(data, options.bandwidth);
  const Fit result = fit(data, bandwidths, queries, options.confidence);
  Report report{options, data, bandwidths, result.judgement};
  report.warnings = warnings_of(report, queries, result.predictions);
  report.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  write_text(options.out == "-" ? std::cerr : std::cout, report);
  if (!options.json.empty())
    write_file(options.json, [&](std::ostream& out) { write_json(out, report); });
  if (!options.out.empty())
    write_file(options.out, [&](std::ostream& out) {
      write_csv(out, data, queries, result.predictions);
    });
  if (options.figures.empty() && !options.terminal) return;
  std::cout.flush();
  // What is said of figures must not stand among the predictions.
  std::streambuf* before =
      options.out == "-" ? std::cout.rdbuf(std::cerr.rdbuf()) : std::cout.rdbuf();
  draw(report, queries, result.predictions);
  std::cout.rdbuf(before);
}

// Addresses that the program takes before it reads anything; OpenBLAS's threads take many.
double bytes_in_use() {
  double pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// Says how many rows would fit: as measured, 350 bytes for each cell, and 100 MB besides.
// Ends at once: at a normal end OpenBLAS's threads would wait, forever, for memory of their
// own.
[[noreturn]] void end_without_memory(const ColumnLists& lists, double in_use) {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  const double installed = static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
                           static_cast<double>(sysconf(_SC_PAGESIZE));
  const double bytes =
      std::min(installed, static_cast<double>(limit.rlim_cur)) - in_use - 100e6;
  const auto columns = 1 + split(lists.x).size() + split(lists.category).size();
  std::cerr << "kernel_regression: out of memory; about "
            << std::llround(std::max(0.0, bytes) / (350 * static_cast<double>(columns)))
            << " rows of these columns would fit: take a part of them\n";
  std::_Exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  const double in_use = bytes_in_use();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that grows too large is an error of its stream
  return examples::run_main("kernel_regression", [&] {
    const Options options = parse(argc, argv);
    if (options.help) {
      std::cout << usage();
      return;
    }
    try {
      run(options);
    } catch (const std::bad_alloc&) {
      end_without_memory(options.columns, in_use);
    } catch (const Error& error) {
      if (!std::string(error.what()).starts_with("out of memory")) throw;
      end_without_memory(options.columns, in_use);
    }
  });
}
