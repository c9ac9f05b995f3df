// Peers: which of them can do which workload.
#include "tests/benchmarks/peers.h"

#include "tests/benchmarks/peers/eigen.h"
#include "tests/benchmarks/peers/libtorch.h"
#include "tests/benchmarks/peers/locpoly.h"
#include "tests/benchmarks/peers/plain.h"

namespace bench::peers {

namespace {
Contestant with_tuned_malloc(Contestant contestant) {
  contestant.who += ", malloc tuned";
  contestant.tuned_malloc = true;
  return contestant;
}
}  // namespace

Contestants training_step(int n, float w) {
  const Contestant torch = libtorch::training_step(n, w);
  if (n <= 50) return {torch};  // its tensors are small: malloc keeps them anyway
  return {torch, with_tuned_malloc(torch)};
}

Contestants untiled_training_step(int n) {
  Contestants all = training_step(n);
  all.push_back(eigen::training_step(n));
  all.push_back(eigen::automatic_training_step(n));
  return all;
}

Contestants prediction(int m, int n) { return {eigen::prediction(m, n), libtorch::prediction(m, n)}; }

Contestants scattered_prediction(int n, float w) { return {eigen::scattered_prediction(n, w)}; }

Contestants binned_prediction(int n, float w) {
  if (!locpoly::is_here()) return {};
  return {locpoly::scattered_prediction(n, w)};
}

Contestants leave_one_out(int n, float w) { return {eigen::leave_one_out(n, w)}; }

Contestants recorded_multiplications(int count) { return {libtorch::recorded_multiplications(count)}; }

template <class T> Contestants matrix_product(int n, bool transposed) {
  Contestants all{plain::matrix_product<T>(n, transposed)};
  if (n == 1024) all.push_back(libtorch::matrix_product<T>(n, transposed));
  return all;
}
template Contestants matrix_product<float>(int, bool);
template Contestants matrix_product<double>(int, bool);

Contestants row_column_products(int count, int n) {
  return {plain::row_column_products(count, n), libtorch::row_column_products(count, n)};
}

Contestants elementary(float (*libm)(float), const std::vector<float>& x) { return {plain::elementary(libm, x)}; }

Contestants memory_copy(std::size_t bytes) { return {plain::memory_copy(bytes)}; }

std::vector<std::string> versions() {
  return {libtorch::version(), eigen::version(), plain::openblas_version(), locpoly::version(), statsmodels_version()};
}

}  // namespace bench::peers
