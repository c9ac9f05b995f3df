// Question: let p be the weights of all training points by all training points, themselves
// included, y_hat = p y. Show that the prediction of point i from the others needs no
// second table: its error is (y_i - y_hat_i) / (1 - p_ii). Where does that formula fail in
// floating-point numbers?
//
// Answer: leaving a key out of a softmax divides the other weights by what they sum to,
// 1 - p_ii. So the others predict (y_hat_i - p_ii y_i) / (1 - p_ii), and y_i minus that is
// the formula. The plain error is too small by the factor 1 - p_ii: at most points by a
// little, at a lonely point, with p_ii near 1, by nearly all of it. There, or with a large
// w, 1 - p_ii loses its digits, and where p_ii rounds to 1 it is 0 / 0. The library's
// exclude_self never forms p_ii: it sets the score to minus infinity before the softmax.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

#include "examples/program.h"
#include "nn/nn.h"

using namespace tg;

namespace {

std::string text(float number) {
  std::ostringstream out;
  out << number;
  return out.str();
}

void run(const examples::Arguments& arguments) {
  const std::int64_t n = arguments["n-train"];
  manual_seed(static_cast<std::uint64_t>(arguments["seed"]));
  const Tensor x = sort(rand({n}) * 5).values,
               y = 2 * sin(x) + pow(x, 0.8) + normal(0.0, 0.5, {n});

  std::cout << "Sums of squared errors\n"
            << "      w   itself among the keys   by 1 - p_ii   without itself   points "
               "with p_ii = 1\n";
  for (const double w : {0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 1000.0}) {
    const nn::NadarayaWatson net(w);
    const Tensor p = net.attention_weights(x, x).value();
    const Tensor own = sum(p * eye(n), 1);  // p_ii
    const Tensor error = y - matmul(p, y);
    const Tensor others = y - net(x, x, y, {.exclude_self = true}).value();
    const float by_own = sum(square(error / (1 - own))).item();
    std::cout << std::setw(7) << w << std::setw(24) << sum(square(error)).item()
              << std::setw(14) << (std::isfinite(by_own) ? text(by_own) : "0 / 0")
              << std::setw(17) << sum(square(others)).item() << std::setw(23)
              << sum(own == 1).item() << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  return examples::run_program(
      argc, argv, "The leave-one-out errors from the weights that leave nothing out.",
      {{"seed", "seed of the random numbers", 0, 0, 4294967295},
       {"n-train", "training points", 50, 2, 4000}},
      run);
}
