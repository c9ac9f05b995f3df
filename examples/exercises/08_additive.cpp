// Exercise 08-3. Train additive attention, score v . tanh(a q + b k + c) with h hidden
// units, on the chapter's data with each point left out of its own prediction. Is it as
// good as the Gaussian kernel, with its one parameter?
//
// Answer: no. It reaches a lower leave-one-out loss, and a larger error against the truth:
// eight hidden units are 32 parameters, and 50 points have noise enough to please them all.
// Its weights are no diagonal, either. Nothing in this score says that near keys count; it
// attends wherever the values help, also to keys far away on the other side of the hill,
// where y is the same. The Gaussian kernel is told that nearness counts, and has one number
// to learn.
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

struct AdditivePooling : nn::Module {
  nn::Linear &of_query, &of_key;
  const Variable& v;

  explicit AdditivePooling(std::int64_t hidden)
      : of_query(make_module<nn::Linear>("of_query", 1, hidden)),
        of_key(make_module<nn::Linear>("of_key", 1, hidden, false)),
        v(register_parameter("v", rand({hidden}) - 0.5)) {}
  // One hidden unit is one feature of the projected queries and keys.
  static constexpr auto score = [](auto q, auto k, auto weight) {
    return weight * tanh(q + k);
  };

  Variable operator()(const Tensor& queries, const Tensor& keys, const Tensor& values,
                      PoolingOptions options = {}) const {
    return attention_pooling(options, score, of_query(unsqueeze(queries, 1)),
                             of_key(unsqueeze(keys, 1)), values, v);
  }
  Variable weights(const Tensor& queries, const Tensor& keys) const {
    return attention_weights(score, of_query(unsqueeze(queries, 1)),
                             of_key(unsqueeze(keys, 1)), v);
  }
};

template <class Model>
float train(Model& model, const Tensor& x, const Tensor& y, std::int64_t epochs,
            double lr) {
  nn::SGD trainer(model.parameters(), {.lr = lr, .momentum = 0.9});
  Progress progress("training", epochs);
  float last = 0;
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch, progress.step()) {
    Tape tape;
    const Variable loss = nn::mse_loss(model(x, x, y, {.exclude_self = true}), y);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
    last = loss.item();
  }
  return last;
}

void answer(const Arguments& arguments) {
  auto f = [](const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); };
  manual_seed(0);
  const Tensor x = sort(rand({arguments["n"]}) * 5).values,
               y = f(x) + normal(0.0, 0.5, x.shape()), x_test = arange(0, 5, 0.05);
  AdditivePooling additive(arguments["hidden"]);
  nn::GaussianPooling gaussian(Tensor{3});
  const float loss = train(additive, x - 2.5, y, arguments["epochs"], 0.1);
  const float gaussian_loss = train(gaussian, x, y, 500, 0.3);
  const Tensor by_additive = additive(x_test - 2.5, x - 2.5, y).value();
  const Tensor by_gaussian = gaussian(x_test, x, y).value();
  auto error = [&](const Tensor& prediction) {
    return mean(square(prediction - f(x_test))).item();
  };
  std::cout << std::setprecision(3) << "           leave-one-out loss   error\n"
            << "additive " << std::setw(15) << loss << std::setw(15) << error(by_additive)
            << "\nGaussian " << std::setw(15) << gaussian_loss << std::setw(15)
            << error(by_gaussian) << '\n';
  const Figures figures = arguments.figures();
  figures.plot("additive",
               {{"Truth", x_test, f(x_test)},
                {"additive", x_test, by_additive},
                {"Gaussian", x_test, by_gaussian}},
               {.x_label = "x",
                .y_label = "y",
                .x_range = {0, 5},
                .y_range = {-1, 5},
                .points = {x, y}});
  figures.heatmap("additive-weights", additive.weights(x_test - 2.5, x - 2.5).value(),
                  {.x_label = "Sorted training inputs",
                   .y_label = "Sorted testing inputs"});
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv,
      "Additive attention trained on the chapter's data, beside the Gaussian kernel.",
      {{"n", "training points", 50, 3, 5000},
       {"hidden", "hidden units", 8, 1, 256},
       {"epochs", "steps of descent", 5000, 1, 1000000}},
      answer);
}
