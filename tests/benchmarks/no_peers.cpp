// No peers: for the benchmark of the library alone.
#include "tests/benchmarks/peers.h"

namespace bench::peers {

Contestants training_step(int, float) { return {}; }
Contestants untiled_training_step(int) { return {}; }
Contestants prediction(int, int) { return {}; }
Contestants scattered_prediction(int, float) { return {}; }
Contestants binned_prediction(int, float) { return {}; }
Contestants leave_one_out(int, float) { return {}; }
Contestants recorded_multiplications(int) { return {}; }
template <> Contestants matrix_product<float>(int, bool) { return {}; }
template <> Contestants matrix_product<double>(int, bool) { return {}; }
Contestants row_column_products(int, int) { return {}; }
Contestants elementary(float (*)(float), const std::vector<float>&) { return {}; }
Contestants memory_copy(std::size_t) { return {}; }
Workloads regression_workloads() { return {}; }
std::vector<std::string> versions() { return {}; }

}  // namespace bench::peers
