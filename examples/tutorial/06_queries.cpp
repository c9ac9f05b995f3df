// What happens if the training inputs stand in for the test inputs as queries, and when one
// notices.
#include <iomanip>
#include <iostream>

#include "examples/figures.h"
#include "nn/nn.h"

using namespace tg;

int main() {
  auto f = [](const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); };
  const Tensor x_test = arange(0, 5, 0.1), y_truth = f(x_test);
  auto error = [&](const Tensor& y_hat) { return mean(square(y_hat - y_truth)).item(); };

  manual_seed(0);
  std::cout << std::fixed << std::setprecision(4)
            << "Mean squared error of the queries   x_test  x_train\n";
  auto compare = [&](const char* what, double w, const Tensor& x_train, const Tensor& noise,
                     const char* figure) {
    const Tensor y_train = f(x_train) + noise;
    const nn::NadarayaWatson net(w);
    // [queries]
    const Tensor right = net(x_test, x_train, y_train).value();
    const Tensor wrong = net(x_train, x_train, y_train).value();  // predictions for x_train
    // [/queries]
    std::cout << "  " << what << std::setw(8) << error(right) << std::setw(9)
              << error(wrong) << '\n';
    const examples::PlotOptions options{.x_label = "x",
                                        .y_label = "y",
                                        .x_range = {0, 5},
                                        .y_range = {-1, 5},
                                        .points = {x_train, y_train}};
    if (figure) {
      examples::Figures().plot(figure,
                               {{"Truth", x_test, y_truth},
                                {"x_test asks", x_test, right},
                                {"x_train asks", x_test, wrong}},
                               options);
    }
  };
  const Tensor u = rand({50}), noise = normal(0.0, 0.5, {50});
  compare("50 inputs, uniform, w = 1       ", 1, sort(u * 5).values, noise,
          "queries-uniform");
  compare("50 inputs, uniform, w = 4       ", 4, sort(u * 5).values, noise, nullptr);
  compare("50 inputs, denser near 0, w = 4 ", 4, sort(square(u) * 5).values, noise,
          "queries-denser");

  std::cout << "\nWith 40 training inputs\n  ";
  try {
    const Tensor x_train = sort(rand({40}) * 5).values;
    error(nn::NadarayaWatson(1)(x_train, x_train, f(x_train)).value());
  } catch (const Error& problem) {
    std::cout << problem.what() << '\n';
  }
}
