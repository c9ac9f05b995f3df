// Exercise 09-2. Write the Gaussian's score as -u * u / 2 in place of -square(u) / 2, with
// u = 10 (q - k). Numbers and duals do not mind. What do regions say, and what does it
// cost?
//
// Answer: a product does not know that its two factors are the same number. For u from -1
// to 2 a square goes from 0 to 4; a product of two numbers from -1 to 2 goes from -2 to 4.
// The bounds are still true, but wider, and more cells are opened: a few more for the
// Gaussian, and for the Cauchy kernel a quarter more keys and points are met, since there
// 1 + u * u may be 0 as far as the region knows. The results are as exact as before: a
// proof that fails costs time only.
#include <iomanip>
#include <iostream>

#include "examples/program.h"
#include "examples/small_walk.h"

using namespace tg;
using namespace tg::examples;

namespace {

void answer(const Arguments& arguments) {
  const Region u(Interval{-1, 2});
  std::cout << "square(u): " << square(u).value().lo << " to " << square(u).value().hi
            << "\nu * u:     " << (u * u).value().lo << " to " << (u * u).value().hi
            << "\n\nscore               terms a query    error\n";
  manual_seed(0);
  const std::int64_t n = arguments["keys"];
  const std::vector<double> keys = (5 * sort(rand<double>({n})).values).to_vector();
  const std::vector<double> values = randn<double>({n}).to_vector();
  auto walk = [&](const char* name, const auto& score) {
    std::size_t terms = 0, blocks = 0;
    double worst = 0;
    for (std::int64_t first = 0; first < n; first += 64, ++blocks) {
      const std::vector<double> queries(keys.begin() + first,
                                        keys.begin() + std::min(first + 64, n));
      SmallWalk<std::decay_t<decltype(score)>> one{score, queries, keys, values};
      one.run();
      terms += one.terms;
      double weights = 0, sums = 0;  // of the block's first query, key by key
      for (std::size_t j = 0; j < keys.size(); ++j) {
        weights += one.exp_score(queries[0], keys[j]);
        sums += one.exp_score(queries[0], keys[j]) * values[j];
      }
      worst = std::max(worst, std::abs(one.result(0) - sums / weights));
    }
    std::cout << std::left << std::setw(20) << name << std::right << std::setw(13)
              << terms / blocks << std::setw(9) << std::scientific << std::setprecision(0)
              << worst << " (measured)\n";
  };
  walk("Gaussian, square", [](auto q, auto k) { return -square(10 * (q - k)) / 2; });
  walk("Gaussian, product",
       [](auto q, auto k) { return -(10 * (q - k)) * (10 * (q - k)) / 2; });
  walk("Cauchy, square", [](auto q, auto k) { return -log(1 + square(10 * (q - k))); });
  walk("Cauchy, product",
       [](auto q, auto k) { return -log(1 + (10 * (q - k)) * (10 * (q - k))); });
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(argc, argv,
                     "Two spellings of a square, and what regions make of them.",
                     {{"keys", "as many queries too", 4096, 256, 100000}}, answer);
}
