// Attention pooling: Nadaraya-Watson kernel regression.
//
// The chapter of Dive into Deep Learning (Zhang, Lipton, Li, Smola; CC BY-SA), whose
// structure this program follows in its own words: data, average pooling, attention pooling
// without parameters, and with a learned one. The estimator is due to Nadaraya, "On
// estimating regression" (1964), and Watson, "Smooth regression analysis" (1964).
//
// Run it with --help for its options.
#include <cmath>
#include <iostream>

#include "examples/chapter_page.h"
#include "examples/figures.h"
#include "examples/options.h"
#include "examples/program.h"
#include "examples/show_page.h"
#include "nn/nn.h"

using namespace tg;
using namespace tg::examples;

namespace {

// The function behind the data: y = 2 sin(x) + x^0.8.
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

// What the chapter's three tabs do differently. They train the same model by two
// objectives: Gluon's L2 loss has a half in it, and TensorFlow's mean squared error times n
// is PyTorch's sum.
struct Training {
  const char* objective;
  double w_low, w_high;  // w starts uniform between these
  Variable (*loss)(const Variable& prediction, const Tensor& target);
};

Training training_of(Recipe recipe) {
  switch (recipe) {
    case Recipe::mxnet:
      return {"sum of half the squared errors, w from U[-0.07, 0.07)", -0.07, 0.07,
              [](const Variable& y_hat, const Tensor& y) {
                return sum(nn::l2_loss(y_hat, y, nn::Reduction::none));
              }};
    case Recipe::tensorflow:
      return {"mean squared error times n, w from U[0, 1)", 0, 1,
              [](const Variable& y_hat, const Tensor& y) {
                return nn::mse_loss(y_hat, y) * y.numel();
              }};
    case Recipe::pytorch: break;
  }
  return {"sum of squared errors, w from U[0, 1)", 0, 1,
          [](const Variable& y_hat, const Tensor& y) {
            return sum(nn::mse_loss(y_hat, y, nn::Reduction::none));
          }};
}

double mean_squared_error(const Tensor& prediction, const Tensor& truth) {
  return mean(square(prediction - truth)).item();
}

void heading(const std::string& text) { std::cout << '\n' << text << '\n'; }

void chapter(const Options& options) {
  Figures figures({.folder = options.out,
                   .write_files = !options.no_figures,
                   .terminal = options.terminal});
  std::cout << "Attention pooling: Nadaraya-Watson kernel regression\n"
            << "(Nadaraya 1964, Watson 1964; after Dive into Deep Learning)\n";

  heading("Generating the dataset");
  const std::int64_t n_train = options.n_train;
  manual_seed(options.seed);
  // [data]
  const Tensor x_train = sort(rand({n_train}) * 5).values;          // training inputs
  const Tensor y_train = f(x_train) + normal(0.0, 0.5, {n_train});  // training outputs
  const Tensor x_test = arange(0, 5, 0.1);                          // test inputs
  const Tensor y_truth = f(x_test);  // what a perfect model predicts
  const std::int64_t n_test = x_test.numel();
  // [/data]
  std::cout << "y = 2 sin(x) + x^0.8 + noise, noise ~ N(0, 0.5)\n"
            << "n_train = " << n_train << ", n_test = " << n_test << ", seed "
            << options.seed << '\n';

  auto plot_kernel_reg = [&](const std::string& name, const Tensor& y_hat) {
    figures.plot(name, {{"Truth", x_test, y_truth}, {"Pred", x_test, y_hat}},
                 {.x_label = "x",
                  .y_label = "y",
                  .x_range = {0, 5},
                  .y_range = {-1, 5},
                  .points = {x_train, y_train}});
  };
  auto show_heatmap = [&](const std::string& name, const Tensor& attention_weights) {
    figures.heatmap(name, attention_weights,
                    {.x_label = "Sorted training inputs",
                     .y_label = "Sorted testing inputs"});
  };

  heading("Average pooling");
  // [average]
  const Tensor y_average = repeat_interleave(reshape(mean(y_train), {1}), n_test);
  std::cout << "every prediction is the mean of the training outputs, " << y_average(0)
            << '\n';
  // [/average]
  plot_kernel_reg("01-average-pooling", y_average);

  heading("Nonparametric attention pooling");
  // Each row of x_repeat holds the same query, a test input. (The TensorFlow tab has the
  // training inputs as queries here and plots the result against the test inputs; only the
  // equal counts, 50 and 50, hide that. All recipes do as below.)
  // [nonparametric]
  const Tensor x_repeat = reshape(repeat_interleave(x_test, n_train), {-1, n_train});
  // (n_test, n_train), rows sum to 1
  const Tensor attention_weights = softmax(-square(x_repeat - x_train) / 2, 1);
  const Tensor y_nonparametric = matmul(attention_weights, y_train);
  // [/nonparametric]
  std::cout << "attention weights: shape " << attention_weights.shape() << ", from "
            << min(attention_weights).item() << " to " << max(attention_weights).item()
            << '\n';
  plot_kernel_reg("02-nonparametric", y_nonparametric);
  show_heatmap("03-nonparametric-attention", attention_weights);

  heading("Parametric attention pooling");
  std::cout << "a learned w widens or narrows the kernel: attention weights softmax(-((x - "
               "x_i) w)^2 / 2)\n";

  heading("Batch matrix multiplication");
  // [bmm]
  const Tensor x = ones({2, 1, 4}), y = ones({2, 4, 6});
  std::cout << "bmm of (2, 1, 4) and (2, 4, 6): " << bmm(x, y).shape() << '\n';
  const Tensor weights = full({2, 10}, 0.1f);
  const Tensor values_of_batch = reshape(arange(20), {2, 10});
  std::cout << "weighted averages: "
            << bmm(unsqueeze(weights, 1), unsqueeze(values_of_batch, -1)) << '\n';
  // [/bmm]

  heading("Training");
  // Every training input takes as keys all training inputs but itself: with itself among
  // them, w would grow without bound, and each point would predict itself.
  // [others]
  const Mask others = eye(n_train) == 0;
  // (n_train, n_train - 1)
  Tensor keys =
      reshape(masked_select(repeat(x_train, {n_train, 1}), others), {n_train, -1});
  Tensor values =
      reshape(masked_select(repeat(y_train, {n_train, 1}), others), {n_train, -1});
  // [/others]

  const Training recipe = training_of(options.recipe);
  // [training]
  NWKernelRegression net(rand({1}) * (recipe.w_high - recipe.w_low) + recipe.w_low);
  nn::SGD trainer(net.parameters(), {.lr = options.lr});
  Animator animator(figures, "04-training-loss",
                    {.x_label = "epoch",
                     .y_label = "loss",
                     .x_range = {1, static_cast<double>(options.epochs)}});
  std::cout << "recipe " << name(options.recipe) << ": " << recipe.objective << "; lr "
            << options.lr << '\n'
            << "w starts at " << net.w.item() << "; each loss is taken before its step\n";
  for (std::int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    Tape tape;
    Variable loss = recipe.loss(net(x_train, keys, values), y_train);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
    std::cout << "epoch " << epoch << ", loss " << std::fixed << loss.item()
              << std::defaultfloat << '\n';
    animator.add(static_cast<double>(epoch), loss.item());
  }
  // [/training]
  animator.finish();
  const double w = net.w.item();
  std::cout << "learned w = " << w << ": a bandwidth of 1/|w| = " << 1 / std::abs(w)
            << ", the distance at which a key's score falls to -1/2\n";
  if (std::abs(w) < 0.01)
    std::cout << "w is near 0, where every key weighs the same and the gradient vanishes: "
                 "this is average pooling\n";

  heading("Prediction");
  // [prediction]
  // (n_test, n_train): every test input attends to all training inputs
  keys = repeat(x_train, {n_test, 1});
  values = repeat(y_train, {n_test, 1});
  const Tensor y_parametric = net(x_test, keys, values).value();
  // [/prediction]
  plot_kernel_reg("05-parametric", y_parametric);
  show_heatmap("06-parametric-attention", net.attention_weights.value());

  heading("Mean squared error against the truth");
  const ChapterNumbers numbers{n_test,
                               recipe.objective,
                               animator.values(),
                               w,
                               mean_squared_error(y_average, y_truth),
                               mean_squared_error(y_nonparametric, y_truth),
                               mean_squared_error(y_parametric, y_truth)};
  std::cout << "average pooling        " << numbers.average_error << '\n'
            << "nonparametric pooling  " << numbers.nonparametric_error << '\n'
            << "parametric pooling     " << numbers.parametric_error << '\n';

  if (options.no_figures) return;
  const std::filesystem::path page = write_chapter_page(options, numbers);
  std::cout << "wrote " << page.string() << '\n';
  if (options.show) show_page(page);
}

}  // namespace

int main(int argc, char** argv) {
  return run_main("nadaraya_watson", [&] {
    const Options options = parse(argc, argv);
    if (options.help) {
      std::cout << usage();
    } else {
      chapter(options);
    }
  });
}
