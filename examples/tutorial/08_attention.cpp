// Dot-product and additive attention: what fits attention_pooling, and what is put together
// from ops.
#include <cmath>
#include <iomanip>
#include <iostream>

#include "nn/nn.h"

using namespace tg;

int main() {
  manual_seed(0);
  const Tensor queries = randn({1000, 4}), keys = randn({1000, 4}), values = randn({1000});
  auto verdict = [](const auto& a, const auto& b) {
    return allclose(a, b, 1e-4, 1e-4) ? "equal" : "DIFFERENT";
  };

  // [dot]
  const double root = std::sqrt(4.0);  // of the number of features
  const auto product = [](auto q, auto k) { return q * k; };
  const auto scaled = [root](auto s) { return s / root; };
  const Tensor streamed = attention_pooling(product, scaled, queries, keys, values);
  const Tensor from_ops =
      matmul(softmax(matmul(queries, transpose(keys)) / root, 1), values);
  // [/dot]
  std::cout << "scaled dot product, streamed and from ops: " << verdict(streamed, from_ops)
            << "\n\n";

  // [additive]
  const Variable wq(randn({16, 4}), true), wk(randn({16, 4}), true), v(randn({16}), true);
  auto additive_streamed = [&] {
    const auto score = [](auto q, auto k, auto weight) { return weight * tanh(q + k); };
    return attention_pooling(score, matmul(queries, transpose(wq)),
                             matmul(keys, transpose(wk)), values, v);
  };
  auto additive_from_ops = [&] {
    const Variable q = matmul(queries, transpose(wq)), k = matmul(keys, transpose(wk));
    // (m, n, 16) times (16)
    const Variable scores = matmul(tanh(unsqueeze(q, 1) + unsqueeze(k, 0)), v);
    return matmul(softmax(scores, 1), values);
  };
  // [/additive]
  auto run = [&](const char* name, const auto& model) {
    const std::int64_t before = memory_in_use();
    Tape tape;
    const Variable y = model();
    std::cout << name << std::fixed << std::setprecision(1)
              << static_cast<double>(memory_in_use() - before) / 1e6 << " MB on the tape\n";
    return tape.gradient(sum(square(y)), {wq, wk, v});
  };
  const auto a = run("additive, streamed: ", additive_streamed),
             b = run("additive, from ops: ", additive_from_ops);
  std::cout << "gradients towards Wq, Wk, v: ";
  for (std::size_t i = 0; i < 3; ++i)
    std::cout << verdict(a[i], b[i]) << (i < 2 ? ", " : "\n");

  // [two_layers]
  const Variable u(randn({16, 16}), true);
  auto two_layers = [&](const Tensor& some_queries) {
    const Variable q = matmul(some_queries, transpose(wq)), k = matmul(keys, transpose(wk));
    const Variable pairs = tanh(unsqueeze(q, 1) + unsqueeze(k, 0));  // (m, n, 16)
    const Variable scores = matmul(tanh(matmul(pairs, transpose(u))), v);
    return matmul(softmax(scores, 1), values);
  };
  // [/two_layers]
  std::cout << "\na second hidden layer, from ops: "
            << two_layers(narrow(queries, 0, 0, 10)).shape() << '\n';
}
