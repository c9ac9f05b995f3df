// What the page asks the library for, exported to its script. The page keeps the points and hands them in before a
// call: a call that throws ends the instance of the module, and a fresh one then knows as much.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "autograd/autograd.h"
#include "nn/loss.h"
#include "nn/module.h"
#include "nn/optim.h"

using namespace tg;

namespace {

std::vector<float> points;  // x of each, then y of each, in any order
std::vector<float> result;  // of the last call
std::string text;

void append(const Tensor& x) {
  for (const float value : x.to_vector()) result.push_back(value);
}

// The chapter's function and model, as in examples/nadaraya_watson.cpp.
// [model]
Tensor f(const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); }

// Attention pooling with one learned parameter:
// f(x) = sum_i softmax(-((x - x_i) w)^2 / 2) y_i.
// Each query has a row of keys and values of its own.
struct NWKernelRegression : nn::Module {
  const Variable& w;           // a leaf, which the module keeps
  Variable attention_weights;  // (no. of queries, no. of key-value pairs)

  explicit NWKernelRegression(const Tensor& w_start)
      : w(register_parameter("w", w_start)) {}

  Variable operator()(const Tensor& queries, const Tensor& keys, const Tensor& values) {
    Tensor q = reshape(repeat_interleave(queries, keys.size(1)), {-1, keys.size(1)});
    attention_weights = softmax(-square((q - keys) * w) / 2, 1);
    return reshape(bmm(unsqueeze(attention_weights, 1), unsqueeze(values, -1)), {-1});
  }
};
// [/model]

// The chapter's three tabs.
enum Recipe { pytorch, mxnet, tensorflow };

Variable loss_of(Recipe recipe, const Variable& y_hat, const Tensor& y) {
  switch (recipe) {
    case mxnet: return sum(nn::l2_loss(y_hat, y, nn::Reduction::none));
    case tensorflow: return nn::mse_loss(y_hat, y) * y.numel();
    default: return sum(nn::mse_loss(y_hat, y, nn::Reduction::none));
  }
}

// The points, sorted by x.
struct Data {
  Tensor x, y;

  Data() {
    const auto n = static_cast<std::int64_t>(points.size() / 2);
    const Tensor both = Tensor::from_vector(points, {2, n});
    const auto [sorted, places] = sort(select(both, 0, 0));
    x = sorted;
    y = index_select(select(both, 0, 1), 0, places);
  }
};

// Each point is predicted from all others.
struct Training {
  Data data;
  Tensor keys, values;

  Training() {
    const std::int64_t n = data.x.numel();
    const Mask others = eye(n) == 0;
    keys = reshape(masked_select(repeat(data.x, {n, 1}), others), {n, -1});
    values = reshape(masked_select(repeat(data.y, {n, 1}), others), {n, -1});
  }

  Variable loss(NWKernelRegression& net, Recipe recipe) const {
    return loss_of(recipe, net(data.x, keys, values), data.y);
  }
  float loss_at(float w, Recipe recipe) const {
    NWKernelRegression net(Tensor{w});
    return loss(net, recipe).item();
  }
  float slope_at(float w, Recipe recipe) const {
    NWKernelRegression net(Tensor{w});
    Tape tape;
    return tape.gradient(loss(net, recipe), {net.w})[0].item();
  }
};

// Predictions at the queries, and the attention weights that made them.
struct Prediction {
  Tensor y, weights;

  Prediction(const Data& data, const Tensor& queries, float w) {
    NWKernelRegression net(Tensor{w});
    const std::int64_t n = queries.numel();
    y = net(queries, repeat(data.x, {n, 1}), repeat(data.y, {n, 1})).value();
    weights = net.attention_weights.value();
  }
};

Tensor test_inputs() { return arange(0, 5, 0.1); }    // the chapter's
Tensor fine_inputs() { return linspace(0, 5, 251); }  // for a smooth curve

// From a kernel as wide as all data to one that sees a single point.
Tensor sharpnesses() { return exp(linspace(std::log(0.03), std::log(30.0), 61)); }

}  // namespace

#define EXPORT(name) extern "C" [[clang::export_name(#name)]]

EXPORT(room) float* room(int count) {
  points.resize(count);
  return points.data();
}
EXPORT(numbers) const float* numbers() { return result.data(); }
EXPORT(number_count) int number_count() { return static_cast<int>(result.size()); }

// The chapter's data: x of each point, y of each, and the w that training starts from.
EXPORT(draw) void draw(unsigned seed, int n, double noise, Recipe recipe) {
  result.clear();
  manual_seed(seed);
  const Tensor x = sort(rand({n}) * 5).values;
  append(x);
  append(f(x) + normal(0.0, noise, {n}));
  const double low = recipe == mxnet ? -0.07 : 0, high = recipe == mxnet ? 0.07 : 1;
  append(rand({1}) * (high - low) + low);
}

// x and y of the curve without noise.
EXPORT(truth) void truth() {
  result.clear();
  append(fine_inputs());
  append(f(fine_inputs()));
}

// The mean squared error against the truth, the largest attention weight, and the curve: y at truth()'s x.
EXPORT(predict) void predict(float w) {
  result.clear();
  const Data data;
  const Prediction test(data, test_inputs(), w);
  append(mean(square(test.y - f(test_inputs()))));
  append(max(test.weights));
  append(Prediction(data, fine_inputs(), w).y);
}

// The attention weights: a row for each of the chapter's test inputs, a column for each point.
EXPORT(weights) void weights(float w) {
  result.clear();
  append(Prediction(Data(), test_inputs(), w).weights);
}

// One epoch from w: the loss before it, its slope, and w after it.
EXPORT(step) void step(float w, double lr, Recipe recipe) {
  result.clear();
  const Training training;
  NWKernelRegression net(Tensor{w});
  nn::SGD trainer(net.parameters(), {.lr = lr});
  Tape tape;
  const Variable loss = training.loss(net, recipe);
  tape.backward(loss);
  append(loss.value());
  append(net.w.grad());
  trainer.step();
  append(net.w.value());
}

EXPORT(loss) void loss(float w, Recipe recipe) { result = {Training().loss_at(w, recipe)}; }

// w, w, ... and the loss at each; the w with the lowest loss, and that loss.
EXPORT(losses) void losses(Recipe recipe) {
  result.clear();
  const Training training;
  const std::vector<float> ws = sharpnesses().to_vector();
  std::vector<float> losses;
  for (const float w : ws) losses.push_back(training.loss_at(w, recipe));
  // Beside the lowest of these the slope changes its sign: halve what lies between.
  const auto lowest = std::min_element(losses.begin(), losses.end()) - losses.begin();
  float low = ws[std::max<std::ptrdiff_t>(lowest - 1, 0)], high = ws[std::min<std::size_t>(lowest + 1, ws.size() - 1)];
  for (int i = 0; i < 20; ++i) {
    const float middle = (low + high) / 2;
    (training.slope_at(middle, recipe) < 0 ? low : high) = middle;
  }
  result.insert(result.end(), ws.begin(), ws.end());
  result.insert(result.end(), losses.begin(), losses.end());
  append(Tensor{low, training.loss_at(low, recipe)});
}

// The tape of one epoch, as a page to step through.
EXPORT(tape_page) const char* tape_page(float w, Recipe recipe) {
  const Training training;
  NWKernelRegression net(Tensor{w});
  Tape tape({.trace = true});
  tape.backward(training.loss(net, recipe));
  text = tape.to_html("The tape of one epoch");
  return text.c_str();
}
