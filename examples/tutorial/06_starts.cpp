// How the learned w depends on where it starts: other seeds, other starts on one data set.
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "examples/figures.h"
#include "nn/nn.h"

using namespace tg;

struct Data {
  Tensor64 x, y;
  double w_start;
};

Data chapter_data(int seed) {
  manual_seed(static_cast<std::uint64_t>(seed));
  const Tensor x = sort(rand({50}) * 5).values;
  const Tensor y = 2 * sin(x) + pow(x, 0.8) + normal(0.0, 0.5, {50});
  return {cast<double>(x), cast<double>(y), rand({1}).item()};
}

// The sum of squared errors when every point is predicted from the others.
Variable64 leave_one_out(const Data& data, const Variable64& w) {
  return sum(square(
      attention_pooling({.exclude_self = true}, nn::gaussian, data.x, data.x, data.y, w) -
      data.y));
}

// The w after `steps` steps of gradient descent, lr 0.5, on scale times the sum of squared
// leave-one-out errors.
double train(const Data& data, double start, int steps, double scale = 1) {
  Variable64 w(start, true);
  for (int i = 0; i < steps; ++i) {
    Tape64 tape;
    w.set_value(w.value() -
                tape.gradient(leave_one_out(data, w) * scale, {w})[0].value() * 0.5);
  }
  return w.item();
}

void print(const std::string& name, const std::vector<double>& row) {
  std::cout << "  " << name;
  for (const double value : row)
    std::cout << std::fixed << std::setprecision(3) << std::setw(9) << value;
  std::cout << '\n';
}

int main() {
  constexpr double mean = 1.0 / 50;
  std::cout << "Eight seeds: w at the start and after gradient descent, lr 0.5\n"
            << "                   on the sum of squares ...   on the mean ...\n"
            << "             start   1 step  5 steps     5000  5 steps     5000\n";
  for (int seed = 0; seed < 8; ++seed) {
    const Data data = chapter_data(seed);
    auto after = [&](int steps, double scale) {
      return train(data, data.w_start, steps, scale);
    };
    print("seed " + std::to_string(seed),
          {data.w_start, after(1, 1), after(5, 1), after(5000, 1), after(5, mean),
           after(5000, mean)});
  }

  const Data data = chapter_data(0);
  std::vector<double> starts = (arange<double>(1, 10) / 10).to_vector(), learned;
  for (const double start : starts) learned.push_back(train(data, start, 5));
  std::cout << "\nThe data of seed 0, other starts: w after 5 steps on the sum, lr 0.5\n";
  print("start  ", starts);
  print("learned", learned);

  std::vector<float> x, by_sum, by_mean;
  for (int i = 1; i < 100; ++i) {
    x.push_back(static_cast<float>(i) / 100);
    by_sum.push_back(static_cast<float>(train(data, x.back(), 5)));
    by_mean.push_back(static_cast<float>(train(data, x.back(), 1000, mean)));
  }
  examples::Figures().plot("learned-against-start",
                           {{"sum of squares, 5 steps", x, by_sum},
                            {"mean of squares, 1000 steps", x, by_mean}},
                           {.x_label = "w at the start",
                            .y_label = "learned w",
                            .x_range = {0, 1},
                            .y_range = {0, 30}});
}
