// Broadcasting: a column against a row is a table, and what happens when shapes do not fit.
#include <iostream>

#include "tensor/tensor.h"

using namespace tg;

int main() {
  // [table]
  Tensor queries{0, 1, 2, 3};                         // (4)
  Tensor keys{0.5, 1.5, 3};                           // (3)
  Tensor differences = unsqueeze(queries, 1) - keys;  // (4, 1) - (3) is (4, 3)
  // [/table]
  std::cout << "differences =\n" << differences << "\n\n";

  // [seen]
  Tensor q = expand(unsqueeze(queries, 1), {4, 3});
  Tensor k = expand(keys, {4, 3});
  // [/seen]
  std::cout << "queries as (4, 3): strides " << q.strides()
            << "\nkeys as (4, 3):    strides " << k.strides() << "\n\n";

  // [error]
  Tensor x{{1, 2, 3}, {4, 5, 9}};
  try {
    x - mean(x, 1);  // (2, 3) - (2)
  } catch (const Error& error) {
    std::cout << "Error: " << error.what() << "\n\n";
  }
  // (2, 3) - (2, 1)
  std::cout << "x - mean(x, 1, true) =\n" << x - mean(x, 1, /*keepdim=*/true) << "\n\n";
  // [/error]

  // [square]
  Tensor z{{1, 3}, {10, 30}};  // the means of its rows are 2 and 20
  std::cout << "z - mean(z, 1) =\n" << z - mean(z, 1) << "\n";
  // [/square]
}
