// The chapter's exercise 4, first answer. Design another parametric attention pooling: a
// learned mix of kernels.
//
// Answer. A sum of two kernels with learned widths and a learned share is one more lambda.
// With 50 points it predicts the points, each left out in turn, better than one Gaussian
// does, and the truth no better, rather worse: three parameters find more to fit in the
// noise, such as a narrow spike on a wide kernel. The shape of the kernel, Gaussian or
// Laplace, matters little. Weights that may be negative, twice a narrow pooling less a wide
// one, cancel part of the bias with one parameter, but at this size the gain is small too.
#include <algorithm>
#include <cmath>
#include <functional>
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

Tensor f(const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); }

struct Data {
  Tensor x, y;
};

// [kernels]
// Widths are learned as their logarithms: they stay positive, and a step changes each by a
// share of itself.
constexpr auto gaussian = [](auto q, auto k, auto log_w) {
  return -square((q - k) * exp(log_w)) / 2;
};
constexpr auto laplace = [](auto q, auto k, auto log_w) {
  return -abs(q - k) * exp(log_w);
};

// The logarithm of exp(a) + exp(b), which would overflow or be 0 if it were written so.
constexpr auto log_sum = [](auto a, auto b) {
  const auto larger = maximum(a, b);
  return larger + log(exp(a - larger) + exp(b - larger));
};
constexpr auto gaussian_laplace = [](auto q, auto k, auto log_w1, auto log_w2, auto share) {
  return log_sum(gaussian(q, k, log_w1) + share, laplace(q, k, log_w2));
};
constexpr auto two_gaussians = [](auto q, auto k, auto log_w1, auto log_w2, auto share) {
  return log_sum(gaussian(q, k, log_w1) + share, gaussian(q, k, log_w2));
};
// [/kernels]

// A pooling by its weights (queries, keys), and where its parameters start.
struct Model {
  std::string name;
  std::vector<float> start;
  std::function<Variable(PoolingOptions, const Tensor& queries, const Tensor& keys,
                         const std::vector<Variable>& p)>
      weights;
};

// [models]
const float narrow_start = std::log(8.0f), middle_start = std::log(4.0f),
            wide_start = std::log(2.0f);
const std::vector<Model> models{
    {"Gaussian",
     {middle_start},
     [](auto o, auto& q, auto& k, auto& p) {
       return attention_weights(o, gaussian, q, k, p[0]);
     }},
    {"Laplace",
     {middle_start},
     [](auto o, auto& q, auto& k, auto& p) {
       return attention_weights(o, laplace, q, k, p[0]);
     }},
    {"Gaussian + Laplace",
     {wide_start, narrow_start, 0},
     [](auto o, auto& q, auto& k, auto& p) {
       return attention_weights(o, gaussian_laplace, q, k, p[0], p[1], p[2]);
     }},
    {"two Gaussians",
     // Equal widths would get equal gradients, and stay equal.
     {wide_start, narrow_start, 0},
     [](auto o, auto& q, auto& k, auto& p) {
       return attention_weights(o, two_gaussians, q, k, p[0], p[1], p[2]);
     }},
    {"2 narrow - wide",
     {middle_start},
     [](auto o, auto& q, auto& k, auto& p) {
       return 2 * attention_weights(o, gaussian, q, k, p[0]) -
              attention_weights(o, gaussian, q, k, p[0] - std::log(2.0f) / 2);
     }},
};
// [/models]

double mean_squared_error(const Model& model, const std::vector<Variable>& p,
                          const Data& data, const Tensor& queries, const Tensor& target) {
  return nn::mse_loss(matmul(model.weights({}, queries, data.x, p), data.y), target).item();
}

// [train]
Variable leave_one_out(const Model& model, const std::vector<Variable>& p,
                       const Data& data) {
  return nn::mse_loss(
      matmul(model.weights({.exclude_self = true}, data.x, data.x, p), data.y), data.y);
}

std::vector<Variable> train(const Model& model, const Data& data, std::int64_t steps) {
  std::vector<Variable> p;
  for (const float start : model.start) p.emplace_back(Tensor{start}, true);
  nn::SGD trainer(p, {.lr = 0.2, .momentum = 0.9});
  for (std::int64_t step = 0; step < steps; ++step) {
    Tape tape;
    Variable loss = leave_one_out(model, p, data);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
  }
  return p;
}
// [/train]

// What a model does on all data sets.
struct Result {
  double leave_one_out = 0, error = 0;
  // The error less the Gaussian's: its mean, and the mean of its square.
  double more = 0, more2 = 0;
  int better = 0, worse = 0;         // than the Gaussian, by more than 1%
  std::vector<Variable> first = {};  // the parameters on data set 0
};

void answer(const Arguments& arguments) {
  const Figures figures = arguments.figures();
  const std::int64_t seeds = arguments["seeds"], n = arguments["points"];
  const Tensor x_test = linspace(0, 5, 101), truth = f(x_test);
  std::vector<Result> results(models.size());
  Data first;
  Progress progress("data sets", seeds);
  for (std::int64_t seed = 0; seed < seeds; ++seed, progress.step()) {
    manual_seed(static_cast<std::uint64_t>(seed));
    const Tensor x = sort(rand({n}) * 5).values;
    const Data data{x, f(x) + normal(0.0, 0.5, {n})};
    if (seed == 0) first = data;
    double of_gaussian = 0;
    for (std::size_t i = 0; i < models.size(); ++i) {
      const std::vector<Variable> p = train(models[i], data, arguments["steps"]);
      const double error = mean_squared_error(models[i], p, data, x_test, truth);
      if (i == 0) of_gaussian = error;
      Result& result = results[i];
      result.leave_one_out +=
          leave_one_out(models[i], p, data).item() / static_cast<double>(seeds);
      result.error += error / static_cast<double>(seeds);
      result.more += (error - of_gaussian) / static_cast<double>(seeds);
      result.more2 +=
          (error - of_gaussian) * (error - of_gaussian) / static_cast<double>(seeds);
      result.better += error < 0.99 * of_gaussian;
      result.worse += error > 1.01 * of_gaussian;
      if (seed == 0) result.first = p;
    }
  }

  std::cout << "Averages over " << seeds << " data sets of n = " << n << '\n'
            << "pooling             parameters  leave-one-out  against the truth  less the "
               "Gaussian's  better on  worse on\n"
            << std::fixed;
  for (std::size_t i = 0; i < models.size(); ++i) {
    const Result& r = results[i];
    // Rounding may take it below 0.
    const double variance = std::max(r.more2 - r.more * r.more, 0.0);
    const double standard_error = std::sqrt(variance / static_cast<double>(seeds - 1));
    std::cout << std::setprecision(5) << std::left << std::setw(20) << models[i].name
              << std::right << std::setw(10) << models[i].start.size() << std::setw(15)
              << r.leave_one_out << std::setw(19) << r.error << std::setprecision(4)
              << std::setw(13) << r.more << " ± " << standard_error << std::setw(10)
              << r.better << std::setw(10) << r.worse << '\n';
  }
  std::cout
      << std::setprecision(5)
      << "\nOn data set 0             width(s) 1/w   leave-one-out  against the truth\n";
  for (std::size_t i = 0; i < models.size(); ++i) {
    const auto& p = results[i].first;
    std::cout << std::left << std::setw(20) << models[i].name << std::right << std::setw(10)
              << std::exp(-p[0].item());
    if (p.size() > 1) {
      std::cout << std::setw(9) << std::exp(-p[1].item());
    } else {
      std::cout << std::string(9, ' ');
    }
    std::cout << std::setw(15) << leave_one_out(models[i], p, first).item() << std::setw(19)
              << mean_squared_error(models[i], p, first, x_test, truth) << '\n';
  }

  // A kernel's shape is the weights of keys at growing distances from a query at 0, over
  // the nearest one's.
  const Tensor distance = linspace(0, 1, 201);
  const auto shape = [&](std::size_t i) {
    const Tensor w =
        reshape(models[i].weights({}, zeros({1}), distance, results[i].first).value(),
                {201});
    return w / w(0);
  };
  figures.plot("mixture-kernels",
               {{models[0].name, distance, shape(0)},
                {models[1].name, distance, shape(1)},
                {models[2].name, distance, shape(2)},
                {models[3].name, distance, shape(3)}},
               {.x_label = "distance of the key", .y_label = "kernel"});
  const auto heatmap = [&](const std::string& name, std::size_t i) {
    figures.heatmap(name, models[i].weights({}, x_test, first.x, results[i].first).value(),
                    {.x_label = "Sorted training inputs",
                     .y_label = "Sorted testing inputs"});
  };
  heatmap("mixture-attention", 2);
  heatmap("mixture-difference", 4);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(argc, argv, "Exercise 4 of the chapter: a learned mix of kernels.",
                     {{"seeds", "random data sets", 60, 2, 10000},
                      {"points", "training examples", 50, 2, 2000},
                      {"steps", "steps of training", 300, 1, 100000}},
                     answer);
}
