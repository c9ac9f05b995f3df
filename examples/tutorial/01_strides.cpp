// Strides: six cells of storage, and the tensors that walk over them.
#include <iomanip>
#include <iostream>
#include <sstream>

#include "tensor/tensor.h"

using namespace tg;

template <class X> std::string text(const X& x) {
  std::ostringstream out;
  out << x;
  return out.str();
}

// One line about y, a view of x: its shape, its strides, and its offset from x's first
// cell.
void print_line(const std::string& name, const Tensor& y, const Tensor& x) {
  std::cout << std::left << std::setw(26) << name << std::setw(11) << text(y.shape())
            << std::setw(11) << text(y.strides()) << std::setw(8) << y.data() - x.data()
            << std::setw(12) << (y.is_contiguous() ? "yes" : "no");
  for (const char* space = ""; float cell : y.to_vector()) {
    std::cout << space << cell;
    space = " ";
  }
  std::cout << '\n';
}

int main() {
  // [views]
  Tensor x = reshape(arange(6), {2, 3});  // cell k holds the number k
  Tensor t = transpose(x);                // (3, 2)
  Tensor row = narrow(x, 0, 1, 1);        // of dimension 0, one index from 1 on: (1, 3)
  Tensor many = expand(row, {4, 3});      // that row four times
  // [/views]
  std::cout << "x =\n" << x << "\n\nt =\n" << t << "\n\nmany =\n" << many << "\n\n";

  std::cout << "tensor                    shape      strides    offset  contiguous  its "
               "cells, row by row\n";
  print_line("x", x, x);
  print_line("t = transpose(x)", t, x);
  print_line("row = narrow(x, 0, 1, 1)", row, x);
  print_line("expand(row, {4, 3})", many, x);
  print_line("narrow(x, 1, 2, 1)", narrow(x, 1, 2, 1), x);
  print_line("reshape(x, {3, 2})", reshape(x, {3, 2}), x);
  print_line("unsqueeze(x, 0)", unsqueeze(x, 0), x);
  print_line("unsqueeze(x, -1)", unsqueeze(x, -1), x);

  // [formula]
  const float* cells = x.data();  // where the storage begins
  const Strides& s = t.strides();
  std::cout << "\nt(2, 1) is " << t(2, 1) << "; cell 0 + 2 * " << s[0] << " + 1 * " << s[1]
            << " holds " << cells[0 + 2 * s[0] + 1 * s[1]] << '\n';
  // [/formula]
}
