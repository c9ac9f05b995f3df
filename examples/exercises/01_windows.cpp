// Question: x has shape (6) and stride 1. Which shape and strides show its windows of three
// neighbours, one a row, on the same six cells: [x0 x1 x2], [x1 x2 x3], ...? How many cells
// would a copy of that table take?
//
// Answer: shape (4, 3) and strides (1, 1): a step to the right moves on by one cell, and so
// does a step down, since each window begins one cell later. Element (i, j) lies in cell
// i + j. No named view gives these strides, but nothing in the formula forbids that rows
// overlap; .view(), which the kernels use, takes any strides. A copy would take 12 cells.
// The mean of each row is the moving average.
#include <algorithm>
#include <iostream>
#include <vector>

#include "examples/program.h"

using namespace tg;
using namespace tg::examples;

void body(const Arguments& arguments) {
  const std::int64_t n = arguments["n"], width = std::min(n, arguments["width"]),
                     rows = n - width + 1;
  const Tensor x = square(arange(static_cast<double>(n)));
  const Tensor windows = x.view({rows, width}, {1, 1});
  std::cout << "x = " << x << "\n\nwindows =\n" << windows << "\n\n";
  std::cout << "shape " << windows.shape() << ", strides " << windows.strides() << "; " << n
            << " cells, " << (windows.shares_storage(x) ? "x's own" : "a copy")
            << ", where a copy takes " << rows * width << "\n\n";

  // The same table put together from copies: column j begins at x's element j.
  std::vector<Tensor> columns;
  for (std::int64_t j = 0; j < width; ++j) columns.push_back(narrow(x, 0, j, rows));
  std::cout << "as a table of copies: "
            << (allclose(windows, stack(columns, 1)) ? "equal" : "different")
            << "\nmoving average: " << mean(windows, 1) << '\n';
}

int main(int argc, char** argv) {
  return run_program(argc, argv, "Overlapping windows as a view of one vector.",
                     {{"n", "elements of the vector", 6, 1, 1000},
                      {"width", "elements of a window, of all if n is less", 3, 1, 1000}},
                     body);
}
