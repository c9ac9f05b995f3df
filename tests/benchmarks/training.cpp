// Training: one step of the chapter (forward, backward, SGD), in three spellings.
#include <cmath>
#include <limits>

#include "nn/nn.h"
#include "tests/benchmarks/data.h"
#include "tests/benchmarks/peers.h"
#include "tests/benchmarks/tensors.h"

namespace bench {
namespace {

using namespace tg;

// Keys or values as the chapter tiles them: each point takes all others.
Tensor tiled(const std::vector<float>& values) {
  return Tensor::from_vector(all_but_own(values), {std::ssize(values), std::ssize(values) - 1});
}

Variable weighted(const Variable& weights, const Tensor& values) {
  return reshape(bmm(unsqueeze(weights, 1), unsqueeze(values, -1)), {-1});
}

// The chapter's own spelling: every op makes its tensor.
struct AnOpEach : nn::Module {
  explicit AnOpEach(const Points& points) : x(vector_of(points.x)), keys(tiled(points.x)), values(tiled(points.y)) {}
  Variable operator()() const {
    const Tensor q = reshape(repeat_interleave(x, keys.size(1)), {-1, keys.size(1)});
    return weighted(softmax(-square((q - keys) * w) / 2, 1), values);
  }
  Tensor x, keys, values;
  const Variable& w = register_parameter("w", Tensor{trained_w});
};

// The same with its score as one lambda.
struct OneLambda : nn::Module {
  explicit OneLambda(const Points& points)
      : x(unsqueeze(vector_of(points.x), 1)), keys(tiled(points.x)), values(tiled(points.y)) {}
  Variable operator()() const { return weighted(softmax(elementwise(gaussian_score, x, keys, w), 1), values); }
  Tensor x, keys, values;
  const Variable& w = register_parameter("w", Tensor{trained_w});
};

// No tiles and no weights: attention_pooling leaves out each query's own key.
struct Untiled : nn::Module {
  explicit Untiled(const Points& points) : x(vector_of(points.x)), y(vector_of(points.y)) {}
  Variable operator()() const {
    return attention_pooling(PoolingOptions{.exclude_self = true}, gaussian_score, x, x, y, w);
  }
  Tensor x, y;
  const Variable& w = register_parameter("w", Tensor{trained_w});
};

template <class Net>
class TrainingStep {
 public:
  explicit TrainingStep(int n, float w = trained_w) : TrainingStep(chapter_points(n), w) {}
  void run() {
    Tape tape;
    const Variable loss = sum(nn::mse_loss(net_(), y_, nn::Reduction::none));
    trainer_.zero_grad();
    tape.backward(loss);
    trainer_.step();
    loss_ = loss.value();
  }
  std::vector<double> result() const { return {loss_.item(), net_.w.grad().item(), net_.w.item()}; }

 private:
  TrainingStep(const Points& points, float w) : y_(vector_of(points.y)), net_(points) { net_.w.set_value(Tensor{w}); }
  Tensor y_, loss_;
  Net net_;
  nn::SGD trainer_{net_.parameters(), {.lr = learning_rate}};
};

// The loss, its gradient and the new w.
Expected expected_step(int n, double w = trained_w) {
  const Points points = chapter_points(n);
  double loss = 0, gradient = 0, size = 0;
  for (int i = 0; i < n; ++i) {
    // With scores s_j = -(d_j w)² / 2 and their derivatives -d_j² w; shifted by the largest score.
    double largest = -std::numeric_limits<double>::infinity();
    for (int j = 0; j < n; ++j) {
      const double d = double(points.x[i]) - points.x[j];
      if (j != i) largest = std::max(largest, -d * w * d * w / 2);
    }
    double sum_e = 0, sum_ey = 0, slope_e = 0, slope_ey = 0;
    for (int j = 0; j < n; ++j) {
      if (j == i) continue;
      const double d = double(points.x[i]) - points.x[j], e = std::exp(-d * w * d * w / 2 - largest);
      sum_e += e;
      sum_ey += e * points.y[j];
      slope_e -= e * d * d * w;
      slope_ey -= e * d * d * w * points.y[j];
    }
    const double prediction = sum_ey / sum_e, slope = (slope_ey - prediction * slope_e) / sum_e;
    const double residual = prediction - points.y[i];
    loss += residual * residual;
    gradient += 2 * residual * slope;
    size += std::abs(2 * residual * slope);
  }
  return {{loss, gradient, w - learning_rate * gradient}, {1e-5 * loss, 1e-5 * size, 1e-6 * w}};
}

// The step where w is at its best beside the one where the chapter's five epochs leave it: the time shall be the same.
template <class Net>
Workload best_against_trained(const char* who, int n) {
  Contestant trained{"ours at w = 9.0857", start<TrainingStep<Net>>(n)};
  trained.expected = [=] { return expected_step(n); };
  return {.group = "one training step of the chapter, w at its best",
          .name = "n = " + std::to_string(n),
          .ours = {{who, start<TrainingStep<Net>>(n, best_w(n))}},
          .peers = {trained},
          .expected = [=] { return expected_step(n, best_w(n)); }};
}

}  // namespace

Workloads training_workloads() {
  const std::string group = "one training step of the chapter";
  Workloads rows;
  for (const int n : {50, 1000, 4000}) {
    const std::string size = ", n = " + std::to_string(n);
    rows.push_back({.group = group,
                    .name = "tiled keys" + size,
                    .ours = {{"an op each", start<TrainingStep<AnOpEach>>(n)},
                             {"score as one lambda", start<TrainingStep<OneLambda>>(n)}},
                    .peers = peers::training_step(n),
                    .expected = [=] { return expected_step(n); },
                    .memory = n > 50});
    rows.push_back({.group = group,
                    .name = "untiled" + size,
                    .ours = {{"attention_pooling", start<TrainingStep<Untiled>>(n)}},
                    .peers = peers::untiled_training_step(n),
                    .expected = [=] { return expected_step(n); },
                    .memory = n > 50});
  }
  Contestants torch = peers::training_step(4000);
  torch.resize(std::min<std::size_t>(torch.size(), 1));  // without the tuned one
  for (Contestant& peer : torch) peer.threads = 2;
  rows.push_back({.group = group,
                  .name = "two threads, n = 4000",
                  .ours = {{"an op each", start<TrainingStep<AnOpEach>>(4000), 2},
                           {"score as one lambda", start<TrainingStep<OneLambda>>(4000), 2},
                           {"attention_pooling, untiled", start<TrainingStep<Untiled>>(4000), 2}},
                  .peers = torch,
                  .expected = [] { return expected_step(4000); }});
  // So small a step gains nothing from a second thread, and must not lose by waking it.
  rows.push_back(two_against_one({.group = group,
                                  .name = "tiled keys, n = 50",
                                  .ours = {{"an op each", start<TrainingStep<AnOpEach>>(50)}},
                                  .expected = [] { return expected_step(50); }}));
  rows.push_back(two_against_one({.group = group,
                                  .name = "untiled, n = 50",
                                  .ours = {{"attention_pooling", start<TrainingStep<Untiled>>(50)}},
                                  .expected = [] { return expected_step(50); }}));
  for (const int n : {50, 1000, 4000}) {
    Contestants plain = peers::training_step(n, best_w(n));
    plain.resize(std::min<std::size_t>(plain.size(), 1));  // without the tuned one
    rows.push_back({.group = "one training step of the chapter, w at its best",
                    .name = "n = " + std::to_string(n),
                    .ours = {{"an op each", start<TrainingStep<AnOpEach>>(n, best_w(n))},
                             {"score as one lambda", start<TrainingStep<OneLambda>>(n, best_w(n))},
                             {"attention_pooling", start<TrainingStep<Untiled>>(n, best_w(n))}},
                    .peers = plain,
                    .expected = [=] { return expected_step(n, best_w(n)); }});
  }
  rows.push_back(best_against_trained<AnOpEach>("an op each", 50));
  rows.push_back(best_against_trained<OneLambda>("score as one lambda", 50));
  rows.push_back(best_against_trained<Untiled>("attention_pooling", 50));
  return rows;
}

}  // namespace bench
