// A kernel whose shape is learned: a lambda, a module around it, training, a file, and a
// gradient check in double.
#include <filesystem>
#include <iomanip>
#include <iostream>

#include "nn/nn.h"

using namespace tg;

// [model]
struct LearnedShape : nn::Module {
  const Variable& log_w = register_parameter("log_w", log(Tensor{2}));
  const Variable& log_p = register_parameter("log_p", log(Tensor{2}));

  // The model's mathematics, in float and in double alike.
  template <class T>
  static BasicVariable<T> pool(const BasicVariable<T>& queries,
                               const BasicVariable<T>& keys, const BasicVariable<T>& values,
                               const BasicVariable<T>& log_w, const BasicVariable<T>& log_p,
                               PoolingOptions options) {
    const auto score = [](auto q, auto k, auto w, auto p) {
      return -pow(abs((q - k) * w), p);
    };
    return attention_pooling(options, score, queries, keys, values, exp(log_w), exp(log_p));
  }
  Variable operator()(const Variable& q, const Variable& k, const Variable& v,
                      PoolingOptions options = {}) const {
    return pool<float>(q, k, v, log_w, log_p, options);
  }
};
// [/model]

// [train]
template <class Model>
float train(Model& net, const Tensor& x, const Tensor& y, double lr) {
  nn::SGD trainer(net.parameters(), {.lr = lr, .momentum = 0.9});
  for (int epoch = 0;; ++epoch) {
    Tape tape;
    const Variable loss = nn::mse_loss(net(x, x, y, {.exclude_self = true}), y);
    if (epoch == 3000) return loss.item();
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
  }
}
// [/train]

int main() {
  std::cout << "seed   loss, Gaussian   loss, learned   exponent p   1/w\n" << std::fixed;
  LearnedShape net[3];
  Tensor x, y;
  for (std::uint64_t seed : {0, 1, 2}) {
    manual_seed(seed);
    x = sort(rand({50}) * 5).values;
    y = 2 * sin(x) + pow(x, 0.8) + normal(0.0, 0.5, {50});
    nn::GaussianPooling gaussian(Tensor{3});
    std::cout << seed << std::setprecision(4) << std::setw(19) << train(gaussian, x, y, 0.3)
              << std::setw(16) << train(net[seed], x, y, 0.1) << std::setprecision(2)
              << std::setw(13) << exp(net[seed].log_p).item() << std::setw(8)
              << exp(-net[seed].log_w).item() << '\n';
  }

  // [save]
  const std::string path =
      (std::filesystem::temp_directory_path() / "tapegrad_kernel.txt").string();
  net[2].save(path);
  LearnedShape second;
  second.load(path);
  const Tensor x_test = arange(0, 5, 0.1);
  const bool same = allclose(net[2](x_test, x, y), second(x_test, x, y), 0, 0);
  std::cout << "\nloaded from the file: "
            << (same ? "the same predictions, to the last bit" : "OTHER predictions")
            << '\n';
  // [/save]
  std::filesystem::remove(path);

  // [check]
  const Tensor64 few = cast<double>(narrow(x, 0, 10, 6)),
                 targets = cast<double>(narrow(y, 0, 10, 6));
  auto loss = [&](const std::vector<Variable64>& p) {
    const auto fit =
        LearnedShape::pool<double>(p[0], p[0], p[1], p[2], p[3], {.exclude_self = true});
    return nn::mse_loss(fit, targets);
  };
  const std::vector<Variable64> inputs{few, targets, log(Tensor64{2}), log(Tensor64{1.5})};
  std::cout << "\ngradcheck:     " << (gradcheck(loss, inputs) ? "right" : "wrong");
  std::cout << "\ngradgradcheck: " << (gradgradcheck(loss, inputs) ? "right" : "wrong")
            << '\n';
  // [/check]
}
