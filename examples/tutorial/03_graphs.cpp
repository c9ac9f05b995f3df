// Graphs: the tape of x exp(x) before and after a sweep that is recorded, as tape.to_dot()
// tells it.
#include <iostream>
#include <map>
#include <sstream>

#include "autograd/autograd.h"
#include "examples/graph.h"

using namespace tg;
using namespace tg::examples;

// Where the nodes stand, by their names in the text for Graphviz.
const std::map<std::string, std::pair<double, double>> places{
    {"x0", {30, 140}},  {"n0", {100, 82}}, {"n1", {30, 24}}, {"n2", {100, 24}},
    {"n3", {170, 140}}, {"n4", {170, 82}}, {"n5", {170, 24}}};

// The nodes and arrows of a tape. Those from n2 on are the sweep's.
Graph graph_of(const Tape& tape, const std::string& title) {
  Graph graph{title};
  std::map<std::string, std::size_t> nodes;  // by name
  std::istringstream dot(tape.to_dot());
  for (std::string line; std::getline(dot, line);) {
    std::istringstream words(line);
    std::string name, sign, to;
    words >> name >> sign >> to;
    const auto place = places.find(name);
    if (place == places.end()) continue;
    const Look look = name[0] == 'n' && name >= "n2" ? Look::added : Look::plain;
    if (sign == "->") {
      to.pop_back();  // the semicolon
      graph.arrows.push_back(
          {nodes.at(name), nodes.at(to), "", graph.nodes[nodes.at(to)].look});
    } else {
      // [label="%0 exp\n()\nvalue 2.71828"];
      const std::size_t quote = line.find('"') + 1, value = line.find("value ") + 6;
      const std::string op = line.substr(quote, line.find('\\') - quote);
      const std::string number =
          line.substr(value, line.find_first_of("\\\"", value) - value);
      nodes[name] = graph.nodes.size();
      graph.nodes.push_back(
          {op + '\n' + number, place->second.first, place->second.second, look});
    }
  }
  return graph;
}

int main() {
  // [dot]
  Variable x(1, /*requires_grad=*/true);
  Tape tape({.trace = true});
  Variable y = x * exp(x);
  tape.gradient(y, {x});
  std::cout << tape.to_dot();
  // [/dot]
  const Graph before = graph_of(tape, "x exp(x)");
  tape.gradient(y, {x}, {.create_graph = true});
  draw_graphs(Figures(), "recorded-sweep",
              {before, graph_of(tape, "and its recorded sweep")},
              {.width = 200, .height = 190, .box_width = 54, .box_height = 34});
}
