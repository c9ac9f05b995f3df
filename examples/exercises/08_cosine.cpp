// Exercise 08-1. Inputs are directions, angles from 0 to 2 pi. Write a cosine kernel, exp(s
// cos(q - k)), with a learned sharpness s, and compare it with the Gaussian kernel on the
// angle near 0 and 2 pi, which are the same direction.
//
// Answer: with the features (cos a, sin a) the score is a dot product times s, summed over
// the two features: a lambda. It knows that the circle closes; the Gaussian kernel on the
// angle has neighbours on one side only there, so that its predictions at 0 and at 2 pi
// differ, and are worse. (For features of any length, divide each row by its length first.)
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

const auto cosine = [](auto q, auto k, auto s) { return s * q * k; };

Tensor on_circle(const Tensor& angle) { return stack({cos(angle), sin(angle)}, 1); }
Tensor truth(const Tensor& angle) { return sin(angle + 1) + cos(3 * angle) / 2; }

struct CosinePooling : nn::Module {
  const Variable& sharpness = register_parameter("sharpness", Tensor{5});

  Variable operator()(const Tensor& queries, const Tensor& keys, const Tensor& values,
                      PoolingOptions options = {}) const {
    return attention_pooling(options, cosine, queries, keys, values, sharpness);
  }
};

// Leave-one-out, by full descent.
template <class Model>
void train(Model& model, const Tensor& x, const Tensor& y, std::int64_t epochs, double lr) {
  nn::SGD trainer(model.parameters(), {.lr = lr, .momentum = 0.9});
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    Tape tape;
    const Variable loss = nn::mse_loss(model(x, x, y, {.exclude_self = true}), y);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
  }
}

void answer(const Arguments& arguments) {
  const double turn = 6.283185307179586;
  manual_seed(0);
  const Tensor angle = sort(rand({arguments["n"]}) * turn).values;
  const Tensor y = truth(angle) + normal(0.0, 0.3, angle.shape());
  CosinePooling circle;
  nn::GaussianPooling line(Tensor{3});
  train(circle, on_circle(angle), y, arguments["epochs"], 30);
  train(line, angle, y, arguments["epochs"], 1);

  const Tensor test = linspace(0, turn, 121);
  const Tensor by_circle = circle(on_circle(test), on_circle(angle), y).value();
  const Tensor by_line = line(test, angle, y).value();
  auto error = [&](const Tensor& prediction) {
    return mean(square(prediction - truth(test))).item();
  };
  std::cout << std::setprecision(3) << "sharpness " << circle.sharpness.item() << ", w "
            << line.w.item() << "\n\n"
            << std::fixed << "            at 0   at 2 pi     error\n"
            << "cosine  " << std::setw(8) << by_circle(0) << std::setw(10) << by_circle(120)
            << std::setw(10) << error(by_circle) << "\nGaussian" << std::setw(8)
            << by_line(0) << std::setw(10) << by_line(120) << std::setw(10)
            << error(by_line) << "\ntruth   " << std::setw(8) << truth(test)(0)
            << std::setw(10) << truth(test)(120) << '\n';
  arguments.figures().plot(
      "cosine-kernel",
      {{"Truth", test, truth(test)},
       {"cosine", test, by_circle},
       {"Gaussian", test, by_line}},
      {.x_label = "angle", .y_label = "y", .x_range = {0, turn}, .points = {angle, y}});
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv, "Attention pooling of directions: a cosine kernel beside a Gaussian one.",
      {{"n", "training points", 60, 5, 2000},
       {"epochs", "steps of descent", 500, 1, 100000}},
      answer);
}
