// Question: x = reshape(arange(24), {2, 3, 4}) and y = permute(x, {2, 0, 1}), of shape
// (4, 2, 3). What are the strides of x and of y? In which cell does y(3, 1, 2) lie? Which
// of reshape(y, {4, 6}), reshape(y, {8, 3}) and reshape(y, {24}) are views?
//
// Answer: x has strides (12, 4, 1), and a permutation of dimensions permutes the strides: y
// has (1, 12, 4). y(3, 1, 2) lies in cell 3 * 1 + 1 * 12 + 2 * 4 = 23. Two neighbouring
// dimensions join into one if the stride of the first is the size of the second times its
// stride. The last two of y do (12 = 3 * 4), so (4, 6) is a view, with strides (1, 4). The
// first two do not (1 is not 2 * 12), so (8, 3) and (24) are copies.
#include <iostream>

#include "examples/program.h"

using namespace tg;
using namespace tg::examples;

void body(const Arguments&) {
  const Tensor x = reshape(arange(24), {2, 3, 4});
  const Tensor y = permute(x, {2, 0, 1});
  std::cout << "x: shape " << x.shape() << ", strides " << x.strides() << "\ny: shape "
            << y.shape() << ", strides " << y.strides() << "\n\n";

  const Strides& s = y.strides();
  std::cout << "y(3, 1, 2) is " << y(3, 1, 2) << "; it lies in cell "
            << 3 * s[0] + 1 * s[1] + 2 * s[2] << "\n\n";

  for (const Shape& shape : {Shape{4, 6}, Shape{8, 3}, Shape{24}}) {
    const Tensor z = reshape(y, shape);
    std::cout << "reshape(y, " << shape << ") is a "
              << (z.shares_storage(y) ? "view" : "copy") << " with strides " << z.strides()
              << '\n';
  }
}

int main(int argc, char** argv) {
  return run_program(argc, argv,
                     "Strides of a permuted tensor, and which reshapes of it are views.",
                     {}, body);
}
