// Wrong calls: empty tensors.
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

// Any use of an empty tensor throws, as first argument or as another.
BOOST_AUTO_TEST_CASE(errors_of_empty_tensors) {
  const Tensor e, x = ones({2, 2});
  const Mask no_mask, mask = x > 0;
  const IndexTensor no_index, index{0, 1};
  auto product = [](auto a, auto b) { return a * b; };
  const std::vector<std::pair<const char*, std::function<void()>>> uses{
      {".shape", [&] { e.shape(); }},
      {".strides", [&] { e.strides(); }},
      {".dim", [&] { e.dim(); }},
      {"size", [&] { e.size(0); }},
      {".numel", [&] { e.numel(); }},
      {".item", [&] { e.item(); }},
      {".to_vector", [&] { e.to_vector(); }},
      {".x()", [&] { e(); }},
      {".x(0)", [&] { e(0); }},
      {".data", [&] { e.data(); }},
      {".is_contiguous", [&] { e.is_contiguous(); }},
      {"contiguous", [&] { contiguous(e); }},
      {"cast", [&] { cast<double>(e); }},
      {"zeros_like", [&] { zeros_like(e); }},
      {"ones_like", [&] { ones_like(e); }},
      {"neg", [&] { -e; }},
      {"abs", [&] { abs(e); }},
      {"sign", [&] { sign(e); }},
      {"square", [&] { square(e); }},
      {"sqrt", [&] { sqrt(e); }},
      {"exp", [&] { exp(e); }},
      {"exp of a temporary", [&] { exp(Tensor()); }},
      {"log", [&] { log(e); }},
      {"sin", [&] { sin(e); }},
      {"cos", [&] { cos(e); }},
      {"tanh", [&] { tanh(e); }},
      {"sigmoid", [&] { sigmoid(e); }},
      {"relu", [&] { relu(e); }},
      {"clamp", [&] { clamp(e, 0, 1); }},
      {"add", [&] { e + x; }},
      {"add second", [&] { x + e; }},
      {"add number", [&] { e + 1; }},
      {"sub both", [&] { Tensor() - Tensor(); }},
      {"mul", [&] { x* Tensor(); }},
      {"div", [&] { e / x; }},
      {"div second", [&] { x / e; }},
      {"pow", [&] { pow(x, e); }},
      {"maximum", [&] { maximum(e, 0); }},
      {"minimum", [&] { minimum(0, e); }},
      {"where mask", [&] { where(no_mask, x, x); }},
      {"where a", [&] { where(mask, e, x); }},
      {"where b", [&] { where(mask, 1, e); }},
      {"<", [&] { static_cast<void>(e < x); }},
      {"== number", [&] { static_cast<void>(e == 0); }},
      {"!=", [&] { static_cast<void>(x != e); }},
      {"!", [&] { !no_mask; }},
      {"&&", [&] { mask&& no_mask; }},
      {"||", [&] { no_mask || mask; }},
      {"allclose", [&] { allclose(e, x); }},
      {"allclose second", [&] { allclose(x, e); }},
      {"allclose both", [&] { allclose(e, e); }},
      {"elementwise", [&] { elementwise(product, x, e); }},
      {"sum", [&] { sum(e); }},
      {"sum dim", [&] { sum(e, 0); }},
      {"sum_to", [&] { sum_to(e, {}); }},
      {"mean", [&] { mean(e); }},
      {"mean dim", [&] { mean(e, 0); }},
      {"max", [&] { max(e); }},
      {"max dim", [&] { max(e, 0); }},
      {"min", [&] { min(e); }},
      {"min dim", [&] { min(e, 0); }},
      {"logsumexp", [&] { logsumexp(e); }},
      {"logsumexp dim", [&] { logsumexp(e, 0); }},
      {"softmax", [&] { softmax(e, 0); }},
      {"log_softmax", [&] { log_softmax(e, 0); }},
      {"softmax_vjp", [&] { softmax_vjp(x, e, 0); }},
      {"softmax_vjp g", [&] { softmax_vjp(e, x, 0); }},
      {"log_softmax_vjp", [&] { log_softmax_vjp(e, x, 0); }},
      {"sort", [&] { sort(e); }},
      {"argsort", [&] { argsort(e); }},
      {"argmax", [&] { argmax(e); }},
      {"argmin dim", [&] { argmin(e, 0); }},
      {"masked_select", [&] { masked_select(e, mask); }},
      {"masked_select mask", [&] { masked_select(x, no_mask); }},
      {"masked_fill", [&] { masked_fill(e, mask, 0); }},
      {"masked_fill mask", [&] { masked_fill(x, no_mask, 0); }},
      {"masked_scatter",
       [&] {
         masked_scatter(e, mask, {2, 2});
       }},
      {"masked_scatter mask",
       [&] {
         masked_scatter(x, no_mask, {2, 2});
       }},
      {"gather", [&] { gather(e, 0, index); }},
      {"gather index", [&] { gather(x, 0, no_index); }},
      {"scatter_add", [&] { scatter_add(e, 0, index, 2); }},
      {"scatter_add index", [&] { scatter_add(x, 0, no_index, 2); }},
      {"index_select", [&] { index_select(e, 0, index); }},
      {"index_select index", [&] { index_select(x, 0, no_index); }},
      {"reshape", [&] { reshape(e, {1}); }},
      {"flatten", [&] { flatten(e); }},
      {"unsqueeze", [&] { unsqueeze(e, 0); }},
      {"squeeze", [&] { squeeze(e); }},
      {"squeeze dim", [&] { squeeze(e, 0); }},
      {"transpose", [&] { transpose(e); }},
      {"permute", [&] { permute(e, {}); }},
      {"expand", [&] { expand(e, {1}); }},
      {"narrow", [&] { narrow(e, 0, 0, 0); }},
      {"select", [&] { select(e, 0, 0); }},
      {"cat",
       [&] {
         cat({x, e});
       }},
      {"cat first",
       [&] {
         cat({e, x});
       }},
      {"stack",
       [&] {
         stack({x, e});
       }},
      {"stack first",
       [&] {
         stack({e, x});
       }},
      {"repeat", [&] { repeat(e, {1}); }},
      {"repeat_interleave", [&] { repeat_interleave(e, 2); }},
      {"repeat_interleave dim", [&] { repeat_interleave(e, 2, 0); }},
      {"matmul", [&] { matmul(e, x); }},
      {"matmul second", [&] { matmul(x, e); }},
      {"bmm", [&] { bmm(e, e); }},
      {"dot", [&] { dot(e, e); }},
  };
  for (const auto& [name, use] : uses) {
    BOOST_TEST_CONTEXT(name) { BOOST_CHECK_EQUAL(error_of(use), empty_text_of(name)); }
  }
}

BOOST_AUTO_TEST_SUITE_END()
