// Numbers of every kind of kernel, a line each: machines.sh compares those of two machines. Where the registers decide
// how a loop is cut, the sizes leave a rest.
#include <cstdio>
#include <limits>

#include "nn/nn.h"

using namespace tg;

namespace {

template <class T>
void show(const char* what, const BasicTensor<T>& x) {
  std::printf("%s", what);
  for (T value : x.to_vector()) std::printf(" %.9g", static_cast<double>(value));
  std::printf("\n");
}

template <class T>
void kernels() {
  manual_seed(3);
  const auto x = rand<T>({1037}) + T(0.5), matrix = rand<T>({37, 29});
  show("random", narrow(x, 0, 0, 19));
  show("sums", stack({sum(x), mean(x), sum(x * x)}, 0));
  show("extremes", stack({max(x), min(x)}, 0));
  show("sum of rows", sum(matrix, 1));
  show("sum of columns", sum(matrix, 0));
  show("softmax", softmax(matrix, 1));
  show("logsumexp", logsumexp(matrix * T(40), 1));
  show("matmul", matmul(matrix, transpose(matrix)));
  const auto y = narrow(x, 0, 0, 23);
  for (const auto& values : {exp(y), log(y), sqrt(y), tanh(y), sin(y), cos(y), sigmoid(y), pow(y, y)}) {
    show("function", values);
  }
  const T infinite = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  const BasicTensor<T> hard{0,  -0.0, infinite, -infinite, nan, std::numeric_limits<T>::max(),
                            88, -87,  1e-30,    700,       -700};
  for (const auto& values : {exp(hard), log(hard), sqrt(hard), tanh(hard), relu(hard)}) show("hard", values);
  show("hard extremes", stack({max(hard), min(hard)}, 0));
}

// Streamed over blocks of lanes, with and without a tape; and by composed ops.
template <class T>
void pooling() {
  manual_seed(5);
  const auto queries = rand<T>({45}) * T(5), keys = rand<T>({333}) * T(5), values = sin(keys);
  BasicVariable<T> w(BasicTensor<T>{3}, true), q(queries, true), v(values, true);
  {
    BasicTape<T> tape;
    auto fit = attention_pooling(nn::gaussian, q, keys, v, w);
    tape.backward(mean(square(fit)));
    show("pooling", fit.value());
    show("pooling's w", w.grad());
    show("pooling's queries", q.grad());
    show("pooling's values", narrow(v.grad(), 0, 0, 31));
  }
  BasicVariable<T> w2(BasicTensor<T>{3}, true);
  BasicTape<T> tape;
  auto scores = elementwise(nn::gaussian, reshape(queries, {45, 1}), keys, w2);
  tape.backward(mean(square(matmul(softmax(scores, 1), values))));
  show("composed w", w2.grad());
}

}  // namespace

int main() {
  kernels<float>();
  kernels<double>();
  pooling<float>();
  pooling<double>();
}
