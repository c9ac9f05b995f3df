// Two modes: one list of entries, walked forward and backward, and how many multiplications
// a whole Jacobian takes.
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <utility>
#include <vector>

struct Input {
  int entry;
  double derivative;
};
using Inputs = std::vector<Input>;  // of one entry; none for an input of the function

std::int64_t multiplications = 0;

// [forward]
// The derivative of every entry towards input x.
std::vector<double> forward(const std::vector<Inputs>& list, int x) {
  std::vector<double> dot(list.size());
  dot[x] = 1;
  for (std::size_t i = 0; i < list.size(); ++i) {
    for (const Input& in : list[i])
      dot[i] += in.derivative * dot[in.entry], ++multiplications;
  }
  return dot;
}
// [/forward]

// The derivative of output y towards every entry.
std::vector<double> reverse(const std::vector<Inputs>& list, int y) {
  std::vector<double> bar(list.size());
  bar[y] = 1;
  for (std::size_t i = list.size(); i-- > 0;) {
    for (const Input& in : list[i])
      bar[in.entry] += in.derivative * bar[i], ++multiplications;
  }
  return bar;
}

// y_j = s x_j with s = x_0 + x_1 + ...: n inputs, m outputs. The entries: n inputs, n - 1
// sums, m products.
std::vector<Inputs> record(int n, int m) {
  std::vector<Inputs> list(n);
  std::vector<double> x(n);
  double s = 0;
  for (int i = 0; i < n; ++i) s += x[i] = i + 1;
  for (int i = 1; i < n; ++i) list.push_back({{i == 1 ? 0 : n + i - 2, 1}, {i, 1}});
  const int sum = static_cast<int>(list.size()) - 1;
  for (int j = 0; j < m; ++j) list.push_back({{sum, x[j % n]}, {j % n, s}});
  return list;
}

int main() {
  std::cout << "inputs  outputs  edges   forward passes  products   reverse passes  "
               "products   Jacobians\n";
  for (const auto& [n, m] : {std::pair(1, 1000), std::pair(100, 100), std::pair(1000, 1)}) {
    const std::vector<Inputs> list = record(n, m);
    const int first = static_cast<int>(list.size()) - m;  // of the outputs
    std::vector<std::vector<double>> columns, rows;
    std::int64_t edges = 0;
    for (const Inputs& inputs : list) edges += static_cast<std::int64_t>(inputs.size());

    multiplications = 0;
    for (int x = 0; x < n; ++x) columns.push_back(forward(list, x));
    const std::int64_t of_forward = std::exchange(multiplications, 0);
    for (int y = first; y < first + m; ++y) rows.push_back(reverse(list, y));

    bool equal = true;
    for (int x = 0; x < n; ++x) {
      for (int j = 0; j < m; ++j) equal = equal && columns[x][first + j] == rows[j][x];
    }
    std::cout << std::setw(6) << n << std::setw(9) << m << std::setw(7) << edges
              << std::setw(17) << n << std::setw(10) << of_forward << std::setw(17) << m
              << std::setw(10) << multiplications << "   " << (equal ? "equal" : "differ")
              << '\n';
  }
}
