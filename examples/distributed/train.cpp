// Trains the width of a Gaussian kernel by leave-one-out and predicts, over MPI. Each rank draws its own part of the
// points, and none holds all. mpirun -n 4 build/examples/distributed/train --points 1000000
#include <sys/resource.h>

#include <iomanip>
#include <iostream>

#include "examples/distributed/ring.h"
#include "examples/program.h"

using namespace tg;
using namespace tg::examples;
using namespace tg::distributed;

namespace {

double peak_memory() {  // of this process, MB
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

// The sum of the ranks' tensors, on every rank.
Tensor64 all_reduce(const Tensor64& x) {
  std::vector<double> sums = x.to_vector();
  MPI_Allreduce(MPI_IN_PLACE, sums.data(), static_cast<int>(sums.size()), MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  return Tensor64::from_vector(sums, x.shape());
}

void train(const Arguments& arguments) {
  const std::int64_t n = arguments["points"];
  const Ring ring(n);
  const double before = peak_memory();
  const Part mine = draw(ring.first(ring.rank, n), ring.first(ring.rank + 1, n));
  std::ostream told(ring.rank == 0 ? std::cout.rdbuf() : nullptr);  // what the others say goes nowhere
  told << std::setprecision(10) << "step          loss             w\n";

  // [train]
  const Variable64 w(4, /*requires_grad=*/true);
  for (std::int64_t step = 0; step < arguments["steps"]; ++step) {
    const Pooled all = pool(ring, mine, mine.x, w.value(), /*exclude_self=*/true);
    const Tensor64 error = (all.y - mine.y) / static_cast<double>(n);
    w.zero_grad();
    add_gradient(ring, mine, w, all, 2 * error);
    const Tensor64 sums = all_reduce(stack({w.grad(), sum(error * (all.y - mine.y))}));
    w.set_value(w.value() - 200 * sums(0));
    // [/train]
    told << std::setw(4) << step << std::setw(14) << sums(1) << std::setw(14) << w.item() << std::endl;
    // [train]
  }
  // [/train]

  // Each rank predicts its share of six queries. In its list the places of the others are 0: the sum is the list.
  const Tensor64 queries = linspace<double>(0, 5, 6);
  const std::int64_t first = ring.first(ring.rank, 6), count = ring.first(ring.rank + 1, 6) - first;
  const Tensor64 share = pool(ring, mine, narrow(queries, 0, first, count), w.value(), /*exclude_self=*/false).y;
  const Tensor64 predicted = all_reduce(cat({zeros<double>({first}), share, zeros<double>({6 - first - count})}));
  told << "\n   x    prediction         truth\n";
  for (int i = 0; i < 6; ++i) {
    told << std::setw(4) << queries(i) << std::setw(14) << predicted(i) << std::setw(14) << truth(queries)(i) << '\n';
  }
  const Tensor64 places = arange<double>(0, ring.ranks);
  const Tensor64 memory = all_reduce(cast<double>(places == ring.rank) * (peak_memory() - before));
  told << "\nMB that each rank has needed: " << memory << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<Setting> settings{{"points", "of all ranks", 10007, 2, 1'000'000'000},
                                      {"steps", "of gradient descent", 10, 0, 1'000'000}};
  return run_program(argc, argv, "Leave-one-out training over MPI.", settings, [](const Arguments& arguments) {
    MPI_Init(nullptr, nullptr);
    try {
      train(arguments);
    } catch (const std::exception& error) {
      std::cerr << "train: " << error.what() << '\n';
      MPI_Abort(MPI_COMM_WORLD, 1);  // one rank's error ends them all
    }
    MPI_Finalize();
  });
}
