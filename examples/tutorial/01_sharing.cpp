// Sharing: views keep the same storage, nobody can change it, and reshape copies where no
// strides fit.
#include <iomanip>
#include <iostream>

#include "tensor/tensor.h"

using namespace tg;

void print_line(const std::string& name, const Tensor& y, const Tensor& x) {
  std::cout << std::left << std::setw(30) << name << std::setw(10)
            << (y.shares_storage(x) ? "view" : "copy") << "strides " << y.strides() << '\n';
}

int main() {
  // [values]
  Tensor x{{0, 1, 2}, {3, 4, 5}};
  Tensor row = narrow(x, 0, 1, 1);  // shares x's storage
  Tensor old = x;                   // so does a copy
  x = x + 10;                       // a new tensor under the old name
  // [/values]
  std::cout << "x is now\n"
            << x << "\n\nrow is still " << row << ", and old is still\n"
            << old << "\n\n";

  Tensor y{{0, 1, 2}, {3, 4, 5}};
  Tensor t = transpose(y);
  print_line("y", y, y);
  print_line("reshape(y, {3, 2})", reshape(y, {3, 2}), y);
  print_line("t = transpose(y)", t, y);
  print_line("reshape(t, {3, 1, 2})", reshape(t, {3, 1, 2}), y);
  print_line("reshape(t, {6})", reshape(t, {6}), y);
  print_line("reshape(y, {6})", reshape(y, {6}), y);
  print_line("expand(y, {100, 2, 3})", expand(y, {100, 2, 3}), y);
  print_line("repeat(y, {1, 100})", repeat(y, {1, 100}), y);
}
