// libtorch: see libtorch.h. The one source that includes its headers, which take long to compile.
#include "tests/benchmarks/peers/libtorch.h"

#include <cblas.h>
#include <torch/torch.h>

#include <sstream>

#include "tests/benchmarks/products.h"

namespace bench::libtorch {

namespace {

using torch::Tensor;

template <class T>
Tensor tensor_of(const std::vector<T>& values, at::IntArrayRef shape) {
  return torch::from_blob(const_cast<T*>(values.data()), shape, c10::CppTypeToScalarType<T>::value).clone();
}
Tensor tensor_of(const std::vector<float>& values) {
  return tensor_of(values, {static_cast<std::int64_t>(values.size())});
}

template <class T>
std::vector<double> sample_of(const Tensor& x) {
  return sample(x.contiguous().data_ptr<T>(), x.numel());
}

// The chapter's model and step, as its PyTorch tab writes them.
class TrainingStep {
 public:
  TrainingStep(int n, float w) : w_(torch::full({1}, w, torch::requires_grad())) {
    const Points points = chapter_points(n);
    x_ = tensor_of(points.x), y_ = tensor_of(points.y);
    keys_ = tensor_of(all_but_own(points.x), {n, n - 1}), values_ = tensor_of(all_but_own(points.y), {n, n - 1});
  }
  void run() {
    trainer_.zero_grad();
    const Tensor loss = loss_(forward(), y_).sum();
    loss.backward();
    trainer_.step();
    last_loss_ = loss.detach();
  }
  std::vector<double> result() const {
    return {last_loss_.item<double>(), w_.grad().item<double>(), w_.item<double>()};
  }

 private:
  Tensor forward() const {
    const Tensor queries = x_.repeat_interleave(keys_.size(1)).reshape({-1, keys_.size(1)});
    const Tensor weights = torch::softmax(-((queries - keys_) * w_).pow(2) / 2, 1);
    return torch::bmm(weights.unsqueeze(1), values_.unsqueeze(-1)).reshape(-1);
  }

  Tensor x_, y_, keys_, values_, last_loss_, w_;
  torch::nn::MSELoss loss_{torch::nn::MSELossOptions().reduction(torch::kNone)};
  torch::optim::SGD trainer_{std::vector<Tensor>{w_}, torch::optim::SGDOptions(learning_rate)};
};

// All weights at once, m x n.
class Prediction {
 public:
  Prediction(int m, int n) : queries_(tensor_of(chapter_queries(m)).unsqueeze(1)) {
    const Points points = chapter_points(n);
    keys_ = tensor_of(points.x), values_ = tensor_of(points.y);
  }
  void run() {
    const torch::NoGradGuard no_grad;
    predictions_ = torch::softmax(-((queries_ - keys_) * w_).pow(2) / 2, 1).matmul(values_);
  }
  std::vector<double> result() const { return sample_of<float>(predictions_); }

 private:
  Tensor queries_, keys_, values_, predictions_, w_ = torch::full({1}, trained_w);
};

// Each product lets go of the one before it, and of its node.
class RecordedMultiplications {
 public:
  explicit RecordedMultiplications(int count) : count_(count) {}
  void run() {
    for (int i = 0; i < count_; ++i) product_ = a_ * b_;
  }
  std::vector<double> result() const { return {product_.item<double>()}; }

 private:
  int count_;
  Tensor a_ = torch::full({1}, 1.5f, torch::requires_grad()), b_ = torch::full({1}, 2.25f, torch::requires_grad());
  Tensor product_;
};

template <class T>
class MatrixProduct {
 public:
  MatrixProduct(int n, bool transposed) {
    const Factors<T> f = factors<T>(n * n);
    a_ = tensor_of(f.a, {n, n}), b_ = tensor_of(f.b, {n, n});
    if (transposed) a_ = a_.t(), b_ = b_.t();
  }
  void run() {
    const torch::NoGradGuard no_grad;
    c_ = torch::matmul(a_, b_);
  }
  std::vector<double> result() const { return sample_of<T>(c_); }

 private:
  Tensor a_, b_, c_;
};

class RowColumnProducts {
 public:
  RowColumnProducts(int count, int n) {
    const Factors<float> f = factors<float>(count * n);
    rows_ = tensor_of(f.a, {count, 1, n}), columns_ = tensor_of(f.b, {count, n, 1});
  }
  void run() {
    const torch::NoGradGuard no_grad;
    products_ = torch::bmm(rows_, columns_);
  }
  std::vector<double> result() const { return sample_of<float>(products_); }

 private:
  Tensor rows_, columns_, products_;
};

// OpenBLAS, which does libtorch's products, stays on one thread. A libtorch told the same number again would still make
// its threads anew, and these spin for a while.
void allow_threads(int threads) {
  static int allowed = 0;
  if (allowed == 0) at::set_num_interop_threads(1);
  if (allowed != threads) at::set_num_threads(threads);
  allowed = threads;
  openblas_set_num_threads(1);
}

Contestant contestant(std::string who, std::function<Job()> start) {
  return {std::move(who), std::move(start), 1, allow_threads};
}

}  // namespace

Contestant training_step(int n, float w) { return contestant("libtorch", start<TrainingStep>(n, w)); }
Contestant prediction(int m, int n) { return contestant("libtorch, all weights at once", start<Prediction>(m, n)); }
Contestant recorded_multiplications(int count) { return contestant("libtorch", start<RecordedMultiplications>(count)); }
template <class T>
Contestant matrix_product(int n, bool transposed) {
  return contestant("torch::matmul", start<MatrixProduct<T>>(n, transposed));
}
template Contestant matrix_product<float>(int, bool);
template Contestant matrix_product<double>(int, bool);
Contestant row_column_products(int count, int n) {
  return contestant("torch::bmm", start<RowColumnProducts>(count, n));
}

std::string version() {
  std::istringstream config(at::show_config());
  for (std::string line; std::getline(config, line);) {
    const std::size_t usage = line.find("CPU capability usage: ");
    if (usage != std::string::npos) return "libtorch " TORCH_VERSION ", " + line.substr(usage);
  }
  return "libtorch " TORCH_VERSION;
}

}  // namespace bench::libtorch
