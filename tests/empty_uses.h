// What can be done with an empty Tensor or Variable alike, and always throws.
#pragma once

#include "tests/support.h"

namespace tests {

// Each use with its name, which empty_text_of takes. e is empty, x has the shape (2, 2).
template <class X>
std::vector<std::pair<const char*, std::function<void()>>> uses_of_empty(X e, X x, Mask mask, IndexTensor index) {
  auto product = [](auto a, auto b) { return a * b; };
  return {
      {".shape", [=] { e.shape(); }},
      {"size", [=] { e.size(0); }},
      {".dim", [=] { e.dim(); }},
      {".numel", [=] { e.numel(); }},
      {".item", [=] { e.item(); }},
      {"add", [=] { e + x; }},
      {"add second", [=] { x + e; }},
      {"neg", [=] { -e; }},
      {"pow", [=] { pow(x, e); }},
      {"abs", [=] { abs(e); }},
      {"square", [=] { square(e); }},
      {"sqrt", [=] { sqrt(e); }},
      {"exp", [=] { exp(e); }},
      {"log", [=] { log(e); }},
      {"sin", [=] { sin(e); }},
      {"cos", [=] { cos(e); }},
      {"tanh", [=] { tanh(e); }},
      {"sigmoid", [=] { sigmoid(e); }},
      {"relu", [=] { relu(e); }},
      {"clamp", [=] { clamp(e, 0, 1); }},
      {"elementwise", [=] { elementwise(product, x, e); }},
      {"<", [=] { static_cast<void>(e < x); }},
      {"allclose", [=] { allclose(e, x); }},
      {"sum", [=] { sum(e); }},
      {"sum dim", [=] { sum(e, 0); }},
      {"sum_to", [=] { sum_to(e, {}); }},
      {"mean", [=] { mean(e); }},
      {"mean dim", [=] { mean(e, 0); }},
      {"max", [=] { max(e); }},
      {"max dim", [=] { max(e, 0); }},
      {"min", [=] { min(e); }},
      {"min dim", [=] { min(e, 0); }},
      {"logsumexp", [=] { logsumexp(e); }},
      {"logsumexp dim", [=] { logsumexp(e, 0); }},
      {"softmax", [=] { softmax(e, 0); }},
      {"log_softmax", [=] { log_softmax(e, 0); }},
      {"sort", [=] { sort(e); }},
      {"argsort", [=] { argsort(e); }},
      {"argmax", [=] { argmax(e); }},
      {"zeros_like", [=] { zeros_like(e); }},
      {"ones_like", [=] { ones_like(e); }},
      {"masked_select", [=] { masked_select(e, mask); }},
      {"masked_fill", [=] { masked_fill(e, mask, 0); }},
      {"masked_scatter", [=] { masked_scatter(e, mask, {2, 2}); }},
      {"gather", [=] { gather(e, 0, index); }},
      {"scatter_add", [=] { scatter_add(e, 0, index, 2); }},
      {"index_select", [=] { index_select(e, 0, index); }},
      {"reshape", [=] { reshape(e, {1}); }},
      {"flatten", [=] { flatten(e); }},
      {"unsqueeze", [=] { unsqueeze(e, 0); }},
      {"squeeze", [=] { squeeze(e); }},
      {"squeeze dim", [=] { squeeze(e, 0); }},
      {"transpose", [=] { transpose(e); }},
      {"permute", [=] { permute(e, {}); }},
      {"expand", [=] { expand(e, {1}); }},
      {"narrow", [=] { narrow(e, 0, 0, 0); }},
      {"select", [=] { select(e, 0, 0); }},
      {"cat", [=] { cat({x, e}); }},
      {"repeat", [=] { repeat(e, {1}); }},
      {"repeat_interleave", [=] { repeat_interleave(e, 2); }},
      {"repeat_interleave dim", [=] { repeat_interleave(e, 2, 0); }},
      {"matmul", [=] { matmul(e, x); }},
      {"matmul second", [=] { matmul(x, e); }},
      {"dot", [=] { dot(e, e); }},
  };
}

}  // namespace tests
