// An op of one's own: softplus, its rule, its check, and what the checkers say when the
// rule is broken.
#include <iomanip>
#include <iostream>
#include <string>

#include "autograd/autograd.h"

using namespace tg;

namespace {

// [softplus]
// y = log(1 + exp x)        x̄ = ȳ sigmoid(x)
template <class T> BasicVariable<T> softplus(const BasicVariable<T>& x) {
  const BasicTensor<T> v = x.value();
  return record("softplus", relu(v) + log(1 + exp(-abs(v))),
                {{x, reads::x0, [](auto& ctx) { return ctx.g * sigmoid(ctx.x(0)); }}});
}
// [/softplus]

void show(const char* spelling, Variable (*f)(const Variable&)) {
  Variable x(Tensor{-2, 0, 100}, true);
  Tape tape;
  const Variable y = f(x);
  tape.backward(sum(y));
  std::cout << std::left << std::setw(30) << spelling << y << "   " << x.grad() << '\n';
}

// Prints a message in lines of up to 78 characters.
void print_wrapped(std::string text) {
  for (std::size_t space; text.size() > 78 && (space = text.rfind(' ', 78)) != text.npos;
       text.erase(0, space + 1))
    std::cout << text.substr(0, space) << '\n';
  std::cout << text << '\n';
}

// [report]
template <class Check> void report(const char* what, Check check) {
  std::cout << '\n' << what << ":\n";
  try {
    check();
    std::cout << "all agree\n";
  } catch (const Error& e) {
    print_wrapped(e.what());
  }
}
// [/report]

}  // namespace

int main() {
  std::cout << "softplus at -2, 0 and 100     value, derivative\n";
  show("log(1 + exp(x))", [](const Variable& x) { return log(1 + exp(x)); });
  show("relu(x) + log(1 + exp(-|x|))",
       [](const Variable& x) { return relu(x) + log(1 + exp(-abs(x))); });
  show("softplus(x), recorded", [](const Variable& x) { return softplus(x); });

  // [checks]
  const std::vector<Variable64> at = {Tensor64{-2, -0.5, 0, 1, 3}};
  const Function64 right = [](const auto& x) { return softplus(x[0]); };
  report("The right rule", [&] { gradcheck(right, at), gradgradcheck(right, at); });
  // [/checks]

  // [broken]
  auto with = [](Reads reads, auto rule) -> Function64 {  // softplus with another rule
    return [=](const auto& x) {
      const Tensor64 y = softplus(x[0]).value();
      return record("softplus", y, {{x[0], reads, rule}});
    };
  };
  const auto of_y = with(reads::y, [](auto& ctx) { return ctx.g * sigmoid(ctx.y()); });
  const auto off_tape =
      with(reads::x0, [](auto& ctx) { return ctx.g * sigmoid(ctx.x(0).value()); });
  const auto undeclared =
      with(reads::nothing, [](auto& ctx) { return ctx.g * sigmoid(ctx.x(0)); });
  report("The output for the input", [&] { gradcheck(of_y, at); });
  report("A value off the tape, once", [&] { gradcheck(off_tape, at); });
  report("A value off the tape, twice", [&] { gradgradcheck(off_tape, at); });
  report("An undeclared read", [&] { gradcheck(undeclared, at); });
  // [/broken]
}
