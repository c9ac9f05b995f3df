// Kernel regression on two columns of a CSV file, by the library alone.
#include <cmath>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "nn/nn.h"

using namespace tg;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: 10_library FILE, such as tests/reference/regression/mcycle.csv\n";
    return 2;
  }
  // [read]
  std::ifstream file(argv[1]);
  std::string names;
  std::getline(file, names);
  std::vector<double> first, second;
  for (double a, b; file >> a && file.ignore() && file >> b;) {  // ignore: the comma
    first.push_back(a);
    second.push_back(b);
  }
  const auto rows = static_cast<std::int64_t>(first.size());
  const Tensor64 x = Tensor64::from_vector(first, {rows}),
                 y = Tensor64::from_vector(second, {rows});
  // [/read]

  // [choose]
  auto error = [&](const auto& log_w) {
    const auto fit =
        attention_pooling({.exclude_self = true}, nn::gaussian, x, x, y, exp(log_w));
    return mean(square(fit - y));
  };
  const double spread = std::sqrt(mean(square(x - mean(x))).item());
  Variable64 log_w(-std::log(spread), /*requires_grad=*/true);  // a wide start
  for (int step = 0; step < 200; ++step) {
    Tape64 tape;
    const Tensor64 slope = tape.gradient(log(error(log_w)), {log_w})[0].value();
    log_w.set_value(log_w.value() - 0.3 * slope);
  }
  // [/choose]

  // [predict]
  const Tensor64 w = exp(log_w.value());
  const Tensor64 at = linspace<double>(min(x).item(), max(x).item(), 5);
  const Tensor64 fit = attention_pooling(nn::gaussian, at, x, y, w);
  // [/predict]
  std::cout << rows << " rows, bandwidth " << std::setprecision(5) << 1 / w.item()
            << ", leave-one-out error " << error(log_w.value()).item() << "\n\n"
            << "      x        fit\n";
  const std::vector<double> places = at.to_vector(), fits = fit.to_vector();
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::cout << std::setw(7) << places[i] << std::setw(11) << fits[i] << '\n';
  }
}
