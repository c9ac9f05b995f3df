// Every op of the library: what it computes, and how the cotangent of its result comes back
// to its inputs.
#include <iostream>

#include "autograd/autograd.h"

using namespace tg;

int main() {
  const Variable x(Tensor{{1, 2}, {3, 4}}, true), w(Tensor{{2, 1}, {1, 2}}, true),
      v(Tensor{1, 2}, true);
  const Mask mask = x > 1;
  const IndexTensor first{{0, 0}};
  Tape tape;

  // Elementwise
  neg(x), abs(x), square(x), sqrt(x), exp(x), log(x), sin(x), cos(x), tanh(x), sigmoid(x),
      relu(x);
  x + w, x - w, x *w, x / w, pow(x, w), maximum(x, w), minimum(x, w), where(mask, x, w),
      clamp(x, 1, 2);
  elementwise([](auto a, auto b) { return exp(-square(a - b)); }, x, w);

  // Products, sums and extremes
  matmul(x, w), bmm(unsqueeze(x, 0), unsqueeze(w, 0)), dot(v, v);
  sum(x), mean(x), max(x), min(x), logsumexp(x), sum_to(x, {2}), mul_sum_to(x, w, {2});
  softmax(x, 1), log_softmax(x, 1);

  // Shapes, copies and choices
  reshape(x, {4}), flatten(x), squeeze(unsqueeze(v, 0)), transpose(x), permute(x, {1, 0}),
      expand(v, {3, 2});
  narrow(x, 0, 0, 1), select(x, 0, 0), cat({x, w}), stack({x, w}), repeat(x, {2, 1}),
      repeat_interleave(x, 2);
  masked_select(x, mask), masked_scatter(masked_select(x, mask), mask, {2, 2}),
      masked_fill(x, mask, 0);
  gather(x, 0, first), scatter_add(x, 0, cat({first, first}), 2),
      index_select(x, 0, IndexTensor{0});

  std::cout << tape.rules();
}
