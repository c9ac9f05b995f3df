// HTML: a tape as a page that can be stepped through. What the tape holds is written as JSON; stepper.js draws it.
#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>
#include <utility>

#include "autograd/tape.h"
#include "tensor/print.h"

namespace tg {

// The texts of stepper.css and stepper.js, in a source that the Makefile makes of them.
extern const char *const stepper_style, *const stepper_script;

namespace {

// Of a longer tape the first and the last entries are shown, and of a larger tensor every second number or fewer.
constexpr std::int64_t most_entries = 500, most_numbers = 1000;

// Text in HTML.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

// A string in JSON. A '<' is written as its number: "</script>" would end the element that the JSON stands in.
std::string quoted(const std::string& text) {
  constexpr const char* digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    const bool plain = code >= 0x20 && c != '"' && c != '\\' && c != '<';
    out += plain ? std::string(1, c) : std::string("\\u00") + digits[code / 16] + digits[code % 16];
  }
  return out + '"';
}

std::string numbered(char kind, std::int64_t i) { return quoted(kind + std::to_string(i)); }

// The printed table without its middle, for a reader without scripts.
template <class T> std::string printed(const BasicTape<T>& tape, std::int64_t left_out) {
  std::stringstream table = classic<std::stringstream>();
  table << tape;
  std::vector<std::string> lines;
  for (std::string line; std::getline(table, line);) lines.push_back(line);
  if (left_out > 0) {
    const auto last = lines.end() - most_entries / 2;
    *(last - 1) = "...";
    lines.erase(last - left_out, last - 1);
  }
  std::string out;
  for (const std::string& line : lines) out += line + '\n';
  return out;
}

}  // namespace

template <class T> struct BasicTape<T>::Html {
  const BasicTape& tape;
  std::vector<const KeptLeaf*> leaves = tape.leaves();
  std::int64_t folded = std::max<std::int64_t>(tape.size() - most_entries, 0);  // entries, from first to before last
  std::int64_t first = most_entries / 2, last = first + folded;
  std::vector<BasicTensor<T>> tensors = {};  // what the rows show, each once: a row says at which place
  std::ostringstream out = classic();

  std::string page(const std::string& title) {
    out << "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
        << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        << "<title>" << escaped(title) << "</title>\n<style>" << stepper_style << "</style>\n"
        << "<main>\n<h1>" << escaped(title) << "</h1>\n<pre>" << escaped(printed(tape, folded)) << "</pre>\n</main>\n"
        << "<script type=\"application/json\" id=\"tape\">\n{\"rows\": [\n";
    write_rows();
    out << "],\n\"start\": " << start() << ",\n\"tensors\": [\n";
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      if (i > 0) out << ",\n";
      write_tensor(tensors[i]);
    }
    out << "]}\n</script>\n<script>" << stepper_script << "</script>\n</html>\n";
    return out.str();
  }

  void write_rows() {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      if (i > 0) out << ",\n";
      write_leaf(i);
    }
    for (std::int64_t i = 0; i < tape.size(); ++i) {
      if (folded > 0 && i >= first && i < last) continue;
      out << ",\n";
      if (folded > 0 && i == last) write_folded();
      write_entry(i);
    }
  }

  // A leaf with the value that it had when it was first read.
  void write_leaf(std::size_t i) {
    const KeptLeaf& kept = *leaves[i];
    out << R"({"name": )" << numbered('x', static_cast<std::int64_t>(i)) << R"(, "op": "leaf", "value": )"
        << place_of(kept.value) << R"(, "cotangent": )" << place_of(at(tape.traced_leaf_cotangents_, kept.number))
        << '}';
  }

  void write_entry(std::int64_t i) {
    const Entry& entry = tape.entries_[i];
    out << R"({"name": )" << numbered('%', i) << R"(, "op": )" << quoted(entry.op.name) << R"(, "formula": )"
        << quoted(entry.op.formula);
    if (entry.joint) out << R"(, "joint": )" << quoted(entry.op.rule);
    out << R"(, "value": )" << place_of(at(tape.traced_values_, i)) << R"(, "cotangent": )"
        << place_of(at(tape.traced_cotangents_, i)) << R"(, "inputs": [)";
    for (std::int64_t k = entry.first_edge; k < entry.first_edge + entry.edge_count; ++k) {
      const Edge& edge = tape.edges_[k];
      const BasicTensor<T>& value = edge.kind == Kind::leaf ? tape.leaves_[edge.place].value : edge.value;
      out << (k > entry.first_edge ? ", " : "") << R"({"from": )" << source_of(edge) << R"(, "value": )"
          << place_of(value) << R"(, "rule": )" << quoted(edge.formula.text) << R"(, "handed": )"
          << place_of(at(tape.traced_handed_, k)) << '}';
    }
    out << "]}";
  }

  // One row for the folded entries: how many they are, and the rows before them that they hand cotangents to.
  void write_folded() {
    std::set<std::string> to;
    for (std::int64_t i = first; i < last; ++i) {
      const Entry& entry = tape.entries_[i];
      for (std::int64_t k = entry.first_edge; k < entry.first_edge + entry.edge_count; ++k) {
        const Edge& edge = tape.edges_[k];
        const bool inside = edge.kind == Kind::result && edge.place >= first;
        if (!inside && at(tape.traced_handed_, k).defined()) to.insert(source_of(edge));
      }
    }
    out << R"({"folded": )" << folded << R"(, "to": [)";
    for (const char* between = ""; const std::string& name : to) out << std::exchange(between, ", ") << name;
    out << "]},\n";
  }

  std::string source_of(const Edge& edge) const { return quoted(tape.name_of(edge, leaves)); }

  // The entry that the last sweep began at: no later one has a cotangent.
  std::string start() const {
    std::int64_t i = tape.size() - 1;
    while (i >= 0 && !at(tape.traced_cotangents_, i).defined()) --i;
    return i >= 0 ? numbered('%', i) : "null";
  }

  // What was traced at place i; empty if nothing was.
  template <std::integral I> static BasicTensor<T> at(const std::vector<BasicTensor<T>>& traced, I i) {
    return static_cast<std::size_t>(i) < traced.size() ? traced[static_cast<std::size_t>(i)] : BasicTensor<T>();
  }

  // A tensor's place among the tensors.
  std::string place_of(const BasicTensor<T>& x) {
    if (!x.defined()) return "null";
    const auto known = std::find_if(tensors.begin(), tensors.end(), [&](const auto& y) { return x.is_same(y); });
    const auto place = known - tensors.begin();
    if (known == tensors.end()) tensors.push_back(x);
    return std::to_string(place);
  }

  // A tensor as a matrix, whose rows are all dimensions but the last. Of a large one every second row and column is
  // written, or every third, and so on; and besides the first three numbers.
  void write_tensor(const BasicTensor<T>& x) {
    const std::int64_t columns = x.dim() > 0 ? x.shape()[x.dim() - 1] : 1;
    const std::int64_t rows = x.numel() / std::max<std::int64_t>(columns, 1);
    std::int64_t row_step = 1, column_step = 1;
    auto down = [&] { return (rows + row_step - 1) / row_step; };
    auto across = [&] { return (columns + column_step - 1) / column_step; };
    while (down() * across() > most_numbers) ++(down() > across() ? row_step : column_step);

    std::ostringstream shape = classic();
    shape << x.shape();
    out << R"({"shape": )" << quoted(shape.str()) << R"(, "rows": )" << rows << R"(, "columns": )" << columns
        << R"(, "row_step": )" << row_step << R"(, "column_step": )" << column_step << R"(, "first": [)";
    const BasicTensor<T> values = contiguous(x);
    for (std::int64_t i = 0; i < std::min<std::int64_t>(x.numel(), 3); ++i) write_number(values.data()[i], i > 0);
    out << R"(], "numbers": [)";
    for (std::int64_t i = 0; i < rows; i += row_step) {
      for (std::int64_t j = 0; j < columns; j += column_step) write_number(values.data()[i * columns + j], i + j > 0);
    }
    out << "]}";
  }

  // JSON has no number for what is not finite.
  void write_number(T value, bool comma) {
    const std::string text = number_text(out, value);
    out << (comma ? "," : "") << (std::isfinite(value) ? text : quoted(text));
  }
};

template <class T> std::string BasicTape<T>::to_html(const std::string& title) const {
  if (!trace_) {
    fail("tape.to_html: this tape has not kept its numbers. Make it with trace, as Tape tape({.trace = true})");
  }
  return Html{*this}.page(title);
}

template std::string BasicTape<float>::to_html(const std::string&) const;
template std::string BasicTape<double>::to_html(const std::string&) const;

}  // namespace tg
