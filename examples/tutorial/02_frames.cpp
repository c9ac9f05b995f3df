// Frames: the sweeps of page 2 in pictures, one for each entry that has its turn.
#include <cmath>

#include "examples/graph.h"

using namespace tg::examples;

struct Input {
  std::size_t entry;
  double derivative;
};
struct Entry {
  std::string name;
  double x, y;  // where it stands in the picture
  std::vector<Input> inputs = {};
};

std::string text(double x) { return std::to_string(std::lround(x)); }

// The start, and a frame for each turn: the entry's arrows carry what it hands out, and
// those that had theirs are grey.
std::vector<Graph> sweep(const std::vector<Entry>& list,
                         const std::vector<std::size_t>& turns, const std::string& title) {
  std::vector<double> bar(list.size());
  std::vector<Look> looks(list.size(), Look::plain);
  bar.back() = 1;
  std::vector<Graph> frames;
  const auto add_frame = [&](const std::string& what) {
    Graph frame{title + what};
    for (std::size_t i = 0; i < list.size(); ++i) {
      frame.nodes.push_back(
          {list[i].name + "\u0304 = " + text(bar[i]), list[i].x, list[i].y, looks[i]});
      const bool its_turn = looks[i] == Look::active;
      for (const Input& x : list[i].inputs) {
        frame.arrows.push_back({i, x.entry, its_turn ? text(bar[i] * x.derivative) : "",
                                its_turn ? Look::active : Look::faint});
      }
    }
    frames.push_back(frame);
  };
  add_frame("start");
  for (const std::size_t turn : turns) {
    for (const Input& x : list[turn].inputs) bar[x.entry] += bar[turn] * x.derivative;
    looks[turn] = Look::active;
    add_frame(list[turn].name + " hands out");
    looks[turn] = Look::done;
  }
  return frames;
}

int main() {
  const Figures figures;
  // b = a + a, m = b b, c = m + a at a = 2: each with its inputs, and the derivative
  // towards each of them
  const std::vector<Entry> square{{"a", 34, 20},
                                  {"b", 34, 92, {{0, 1}, {0, 1}}},
                                  {"m", 136, 92, {{1, 4}, {1, 4}}},
                                  {"c", 136, 20, {{2, 1}, {0, 1}}}};
  draw_graphs(figures, "sweep", sweep(square, {3, 2, 1}, ""), {.height = 136});

  // b = a + a, m = b a, c = b + m at a = 2
  const std::vector<Entry> levels{{"a", 85, 18},
                                  {"b", 31, 74, {{0, 1}, {0, 1}}},
                                  {"m", 139, 74, {{1, 2}, {0, 4}}},
                                  {"c", 85, 130, {{1, 1}, {2, 1}}}};
  const auto right = sweep(levels, {3, 2, 1}, "last to first: "),
             wrong = sweep(levels, {3, 1, 2}, "level by level: ");
  std::vector<Graph> both;
  for (std::size_t i = 1; i < right.size(); ++i) {
    both.push_back(right[i]);
    both.push_back(wrong[i]);
  }
  draw_graphs(figures, "sweep-orders", both, {.height = 170});
}
