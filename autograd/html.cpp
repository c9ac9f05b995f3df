// HTML: a tape as a page that can be stepped through. What the tape holds is written as JSON; stepper.js draws it.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "autograd/tape.h"
#include "tensor/print.h"

namespace tg {

// The texts of stepper.css and stepper.js, in a source that the Makefile makes of them.
extern const char* const stepper_style;
extern const char* const stepper_script;

namespace {

constexpr std::int64_t most_entries = 500;  // that are shown: of a longer tape the first half of them, and the last
constexpr std::int64_t most_numbers = 1000;  // of a tensor

std::string name_of(char kind, std::int64_t i) { return kind + std::to_string(i); }

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
    if (code < 0x20 || c == '"' || c == '\\' || c == '<') {
      out += std::string("\\u00") + digits[code / 16] + digits[code % 16];
    } else {
      out += c;
    }
  }
  return out + '"';
}

// The lines of the printed table that are shown: all but the middle of a long one.
template <class T>
std::string printed(const BasicTape<T>& tape, std::int64_t left_out) {
  std::stringstream table = classic<std::stringstream>();
  table << tape;
  std::vector<std::string> lines;
  for (std::string line; std::getline(table, line);) lines.push_back(line);
  std::string out;
  const auto last = static_cast<std::int64_t>(lines.size()) - most_entries / 2;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(lines.size()); ++i) {
    if (left_out > 0 && i == last) out += "...\n";
    if (i < last - left_out || i >= last) out += lines[static_cast<std::size_t>(i)] + '\n';
  }
  return out;
}

}  // namespace

template <class T>
struct BasicTape<T>::Html {
  const BasicTape& tape;
  std::vector<const Leaf<T>*> leaves = tape.leaves();
  std::vector<BasicTensor<T>> tensors = {};  // that the rows show, each once: a row has their numbers here
  // The entries from first to last are folded into one row.
  std::int64_t folded = std::max<std::int64_t>(tape.size() - most_entries, 0);
  std::int64_t first = most_entries / 2, last = first + folded;

  std::string page(const std::string& title) {
    const std::string text = escaped(title), rows = all_rows();
    return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<title>" + text + "</title>\n<style>\n" + stepper_style + "</style>\n<h1>" + text + "</h1>\n"
           "<main><pre>" + escaped(printed(tape, folded)) + "</pre></main>\n"
           "<script type=\"application/json\" id=\"tape\">\n{\"rows\": [\n" + rows + "],\n\"start\": " + start() +
           ",\n\"tensors\": [\n" + all_tensors() + "]}\n</script>\n<script>\n" + stepper_script + "</script>\n</html>\n";
  }

  std::string all_rows() {
    std::string out;
    for (std::size_t i = 0; i < leaves.size(); ++i) out += (i > 0 ? ",\n" : "") + leaf_row(i);
    for (std::int64_t i = 0; i < tape.size(); ++i) {
      if (i == first && folded > 0) out += ",\n" + fold_row();
      if (i < first || i >= last) out += ",\n" + entry_row(i);
    }
    return out + '\n';
  }

  std::string leaf_row(std::size_t i) {
    // Its value when it was first read, and its cotangent.
    std::int64_t place = 0;
    while (tape.leaves_[place].leaf.get() != leaves[i]) ++place;
    const std::size_t number = tape.leaves_[place].number;
    const bool reached = number < tape.traced_leaf_cotangents_.size();
    return "{\"name\": " + quoted(name_of('x', static_cast<std::int64_t>(i))) + ", \"op\": \"leaf\", \"value\": " +
           index_of(tape.leaves_[place].value) + ", \"cotangent\": " +
           index_of(reached ? tape.traced_leaf_cotangents_[number] : BasicTensor<T>()) + '}';
  }

  std::string entry_row(std::int64_t i) {
    const Entry& entry = tape.entries_[i];
    const auto at = static_cast<std::size_t>(i);
    std::string inputs;
    for (int k = 0; k < entry.edge_count; ++k) inputs += (k > 0 ? ", " : "") + input(entry.first_edge + k);
    return "{\"name\": " + quoted(name_of('%', i)) + ", \"op\": " + quoted(entry.op.name) +
           ", \"formula\": " + quoted(entry.op.formula) +
           (entry.joint ? ", \"joint\": " + quoted(entry.op.rule) : std::string()) +
           ", \"value\": " + index_of(tape.traced_values_[at]) + ", \"cotangent\": " + index_of(cotangent(i)) +
           ", \"inputs\": [" + inputs + "]}";
  }

  std::string input(std::int64_t i) {
    const Edge& edge = tape.edges_[i];
    const BasicTensor<T>& value = edge.kind == Kind::leaf ? tape.leaves_[edge.place].value : edge.value;
    return "{\"from\": " + quoted(source(edge)) + ", \"value\": " + index_of(value) +
           ", \"rule\": " + quoted(edge.formula.text) + ", \"handed\": " + index_of(handed(i)) + '}';
  }

  // The folded entries: how many, and the rows that they hand cotangents to.
  std::string fold_row() {
    std::vector<std::string> to;
    for (std::int64_t i = first; i < last; ++i) {
      const Entry& entry = tape.entries_[i];
      for (std::int64_t k = entry.first_edge; k < entry.first_edge + entry.edge_count; ++k) {
        const Edge& edge = tape.edges_[k];
        const bool inside = edge.kind == Kind::result && edge.place >= first;
        if (handed(k).defined() && !inside) to.push_back(quoted(source(edge)));
      }
    }
    std::sort(to.begin(), to.end());
    to.erase(std::unique(to.begin(), to.end()), to.end());
    std::string names;
    for (const std::string& name : to) names += (names.empty() ? "" : ", ") + name;
    return "{\"folded\": " + std::to_string(folded) + ", \"to\": [" + names + "]}";
  }

  std::string source(const Edge& edge) const {
    if (edge.kind == Kind::constant) return "const";
    if (edge.kind == Kind::result) return name_of('%', edge.place);
    return name_of('x', std::find(leaves.begin(), leaves.end(), tape.leaves_[edge.place].leaf.get()) - leaves.begin());
  }

  BasicTensor<T> cotangent(std::int64_t entry) const {
    const auto at = static_cast<std::size_t>(entry);
    return at < tape.traced_cotangents_.size() ? tape.traced_cotangents_[at] : BasicTensor<T>();
  }
  BasicTensor<T> handed(std::int64_t edge) const {
    const auto at = static_cast<std::size_t>(edge);
    return at < tape.traced_handed_.size() ? tape.traced_handed_[at] : BasicTensor<T>();
  }

  // The entry that the last sweep began at: none stands behind it that has a cotangent.
  std::string start() const {
    std::int64_t i = tape.size() - 1;
    while (i >= 0 && !cotangent(i).defined()) --i;
    return i >= 0 ? quoted(name_of('%', i)) : "null";
  }

  std::string index_of(const BasicTensor<T>& x) {
    if (!x.defined()) return "null";
    const auto known = std::find_if(tensors.begin(), tensors.end(), [&](const auto& y) { return x.is_same(y); });
    const auto index = known - tensors.begin();
    if (known == tensors.end()) tensors.push_back(x);
    return std::to_string(index);
  }

  std::string all_tensors() const {
    std::ostringstream out = classic();
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      if (i > 0) out << ",\n";
      write(out, tensors[i]);
    }
    out << '\n';
    return out.str();
  }

  // A tensor as a matrix, whose rows are all dimensions but the last. Of a large one every second row and column is
  // shown, or every third, and so on; and besides the first three numbers.
  static void write(std::ostream& out, const BasicTensor<T>& x) {
    const std::int64_t columns = x.dim() > 0 ? x.shape()[x.dim() - 1] : 1;
    const std::int64_t rows = x.numel() / std::max<std::int64_t>(columns, 1);
    std::int64_t row_step = 1, column_step = 1;
    for (;;) {
      const std::int64_t down = (rows - 1) / row_step + 1, across = (columns - 1) / column_step + 1;
      if (down * across <= most_numbers) break;
      ++(down > across ? row_step : column_step);
    }
    const BasicTensor<T> values = contiguous(x);
    std::string between;
    auto number = [&](std::int64_t i) {
      const T value = values.data()[i];
      out << between << (std::isfinite(value) ? number_text(out, value) : quoted(number_text(out, value)));
      between = ",";
    };
    out << "{\"shape\": " << quoted(text_of_shape(x.shape())) << ", \"rows\": " << rows << ", \"columns\": " << columns
        << ", \"row_step\": " << row_step << ", \"column_step\": " << column_step << ", \"first\": [";
    for (std::int64_t i = 0; i < std::min<std::int64_t>(x.numel(), 3); ++i) number(i);
    out << "], \"numbers\": [";
    between.clear();
    for (std::int64_t i = 0; i < rows; i += row_step) {
      for (std::int64_t j = 0; j < columns; j += column_step) number(i * columns + j);
    }
    out << "]}";
  }

  static std::string text_of_shape(const Shape& shape) {
    std::ostringstream out = classic();
    out << shape;
    return out.str();
  }
};

template <class T>
std::string BasicTape<T>::to_html(const std::string& title) const {
  if (!trace_) {
    fail("tape.to_html: this tape has not kept its numbers. Make it with trace, as Tape tape({.trace = true})");
  }
  return Html{*this}.page(title);
}

template std::string BasicTape<float>::to_html(const std::string&) const;
template std::string BasicTape<double>::to_html(const std::string&) const;

}  // namespace tg
