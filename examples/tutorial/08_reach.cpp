// No key in reach: what a compact kernel gives there, what its gradient becomes, and what
// to do.
#include <iostream>
#include <limits>

#include "nn/nn.h"

using namespace tg;

int main() {
  // [nan]
  const auto triangular = [](auto q, auto k, auto w) {
    return log(relu(1 - abs((q - k) * w)));
  };
  const Tensor keys{0, 1, 2}, values{10, 20, 30}, queries{0.5, 1.75, 6};
  const Tensor scores = elementwise(triangular, unsqueeze(queries, 1), keys, 1.0);
  std::cout << "scores\n" << scores << '\n';
  std::cout << "weights\n" << attention_weights(triangular, queries, keys, 1.0) << '\n';
  std::cout << "pooled\n"
            << attention_pooling(triangular, queries, keys, values, 1.0) << "\n\n";
  // [/nan]

  auto gradient = [](const auto& pooled_with) {
    Variable w(Tensor{1}, true);
    Tape tape;
    tape.backward(sum(pooled_with(w)));
    return w.grad();
  };
  // [gradient]
  const Tensor all = gradient([&](const Variable& w) {
    return attention_pooling(triangular, queries, keys, values, w);
  });
  const Tensor late = gradient([&](const Variable& w) {
    const Variable y = attention_pooling(triangular, queries, keys, values, w);
    return where(y == y, y, 20);  // NaN alone differs from itself
  });
  const Mask reached = max(scores, 1) > -std::numeric_limits<float>::infinity();
  const Tensor early = gradient([&](const Variable& w) {
    return attention_pooling(triangular, masked_select(queries, reached), keys, values, w);
  });
  // [/gradient]
  std::cout << "towards w, all queries:          " << all << '\n';
  std::cout << "NaN replaced after the pooling:  " << late << '\n';
  std::cout << "queries chosen before it:        " << early << "\n\n";

  // [floor]
  const auto or_mean = [](auto q, auto k, auto w) {
    return maximum(log(relu(1 - abs((q - k) * w))), -50);
  };
  const auto or_nearest = [](auto q, auto k, auto w) {
    const auto u = abs((q - k) * w);
    return maximum(log(relu(1 - u)), -50 - 50 * u);
  };
  // [/floor]
  std::cout << "a wider kernel, w = 0.2:  "
            << attention_pooling(triangular, queries, keys, values, 0.2) << '\n';
  std::cout << "or else the mean:         "
            << attention_pooling(or_mean, queries, keys, values, 1.0) << '\n';
  std::cout << "or else the nearest:      "
            << attention_pooling(or_nearest, queries, keys, values, 1.0) << '\n';
}
