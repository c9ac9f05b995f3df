// A file of points is pooled part by part: what is in memory at a time is one part.
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <limits>

#include "nn/nn.h"

using namespace tg;

// [read]
// Up to `count` points from where the file stands, as rows of a key and a value.
Tensor64 read(std::istream& file, std::int64_t count) {
  std::vector<double> numbers(static_cast<std::size_t>(2 * count));
  file.read(reinterpret_cast<char*>(numbers.data()), 16 * count);
  numbers.resize(static_cast<std::size_t>(file.gcount() / 8));
  return Tensor64::from_vector(numbers, {-1, 2});
}
// [/read]

int main() {
  const std::filesystem::path path =
      "tapegrad_points.bin";  // in the folder where the program is run
  manual_seed(0);
  // [write]
  std::ofstream out(path, std::ios::binary);
  for (int block = 0; block < 100; ++block) {
    const Tensor64 x = 5 * rand<double>({1000});
    const Tensor64 y = sin(3 * x) + normal<double>(0, 0.5, {1000});
    const std::vector<double> numbers = stack({x, y}, 1).to_vector();
    out.write(reinterpret_cast<const char*>(numbers.data()), 16 * 1000);
  }
  out.close();
  // [/write]

  // [parts]
  const Tensor64 queries = linspace<double>(0, 5, 6);
  const double w = 10, infinity = std::numeric_limits<double>::infinity();
  Tensor64 y = zeros<double>({6}), l = full<double>({6}, -infinity);  // of the parts so far
  int parts = 0;
  std::ifstream file(path, std::ios::binary);
  for (;; ++parts) {
    const Tensor64 part = read(file, 15000);
    if (part.numel() == 0) break;
    const Tensor64 keys = select(part, 1, 0), values = select(part, 1, 1);
    const Tensor64 of_part = attention_pooling(nn::gaussian, queries, keys, values, w);
    const Tensor64 log_of_part = attention_logsumexp(nn::gaussian, queries, keys, w);
    l = logsumexp(stack({l, log_of_part}), 0);
    y = y + exp(log_of_part - l) * (of_part - y);
  }
  // [/parts]

  std::ifstream again(path, std::ios::binary);
  const Tensor64 all = read(again, 100000);
  const Tensor64 at_once =
      attention_pooling(nn::gaussian, queries, select(all, 1, 0), select(all, 1, 1), w);
  std::filesystem::remove(path);
  std::cout << std::fixed << std::setprecision(6) << "query     in " << parts
            << " parts     at once\n";
  for (int i = 0; i < 6; ++i) {
    std::cout << std::setw(5) << std::setprecision(0) << queries(i) << std::setprecision(6)
              << std::setw(15) << y(i) << std::setw(12) << at_once(i) << '\n';
  }
  std::cout << "the same to 12 digits: "
            << (allclose(y, at_once, 1e-12, 1e-12) ? "yes" : "NO") << '\n';
}
