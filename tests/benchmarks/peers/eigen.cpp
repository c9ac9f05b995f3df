// Eigen: see eigen.h. Array expressions over one query's row of keys, shifted by its largest score.
#include "tests/benchmarks/peers/eigen.h"

#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // g++ 12 finds fault with its own <immintrin.h>
#endif
#include <Eigen/Core>

#include <limits>

#include "tests/benchmarks/data.h"

namespace bench::eigen {

namespace {

using Array = Eigen::ArrayXf;

Array array_of(const std::vector<float>& values) { return Eigen::Map<const Array>(values.data(), std::ssize(values)); }

// The keys and values, and room for one row.
class Row {
 public:
  explicit Row(const Points& points, float w_ = trained_w)
      : w(w_), keys_(array_of(points.x)), values_(array_of(points.y)), e_(keys_.size()), slopes_(keys_.size()) {}

  float predict(float query) {
    e_ = ((query - keys_) * w).square() * -0.5f;
    e_ = (e_ - e_.maxCoeff()).exp();
    return (e_ * values_).sum() / e_.sum();
  }

  // The prediction, and its derivative towards w by forward mode. The key number `left_out` counts for nothing.
  struct Dual {
    float value, slope;
  };
  Dual predict_dual(float query, int left_out = -1) {
    slopes_ = (query - keys_).square() * -w;
    e_ = slopes_ * (w / 2);
    if (left_out >= 0) e_[left_out] = -std::numeric_limits<float>::infinity();
    e_ = (e_ - e_.maxCoeff()).exp();
    slopes_ *= e_;
    const float sum_e = e_.sum(), value = (e_ * values_).sum() / sum_e;
    return {value, ((slopes_ * values_).sum() - value * slopes_.sum()) / sum_e};
  }

  float w;

 private:
  Array keys_, values_, e_, slopes_;
};

class Prediction {
 public:
  Prediction(Points (*points)(int), int m, int n, float w)
      : row_(points(n), w), queries_(chapter_queries(m)), predictions_(m), checked_(checked_queries(n)) {}
  void run() {
    for (std::size_t i = 0; i < queries_.size(); ++i) predictions_[i] = row_.predict(queries_[i]);
  }
  std::vector<double> result() const { return sample(predictions_.data(), predictions_.size(), checked_); }

 private:
  Row row_;
  std::vector<float> queries_, predictions_;
  std::size_t checked_;
};

class LeaveOneOut {
 public:
  LeaveOneOut(int n, float w) : points_(scattered_points(n)), row_(points_, w), predictions_(n) {}
  void run() {
    slope_ = 0;
    for (int i = 0; i < std::ssize(points_.x); ++i) {
      const auto [value, slope] = row_.predict_dual(points_.x[i], i);
      predictions_[i] = value, slope_ += slope;
    }
  }
  std::vector<double> result() const {
    std::vector<double> all = sample(predictions_.data(), predictions_.size(), checked_queries(predictions_.size()));
    all.push_back(slope_);
    return all;
  }

 private:
  Points points_;
  Row row_;
  std::vector<float> predictions_;
  double slope_ = 0;
};

class TrainingStep {
 public:
  explicit TrainingStep(int n) : points_(chapter_points(n)), row_(points_) {}
  void run() {
    loss_ = gradient_ = 0;
    for (int i = 0; i < std::ssize(points_.x); ++i) {
      const auto [value, slope] = row_.predict_dual(points_.x[i], i);
      const float residual = value - points_.y[i];
      loss_ += residual * residual, gradient_ += 2 * residual * slope;
    }
    row_.w -= static_cast<float>(learning_rate) * gradient_;
  }
  std::vector<double> result() const { return {loss_, gradient_, row_.w}; }

 private:
  Points points_;
  Row row_;
  float loss_ = 0, gradient_ = 0;
};

}  // namespace

Contestant prediction(int m, int n) { return {"Eigen row by row", start<Prediction>(chapter_points, m, n, trained_w)}; }
Contestant scattered_prediction(int n, float w) {
  return {.who = "Eigen row by row", .start = start<Prediction>(scattered_points, n, n, w), .once = n >= 100'000};
}
Contestant leave_one_out(int n, float w) {
  return {.who = "Eigen row by row", .start = start<LeaveOneOut>(n, w), .once = n >= 100'000};
}
Contestant training_step(int n) { return {"Eigen row by row", start<TrainingStep>(n)}; }

std::string version() {
  return "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + '.' + std::to_string(EIGEN_MAJOR_VERSION) + '.' +
         std::to_string(EIGEN_MINOR_VERSION) + ", " + Eigen::SimdInstructionSetsInUse();
}

}  // namespace bench::eigen
