// The chapter's exercise 4, second answer. Design another parametric attention pooling: a
// width of its own for each key.
//
// Answer. Scores -((x - x_i) w_i)^2 / 2 with w of shape (n) are one broadcast. As many
// parameters as points overfit: the leave-one-out error falls below the noise, while the
// error against the truth rises from the first steps on. A penalty on the differences of
// neighbouring log w ties them together. Then the model is hardly better than one w on the
// chapter's function, which is about as rough everywhere, and much better on one that is
// rough in one place (--target 1).
#include <cmath>
#include <iomanip>
#include <iostream>
#include <limits>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

// [target]
Tensor64 f(const Tensor64& x, std::int64_t target) {
  // The chapter's, or a step.
  return target == 0 ? 2 * sin(x) + pow(x, 0.8) : 3 * sigmoid(20 * (x - 2.5));
}
// [/target]

struct Data {
  Tensor64 x, y;
};

// [weights]
// (m, n). A width belongs to its key, so log w of shape (n) broadcasts along the rows.
Variable64 weights(const Tensor64& queries, const Tensor64& keys, const Variable64& log_w,
                   bool exclude_self = false) {
  Variable64 scores =
      elementwise([](auto q, auto k, auto s) { return -square((q - k) * exp(s)) / 2; },
                  unsqueeze(queries, 1), keys, log_w);
  if (exclude_self) {
    scores = masked_fill(scores, eye<double>(keys.numel()) != 0,
                         -std::numeric_limits<double>::infinity());
  }
  return softmax(scores, 1);
}

// The mean squared error with which every point is predicted by the others.
Variable64 leave_one_out(const Data& data, const Variable64& log_w) {
  return nn::mse_loss(matmul(weights(data.x, data.x, log_w, true), data.y), data.y);
}

// How much the widths of neighbouring keys differ.
Variable64 roughness(const Variable64& log_w) {
  const std::int64_t n = log_w.numel();
  return sum(square(narrow(log_w, 0, 1, n - 1) - narrow(log_w, 0, 0, n - 1)));
}
// [/weights]

// [descend]
// Gradient descent that never goes up: a step that would is taken back, and the next is
// half as long. (With as many parameters as points the loss has walls, and SGD with a fixed
// rate jumps over them or crawls.) After each step, watch(step, place) is called.
template <class Loss, class Watch>
Tensor64 descend(const Tensor64& start, std::int64_t steps, const Loss& loss,
                 const Watch& watch) {
  Variable64 place(start, true);
  Tensor64 best = start, gradient;
  double rate = 0.05, lowest = std::numeric_limits<double>::infinity();
  for (std::int64_t step = 0; step <= steps; ++step) {
    Tape64 tape;
    const Variable64 now = loss(place);
    if (now.item() < lowest) {
      lowest = now.item();
      best = place.value();
      gradient = tape.gradient(now, {place})[0].value();
      rate *= 1.2;
    } else {
      rate /= 2;
    }
    watch(step, best);
    place.set_value(best - rate * gradient);
  }
  return best;
}
// [/descend]

// [train]
// Log w of shape (1), one for all keys, or (n), one for each.
template <class Watch>
Tensor64 train(const Data& data, const Tensor64& start, double penalty, std::int64_t steps,
               const Watch& watch) {
  const auto loss = [&](const Variable64& log_w) {
    return leave_one_out(data, log_w) * data.x.numel() + penalty * roughness(log_w);
  };
  return descend(start, steps, loss, watch);
}
// [/train]

// What a model does on all data sets: one w, or one for each key with a penalty on their
// differences.
struct Model {
  std::string name;
  double penalty;
  double leave_one_out = 0, error = 0;
  int better = 0, worse = 0;                                // than one w, by more than 1%
  std::vector<float> leave_one_out_at = {}, error_at = {};  // after each step
};

double correlation(const Tensor64& a, const Tensor64& b) {
  const Tensor64 x = a - mean(a), y = b - mean(b);
  return sum(x * y).item() / std::sqrt(sum(square(x)).item() * sum(square(y)).item());
}

void answer(const Arguments& arguments) {
  const Figures figures = arguments.figures();
  const std::int64_t seeds = arguments["seeds"], n = arguments["points"],
                     steps = arguments["steps"];
  const std::int64_t target = arguments["target"];
  const Tensor64 x_test = linspace<double>(0, 5, 101), truth = f(x_test, target);

  std::vector<Model> models{{"one w", 0}};
  for (const int penalty : {0, 1, 3, 10, 30}) {
    models.push_back(
        {"one w a key, penalty " + std::to_string(penalty), static_cast<double>(penalty)});
    models.back().leave_one_out_at = models.back().error_at =
        std::vector<float>(static_cast<std::size_t>(steps) + 1);
  }
  std::vector<Tensor64> log_w(models.size());  // on data set 0
  Data first;
  double noise_and_width = 0;
  Progress progress("data sets", seeds);
  for (std::int64_t seed = 0; seed < seeds; ++seed, progress.step()) {
    manual_seed(static_cast<std::uint64_t>(seed));
    const Tensor64 x = sort(rand<double>({n}) * 5).values;
    const Data data{x, f(x, target) + normal<double>(0.0, 0.5, {n})};
    const auto error = [&](const Tensor64& s) {
      return nn::mse_loss(matmul(weights(x_test, x, s), data.y), truth).item();
    };
    const Tensor64 one =
        train(data, Tensor64{1}, 0, 100, [](std::int64_t, const Tensor64&) {});
    for (std::size_t i = 0; i < models.size(); ++i) {
      Model& model = models[i];
      Tensor64 s = expand(one, {n});  // every key starts from the one width
      if (i > 0) {
        s = train(data, s, model.penalty, steps,
                  [&](std::int64_t step, const Tensor64& now) {
                    const auto k = static_cast<std::size_t>(step);
                    model.leave_one_out_at[k] += static_cast<float>(
                        leave_one_out(data, now).item() / static_cast<double>(seeds));
                    model.error_at[k] +=
                        static_cast<float>(error(now) / static_cast<double>(seeds));
                  });
      }
      model.leave_one_out += leave_one_out(data, s).item() / static_cast<double>(seeds);
      model.error += error(s) / static_cast<double>(seeds);
      model.better += error(s) < 0.99 * error(expand(one, {n}));
      model.worse += error(s) > 1.01 * error(expand(one, {n}));
      if (seed == 0) log_w[i] = s, first = data;
      if (i == 1)
        noise_and_width +=
            correlation(abs(data.y - f(x, target)), -s) / static_cast<double>(seeds);
    }
  }

  std::cout << "Averages over " << seeds << " data sets of n = " << n << ", after " << steps
            << " steps\n\n"
            << "pooling                      leave-one-out  against the truth  better on  "
               "worse on\n";
  for (const Model& m : models) {
    std::cout << std::left << std::setw(28) << m.name << std::right << std::fixed
              << std::setprecision(5) << std::setw(14) << m.leave_one_out << std::setw(19)
              << m.error << std::setw(11) << m.better << std::setw(10) << m.worse << '\n';
  }
  std::cout
      << "\nFree widths: the correlation of log width with the size of the key's noise is "
      << std::setprecision(3) << noise_and_width << ", averaged\n";

  const std::string suffix = target == 0 ? "" : "-step";
  const std::vector<float> at = arange(static_cast<double>(steps + 1)).to_vector();
  const Model &free = models[1], &tied = models[4];
  figures.plot("width-per-key-training" + suffix,
               {{"free, left out", at, free.leave_one_out_at},
                {"free, truth", at, free.error_at},
                {"tied, left out", at, tied.leave_one_out_at},
                {"tied, truth", at, tied.error_at}},
               {.x_label = "step", .y_label = "mean squared error", .y_range = {0, 0.5}});
  const Tensor x = cast<float>(first.x);
  const auto widths = [&](std::size_t model) { return cast<float>(exp(-log_w[model])); };
  figures.plot(
      "width-per-key-widths" + suffix,
      {{"one w", x, widths(0)}, {"tied", x, widths(4)}, {"free", x, widths(1), true}},
      {.x_label = "key x_i", .y_label = "width 1/w_i", .y_log = true});
  for (const auto& [name, model] : {std::pair("free", 1), std::pair("tied", 4)}) {
    figures.heatmap(
        std::string("width-per-key-") + name + suffix,
        cast<float>(
            weights(x_test, first.x, log_w[static_cast<std::size_t>(model)]).value()),
        {.x_label = "Sorted training inputs", .y_label = "Sorted testing inputs"});
  }
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv, "Exercise 4 of the chapter: a width of its own for each key.",
      {{"seeds", "random data sets", 40, 1, 10000},
       {"points", "training examples", 50, 3, 1000},
       {"steps", "steps of training", 400, 1, 100000},
       {"target", "the function behind the data: 0 the chapter's, 1 a step", 0, 0, 1}},
      answer);
}
