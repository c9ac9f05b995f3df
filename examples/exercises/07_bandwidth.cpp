// The chapter's exercise 3. How can a hyperparameter be added to the non-parametric model,
// to predict better?
//
// Answer. A bandwidth h: the kernel becomes exp(-(x - x_i)^2 / (2 h^2)), and the chapter's
// is h = 1. It is no parameter, for on the training points themselves the best h is 0:
// every point attends to itself. It is chosen by predicting every point from the others:
// the leave-one-out error is about the error against the truth plus the noise. Its minimum
// over a grid of h needs no gradient, and leaves about a quarter more error than the best
// h, which nobody can know.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

Tensor f(const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); }

double mean_squared_error(const Variable& prediction, const Tensor& target) {
  return nn::mse_loss(prediction, target).item();
}

// What one data set says about each bandwidth.
struct Errors {
  std::vector<float> training, leave_one_out, truth;
};

std::size_t least(const std::vector<float>& x) {
  return static_cast<std::size_t>(std::min_element(x.begin(), x.end()) - x.begin());
}

// A way to choose h, with what it did on all data sets.
struct Rule {
  const char* name;
  std::vector<float> h = {};
  double error = 0;
};

double correlation(const std::vector<float>& a, const std::vector<float>& b) {
  const auto logs = [](const std::vector<float>& v) {
    const Tensor x = log(Tensor::from_vector(v, {static_cast<std::int64_t>(v.size())}));
    return x - mean(x);
  };
  const Tensor x = logs(a), y = logs(b);
  return sum(x * y).item() / std::sqrt(sum(square(x)).item() * sum(square(y)).item());
}

void answer(const Arguments& arguments) {
  const Figures figures = arguments.figures();
  const std::int64_t seeds = arguments["seeds"], n = arguments["points"];
  const Tensor x_test = linspace(0, 5, 101), truth = f(x_test);
  // 5% apart
  const std::vector<float> grid =
      exp(linspace(std::log(0.02), std::log(2), 93)).to_vector();

  Rule chapter{"h = 1, the chapter's"}, silverman{"1.06 s n^(-1/5)"},
      chosen{"leave-one-out"}, best{"best, with the truth"};
  Errors first;
  double shortcut = 0;
  Progress progress("data sets", seeds);
  for (std::int64_t seed = 0; seed < seeds; ++seed, progress.step()) {
    manual_seed(static_cast<std::uint64_t>(seed));
    const Tensor x = sort(rand({n}) * 5).values, y = f(x) + normal(0.0, 0.5, {n});
    // [errors]
    Errors errors;
    for (const float h : grid) {
      const nn::NadarayaWatson model(1 / h);
      errors.training.push_back(mean_squared_error(model(x, x, y), y));
      errors.leave_one_out.push_back(
          mean_squared_error(model(x, x, y, {.exclude_self = true}), y));
      errors.truth.push_back(mean_squared_error(model(x_test, x, y), truth));
    }
    // [/errors]
    const auto take = [&](Rule& rule, double h) {
      rule.h.push_back(static_cast<float>(h));
      rule.error += mean_squared_error(nn::NadarayaWatson(1 / h)(x_test, x, y), truth) /
                    static_cast<double>(seeds);
    };
    // [rules]
    const double spread =
        std::sqrt(sum(square(x - mean(x))).item() / static_cast<double>(n - 1));
    take(chapter, 1);
    take(silverman, 1.06 * spread * std::pow(n, -0.2));
    take(chosen, grid[least(errors.leave_one_out)]);
    take(best, grid[least(errors.truth)]);
    // [/rules]
    if (seed == 0) {
      first = errors;
      // [shortcut]
      // The leave-one-out residuals, from the weights with the point itself among the keys.
      const Tensor weights = attention_weights(nn::gaussian, x, x, 4);
      const Tensor own = sum(weights * eye(n), 1);
      const Tensor residuals = (y - matmul(weights, y)) / (1 - own);
      // [/shortcut]
      const Tensor direct =
          y - attention_pooling({.exclude_self = true}, nn::gaussian, x, x, y, 4);
      shortcut = max(abs(residuals - direct)).item();
    }
  }

  const std::size_t loo = least(first.leave_one_out), oracle = least(first.truth);
  std::cout << "Data set 0, n = " << n << std::fixed << std::setprecision(4)
            << "\n  the leave-one-out error is least, " << first.leave_one_out[loo]
            << ", at h = " << grid[loo] << ", where the error against the truth is "
            << first.truth[loo] << "\n  the error against the truth is least, "
            << first.truth[oracle] << ", at h = " << grid[oracle]
            << "\n  the error on the training points themselves is least, at h = "
            << grid[least(first.training)]
            << (least(first.training) == 0 ? ", the end of the grid\n" : "\n")
            << "  leave-one-out residuals from one set of weights: "
            << (shortcut < 1e-4 ? "the same" : "different") << "\n\nAverages over " << seeds
            << " data sets\n"
            << "rule                   median h     error  over the best\n";
  for (Rule* rule : {&chapter, &silverman, &chosen, &best}) {
    const Tensor h = sort(Tensor::from_vector(rule->h, {seeds})).values;
    std::cout << std::left << std::setw(22) << rule->name << std::right << std::setw(9)
              << h(seeds / 2) << std::setprecision(5) << std::setw(10) << rule->error
              << std::setprecision(3) << std::setw(15) << rule->error / best.error
              << std::setprecision(4) << '\n';
  }
  std::cout << "correlation of log h, chosen and best: " << std::setprecision(2)
            << correlation(chosen.h, best.h) << '\n';

  figures.plot("bandwidth",
               {{"leave-one-out", grid, first.leave_one_out},
                {"against the truth", grid, first.truth},
                {"training points", grid, first.training},
                {"", std::vector{grid[loo], grid[oracle]},
                 std::vector{first.leave_one_out[loo], first.truth[oracle]}, true}},
               {.x_label = "bandwidth h",
                .y_label = "mean squared error",
                .y_range = {0, 1},
                .x_log = true});
  figures.plot("bandwidth-chosen",
               {{"chosen = best", std::vector{0.1f, 0.6f}, std::vector{0.1f, 0.6f}}},
               {.x_label = "best h",
                .y_label = "h by leave-one-out",
                .points = {best.h, chosen.h, "data sets"}});
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv, "Exercise 3 of the chapter: a bandwidth chosen by leave-one-out error.",
      {{"seeds", "random data sets", 400, 2, 10000},
       {"points", "training examples", 50, 10, 2000}},
      answer);
}
