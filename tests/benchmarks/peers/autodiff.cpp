// AutoDiffScalar: the untiled training step with Eigen's number that carries its derivative (forward mode).
//
// Eigen does not vectorise over such numbers; the compiler does, if it may take a vector exp and reorder sums. So this
// file is compiled with -ffast-math, the peer's best case. It has no infinities, and keeps exp out of its slow range.
#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

#include "tests/benchmarks/data.h"
#include "tests/benchmarks/peers/eigen.h"

namespace bench::eigen {

namespace {

using Derivative = Eigen::Matrix<float, 1, 1>;
using Dual = Eigen::AutoDiffScalar<Derivative>;

class TrainingStep {
 public:
  explicit TrainingStep(int n) : points_(chapter_points(n)) {}

  void run() {
    const Dual w(w_, 1, 0);
    Dual loss(0, Derivative(0));
    for (int i = 0; i < std::ssize(points_.x); ++i) {
      const Dual residual = predict(i, w) - points_.y[i];
      loss += residual * residual;
    }
    loss_ = loss.value(), gradient_ = loss.derivatives()(0);
    w_ -= static_cast<float>(learning_rate) * gradient_;
  }
  std::vector<double> result() const { return {loss_, gradient_, w_}; }

 private:
  Dual predict(int own, const Dual& w) const {
    const float *x = points_.x.data(), *y = points_.y.data(), query = x[own];
    const int n = static_cast<int>(points_.x.size());
    float largest = -1e30f;
    for (int j = 0; j < n; ++j) {
      const float d = (query - x[j]) * w.value(), score = j == own ? -1e30f : -d * d / 2;
      largest = score > largest ? score : largest;
    }
    float e = 0, e_slope = 0, ey = 0, ey_slope = 0;
    auto add = [&](int begin, int end) {
      for (int j = begin; j < end; ++j) {
        const Dual d = (query - x[j]) * w;
        Dual score = -d * d / 2.0f - largest;
        score.value() = score.value() < -80 ? -80 : score.value();
        const Dual weight = exp(score);
        e += weight.value(), e_slope += weight.derivatives()(0);
        ey += weight.value() * y[j], ey_slope += weight.derivatives()(0) * y[j];
      }
    };
    add(0, own);
    add(own + 1, n);
    return Dual(ey, Derivative(ey_slope)) / Dual(e, Derivative(e_slope));
  }

  Points points_;
  float w_ = trained_w, loss_ = 0, gradient_ = 0;
};

}  // namespace

Contestant automatic_training_step(int n) { return {"Eigen AutoDiffScalar", start<TrainingStep>(n)}; }

}  // namespace bench::eigen
