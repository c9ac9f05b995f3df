// Print: a tape as a table, and as a graph for Graphviz.
#include <algorithm>
#include <iomanip>
#include <ostream>
#include <set>
#include <sstream>

#include "autograd/tape.h"
#include "tensor/print.h"

namespace tg {
namespace {

// A value in a table's cell: a number, or the first few of them.
template <class T> std::string cell(const std::ostream& like, const BasicTensor<T>& x) {
  if (!x.defined()) return "";
  constexpr std::int64_t shown = 4;
  if (x.dim() == 0) return number_text(like, x.item());
  TileReader<T> reader(x, x.shape());
  const std::int64_t n = std::min(x.numel(), shown);
  const T* first = n > 0 ? reader.read(0, n) : nullptr;
  std::string text = "[";
  for (std::int64_t i = 0; i < n; ++i) {
    if (i > 0) text += ", ";
    text += number_text(like, first[i]);
  }
  text += x.numel() > shown ? ", ...]" : "]";
  return text;
}

// The cell of tensor i, empty if there are not so many.
template <class T> std::string cell(const std::ostream& like, const std::vector<BasicTensor<T>>& x, std::size_t i) {
  return i < x.size() ? cell(like, x[i]) : "";
}

template <class X> std::string text_of(const X& x) {
  std::ostringstream out = classic();
  out << x;
  return out.str();
}

std::string leaf_name(std::size_t i) { return std::string("x").append(std::to_string(i)); }
std::string entry_name(std::int64_t i) { return std::string("%").append(std::to_string(i)); }

// The lines of a graph's node that hold numbers: those that the table shows.
std::string numbers(const std::string& value, const std::string& cotangent) {
  return (value.empty() ? "" : "\\nvalue " + value) + (cotangent.empty() ? "" : "\\ncotangent " + cotangent);
}

using Line = std::vector<std::string>;

// How many columns a text in UTF-8 takes: the bar in x̄ stands above the letter before it.
std::size_t width_of(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool continues = (text[i] & 0xC0) == 0x80, bar = text.compare(i, 2, "\u0304") == 0;
    width += !continues && !bar;
  }
  return width;
}

void print_table(std::ostream& out, const std::vector<Line>& lines) {
  std::vector<std::size_t> widths(lines[0].size());
  for (const Line& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], width_of(line[c]));
  }
  for (const Line& line : lines) {
    std::string text;
    for (std::size_t c = 0; c < line.size(); ++c) {
      if (widths[c] == 0) continue;
      text += line[c] + std::string(widths[c] - width_of(line[c]) + 2, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out << text << '\n';
  }
}

}  // namespace

// The leaves that the tape's ops read, in the order of their first use.
template <class T> std::vector<const typename BasicTape<T>::KeptLeaf*> BasicTape<T>::leaves() const {
  std::vector<const KeptLeaf*> found;
  for (std::int64_t i = 0; i < edges_.size(); ++i) {
    if (edges_[i].kind != Kind::leaf) continue;
    const KeptLeaf& kept = leaves_[edges_[i].place];
    if (std::none_of(found.begin(), found.end(), [&](const KeptLeaf* x) { return x->number == kept.number; }))
      found.push_back(&kept);
  }
  return found;
}

template <class T>
std::string BasicTape<T>::name_of(const Edge& edge, const std::vector<const KeptLeaf*>& leaves) const {
  if (edge.kind == Kind::constant) return "const";
  if (edge.kind == Kind::result) return entry_name(edge.place);
  std::size_t i = 0;
  while (leaves[i]->number != leaves_[edge.place].number) ++i;
  return leaf_name(i);
}

// The value of each entry that some rule still keeps; of all, on a tape with trace.
template <class T> std::vector<BasicTensor<T>> BasicTape<T>::held_values() const {
  if (trace_) return traced_values_;
  std::vector<BasicTensor<T>> values(static_cast<std::size_t>(size()));
  for (std::int64_t i = 0; i < edges_.size(); ++i) {
    const Edge& edge = edges_[i];
    if (edge.kind == Kind::result && edge.value.defined()) values[static_cast<std::size_t>(edge.place)] = edge.value;
  }
  for (std::int64_t i = 0; i < size(); ++i) {
    if (entries_[i].value.defined()) values[static_cast<std::size_t>(i)] = entries_[i].value;
  }
  return values;
}

template <class T> std::ostream& operator<<(std::ostream& out, const BasicTape<T>& tape) {
  const auto leaves = tape.leaves();
  const auto values = tape.held_values();

  std::vector<Line> lines{{"#", "op", "inputs", "shape", "", ""}};
  bool any_value = false, any_cotangent = false;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const BasicTensor<T>& value = leaves[i]->leaf->value;
    lines.push_back({leaf_name(i), "leaf", "", text_of(value.shape()), cell(out, value),
                     cell(out, tape.traced_leaf_cotangents_, leaves[i]->number)});
  }
  for (std::int64_t i = 0; i < tape.size(); ++i) {
    const auto& entry = tape.entries_[i];
    std::string inputs;
    for (int k = 0; k < entry.edge_count; ++k) {
      if (k > 0) inputs += ", ";
      inputs += tape.name_of(tape.edges_[entry.first_edge + k], leaves);
    }
    const std::size_t at = static_cast<std::size_t>(i);
    lines.push_back({entry_name(i), entry.op.name, inputs, text_of(entry.shape), cell(out, values[at]),
                     cell(out, tape.traced_cotangents_, at)});
  }
  for (const Line& line : lines) {
    any_value |= !line[4].empty();
    any_cotangent |= !line[5].empty();
  }
  if (any_value) lines[0][4] = "value";
  if (any_cotangent) lines[0][5] = "cotangent";
  print_table(out, lines);
  return out;
}

template <class T> std::string BasicTape<T>::rules() const {
  std::vector<Line> lines{{"op", "formula", "rules"}};
  std::set<std::pair<std::string, std::string>> seen;
  for (std::int64_t i = 0; i < size(); ++i) {
    const Entry& entry = entries_[i];
    if (!seen.emplace(entry.op.name, entry.op.formula).second) continue;
    lines.push_back({entry.op.name, entry.op.formula, entry.op.rule});
    for (int k = 0; k < entry.edge_count && !entry.joint; ++k) {
      if (k > 0) lines.push_back({"", "", ""});
      lines.back()[2] = edges_[entry.first_edge + k].formula.text;
    }
  }
  std::ostringstream out = classic();
  print_table(out, lines);
  return out.str();
}

template <class T> std::string BasicTape<T>::to_dot() const {
  const auto found = leaves();
  const auto values = held_values();
  std::ostringstream out = classic();
  out << "digraph tape {\n  rankdir=LR;\n  node [shape=box, fontname=\"DejaVu Sans\"];\n";
  for (std::size_t i = 0; i < found.size(); ++i) {
    const BasicTensor<T>& value = found[i]->leaf->value;
    out << "  " << leaf_name(i) << " [label=\"" << leaf_name(i) << "\\n"
        << value.shape() << numbers(cell(out, value), cell(out, traced_leaf_cotangents_, found[i]->number))
        << "\", shape=ellipse];\n";
  }
  for (std::int64_t i = 0; i < size(); ++i) {
    const Entry& entry = entries_[i];
    std::string op;
    for (const char* c = entry.op.name; *c; ++c) {
      if (*c == '"' || *c == '\\') op += '\\';
      op += *c;
    }
    const std::size_t at = static_cast<std::size_t>(i);
    out << "  n" << i << " [label=\"%" << i << " " << op << "\\n"
        << entry.shape << numbers(cell(out, values[at]), cell(out, traced_cotangents_, at)) << "\"];\n";
    for (int k = 0; k < entry.edge_count; ++k) {
      const Edge& edge = edges_[entry.first_edge + k];
      if (edge.kind == Kind::result) out << "  n" << edge.place << " -> n" << i << ";\n";
      if (edge.kind == Kind::leaf) out << "  " << name_of(edge, found) << " -> n" << i << ";\n";
    }
  }
  out << "}\n";
  return out.str();
}

template std::vector<const typename BasicTape<float>::KeptLeaf*> BasicTape<float>::leaves() const;
template std::vector<const typename BasicTape<double>::KeptLeaf*> BasicTape<double>::leaves() const;
template std::string BasicTape<float>::name_of(const Edge&, const std::vector<const KeptLeaf*>&) const;
template std::string BasicTape<double>::name_of(const Edge&, const std::vector<const KeptLeaf*>&) const;
template std::vector<BasicTensor<float>> BasicTape<float>::held_values() const;
template std::vector<BasicTensor<double>> BasicTape<double>::held_values() const;
template std::string BasicTape<float>::rules() const;
template std::string BasicTape<double>::rules() const;
template std::string BasicTape<float>::to_dot() const;
template std::string BasicTape<double>::to_dot() const;
template std::ostream& operator<<(std::ostream&, const BasicTape<float>&);
template std::ostream& operator<<(std::ostream&, const BasicTape<double>&);

}  // namespace tg
