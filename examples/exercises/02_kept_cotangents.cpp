// Question: take a tape that never clears a cotangent: whatever a sweep finds is added to
// what the last one left, in every entry and leaf, and each sweep begins by adding 1 to c̄.
// What is ā after the second sweep of b = a + a; m = b * b; c = m + a at a = 2, and what
// should it be?
//
// Answer: 83, and it should be 17 + 17 = 34. The second sweep begins with c̄ = 1 + 1 = 2.
// So m̄ = 1 + 2 = 3, and a gets 17 + 2 = 19; b̄ = 8 + 3 * 8 = 32; and a gets 32 twice:
// 19 + 64 = 83. Every entry hands out, once more, what it had handed out before. The more
// entries lie between a leaf and the loss, the larger the error. So the cotangents of
// entries must begin each sweep at zero; only a leaf, which hands nothing out, may keep its
// sum.
#include <iomanip>
#include <iostream>
#include <vector>

#include "examples/program.h"

using namespace tg::examples;

struct Input {
  int entry;
  double derivative;
};
// The inputs of each entry; an entry without inputs is a leaf.
using List = std::vector<std::vector<Input>>;

void sweep(const List& list, std::vector<double>& bar, bool clear) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (clear && !list[i].empty()) bar[i] = 0;
  }
  bar.back() += 1;
  for (std::size_t i = list.size(); i-- > 0;) {
    for (const Input& in : list[i])
      bar[static_cast<std::size_t>(in.entry)] += bar[i] * in.derivative;
  }
}

void body(const Arguments& arguments) {
  const double a = 2, b = a + a;
  // a, b = a + a, m = b * b, c = m + a
  const List list{{}, {{0, 1}, {0, 1}}, {{1, b}, {1, b}}, {{2, 1}, {0, 1}}};
  for (const bool clear : {true, false}) {
    std::cout << (clear ? "cleared before each sweep" : "\nnever cleared")
              << "\nsweep     c      m      b      a\n";
    std::vector<double> bar(list.size());
    for (std::int64_t i = 1; i <= arguments["sweeps"]; ++i) {
      sweep(list, bar, clear);
      std::cout << std::setw(5) << i << std::setw(6) << bar[3] << std::setw(7) << bar[2]
                << std::setw(7) << bar[1] << std::setw(7) << bar[0] << '\n';
    }
  }
}

int main(int argc, char** argv) {
  return run_program(
      argc, argv,
      "What a second sweep finds if the cotangents of the first are still there.",
      {{"sweeps", "number of sweeps", 3, 1, 20}}, body);
}
