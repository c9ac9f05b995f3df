// Pooling: predictions by attention_pooling, and their gradient towards w.
#include <algorithm>
#include <cmath>
#include <thread>

#include "nn/nn.h"
#include "tests/benchmarks/data.h"
#include "tests/benchmarks/peers.h"
#include "tests/benchmarks/tensors.h"

namespace bench {
namespace {

using namespace tg;

class Prediction {
 public:
  Prediction(int m, int n) : queries_(vector_of(chapter_queries(m))) {
    const Points points = chapter_points(n);
    keys_ = vector_of(points.x), values_ = vector_of(points.y);
  }
  void run() { predictions_ = attention_pooling(gaussian_score, queries_, keys_, values_, w_); }
  std::vector<double> result() const { return sample(predictions_.data(), predictions_.numel()); }

 private:
  Tensor queries_, keys_, values_, w_{trained_w}, predictions_;
};

class PoolingGradient {
 public:
  PoolingGradient(int m, int n) : queries_(vector_of(chapter_queries(m))) {
    const Points points = chapter_points(n);
    keys_ = vector_of(points.x), values_ = vector_of(points.y);
  }
  void run() {
    Tape tape;
    const Variable total = sum(attention_pooling(gaussian_score, queries_, keys_, values_, w_));
    w_.zero_grad();
    tape.backward(total);
    total_ = total.value();
  }
  std::vector<double> result() const { return {total_.item(), w_.grad().item()}; }

 private:
  Tensor queries_, keys_, values_, total_;
  Variable w_{Tensor{trained_w}, true};
};

// What attention_pooling does with a tile of scores: exponentials, their sums and weighted sums, kept in lanes. Beside
// it the exponentials alone, by a plain vector loop. A compiler that does not keep lanes in whole registers makes the
// first several times slower.
constexpr int tile_pairs = detail::tile_rows * detail::block_lanes, tiles = 1000;

struct Tile {
  detail::PairTile<float> scores, p;
  float values[detail::tile_rows];
  Tile() {
    const std::vector<float> numbers = uniform(tile_pairs, -20, 0);
    std::copy(numbers.begin(), numbers.end(), scores.value);
    std::copy_n(numbers.begin(), detail::tile_rows, values);
  }
};

struct ByLanes : Tile {
  detail::PerLane<float> totals, weighted;
  [[gnu::noinline]] void once() {
    auto exponential = [this](auto j, auto l) { return scalar::exp_nonpositive(scores(j, l)); };
    detail::each_pair_summed(detail::tile_rows, p, exponential, values, totals, weighted);
  }
  void run() {
    for (int i = 0; i < tiles; ++i) once();
  }
  std::vector<double> result() const {
    std::vector<double> all(totals.value, totals.value + detail::block_lanes);
    all.insert(all.end(), weighted.value, weighted.value + detail::block_lanes);
    return all;
  }
};

struct ExponentialsAlone : Tile {
  [[gnu::noinline]] void once() {
#pragma omp simd
    for (int i = 0; i < tile_pairs; ++i) p.value[i] = scalar::exp_nonpositive(scores.value[i]);
  }
  void run() {
    for (int i = 0; i < tiles; ++i) once();
  }
  std::vector<double> result() const { return sample(p.value, tile_pairs, tile_pairs); }
};

Expected expected_sums() {
  const Tile tile;
  std::vector<double> sums(2 * detail::block_lanes);
  for (int j = 0; j < detail::tile_rows; ++j) {
    for (int l = 0; l < detail::block_lanes; ++l) {
      const double e = std::exp(double(tile.scores(j, l)));
      sums[l] += e, sums[detail::block_lanes + l] += e * tile.values[j];
    }
  }
  return {sums, std::vector<double>(sums.size(), 1e-4)};
}

Expected expected_exponentials() {
  const Tile tile;
  Expected expected;
  for (const float score : tile.scores.value) expected.values.push_back(std::exp(double(score)));
  expected.allowed.assign(tile_pairs, 1e-6);
  return expected;
}

// One query's prediction and its slope towards w. The keys are sorted: those whose weight is less than e^-45 of the
// largest add nothing to a double's digits, and are left out.
struct Pooled {
  double value, slope;
};
Pooled pool(double query, const Points& points) {
  const auto& x = points.x;
  const double w = trained_w;
  double nearest = std::abs(query - x[0]);
  for (const float key : x) nearest = std::min(nearest, std::abs(query - key));
  const double reach = std::sqrt(nearest * nearest + 90 / (w * w)), largest = -nearest * w * nearest * w / 2;
  const auto first = std::lower_bound(x.begin(), x.end(), query - reach) - x.begin();
  double sum_e = 0, sum_ey = 0, slope_e = 0, slope_ey = 0;
  for (std::size_t j = first; j < x.size() && x[j] <= query + reach; ++j) {
    const double d = query - x[j], e = std::exp(-d * w * d * w / 2 - largest);
    sum_e += e;
    sum_ey += e * points.y[j];
    slope_e -= e * d * d * w;
    slope_ey -= e * d * d * w * points.y[j];
  }
  const double value = sum_ey / sum_e;
  return {value, (slope_ey - value * slope_e) / sum_e};
}

Expected expected_prediction(int m, int n) {
  const Points points = chapter_points(n);
  const std::vector<float> queries = chapter_queries(m);
  double size = 0;
  for (const float y : points.y) size = std::max(size, std::abs(double(y)));
  Expected expected;
  for (const double query : sample(queries.data(), queries.size())) {
    expected.values.push_back(pool(query, points).value);
    expected.allowed.push_back(1e-5 * size);
  }
  return expected;
}

// The sum of the predictions and its gradient, half of the queries on a thread each: it takes seconds.
Expected expected_gradient(int m, int n) {
  const Points points = chapter_points(n);
  const std::vector<float> queries = chapter_queries(m);
  struct Sums {
    double value = 0, slope = 0, value_size = 0, slope_size = 0;
  };
  auto sums_of = [&](int begin, int end) {
    Sums sums;
    for (int i = begin; i < end; ++i) {
      const auto [value, slope] = pool(queries[i], points);
      sums.value += value, sums.slope += slope;
      sums.value_size += std::abs(value), sums.slope_size += std::abs(slope);
    }
    return sums;
  };
  Sums a, b;
  std::thread other([&] { b = sums_of(m / 2, m); });
  a = sums_of(0, m / 2);
  other.join();
  return {{a.value + b.value, a.slope + b.slope},
          {1e-5 * (a.value_size + b.value_size), 1e-5 * (a.slope_size + b.slope_size)}};
}

}  // namespace

Workloads pooling_workloads() {
  Workloads rows;
  for (const int n : {1000, 10'000}) {
    rows.push_back({.group = "prediction, m queries from n points",
                    .name = "m = n = " + std::to_string(n),
                    .ours = {{"attention_pooling", start<Prediction>(n, n)}},
                    .peers = peers::prediction(n, n),
                    .expected = [=] { return expected_prediction(n, n); },
                    .items = double(n) * n,
                    .item = "pair",
                    .memory = n > 1000});
  }
  for (const int n : {1000, 10'000}) {
    rows.push_back(two_against_one({.group = "prediction, m queries from n points",
                                    .name = "m = n = " + std::to_string(n),
                                    .ours = {{"attention_pooling", start<Prediction>(n, n)}},
                                    .expected = [=] { return expected_prediction(n, n); },
                                    .items = double(n) * n,
                                    .item = "pair"}));
  }
  for (const int n : {1000, 10'000}) {
    rows.push_back(two_against_one({.group = "prediction and the gradient of its sum towards w",
                                    .name = "m = n = " + std::to_string(n),
                                    .ours = {{"attention_pooling", start<PoolingGradient>(n, n)}},
                                    .expected = [=] { return expected_gradient(n, n); },
                                    .items = double(n) * n,
                                    .item = "pair"}));
  }
  Contestant alone{"the exponentials alone, a plain vector loop", start<ExponentialsAlone>()};
  alone.expected = expected_exponentials;
  rows.push_back({.group = "pooling's inner loop over a tile of 1024 pairs",
                  .name = "exponentials and their sums",
                  .ours = {{"in lanes", start<ByLanes>()}},
                  .peers = {alone},
                  .expected = expected_sums,
                  .items = double(tiles) * tile_pairs});
  return rows;
}

}  // namespace bench
