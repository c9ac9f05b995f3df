// Locpoly: kernel regression by R's KernSmooth, in a process of R, which times itself.
#pragma once

#include "tests/benchmarks/workload.h"

namespace bench::locpoly {

bool is_here();  // whether R and KernSmooth are installed
Contestant scattered_prediction(int n, float w);
std::string version();

}  // namespace bench::locpoly
