// Exercise 09-3. Learn w by leave-one-out from points that come in parts, of which two at a
// time are in memory: one of queries, one of keys. What must be kept from the first pass
// for the second? Compare with the same steps at once.
//
// Answer: the loss is a function of the merged y = Σ_r a_r y_r, with a_r = exp(l_r - l).
// The first pass gives y and l for the queries, and with them the loss's cotangent g = 2 (y
// - v) / n. In the second pass the parts are pooled anew, each on a tape of its own: the
// cotangent of y_r is a_r g, and since a_r depends on l_r, that of l_r is a_r g (y_r - y).
// Both need y and l only, a number each for a query. The sweeps add up in w.grad(). Only
// where a part meets itself are its points left out.
#include <iomanip>
#include <iostream>
#include <limits>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

struct Part {
  Tensor64 x, y;
};

// The loss, with its gradient added to w's.
double sweep_in_parts(const std::vector<Part>& parts, const Variable64& w, double n) {
  double loss = 0;
  for (std::size_t of = 0; of < parts.size(); ++of) {
    const Tensor64& queries = parts[of].x;
    Tensor64 y = zeros_like(queries),
             l = full<double>(queries.shape(), -std::numeric_limits<double>::infinity());
    for (std::size_t r = 0; r < parts.size(); ++r) {
      const PoolingOptions options{.exclude_self = r == of};
      const Tensor64 of_part = attention_pooling(options, nn::gaussian, queries, parts[r].x,
                                                 parts[r].y, w.value());
      const Tensor64 log_of_part =
          attention_logsumexp(options, nn::gaussian, queries, parts[r].x, w.value());
      l = logsumexp(stack({l, log_of_part}), 0);
      y = y + exp(log_of_part - l) * (of_part - y);
    }
    const Tensor64 g = 2 / n * (y - parts[of].y);
    loss += sum(square(y - parts[of].y)).item() / n;
    for (std::size_t r = 0; r < parts.size(); ++r) {
      const PoolingOptions options{.exclude_self = r == of};
      Tape64 tape;
      const Variable64 of_part =
          attention_pooling(options, nn::gaussian, queries, parts[r].x, parts[r].y, w);
      const Variable64 log_of_part =
          attention_logsumexp(options, nn::gaussian, queries, parts[r].x, w);
      const Tensor64 share = exp(log_of_part.value() - l) * g;
      tape.backward(sum(of_part * share) +
                    sum(log_of_part * (share * (of_part.value() - y))));
    }
  }
  return loss;
}

double sweep_at_once(const Part& all, const Variable64& w) {
  Tape64 tape;
  const Variable64 fit =
      attention_pooling({.exclude_self = true}, nn::gaussian, all.x, all.x, all.y, w);
  const Variable64 loss = nn::mse_loss(fit, all.y);
  tape.backward(loss);
  return loss.item();
}

void answer(const Arguments& arguments) {
  manual_seed(0);
  const std::int64_t n = arguments["points"], size = arguments["part"];
  const Tensor64 x = 5 * rand<double>({n});
  const Part all{x, 2 * sin(x) + pow(x, 0.8) + normal<double>(0, 0.5, {n})};
  std::vector<Part> parts;
  for (std::int64_t first = 0; first < n; first += size) {
    const std::int64_t count = n - first < size + 2
                                   ? n - first
                                   : size;  // a part of one point has nobody to attend to
    parts.push_back({narrow(all.x, 0, first, count), narrow(all.y, 0, first, count)});
    if (count > size) break;
  }
  std::cout << "step   loss in " << parts.size()
            << " parts   loss at once   w in parts    w at once\n"
            << std::fixed;
  const Variable64 w(1, true), w_at_once(1, true);
  for (int step = 0; step < 6; ++step) {
    w.zero_grad();
    w_at_once.zero_grad();
    const double loss = sweep_in_parts(parts, w, static_cast<double>(n)),
                 loss_at_once = sweep_at_once(all, w_at_once);
    w.set_value(w.value() - 5 * w.grad());
    w_at_once.set_value(w_at_once.value() - 5 * w_at_once.grad());
    std::cout << std::setw(4) << step << std::setprecision(8) << std::setw(16) << loss
              << std::setw(15) << loss_at_once << std::setw(13) << w.item() << std::setw(13)
              << w_at_once.item() << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv, "A kernel's width, learned from points that come in parts.",
      {{"points", "in all", 500, 10, 100000}, {"part", "points of a part", 120, 2, 100000}},
      answer);
}
