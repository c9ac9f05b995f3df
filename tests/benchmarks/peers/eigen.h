// Eigen: attention pooling row by row, one query at a time, by hand. Nothing of size m x n is held.
#pragma once

#include "tests/benchmarks/workload.h"

namespace bench::eigen {

Contestant prediction(int m, int n);
Contestant scattered_prediction(int n, float w);
Contestant leave_one_out(int n, float w);
Contestant training_step(int n);            // derivatives by hand
Contestant automatic_training_step(int n);  // by AutoDiffScalar: see autodiff.cpp
std::string version();

}  // namespace bench::eigen
