// The chapter's exercise 1. Increase the number of training examples. Can you learn
// non-parametric Nadaraya-Watson kernel regression better?
//
// Answer. Not with the fixed width of the chapter, w = 1: its error comes from averaging
// over too wide a stretch, and more points leave that as it is. With a width 1/w that
// shrinks as the points become more, w = n^(1/5), the error goes to 0: as n^(-4/5) away
// from the ends of the interval, and about as n^(-3/5) with the ends, where all neighbours
// lie on one side. A w that is learned from the same points finds a better width for the
// whole at every n.
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

// [slope]
// How the leave-one-out error changes with log w: every point is predicted by all the
// others.
double slope(const Tensor& x, const Tensor& y, double log_w) {
  Variable parameter(Tensor{static_cast<float>(log_w)}, true);
  Tape tape;
  Variable fit =
      attention_pooling({.exclude_self = true}, nn::gaussian, x, x, y, exp(parameter));
  tape.backward(nn::mse_loss(fit, y));
  return parameter.grad().item();
}
// [/slope]

// [learn]
// The w where that slope is 0, by Newton's method. The curvature is the difference of the
// last two slopes.
double learn(const Tensor& x, const Tensor& y, double w_start) {
  constexpr double longest = 0.5;
  double log_w = std::log(w_start), at = slope(x, y, log_w),
         step = at > 0 ? -longest : longest;
  for (int i = 0; i < 30 && std::abs(step) > 1e-4; ++i) {
    const double next = slope(x, y, log_w += step), curvature = (next - at) / step;
    const double downhill = next > 0 ? -longest : longest;  // where the error is not convex
    step = curvature > 0 ? std::clamp(-next / curvature, -longest, longest) : downhill;
    at = next;
  }
  return std::exp(log_w);
}
// [/learn]

// The errors of the three models at each n, summed over the data sets.
struct Errors {
  std::vector<double> fixed, shrinking, learned;
};

// The slope of log error against log n, from entry `from` to the last.
double rate(const std::vector<float>& n, const std::vector<double>& error,
            std::size_t from) {
  return std::log(error.back() / error[from]) / std::log(n.back() / n[from]);
}

void print(const std::string& title, const std::vector<float>& n, const Errors& e) {
  std::cout << title << "\n     n     w = 1  w = n^(1/5)   learned w\n"
            << std::setprecision(4) << std::fixed;
  for (std::size_t i = 0; i < n.size(); ++i) {
    std::cout << std::setw(6) << static_cast<int>(n[i]) << std::setw(10) << e.fixed[i]
              << std::setprecision(5) << std::setw(13) << e.shrinking[i] << std::setw(12)
              << e.learned[i] << std::setprecision(4) << '\n';
  }
  const std::size_t from = n.size() > 4 ? n.size() - 5 : 0;
  std::cout << "slope " << std::setw(10) << rate(n, e.fixed, from) << std::setw(13)
            << rate(n, e.shrinking, from) << std::setw(12) << rate(n, e.learned, from)
            << "   from n = " << static_cast<int>(n[from]) << " on\n\n";
}

void draw(const Figures& figures, const std::string& name, const std::vector<float>& n,
          const Errors& e, double power) {
  const auto floats = [](const std::vector<double>& x) {
    return std::vector<float>(x.begin(), x.end());
  };
  std::vector<float> line;  // above the shrinking one, with the slope that the theory gives
  for (const float x : n)
    line.push_back(
        static_cast<float>(e.shrinking.back() * 1.6 * std::pow(x / n.back(), power)));
  const std::string label = power == -0.6 ? "slope -3/5" : "slope -4/5";
  figures.plot(name,
               {{"w = 1", n, floats(e.fixed)},
                {"w = n^(1/5)", n, floats(e.shrinking)},
                {"learned w", n, floats(e.learned)},
                {label, n, line}},
               {.x_label = "training examples n",
                .y_label = "mean squared error",
                .x_log = true,
                .y_log = true});
}

void answer(const Arguments& arguments) {
  const Figures figures = arguments.figures();
  const std::int64_t seeds = arguments["seeds"];
  std::vector<float> n;
  for (std::int64_t count = 25; count <= arguments["points"]; count *= 2)
    n.push_back(static_cast<float>(count));
  const std::vector<double> none(n.size(), 0);
  Errors whole{none, none, none}, inner = whole;
  std::vector<double> log_w = none;

  const Tensor x_test = linspace(0, 5, 101), truth = f(x_test);
  Progress progress("data sets", seeds);
  for (std::int64_t seed = 0; seed < seeds; ++seed, progress.step()) {
    for (std::size_t i = 0; i < n.size(); ++i) {
      const auto count = static_cast<std::int64_t>(n[i]);
      manual_seed(static_cast<std::uint64_t>(seed));
      const Tensor x = rand({count}) * 5, y = f(x) + normal(0.0, 0.5, {count});
      const auto add = [&](double w, std::vector<double>& to_whole,
                           std::vector<double>& to_inner) {
        const Tensor error = square(nn::NadarayaWatson(w)(x_test, x, y).value() - truth);
        to_whole[i] += mean(error).item() / static_cast<double>(seeds);
        // x from 1 to 4
        to_inner[i] += mean(narrow(error, 0, 20, 61)).item() / static_cast<double>(seeds);
      };
      // [models]
      const double w = std::pow(n[i], 0.2), learned = learn(x, y, w);
      add(1, whole.fixed, inner.fixed);
      add(w, whole.shrinking, inner.shrinking);
      add(learned, whole.learned, inner.learned);
      // [/models]
      log_w[i] += std::log(learned) / static_cast<double>(seeds);
    }
  }

  std::cout << "Mean squared error against the truth, averaged over " << seeds
            << " data sets\n\n";
  print("On the whole interval, x from 0 to 5", n, whole);
  print("Away from the ends, x from 1 to 4", n, inner);
  std::cout << "The learned w (geometric mean)\n     n         w\n";
  for (std::size_t i = 0; i < n.size(); ++i) {
    std::cout << std::setw(6) << static_cast<int>(n[i]) << std::setw(10)
              << std::exp(log_w[i]) << '\n';
  }
  draw(figures, "more-data-whole", n, whole, -0.6);
  draw(figures, "more-data-inner", n, inner, -0.8);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv,
      "Exercise 1 of the chapter: how the error falls with more training examples.",
      {{"seeds", "random data sets", 60, 1, 10000},
       {"points", "most training examples", 3200, 50, 102400}},
      answer);
}
