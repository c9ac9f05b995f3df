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
  explicit Row(int n) : Row(chapter_points(n)) {}

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

  float w = trained_w;

 private:
  explicit Row(const Points& points)
      : keys_(array_of(points.x)), values_(array_of(points.y)), e_(keys_.size()), slopes_(keys_.size()) {}
  Array keys_, values_, e_, slopes_;
};

class Prediction {
 public:
  Prediction(int m, int n) : row_(n), queries_(chapter_queries(m)), predictions_(m) {}
  void run() {
    for (std::size_t i = 0; i < queries_.size(); ++i) predictions_[i] = row_.predict(queries_[i]);
  }
  std::vector<double> result() const { return sample(predictions_.data(), predictions_.size()); }

 private:
  Row row_;
  std::vector<float> queries_, predictions_;
};

class PoolingGradient {
 public:
  PoolingGradient(int m, int n) : row_(n), queries_(chapter_queries(m)) {}
  void run() {
    total_ = slope_ = 0;
    for (const float query : queries_) {
      const auto [value, slope] = row_.predict_dual(query);
      total_ += value, slope_ += slope;
    }
  }
  std::vector<double> result() const { return {total_, slope_}; }

 private:
  Row row_;
  std::vector<float> queries_;
  double total_ = 0, slope_ = 0;
};

class TrainingStep {
 public:
  explicit TrainingStep(int n) : row_(n), points_(chapter_points(n)) {}
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
  Row row_;
  Points points_;
  float loss_ = 0, gradient_ = 0;
};

}  // namespace

Contestant prediction(int m, int n) { return {"Eigen row by row", start<Prediction>(m, n)}; }
Contestant pooling_gradient(int m, int n) { return {"Eigen row by row, one thread", start<PoolingGradient>(m, n)}; }
Contestant training_step(int n) { return {"Eigen row by row", start<TrainingStep>(n)}; }

std::string version() {
  return "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + '.' + std::to_string(EIGEN_MAJOR_VERSION) + '.' +
         std::to_string(EIGEN_MINOR_VERSION) + ", " + Eigen::SimdInstructionSetsInUse();
}

}  // namespace bench::eigen
