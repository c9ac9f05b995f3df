// A line in place of a mean, on the chapter's data: four weighted averages from one
// pooling.
#include <iomanip>
#include <iostream>

#include "examples/figures.h"
#include "examples/local_line.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

Tensor64 f(const Tensor64& x) { return 2 * sin(x) + pow(x, 0.8); }

int main() {
  manual_seed(0);
  const Tensor64 x = cast<double>(sort(rand({50}) * 5).values);
  const Tensor64 y = f(x) + cast<double>(normal(0.0, 0.5, {50})),
                 x_test = arange<double>(0, 5, 0.1);

  // [models]
  // Each point is predicted from the others.
  const PoolingOptions others{.exclude_self = true};
  auto mean_loss = [&](const auto& w) {
    const auto fit = attention_pooling(others, nn::gaussian, x, x, y, w);
    return sum(square(fit - y));
  };
  auto line_loss = [&](const auto& w) {
    return sum(square(local_line(x, x, y, w, others) - y));
  };
  auto train = [](auto loss, int steps) {
    Variable64 w(0.375558, /*requires_grad=*/true);  // the chapter's start
    for (int step = 0; step < steps; ++step) {
      Tape64 tape;
      w.set_value(w.value() - 0.5 * tape.gradient(loss(w), {w})[0].value());
    }
    return w.item();
  };
  // [/models]

  std::cout << std::fixed << "                       w     loss    error\n";
  auto report = [&](const char* name, double w, const Tensor64& loss, const Tensor64& fit) {
    std::cout << std::left << std::setw(17) << name << std::right << std::setprecision(3)
              << std::setw(7) << w << std::setprecision(2) << std::setw(9) << loss.item()
              << std::setprecision(4) << std::setw(9)
              << mean(square(fit - f(x_test))).item() << '\n';
    return fit;
  };
  auto by_mean = [&](double w) { return attention_pooling(nn::gaussian, x_test, x, y, w); };
  const double w5 = train(mean_loss, 5), w_mean = train(mean_loss, 5000),
               w_line = train(line_loss, 5000);
  report("mean, 5 steps", w5, mean_loss(w5), by_mean(w5));
  report("line, the same w", w5, line_loss(w5), local_line(x_test, x, y, w5));
  const Tensor64 mean_fit =
      report("mean, 5000 steps", w_mean, mean_loss(w_mean), by_mean(w_mean));
  const Tensor64 line_fit = report("line, 5000 steps", w_line, line_loss(w_line),
                                   local_line(x_test, x, y, w_line));

  auto single = [](const Tensor64& a) { return cast<float>(a); };
  Figures().plot("local-line-fit",
                 {{"Truth", single(x_test), single(f(x_test))},
                  {"mean", single(x_test), single(mean_fit)},
                  {"line", single(x_test), single(line_fit)}},
                 {.x_label = "x",
                  .y_label = "y",
                  .x_range = {0, 5},
                  .y_range = {-1, 5},
                  .points = {single(x), single(y)}});
}
