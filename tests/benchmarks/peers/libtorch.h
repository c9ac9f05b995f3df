// libtorch: PyTorch's C++ library.
#pragma once

#include "tests/benchmarks/workload.h"

namespace bench::libtorch {

Contestant training_step(int n, float w);
Contestant prediction(int m, int n);
Contestant recorded_multiplications(int count);
template <class T> Contestant matrix_product(int n, bool transposed);
Contestant row_column_products(int count, int n);
std::string version();

}  // namespace bench::libtorch
