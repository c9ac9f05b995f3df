// Inputs that no op takes: empty Variables, and those of another tape.
#include "tests/empty_uses.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(autograd)

// Any use of an empty Variable throws, inside and outside a tape.
BOOST_AUTO_TEST_CASE(errors_of_empty_variables) {
  const Variable e, x(ones({2, 2}), true);
  const Mask mask = x > 0;
  const IndexTensor index{0, 1};
  auto product = [](auto a, auto b) { return a * b; };
  auto uses = uses_of_empty(e, x, mask, index);
  uses.insert(uses.end(), {
                              {".value", [&] { e.value().shape(); }},
                              {"detach", [&] { e.detach(); }},
                              {"grad", [&] { e.grad(); }},
                              {"has_grad", [&] { e.has_grad(); }},
                              {"zero_grad", [&] { Variable().zero_grad(); }},
                              {"set_value", [&] { Variable().set_value(ones({1})); }},
                              {"add number", [&] { 1 + e; }},
                              {"add Tensor", [&] { ones({2}) + e; }},
                              {"sub", [&] { x - Variable(); }},
                              {"mul", [&] { Variable() * 2; }},
                              {"div", [&] { e / e; }},
                              {"maximum", [&] { maximum(e, x); }},
                              {"minimum", [&] { minimum(e, 0); }},
                              {"where", [&] { where(mask, e, x); }},
                              {"where b", [&] { where(mask, x, e); }},
                              {"elementwise first", [&] { elementwise(product, e, x); }},
                              {"==", [&] { static_cast<void>(x == e); }},
                              {"argmin", [&] { argmin(e, 0); }},
                              {"stack", [&] { stack({e, x}); }},
                              {"bmm", [&] { bmm(x, e); }},
                          });
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
