// Plain: cblas called directly, scalar libm, and memory copy.
#pragma once

#include "tests/benchmarks/workload.h"

namespace bench::plain {

template <class T> Contestant matrix_product(int n, bool transposed);
Contestant row_column_products(int count, int n);
Contestant elementary(float (*libm)(float), const std::vector<float>& x);
Contestant memory_copy(std::size_t bytes);

std::string openblas_version();

}  // namespace bench::plain
