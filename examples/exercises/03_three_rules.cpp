// Exercise 2 of page 03. Three ops come with a rule each. One rule is right, one is wrong,
// and one is right the first time only. Which is which? Say it from the code alone; then
// say which check finds out each of the other two. The check that finds the wrong rule
// would pass on a vector of an unlucky length: which?
//
// Answer.
//
// scale, y = s x with s of one element, is right, though its first rule returns the shape
// of x and not that of s: s is broadcast, and the engine sums what the rule returns back to
// the shape of s.
//
// roll, y_i = x_(i-1), round in a circle, is wrong. An op that moves elements has a rule
// that moves the cotangents back: y_i came from x_(i-1), so x̄_(i-1) = ȳ_i. The rule moves
// them one place on instead. gradcheck finds it out with three elements, but not with two
// or one: there a place on and a place back are the same. An input for a check must have
// different sizes, different elements, and enough of them. (gradgradcheck passes at any
// length: it asks only whether the second derivatives fit the first ones, and here both
// come from the same wrong rule.)
//
// inverse_root, y = 1 / √x, is right the first time: dy/dx = -1/2 x^(-3/2) = -y³ / 2. But
// ctx.y().value() is a Tensor, which knows of no tape, so in a recorded sweep the rule is
// constant but for ȳ, and second derivatives come out as 0. gradcheck passes; gradgradcheck
// does not. With ctx.y() in its place both pass.
#include <iostream>
#include <string>

#include "autograd/autograd.h"
#include "examples/program.h"

using namespace tg;
using namespace tg::examples;

namespace {

// [rules]
Variable64 scale(const Variable64& s, const Variable64& x) {  // y = s x, s of one element
  return record("scale", s.value() * x.value(),
                {{s, reads::x1, [](auto& ctx) { return ctx.g * ctx.x(1); }},    // s
                 {x, reads::x0, [](auto& ctx) { return ctx.g * ctx.x(0); }}});  // x
}

Tensor64 one_place_on(const Tensor64& x) {  // (1, 2, 3) becomes (3, 1, 2)
  return cat({narrow(x, 0, x.numel() - 1, 1), narrow(x, 0, 0, x.numel() - 1)});
}
Variable64 one_place_on(const Variable64& x) {
  return cat({narrow(x, 0, x.numel() - 1, 1), narrow(x, 0, 0, x.numel() - 1)});
}
Variable64 roll(const Variable64& x) {  // y_i = x_(i-1), and y_0 the last of x
  return record("roll", one_place_on(x.value()),
                {{x, reads::nothing, [](auto& ctx) { return one_place_on(ctx.g); }}});
}

Variable64 inverse_root(const Variable64& x) {  // y = 1 / √x
  return record("inverse_root", 1 / sqrt(x.value()),
                {{x, reads::y,
                  [](auto& ctx) { return ctx.g * -0.5 * pow(ctx.y().value(), 3); }}});
}
// [/rules]

template <class Check> std::string verdict(Check check) {
  try {
    check();
    return "passes";
  } catch (const Error&) {
    return "fails ";
  }
}

void line(const std::string& name, const Function64& f, const std::vector<Variable64>& at) {
  std::cout << name << verdict([&] { gradcheck(f, at); }) << "      "
            << verdict([&] { gradgradcheck(f, at); }) << '\n';
}

void answer(const Arguments&) {
  const Tensor64 s{1.5}, two{0.5, 2}, three{0.5, 2, 3};
  std::cout << "                           gradcheck   gradgradcheck\n";
  line("scale, three elements      ", [](const auto& v) { return scale(v[0], v[1]); },
       {s, three});
  line("roll, two elements         ", [](const auto& v) { return roll(v[0]); }, {two});
  line("roll, three elements       ", [](const auto& v) { return roll(v[0]); }, {three});
  line("inverse_root               ", [](const auto& v) { return inverse_root(v[0]); },
       {three});
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(
      argc, argv,
      "Page 03, exercise 2: one rule is right, one wrong, one right the first time only.",
      {}, answer);
}
