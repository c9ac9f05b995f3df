// Order: a scalar tape of one's own, swept from its last entry to its first, and walked in two wrong ways.
#include <iostream>
#include <vector>

// [list]
struct Input {
  int entry;          // which earlier entry
  double derivative;  // of the entry's value towards it
};
struct Entry {
  double value;
  std::vector<Input> inputs;
};

struct ScalarTape {
  std::vector<Entry> entries;

  int leaf(double value) { return push({value, {}}); }
  int add(int i, int j) { return push({value(i) + value(j), {{i, 1}, {j, 1}}}); }
  int mul(int i, int j) { return push({value(i) * value(j), {{i, value(j)}, {j, value(i)}}}); }

  double value(int i) const { return entries[i].value; }
  int push(Entry entry) { return entries.push_back(std::move(entry)), static_cast<int>(entries.size()) - 1; }
};
// [/list]

// [right]
using Cotangents = std::vector<double>;  // one for each entry

void pass_on(const ScalarTape& tape, int i, Cotangents& bar) {
  for (const Input& x : tape.entries[i].inputs) bar[x.entry] += bar[i] * x.derivative;
}

double last_to_first(const ScalarTape& tape, int y, int x) {
  Cotangents bar(tape.entries.size());
  bar[y] = 1;
  for (int i = y; i >= 0; --i) pass_on(tape, i, bar);
  return bar[x];
}
// [/right]

// [wrong]
// Level by level from y: an entry is queued when it is first seen, or each time that it is seen.
double level_by_level(const ScalarTape& tape, int y, int x, bool once) {
  Cotangents bar(tape.entries.size());
  bar[y] = 1;
  std::vector<bool> seen(tape.entries.size());
  std::vector<int> queue{y};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const int i = queue[next];
    pass_on(tape, i, bar);
    for (const Input& in : tape.entries[i].inputs) {
      if (!once || !seen[in.entry]) queue.push_back(in.entry);
      seen[in.entry] = true;
    }
  }
  return bar[x];
}
// [/wrong]

// [f]
int record(ScalarTape& tape, double at) {
  const int a = tape.leaf(at);
  const int b = tape.add(a, a);
  const int m = tape.mul(b, a);
  return tape.add(b, m);  // c = b + b * a
}
// [/f]

int main() {
  ScalarTape tape, above, below;
  const int a = 0, c = record(tape, 2);
  const double h = 1e-3;
  const double rise = above.value(record(above, 2 + h)) - below.value(record(below, 2 - h));
  std::cout << "finite difference               " << rise / (2 * h) << '\n'
            << "last to first                   " << last_to_first(tape, c, a) << '\n'
            << "level by level, each entry once " << level_by_level(tape, c, a, true) << '\n'
            << "level by level, every visit     " << level_by_level(tape, c, a, false) << '\n';
}
