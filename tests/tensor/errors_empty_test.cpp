// Wrong calls: empty tensors.
#include "tests/empty_uses.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

// Any use of an empty tensor throws, as first argument or as another.
BOOST_AUTO_TEST_CASE(errors_of_empty_tensors) {
  const Tensor e, x = ones({2, 2});
  const Mask no_mask, mask = x > 0;
  const IndexTensor no_index, index{0, 1};
  auto uses = uses_of_empty(e, x, mask, index);
  uses.insert(uses.end(), {
                              {".strides", [&] { e.strides(); }},
                              {".to_vector", [&] { e.to_vector(); }},
                              {".x()", [&] { e(); }},
                              {".x(0)", [&] { e(0); }},
                              {".data", [&] { e.data(); }},
                              {".is_contiguous", [&] { e.is_contiguous(); }},
                              {"contiguous", [&] { contiguous(e); }},
                              {"cast", [&] { cast<double>(e); }},
                              {"sign", [&] { sign(e); }},
                              {"exp of a temporary", [&] { exp(Tensor()); }},
                              {"add number", [&] { e + 1; }},
                              {"sub both", [&] { Tensor() - Tensor(); }},
                              {"mul", [&] { x* Tensor(); }},
                              {"div", [&] { e / x; }},
                              {"div second", [&] { x / e; }},
                              {"maximum", [&] { maximum(e, 0); }},
                              {"minimum", [&] { minimum(0, e); }},
                              {"where mask", [&] { where(no_mask, x, x); }},
                              {"where a", [&] { where(mask, e, x); }},
                              {"where b", [&] { where(mask, 1, e); }},
                              {"== number", [&] { static_cast<void>(e == 0); }},
                              {"!=", [&] { static_cast<void>(x != e); }},
                              {"!", [&] { !no_mask; }},
                              {"&&", [&] { mask&& no_mask; }},
                              {"||", [&] { no_mask || mask; }},
                              {"allclose second", [&] { allclose(x, e); }},
                              {"allclose both", [&] { allclose(e, e); }},
                              {"softmax_vjp", [&] { softmax_vjp(x, e, 0); }},
                              {"softmax_vjp g", [&] { softmax_vjp(e, x, 0); }},
                              {"log_softmax_vjp", [&] { log_softmax_vjp(e, x, 0); }},
                              {"argmin dim", [&] { argmin(e, 0); }},
                              {"masked_select mask", [&] { masked_select(x, no_mask); }},
                              {"masked_fill mask", [&] { masked_fill(x, no_mask, 0); }},
                              {"masked_scatter mask", [&] { masked_scatter(x, no_mask, {2, 2}); }},
                              {"gather index", [&] { gather(x, 0, no_index); }},
                              {"scatter_add index", [&] { scatter_add(x, 0, no_index, 2); }},
                              {"index_select index", [&] { index_select(x, 0, no_index); }},
                              {"cat first", [&] { cat({e, x}); }},
                              {"stack", [&] { stack({x, e}); }},
                              {"stack first", [&] { stack({e, x}); }},
                              {"bmm", [&] { bmm(e, e); }},
                          });
  for (const auto& [name, use] : uses) {
    BOOST_TEST_CONTEXT(name) { BOOST_CHECK_EQUAL(error_of(use), empty_text_of(name)); }
  }
}

BOOST_AUTO_TEST_SUITE_END()
