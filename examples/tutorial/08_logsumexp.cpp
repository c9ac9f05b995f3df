// What a softmax divides by: poolings merged exactly, a density, and how many points a
// prediction averages.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <numbers>

#include "examples/figures.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

Tensor64 f(const Tensor64& x) { return 2 * sin(x) + pow(x, 0.8); }

int main() {
  manual_seed(0);
  const Tensor64 x = cast<double>(sort(rand({50}) * 5).values);
  const Tensor64 y = f(x) + cast<double>(normal(0.0, 0.5, {50})),
                 queries = linspace<double>(0.5, 4.5, 5);
  std::cout << std::fixed << std::setprecision(4);
  auto row = [](const char* name, const Tensor64& numbers) {
    std::cout << std::left << std::setw(16) << name << std::right;
    for (double number : numbers.to_vector()) std::cout << std::setw(10) << number;
    std::cout << '\n';
  };

  // [merge]
  const double w = 4;
  std::vector<Tensor64> results, logs;
  for (const auto& [first, count] : {std::pair{0, 10}, {10, 15}, {25, 25}}) {
    const Tensor64 keys = narrow(x, 0, first, count), values = narrow(y, 0, first, count);
    results.push_back(attention_pooling(nn::gaussian, queries, keys, values, w));
    logs.push_back(attention_logsumexp(nn::gaussian, queries, keys, w));
  }
  const Tensor64 shares = softmax(stack(logs), 0);  // (3, m): the weight that each part has
  const Tensor64 merged = sum(shares * stack(results), 0);
  // [/merge]
  row("query", queries);
  for (int part = 0; part < 3; ++part) {
    std::cout << "part " << part << '\n';
    row("  y", results[static_cast<std::size_t>(part)]);
    row("  share", select(shares, 0, part));
  }
  row("merged", merged);
  row("at once", attention_pooling(nn::gaussian, queries, x, y, w));

  // [density]
  const double integral = std::sqrt(2 * std::numbers::pi);  // of the kernel, for w = 1
  auto log_density = [&](const auto& at, const Tensor64& keys, const auto& v, bool others) {
    const double n = static_cast<double>(keys.numel() - (others ? 1 : 0));
    const auto l = attention_logsumexp({.exclude_self = others}, nn::gaussian, at, keys, v);
    return l + log(v) - std::log(n * integral);
  };
  const Tensor64 left = normal<double>(-1, 0.25, {100}),
                 right = normal<double>(1, 0.5, {100});
  const Tensor64 sample = cat({left, right});
  Variable64 log_w(0, /*requires_grad=*/true);
  for (int step = 0; step < 200; ++step) {
    Tape64 tape;
    const Variable64 likelihood = mean(log_density(sample, sample, exp(log_w), true));
    log_w.set_value(log_w.value() + tape.gradient(likelihood, {log_w})[0].value());
  }
  const Tensor64 width = exp(log_w.value()), grid = linspace<double>(-3, 3, 301);
  const Tensor64 density = exp(log_density(grid, sample, width, false));
  // [/density]
  std::cout << "\nthe density's w " << width.item() << ", its integral "
            << (sum(density) * 0.02).item() << '\n';
  auto bell = [&](double middle, double deviation) {
    return exp(square((grid - middle) / deviation) / -2) /
           (deviation * std::sqrt(8 * std::numbers::pi));
  };
  auto single = [](const Tensor64& numbers) { return cast<float>(numbers); };
  Figures().plot("logsumexp-density",
                 {{"Truth", single(grid), single(bell(-1, 0.25) + bell(1, 0.5))},
                  {"estimate", single(grid), single(density)}},
                 {.x_label = "x", .y_label = "density", .x_range = {-3, 3}});

  // [own]
  const auto doubled = [](auto q, auto k, auto v) { return 2 * nn::gaussian(q, k, v); };
  const Tensor64 l = attention_logsumexp(nn::gaussian, x, x, w);
  const Tensor64 own = exp(-l);  // since its score is 0
  const Tensor64 squares = exp(attention_logsumexp(doubled, x, x, w) - 2 * l);
  const Tensor64 fit = attention_pooling(nn::gaussian, x, x, y, w);
  const Tensor64 left_out = (y - fit) / (1 - own);
  // [/own]
  const Tensor64 others =
      attention_pooling({.exclude_self = true}, nn::gaussian, x, x, y, w);
  auto some = [](const Tensor64& all) {
    return index_select(all, 0, IndexTensor{0, 10, 20, 30, 40});
  };
  std::cout << '\n';
  row("point", some(x));
  row("own weight", some(own));
  row("1 / sum of p^2", some(1 / squares));
  row("left out", some(left_out));
  row("exclude_self", some(y - others));
  std::cout << "\nown weights together " << sum(own).item() << ", leave-one-out error "
            << mean(square(left_out)).item() << ", by exclude_self "
            << mean(square(y - others)).item() << '\n';
}
