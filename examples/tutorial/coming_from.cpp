// Every function of the tables of docs/coming-from.md, compiled and run: the chapter's
// calls in the tables' order.
#include <filesystem>
#include <iostream>

// [start]
#include "examples/figures.h"  // Figures, Animator
#include "nn/nn.h"             // tensors, autograd and models

using namespace tg;
using namespace tg::examples;
// [/start]

// [model]
struct NWKernelRegression : nn::Module {
  const Variable& w = register_parameter("w", rand({1}));
  Variable attention_weights;

  Variable operator()(const Tensor& queries, const Tensor& keys, const Tensor& values) {
    Tensor q = reshape(repeat_interleave(queries, keys.size(1)), {-1, keys.size(1)});
    attention_weights = softmax(-square((q - keys) * w) / 2, 1);
    return reshape(bmm(unsqueeze(attention_weights, 1), unsqueeze(values, -1)), {-1});
  }
};
// [/model]

// A module made of modules.
struct Layers : nn::Module {
  nn::Linear& hidden = make_module<nn::Linear>("hidden", 1, 8);
  nn::Linear& out = make_module<nn::Linear>("out", 8, 1);
  Variable operator()(const Variable& x) const { return out(tanh(hidden(x))); }
};

// Written, read back, and removed.
void files() {
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  const std::string array = (folder / "tapegrad_x.npy").string();
  const std::string parameters = (folder / "tapegrad_net.safetensors").string();
  Layers net, other;
  save_npy(array, Tensor{1, 2});
  net.save(parameters);
  other.load(parameters);
  std::cout << "\nread back: " << load_npy(array) << ", and the same network: "
            << allclose(net.hidden.weight, other.hidden.weight) << '\n';
  std::filesystem::remove(array);
  std::filesystem::remove(parameters);
}

void autograd_and_tapes() {
  Variable w(Tensor{3}, true);
  Tape tape;
  Variable l = square(w - 1);
  auto g = tape.gradient(l, {w}, {.create_graph = true});
  auto h = tape.gradient(g[0], {w});
  tape.backward(sum(l), {.retain = true});
  tape.backward(l, ones(l.shape()));
  std::cout << "(w - 1)² at 3: first derivative " << g[0].item() << ", second "
            << h[0].item() << ", two sweeps add up to " << w.grad().item() << '\n';
  w.set_value(w.value() - 0.5 * w.grad());
  w.zero_grad();
  const Variable constant = l.detach();
  const std::vector<float> numbers = l.value().to_vector();
  std::cout << "w after a step by hand: " << w.item()
            << ", its gradient after zero_grad: " << w.grad().item() << "\ndetached, a "
            << (constant.requires_grad() ? "result" : "constant") << ": " << numbers[0]
            << "\n\n";
}

int main() {
  std::cout << std::boolalpha;
  // Making data
  const std::int64_t n = 50;
  manual_seed(0);
  const Tensor x_train = sort(rand({n}) * 5).values;
  auto f = [](const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); };
  const Tensor y_train = f(x_train) + normal(0.0, 0.5, {n});
  const Tensor x_test = arange(0, 5, 0.1), y_truth = f(x_test);
  const std::int64_t n_test = x_test.numel();

  // Shapes, repeats and masks
  std::cout << "repeat_interleave " << repeat_interleave(Tensor{1, 2}, 2)
            << "\nrepeat            " << repeat(Tensor{1, 2}, {2}) << "\nrepeat to rows    "
            << repeat(Tensor{1, 2}, {2, 1}).shape() << "\n\n";
  const Tensor y_average = repeat_interleave(mean(y_train), n_test);
  const Tensor x_repeat = reshape(repeat_interleave(x_test, n), {-1, n});
  const Mask others = eye(n) == 0;
  const Tensor keys = reshape(masked_select(repeat(x_train, {n, 1}), others), {n, -1});
  const Tensor values = reshape(masked_select(repeat(y_train, {n, 1}), others), {n, -1});

  // Products and softmax
  const Tensor weights = softmax(-square(x_repeat - x_train) / 2, 1);
  const Tensor y_hat = matmul(weights, y_train);
  const Tensor tenths = ones({2, 10}) * 0.1, numbers = reshape(arange(20.0), {2, 10});
  const Tensor averages = bmm(unsqueeze(tenths, 1), unsqueeze(numbers, -1));
  const Tensor row = narrow(numbers, 0, 1, 1);
  std::cout << "bmm " << bmm(ones({2, 1, 4}), ones({2, 4, 6})).shape()
            << ", weighted averages " << squeeze(averages) << ", last number "
            << numbers(1, -1) << " = " << row(0, -1) << " = " << select(numbers, 0, 1)(-1)
            << "\n\n";

  const Tensor d{1, 2, 3};
  std::cout << "-square(d) / 2      " << -square(d) / 2 << "\n-1 / 2 * square(d)  "
            << -1 / 2 * square(d) << "\n\n";

  const Tensor64 exact = cast<double>(weights);
  // The weights that points give to those of equal place.
  const Tensor itself = sum(weights * cast<float>(!others));
  auto score = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
  std::cout << "each row of weights sums to 1: "
            << allclose(sum(exact, 1), ones<double>({n_test}), 1e-6)
            << ", those on the diagonal to " << itself.item()
            << "\nattention_pooling gives the same prediction: "
            << allclose(attention_pooling(score, x_test, x_train, y_train, Tensor{1}),
                        y_hat, 1e-4)
            << "\n\n";

  autograd_and_tapes();

  // Figures: here without files
  Figures figures({.folder = "build/figures", .write_files = false});
  figures.plot("pred", {{"Truth", x_test, y_truth}, {"Pred", x_test, y_hat}},
               {.x_label = "x",
                .y_label = "y",
                .x_range = {0, 5},
                .y_range = {-1, 5},
                .points = {x_train, y_train}});
  figures.heatmap("weights", weights,
                  {.x_label = "Sorted training inputs",
                   .y_label = "Sorted testing inputs"});

  // Modules and training
  // [training]
  NWKernelRegression net;
  nn::SGD trainer(net.parameters(), {.lr = 0.5});
  Animator animator(figures, "loss",
                    {.x_label = "epoch", .y_label = "loss", .x_range = {1, 5}});
  std::cout << "w starts at " << net.w.item() << '\n';
  for (int epoch = 1; epoch <= 5; ++epoch) {
    Tape tape;
    Variable l =
        sum(nn::mse_loss(net(x_train, keys, values), y_train, nn::Reduction::none));
    trainer.zero_grad();
    tape.backward(l);
    trainer.step();
    std::cout << "epoch " << epoch << ", loss " << l.item() << '\n';
    animator.add(epoch, l.item());
  }
  animator.finish();
  // [/training]
  std::cout << "\na network of " << Layers().parameters().size() << " parameters\n";
  const Tensor prediction =
      net(x_test, repeat(x_train, {n_test, 1}), repeat(y_train, {n_test, 1})).value();

  files();

  // Losses
  const Tensor three{1, 2, 3}, truth{2, 4, 6};
  std::cout << "\nmse_loss " << nn::mse_loss(three, truth).item() << ", times n "
            << (nn::mse_loss(three, truth) * truth.numel()).item() << ", l2_loss of each "
            << nn::l2_loss(three, truth, nn::Reduction::none) << "\n\n";
  try {
    nn::mse_loss(unsqueeze(three, 1), truth);
  } catch (const Error& error) {
    std::cout << error.what() << '\n';
  }
}
