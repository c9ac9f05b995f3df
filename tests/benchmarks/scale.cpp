// Scale: pooling of many points, where the tree of cells answers (nn/attention/walk.h). Beside it every pair, as
// PoolingOptions{.tolerance = 0} has it.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <thread>

#include "nn/nn.h"
#include "tests/benchmarks/data.h"
#include "tests/benchmarks/peers.h"
#include "tests/benchmarks/tensors.h"

namespace bench {
namespace {

using namespace tg;

// Kernels: as the library takes them, and in plain double.
struct Gauss {
  auto operator()(auto q, auto k, auto w) const { return -square((q - k) * w) / 2; }
  static double plain(double q, double k, double w) { return -(q - k) * w * (q - k) * w / 2; }
};
struct Laplace {
  auto operator()(auto q, auto k, auto w) const { return -abs((q - k) * w); }
  static double plain(double q, double k, double w) { return -std::abs((q - k) * w); }
};
struct Cauchy {
  auto operator()(auto q, auto k, auto w) const { return -log(1 + square((q - k) * w)); }
  static double plain(double q, double k, double w) { return -std::log(1 + (q - k) * w * (q - k) * w); }
};
struct DotProduct {
  auto operator()(auto q, auto k, auto w) const { return q * k * w; }
  static double plain(double q, double k, double w) { return q * k * w; }
};

const PoolingOptions every_pair{.tolerance = 0};

template <class Kernel> class Pooling {
 public:
  Pooling(int n, float w, PoolingOptions options) : options_(options), queries_(vector_of(chapter_queries(n))), w_{w} {
    const Points points = scattered_points(n);
    keys_ = vector_of(points.x), values_ = vector_of(points.y);
  }
  void run() { y_ = attention_pooling(options_, Kernel(), queries_, keys_, values_, w_); }
  std::vector<double> result() const { return sample(y_.data(), y_.numel(), checked_queries(y_.numel())); }

 private:
  PoolingOptions options_;
  Tensor queries_, keys_, values_, w_, y_;
};

// Values, and the gradient of their sum towards w.
class LeaveOneOut {
 public:
  LeaveOneOut(int n, float w, PoolingOptions options) : options_(options), w_(Tensor{w}, true) {
    const Points points = scattered_points(n);
    x_ = vector_of(points.x), values_ = vector_of(points.y);
    options_.exclude_self = true;
  }
  void run() {
    Tape tape;
    const Variable y = attention_pooling(options_, Gauss(), x_, x_, values_, w_);
    w_.zero_grad();
    tape.backward(sum(y));
    y_ = y.value();
  }
  std::vector<double> result() const {
    std::vector<double> all = sample(y_.data(), y_.numel(), checked_queries(y_.numel()));
    all.push_back(w_.grad().item());
    return all;
  }

 private:
  PoolingOptions options_;
  Tensor x_, values_, y_;
  Variable w_;
};

// The gradients towards queries, keys, values and w, from a cotangent of random numbers.
std::vector<float> cotangent(int n) { return uniform(n, -1, 1, 1); }

class AllGradients {
 public:
  AllGradients(int n, float w, PoolingOptions options)
      : options_(options), queries_(vector_of(chapter_queries(n)), true), w_(Tensor{w}, true) {
    const Points points = scattered_points(n);
    keys_ = Variable(vector_of(points.x), true), values_ = Variable(vector_of(points.y), true);
    g_ = vector_of(cotangent(n));
  }
  void run() {
    Tape tape;
    const Variable y = attention_pooling(options_, Gauss(), queries_, keys_, values_, w_);
    for (Variable* leaf : {&queries_, &keys_, &values_, &w_}) leaf->zero_grad();
    tape.backward(y, g_);
  }
  std::vector<double> result() const {
    std::vector<double> all;
    for (const Variable* leaf : {&queries_, &keys_, &values_, &w_}) {
      for (const double slope : sample(leaf->grad().data(), leaf->grad().numel())) all.push_back(slope);
    }
    return all;
  }

 private:
  PoolingOptions options_;
  Tensor g_;
  Variable queries_, keys_, values_, w_;
};

double largest_of(const auto& numbers) {
  double largest = 0;
  for (const double x : numbers) largest = std::max(largest, std::abs(x));
  return largest;
}

// Values whose errors are relative to one size.
void append(Expected& to, const std::vector<double>& values, double size) {
  to.values.insert(to.values.end(), values.begin(), values.end());
  to.sizes.resize(to.values.size(), size);
}

template <class Kernel> Expected expected_pooling(int n, double w) {
  const Points points = scattered_points(n);
  const std::vector<float> queries = chapter_queries(n);
  std::vector<double> values, scores(points.x.size());
  for (const double query : sample(queries.data(), queries.size(), checked_queries(n))) {
    for (int j = 0; j < n; ++j) scores[j] = Kernel::plain(query, points.x[j], w);
    const double largest = *std::max_element(scores.begin(), scores.end());
    double sum_e = 0, sum_ey = 0;
    for (int j = 0; j < n; ++j) {
      const double e = std::exp(scores[j] - largest);
      sum_e += e, sum_ey += e * points.y[j];
    }
    values.push_back(sum_ey / sum_e);
  }
  Expected expected;
  append(expected, values, largest_of(points.y));
  return expected;
}

// All pairs are too many for plain loops. Around each point they go on as long as the weights are more than e^-45 of
// the nearest key's: what is less adds nothing to a double's digits. Half of the points on a thread each.
Expected expected_leave_one_out(int n, double w) {
  const Points points = scattered_points(n);
  std::vector<int> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) { return points.x[a] < points.x[b]; });
  std::vector<double> values(n), slopes(n);
  auto pool = [&](int begin, int end) {
    for (int i = begin; i < end; ++i) {
      const double x = points.x[order[i]];
      double largest = std::numeric_limits<double>::lowest(), sum_e = 0, sum_ey = 0, slope_e = 0, slope_ey = 0;
      if (i > 0) largest = Gauss::plain(x, points.x[order[i - 1]], w);
      if (i + 1 < n) largest = std::max(largest, Gauss::plain(x, points.x[order[i + 1]], w));
      for (const int step : {-1, 1}) {
        for (int j = i + step; j >= 0 && j < n; j += step) {
          const double d = x - points.x[order[j]], y = points.y[order[j]];
          const double score = -d * w * d * w / 2 - largest;
          if (score < -45) break;
          const double e = std::exp(score), slope = -e * d * d * w;
          sum_e += e, sum_ey += e * y, slope_e += slope, slope_ey += slope * y;
        }
      }
      values[order[i]] = sum_ey / sum_e;
      slopes[order[i]] = (slope_ey - values[order[i]] * slope_e) / sum_e;
    }
  };
  std::thread other(pool, 0, n / 2);
  pool(n / 2, n);
  other.join();
  Expected expected;
  append(expected, sample(values.data(), n, checked_queries(n)), largest_of(points.y));
  const double slope = std::accumulate(slopes.begin(), slopes.end(), 0.0);
  append(expected, {slope}, std::abs(slope));
  return expected;
}

// Each relative to the largest of its kind.
Expected expected_gradients(int n, double w) {
  const Points points = scattered_points(n);
  const std::vector<float> queries = chapter_queries(n), g = cotangent(n);
  std::vector<double> of_queries(n), of_keys(n), of_values(n), of_w(1), p(n);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) p[j] = Gauss::plain(queries[i], points.x[j], w);
    const double largest = *std::max_element(p.begin(), p.end());
    for (double& s : p) s = std::exp(s - largest);
    const double total = std::accumulate(p.begin(), p.end(), 0.0);
    double y = 0;
    for (int j = 0; j < n; ++j) y += (p[j] /= total) * points.y[j];
    for (int j = 0; j < n; ++j) {
      const double d = double(queries[i]) - points.x[j], of_score = g[i] * p[j] * (points.y[j] - y);
      of_queries[i] -= of_score * d * w * w;
      of_keys[j] += of_score * d * w * w;
      of_values[j] += g[i] * p[j];
      of_w[0] -= of_score * d * d * w;
    }
  }
  Expected expected;
  for (const auto& all : {of_queries, of_keys, of_values, of_w}) {
    append(expected, sample(all.data(), all.size()), largest_of(all));
  }
  return expected;
}

template <class Kernel> Contestant all_pairs(int n, float w) {
  return {.who = "ours, every pair", .start = start<Pooling<Kernel>>(n, w, every_pair), .once = n >= 100'000};
}

// The answer is computed once for all contestants. What sums in floats, or bins, may err by more than the tree.
Workload with_answer(Workload workload, const std::function<Expected()>& compute, double error) {
  auto allowing = [kept = std::make_shared<Expected>(), compute](double relative) {
    if (kept->values.empty()) *kept = compute();
    Expected expected = *kept;
    for (const double size : expected.sizes) expected.allowed.push_back(relative * size);
    return expected;
  };
  workload.expected = [=] { return allowing(error); };
  for (Contestant& peer : workload.peers) peer.expected = [=] { return allowing(5e-4); };
  return workload;
}

template <class Kernel> Workload pooling(const std::string& kernel, int n, float w, const Contestants& peers) {
  const Workload workload{.group = "n queries of n scattered points",
                          .name =
                              kernel + ", n = " + std::to_string(n) + ", w = " + std::to_string(static_cast<int>(w)),
                          .ours = {{"attention_pooling", start<Pooling<Kernel>>(n, w, PoolingOptions())}},
                          .peers = peers};
  const double error = n < 3000 ? 1e-5 : 1e-7;  // few points are summed by the loop, in float
  return with_answer(workload, [=] { return expected_pooling<Kernel>(n, w); }, error);
}

Workload leave_one_out(int n, float w) {
  Workload workload{.group = "values of n scattered points, and gradients",
                    .name = "towards w, leave-one-out, n = " + std::to_string(n),
                    .ours = {{"attention_pooling", start<LeaveOneOut>(n, w, PoolingOptions())}},
                    .peers = peers::leave_one_out(n, w)};
  workload.peers.push_back({.who = "ours, every pair", .start = start<LeaveOneOut>(n, w, every_pair), .once = true});
  return with_answer(workload, [=] { return expected_leave_one_out(n, w); }, 1e-7);
}

Workload all_gradients(int n, float w) {
  const Workload workload{.group = "values of n scattered points, and gradients",
                          .name = "towards queries, keys, values and w, n = " + std::to_string(n),
                          .ours = {{"attention_pooling", start<AllGradients>(n, w, PoolingOptions())}},
                          .peers = {{"ours, every pair", start<AllGradients>(n, w, every_pair)}}};
  return with_answer(workload, [=] { return expected_gradients(n, w); }, 1e-6);
}

}  // namespace

Workload gaussian_pooling(int n) {
  Contestants peers = peers::binned_prediction(n, 10);
  if (n <= 100'000) peers.push_back(all_pairs<Gauss>(n, 10));
  return pooling<Gauss>("Gauss", n, 10, peers);
}

Workloads scale_workloads() {
  Workloads rows;
  for (const int n : {50, 1000}) rows.push_back(pooling<Gauss>("Gauss", n, 10, peers::scattered_prediction(n, 10)));
  const int n = 100'000, million = 1'000'000;
  for (const float w : {1.0f, 10.0f, 100.0f}) {
    Contestants peers = peers::scattered_prediction(n, w);
    for (const Contestant& peer : peers::binned_prediction(n, w)) peers.push_back(peer);
    if (w == 10) peers.push_back(all_pairs<Gauss>(n, w));
    rows.push_back(pooling<Gauss>("Gauss", n, w, peers));
    rows.back().memory = w == 10;
    if (w == 10) rows.back().quotes = {{"KeOps", 38}};
  }
  rows.push_back(pooling<Laplace>("Laplace", n, 10, {all_pairs<Laplace>(n, 10)}));
  rows.push_back(pooling<Cauchy>("Cauchy", n, 10, {all_pairs<Cauchy>(n, 10)}));
  rows.push_back(pooling<DotProduct>("dot product", n, 10, {all_pairs<DotProduct>(n, 10)}));
  rows.push_back(gaussian_pooling(million));
  rows.back().memory = true;
  rows.back().quotes = {{"ours, every pair", 290}};
  rows.push_back(two_against_one(pooling<Gauss>("Gauss", n, 10, {})));
  rows.push_back(two_against_one(pooling<Gauss>("Gauss", million, 10, {})));

  rows.push_back(leave_one_out(n, 10));
  rows.push_back(two_against_one(leave_one_out(n, 10)));
  rows.push_back(all_gradients(8000, 10));
  return rows;
}

}  // namespace bench
