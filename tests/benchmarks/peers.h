// Peers: what else can do a workload. `make bench-peers` links those of peers/, `make bench` links none (no_peers.cpp).
//
// This header and those it includes know neither libtorch nor Eigen, whose own headers take long to compile.
#pragma once

#include <string>
#include <vector>

#include "tests/benchmarks/data.h"
#include "tests/benchmarks/workload.h"

namespace bench::peers {

// One training step of the chapter, n points: from n x (n - 1) tiles of keys and values, or from the points themselves.
Contestants training_step(int n, float w = trained_w);
Contestants untiled_training_step(int n);

// Predictions for m queries from n points.
Contestants prediction(int m, int n);

// Gaussian kernel regression of n scattered points at n queries: summed, or of points in bins; and that at the points
// themselves, each left out of its own prediction, with the gradient of the sum towards w.
Contestants scattered_prediction(int n, float w);
Contestants binned_prediction(int n, float w);
Contestants leave_one_out(int n, float w);

// `count` multiplications of two floats, each recorded.
Contestants recorded_multiplications(int count);

// The product of two n x n matrices, as they are or both transposed: c = a b or c = aᵀ bᵀ.
template <class T> Contestants matrix_product(int n, bool transposed);

// The products of `count` rows and `count` columns of length n.
Contestants row_column_products(int count, int n);

// A function of one float, applied to each of x.
Contestants elementary(float (*libm)(float), const std::vector<float>& x);

// Copying: as many bytes are read and as many written, on two threads.
Contestants memory_copy(std::size_t bytes);

// The workloads of kernel regression on a table, with ours and their peers: only beside them, since a part of an
// example does them.
Workloads regression_workloads();
std::string statsmodels_version();

// Their names and versions.
std::vector<std::string> versions();

}  // namespace bench::peers
