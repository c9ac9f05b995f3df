// Inputs that no op takes: empty Variables, and those of another tape.
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(autograd)

// Any use of an empty Variable throws, inside and outside a tape.
BOOST_AUTO_TEST_CASE(errors_of_empty_variables) {
  const Variable e, x(ones({2, 2}), true);
  const Mask mask = x > 0;
  const IndexTensor index{0, 1};
  auto product = [](auto a, auto b) { return a * b; };
  const std::vector<std::pair<const char*, std::function<void()>>> uses{
      {".value", [&] { e.value().shape(); }},
      {".shape", [&] { e.shape(); }},
      {"size", [&] { e.size(0); }},
      {".dim", [&] { e.dim(); }},
      {".numel", [&] { e.numel(); }},
      {".item", [&] { e.item(); }},
      {"detach", [&] { e.detach(); }},
      {"grad", [&] { e.grad(); }},
      {"has_grad", [&] { e.has_grad(); }},
      {"zero_grad", [&] { Variable().zero_grad(); }},
      {"set_value", [&] { Variable().set_value(ones({1})); }},
      {"add", [&] { e + x; }},
      {"add second", [&] { x + e; }},
      {"add number", [&] { 1 + e; }},
      {"add Tensor", [&] { ones({2}) + e; }},
      {"sub", [&] { x - Variable(); }},
      {"mul", [&] { Variable() * 2; }},
      {"div", [&] { e / e; }},
      {"neg", [&] { -e; }},
      {"pow", [&] { pow(x, e); }},
      {"maximum", [&] { maximum(e, x); }},
      {"minimum", [&] { minimum(e, 0); }},
      {"where", [&] { where(mask, e, x); }},
      {"where b", [&] { where(mask, x, e); }},
      {"abs", [&] { abs(e); }},
      {"square", [&] { square(e); }},
      {"sqrt", [&] { sqrt(e); }},
      {"exp", [&] { exp(e); }},
      {"log", [&] { log(e); }},
      {"sin", [&] { sin(e); }},
      {"cos", [&] { cos(e); }},
      {"tanh", [&] { tanh(e); }},
      {"sigmoid", [&] { sigmoid(e); }},
      {"relu", [&] { relu(e); }},
      {"clamp", [&] { clamp(e, 0, 1); }},
      {"elementwise", [&] { elementwise(product, x, e); }},
      {"elementwise first", [&] { elementwise(product, e, x); }},
      {"<", [&] { static_cast<void>(e < x); }},
      {"==", [&] { static_cast<void>(x == e); }},
      {"allclose", [&] { allclose(e, x); }},
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
      {"sort", [&] { sort(e); }},
      {"argsort", [&] { argsort(e); }},
      {"argmax", [&] { argmax(e); }},
      {"argmin", [&] { argmin(e, 0); }},
      {"zeros_like", [&] { zeros_like(e); }},
      {"ones_like", [&] { ones_like(e); }},
      {"masked_select", [&] { masked_select(e, mask); }},
      {"masked_fill", [&] { masked_fill(e, mask, 0); }},
      {"masked_scatter",
       [&] {
         masked_scatter(e, mask, {2, 2});
       }},
      {"gather", [&] { gather(e, 0, index); }},
      {"scatter_add", [&] { scatter_add(e, 0, index, 2); }},
      {"index_select", [&] { index_select(e, 0, index); }},
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
      {"stack",
       [&] {
         stack({e, x});
       }},
      {"repeat", [&] { repeat(e, {1}); }},
      {"repeat_interleave", [&] { repeat_interleave(e, 2); }},
      {"repeat_interleave dim", [&] { repeat_interleave(e, 2, 0); }},
      {"matmul", [&] { matmul(e, x); }},
      {"matmul second", [&] { matmul(x, e); }},
      {"bmm", [&] { bmm(x, e); }},
      {"dot", [&] { dot(e, e); }},
  };
  auto check = [&] {
    for (const auto& [name, use] : uses) {
      BOOST_TEST_CONTEXT(name) { BOOST_CHECK_EQUAL(error_of(use), empty_text_of(name)); }
    }
  };
  check();
  Tape tape;
  check();
  BOOST_TEST(tape.size() == 0);
}

// Texts of other tapes and of undeclared reads name the op and the input.
BOOST_AUTO_TEST_CASE(errors_of_other_tapes) {
  const Variable w(ones({2}), true);
  Variable elsewhere;
  {
    Tape tape;
    elsewhere = w * 2;
  }
  Tape tape;
  CHECK_ERROR(where(w.value() > 0, w, elsewhere), other_tape_text("where: input 1"));
  CHECK_ERROR(softmax(elsewhere, 0), other_tape_text("softmax: input 0"));
  CHECK_ERROR(cat({w, w, elsewhere}), other_tape_text("cat: input 2"));
  CHECK_ERROR(matmul(w, elsewhere), other_tape_text("matmul: input 1"));
  CHECK_ERROR(elementwise([](auto a, auto b) { return a * b; }, w, elsewhere), other_tape_text("elementwise: input 1"));
  BOOST_TEST(tape.size() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
