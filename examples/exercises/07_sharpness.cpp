// The chapter's exercise 2. What does the learned w stand for? Why does it make the
// attention weights sharper?
//
// Answer. w is an inverse width: 1/|w| is the distance at which a key's score has fallen to
// -1/2. It decides how many keys a query attends to, about 2 sqrt(pi) / w times the keys in
// a unit of x. Few keys: little bias, since all are near, but the noise of each counts.
// Many keys: the noise averages out, and so does the curve. w = 1 averages over most of the
// data and is all bias, so the leave-one-out error falls as w grows; training stops where
// the variance takes over, at about 4. The picture sharpens because that is where the sum
// of the two is least.
//
// The page's exercise 2. What changes with four times as many points (--points 200)?
//
// Answer. The keys attended, to about four times as many, and so the noise and the
// variance, to about a quarter; except at the largest w, where a query has one or two keys
// with 50 points and with 200. The bias of a wide kernel stays nearly as it is; that of a
// narrow one, which comes from the gaps between keys, shrinks with the gaps. The learned w
// should grow by a factor of 4^(1/5) to 4^(1/4), a third or somewhat more, and its median
// does.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

constexpr double noise = 0.5;  // its standard deviation

Tensor f(const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); }

struct Data {
  Tensor x, y;
};

Data draw(std::int64_t seed, std::int64_t n) {
  manual_seed(static_cast<std::uint64_t>(seed));
  const Tensor x = sort(rand({n}) * 5).values;
  return {x, f(x) + normal(0.0, noise, {n})};
}

// [learn]
// Gradient descent on log w, of the mean leave-one-out error, until it stands still.
double learn(const Data& data) {
  Variable log_w(Tensor{1}, true);
  nn::SGD trainer({log_w}, {.lr = 0.5, .momentum = 0.8});
  for (int step = 0; step < 200; ++step) {
    Tape tape;
    Variable fit = attention_pooling({.exclude_self = true}, nn::gaussian, data.x, data.x,
                                     data.y, exp(log_w));
    trainer.zero_grad();
    tape.backward(nn::mse_loss(fit, data.y));
    trainer.step();
  }
  return std::exp(log_w.item());
}
// [/learn]

void answer(const Arguments& arguments) {
  const Figures figures = arguments.figures();
  const std::int64_t seeds = arguments["seeds"], n = arguments["points"];
  const Tensor x_test = linspace(0, 5, 101), truth = f(x_test);

  // Every fourth doubles.
  const std::vector<float> w = exp(linspace(std::log(0.25), std::log(64), 33)).to_vector();
  // [sums]
  // For each w, over the data sets: predictions, their squares, and the sums of squared
  // weights.
  std::vector<Tensor64> sums(w.size(), zeros<double>({101})), squares = sums;
  std::vector<double> concentration(w.size(), 0);
  std::vector<float> learned;
  Progress progress("data sets", seeds);
  for (std::int64_t seed = 0; seed < seeds; ++seed, progress.step()) {
    const Data data = draw(seed, n);
    for (std::size_t i = 0; i < w.size(); ++i) {
      const Tensor weights = attention_weights(nn::gaussian, x_test, data.x, w[i]);
      const Tensor64 prediction = cast<double>(matmul(weights, data.y));
      sums[i] = sums[i] + prediction;
      squares[i] = squares[i] + square(prediction);
      concentration[i] += mean(sum(square(weights), 1)).item() / static_cast<double>(seeds);
    }
    learned.push_back(static_cast<float>(learn(data)));
  }
  // [/sums]

  std::cout << "Bias and variance, " << seeds << " data sets of n = " << n << "\n\n"
            << "     w       1/w  keys attended  by formula    bias^2  noise/keys  "
               "variance  bias^2 + variance\n";
  std::vector<float> keys, formula, bias2, variance, total;
  for (std::size_t i = 0; i < w.size(); ++i) {
    // [moments]
    const Tensor64 average = sums[i] / seeds;
    bias2.push_back(static_cast<float>(mean(square(average - cast<double>(truth))).item()));
    variance.push_back(
        static_cast<float>(mean(squares[i] / seeds - square(average)).item()));
    // [/moments]
    total.push_back(bias2[i] + variance[i]);
    keys.push_back(static_cast<float>(1 / concentration[i]));
    formula.push_back(
        static_cast<float>(2 * std::sqrt(M_PI) / w[i] * static_cast<double>(n) / 5));
    if (i % 4 != 0) continue;
    std::cout << std::fixed << std::setprecision(2) << std::setw(6) << w[i]
              << std::setprecision(4) << std::setw(10) << 1 / w[i] << std::setprecision(3)
              << std::setw(15) << keys[i] << std::setw(12) << formula[i]
              << std::setprecision(5) << std::setw(10) << bias2[i] << std::setw(12)
              << noise * noise / keys[i] << std::setw(10) << variance[i] << std::setw(19)
              << total[i] << '\n';
  }

  const auto best =
      static_cast<std::size_t>(argmin(Tensor::from_vector(total, {33})).item());
  const Tensor sorted = sort(Tensor::from_vector(learned, {seeds})).values;
  std::cout << std::setprecision(3) << "\nThe sum is least near w = " << w[best]
            << ".\nThe learned w: median " << sorted(seeds / 2) << ", the middle 80% from "
            << sorted(seeds / 10) << " to " << sorted(seeds - 1 - seeds / 10)
            << "; on data set 0, " << learned[0] << ".\n";

  figures.plot("bias-variance",
               {{"squared bias", w, bias2}, {"variance", w, variance}, {"sum", w, total}},
               {.x_label = "w",
                .y_label = "mean squared error",
                .y_range = {0.002, 3},
                .x_log = true,
                .y_log = true});
  figures.plot("keys-attended", {{"measured", w, keys}, {"2 sqrt(pi)/w n/5", w, formula}},
               {.x_label = "w",
                .y_label = "keys attended",
                .y_range = {0.8, 200},
                .x_log = true,
                .y_log = true});
  const Data data = draw(0, n);
  const auto heatmap = [&](const std::string& name, double width) {
    figures.heatmap(name, attention_weights(nn::gaussian, x_test, data.x, width),
                    {.x_label = "Sorted training inputs",
                     .y_label = "Sorted testing inputs"});
  };
  heatmap("sharpness-wide", 1);
  heatmap("sharpness-learned", learned[0]);
  heatmap("sharpness-narrow", 32);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv,
      "Exercise 2 of the chapter: what the learned w is, and why the picture sharpens.",
      {{"seeds", "random data sets", 400, 2, 10000},
       {"points", "training examples", 50, 2, 10000}},
      answer);
}
