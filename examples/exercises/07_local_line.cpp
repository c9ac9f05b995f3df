// Exercise 1 of page 07. Near the ends of the interval all keys lie on one side, and a
// weighted mean of their values is off by a multiple of the width. Fit a line to the keys
// instead, with the same attention weights, and take its value at the query. Which averages
// does that need? How does the error on the whole interval fall now?
//
// Answer. The line of least weighted squares passes through the weighted means of x and y,
// with the slope cov(x, y) / var(x): its value at the query q is mean(y) + cov(x, y) /
// var(x) (q - mean(x)). All of that comes from the weighted means of x, x x, y and x y:
// attention pooling with four columns of values, in one pass (examples/local_line.h). Where
// the keys lie evenly around q, mean(x) is q and nothing changes; at the ends the slope
// carries the value over to where the query is. What is left is a bias of order w^-2
// everywhere, and the error falls as n^(-4/5) on the whole interval.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "examples/local_line.h"
#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

Tensor64 f(const Tensor64& x) { return 2 * sin(x) + pow(x, 0.8); }

void answer(const Arguments& arguments) {
  const Figures figures = arguments.figures();
  const std::int64_t seeds = arguments["seeds"];
  const Tensor64 x_test = linspace<double>(0, 5, 101), truth = f(x_test);
  std::cout << "Mean squared error on the whole interval with w = n^(1/5), averaged over "
            << seeds << " data sets\n\n"
            << "     n      mean      line\n"
            << std::fixed;
  std::vector<float> n, of_mean, of_line;
  std::int64_t points = 0;  // of all data sets: the work grows with them
  for (std::int64_t count = 25; count <= arguments["points"]; count *= 2)
    points += count * seeds;
  Progress progress("points", points);
  for (std::int64_t count = 25; count <= arguments["points"]; count *= 2) {
    double mean_error = 0, line_error = 0;
    const double w = std::pow(count, 0.2);
    for (std::int64_t seed = 0; seed < seeds; ++seed, progress.step(count)) {
      manual_seed(static_cast<std::uint64_t>(seed));
      const Tensor64 x = rand<double>({count}) * 5,
                     y = f(x) + normal<double>(0.0, 0.5, {count});
      const Tensor64 average = attention_pooling(nn::gaussian, x_test, x, y, w);
      mean_error += mean(square(average - truth)).item() / static_cast<double>(seeds);
      line_error += mean(square(local_line(x_test, x, y, w) - truth)).item() /
                    static_cast<double>(seeds);
    }
    n.push_back(static_cast<float>(count));
    of_mean.push_back(static_cast<float>(mean_error));
    of_line.push_back(static_cast<float>(line_error));
    progress.clear();
    std::cout << std::setw(6) << count << std::setprecision(5) << std::setw(10)
              << mean_error << std::setw(10) << line_error << '\n';
  }
  const std::size_t from = n.size() > 4 ? n.size() - 5 : 0;
  const auto rate = [&](const std::vector<float>& e) {
    return std::log(e.back() / e[from]) / std::log(n.back() / n[from]);
  };
  std::cout << "slope " << std::setprecision(4) << std::setw(10) << rate(of_mean)
            << std::setw(10) << rate(of_line) << "   from n = " << static_cast<int>(n[from])
            << " on\n";
  figures.plot("local-line", {{"weighted mean", n, of_mean}, {"line", n, of_line}},
               {.x_label = "training examples n",
                .y_label = "mean squared error",
                .x_log = true,
                .y_log = true});
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(argc, argv,
                     "Exercise 1 of page 07: a line in place of a mean, to be right at the "
                     "ends of the interval too.",
                     {{"seeds", "random data sets", 200, 1, 10000},
                      {"points", "most training examples", 12800, 50, 102400}},
                     answer);
}
