// Data: see data.h.
#include "tests/benchmarks/data.h"

#include "tensor/tensor.h"

namespace bench {

namespace {

Points points_at(const tg::Tensor& x) {
  const tg::Tensor y = 2 * sin(x) + pow(x, 0.8) + tg::normal(0.0, 0.5, x.shape());
  return {x.to_vector(), y.to_vector()};
}

}  // namespace

Points chapter_points(int n) {
  tg::manual_seed(0);
  return points_at(sort(tg::rand({n}) * 5).values);
}

Points scattered_points(int n) {
  tg::manual_seed(0);
  return points_at(tg::rand({n}) * 5);
}

std::vector<float> chapter_queries(int m) { return (tg::arange(m) * (5.0 / m)).to_vector(); }

std::vector<float> all_but_own(const std::vector<float>& numbers) {
  std::vector<float> rows;
  rows.reserve(numbers.size() * (numbers.size() - 1));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (std::size_t j = 0; j < numbers.size(); ++j) {
      if (j != i) rows.push_back(numbers[j]);
    }
  }
  return rows;
}

std::vector<float> uniform(std::size_t count, double low, double high, std::uint64_t seed) {
  tg::manual_seed(seed);
  return (tg::rand({static_cast<std::int64_t>(count)}) * (high - low) + low).to_vector();
}

}  // namespace bench
