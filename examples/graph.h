// Pictures of small graphs: boxes with words in them, and arrows from box to box.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "examples/figures.h"

namespace tg::examples {

enum class Look {
  faint,
  plain,
  done,
  added,
  active
};  // a grey line; black; grey; blue; vermilion

struct Node {
  std::string text;  // lines, split by '\n'
  double x, y;       // the middle of its box, in pixels from the graph's lower left corner
  Look look = Look::plain;
};

// Two arrows from one box to another lie side by side. A faint one is a line without a
// head.
struct Arrow {
  std::size_t from, to;  // places in nodes
  std::string text = {};
  Look look = Look::plain;
};

struct Graph {
  std::string title;
  std::vector<Node> nodes = {};
  std::vector<Arrow> arrows = {};
};

struct GraphOptions {
  int columns = 2;                   // graphs in a row of the picture
  double width = 170, height = 150;  // of each graph, with its title
  double box_width = 50, box_height = 22;
};

// Draws the graphs as one figure, row by row.
void draw_graphs(const Figures& figures, const std::string& name,
                 const std::vector<Graph>& graphs, const GraphOptions& options = {});

}  // namespace tg::examples
