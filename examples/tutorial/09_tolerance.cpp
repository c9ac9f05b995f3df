// The error that one allows, the error that is made, and the time that it takes.
#include <chrono>
#include <iomanip>
#include <iostream>

#include "nn/nn.h"

using namespace tg;

int main() {
  // [pool]
  manual_seed(0);
  const Tensor64 x = 5 * rand<double>({20000});
  const Tensor64 y = sin(3 * x) + normal<double>(0, 0.5, {20000});
  auto pool = [&](double tolerance) {
    return attention_pooling({.tolerance = tolerance}, nn::gaussian, x, x, y, 10.0);
  };
  // [/pool]
  std::cout << "tolerance    largest error     ms\n";
  const Tensor64 exact = pool(0);
  for (const double tolerance : {0.0, 1e-12, 1e-8, 1e-4}) {
    const auto began = std::chrono::steady_clock::now();
    const Tensor64 result = pool(tolerance);
    const std::chrono::duration<double, std::milli> took =
        std::chrono::steady_clock::now() - began;
    const double error = (max(abs(result - exact)) / max(abs(y))).item();
    std::cout << std::scientific << std::setprecision(0) << std::setw(9) << tolerance
              << std::setw(17) << error << std::fixed << std::setw(7) << took.count()
              << " (measured)\n";
  }
}
