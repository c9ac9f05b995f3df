// Small graphs, as gnuplot's objects, arrows and labels.
#include "examples/graph.h"

#include <algorithm>
#include <cmath>
#include <locale>
#include <sstream>
#include <utility>

namespace tg::examples {
namespace {

const char* colour_of(Look look) {
  switch (look) {
    case Look::faint: return "#999999";
    case Look::done: return "#555555";
    case Look::added: return "#0072B2";
    case Look::active: return "#D55E00";
    default: return "#222222";
  }
}

const char* fill_of(Look look) {
  switch (look) {
    case Look::done: return "#DDDDDD";
    case Look::added: return "#E3F0F8";
    case Look::active: return "#FBE6D9";
    default: return "#FFFFFF";
  }
}

// A string in gnuplot's double quotes, in which \n begins a line.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? "\\n" : std::string(1, c);
  }
  return out + '"';
}

struct Sheet {
  const GraphOptions& options;
  std::ostringstream out = {};

  void label(const std::string& text, double x, double y, const char* colour) {
    out << "set label " << quoted(text) << " at " << x << ',' << y
        << " center textcolor rgb '" << colour << "' front\n";
  }

  void box(const Node& node, double left, double bottom) {
    const auto lines = 1 + std::count(node.text.begin(), node.text.end(), '\n');
    out << "set object rectangle center " << left + node.x << ',' << bottom + node.y
        << " size " << options.box_width << ',' << options.box_height << " fillcolor rgb '"
        << fill_of(node.look) << "' fillstyle solid border rgb '" << colour_of(node.look)
        << "' linewidth 1.2\n";
    label(node.text, left + node.x, bottom + node.y + 6.5 * static_cast<double>(lines - 1),
          colour_of(node.look));
  }

  // How far it is along (dx, dy) to the edge of a box, from the place (x, y) beside its
  // middle.
  double way_out(double x, double y, double dx, double dy) const {
    const auto along = [](double half, double at, double d) {
      return (half - (d < 0 ? -at : at)) / std::max(std::abs(d), 1e-9);
    };
    return std::min(along(options.box_width / 2, x, dx),
                    along(options.box_height / 2, y, dy));
  }

  // From the edge of one box to the edge of the other; `aside` moves it to its left.
  void arrow(const Arrow& arrow, const Node& from, const Node& to, double left,
             double bottom, double aside) {
    const double length = std::hypot(to.x - from.x, to.y - from.y);
    const double dx = (to.x - from.x) / length, dy = (to.y - from.y) / length;
    const double x = -dy * aside, y = dx * aside;
    const double start = way_out(x, y, dx, dy) + 2,
                 end = length - way_out(x, y, -dx, -dy) - 2;
    const auto at = [&](double way, double beside) {
      return std::pair{left + from.x + x + dx * way - dy * beside,
                       bottom + from.y + y + dy * way + dx * beside};
    };
    const auto [x0, y0] = at(start, 0);
    const auto [x1, y1] = at(end, 0);
    const bool faint = arrow.look == Look::faint;
    out << "set arrow from " << x0 << ',' << y0 << " to " << x1 << ',' << y1
        << (faint ? " nohead linewidth 1" : " head filled size 7,22 linewidth 1.6")
        << " linecolor rgb '" << colour_of(arrow.look) << "'\n";
    if (arrow.text.empty()) return;
    const auto [x2, y2] = at((start + end) / 2, aside < 0 ? -9 : 9);
    label(arrow.text, x2, y2, colour_of(arrow.look));
  }

  void graph(const Graph& graph, double left, double bottom) {
    label(graph.title, left + options.width / 2, bottom + options.height - 12, "#222222");
    for (const Node& node : graph.nodes) box(node, left, bottom);
    for (std::size_t i = 0; i < graph.arrows.size(); ++i) {
      const Arrow& a = graph.arrows[i];
      double aside = 0;
      for (std::size_t j = 0; j < graph.arrows.size(); ++j) {
        const bool twin =
            j != i && graph.arrows[j].from == a.from && graph.arrows[j].to == a.to;
        if (twin) aside = j > i ? 5 : -5;
      }
      arrow(a, graph.nodes[a.from], graph.nodes[a.to], left, bottom, aside);
    }
  }
};

}  // namespace

void draw_graphs(const Figures& figures, const std::string& name,
                 const std::vector<Graph>& graphs, const GraphOptions& options) {
  const int count = static_cast<int>(graphs.size()),
            rows = (count + options.columns - 1) / options.columns;
  Sheet sheet{options};
  sheet.out.imbue(std::locale::classic());
  for (int i = 0; i < count; ++i) {
    sheet.graph(graphs[static_cast<std::size_t>(i)], options.width * (i % options.columns),
                options.height * (rows - 1 - i / options.columns));
  }
  figures.drawing(name, sheet.out.str(), static_cast<int>(options.width * options.columns),
                  static_cast<int>(options.height * rows));
}

}  // namespace tg::examples
