// Reading CSV with libcsv, a block of the file at a time.
#if !__has_include(<csv.h>)
#error "libcsv is missing: `make setup` installs it"
#endif
#include <csv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>
#include <optional>

#include "examples/regression/table.h"
#include "tensor/error.h"

namespace tg::regression {
namespace {

// libcsv's state, and what its callbacks need. An exception must not pass through its C
// code: it is kept until then.
class Parser {
 public:
  Parser(const std::string& file, char separator, const OnRow& on_row) : file_(file), on_row_(on_row) {
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  void parse(std::string_view text) {
    while (!text.empty()) {
      const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
      if (parser_.pstate == 0) row_line_ = line_;  // between two rows
      check(csv_parse(&parser_, text.data(), size, &Parser::cell, &Parser::row, this) == size,
            "a quote stands inside a cell that is not quoted, or is not doubled in one "
            "that is");
      if (text[size - 1] == '\n') ++line_;
      text.remove_prefix(size);
    }
  }
  void finish() {
    check(csv_fini(&parser_, &Parser::cell, &Parser::row, this) == 0,
          "a quoted cell of the row that begins there does not end");
  }

 private:
  void check(bool whole, const char* what) {
    if (error_) std::rethrow_exception(error_);
    if (whole) return;
    if (csv_error(&parser_) == CSV_ENOMEM) throw std::bad_alloc();
    fail(shown(file_), ", line ", row_line_, ": ", what, "; the file is no CSV");
  }
  template <class F> void guarded(const F& f) {
    try {
      if (!error_) f();
    } catch (...) {
      error_ = std::current_exception();
    }
  }
  static void cell(void* text, std::size_t size, void* self) {
    auto& p = *static_cast<Parser*>(self);
    p.guarded([&] { p.cells_.emplace_back(static_cast<const char*>(text), size); });
  }
  static void row(int, void* self) {
    auto& p = *static_cast<Parser*>(self);
    p.guarded([&] { p.on_row_(p.cells_, p.row_line_); });
    p.cells_.clear();
  }

  const std::string& file_;
  const OnRow& on_row_;
  csv_parser parser_{};
  std::vector<std::string> cells_;
  std::int64_t line_ = 1, row_line_ = 1;
  std::exception_ptr error_;
};

// The first line tells: a tab or ';' in it, outside quotes, stands between cells. Where
// decimal commas are written, ',' does not.
char find_separator(std::string_view text) {
  bool quoted = false;
  char found = ',';
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    if (c == '\t' || (c == ';' && found == ',')) found = c;
  }
  return found;
}

struct CloseInput {
  void operator()(std::FILE* input) const {
    if (input != stdin) std::fclose(input);
  }
};

}  // namespace

void read_csv(const std::string& file, char separator, const OnRow& on_row) {
  const std::unique_ptr<std::FILE, CloseInput> input(file == "-" ? stdin : std::fopen(file.c_str(), "rb"));
  if (!input) fail("cannot read ", file, ": ", std::strerror(errno));
  std::optional<Parser> parser;
  std::vector<char> block(1 << 20);
  for (std::size_t size; (size = std::fread(block.data(), 1, block.size(), input.get())) > 0;) {
    std::string_view text(block.data(), size);
    if (!parser) {
      if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        fail(shown(file), " is in UTF-16, and is no CSV that can be read here; save it as UTF-8");
      if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
      parser.emplace(file, separator ? separator : find_separator(text), on_row);
    }
    if (text.find('\0') != text.npos) fail(shown(file), " holds a byte 0: it is no CSV");
    parser->parse(text);
  }
  if (std::ferror(input.get())) fail("cannot read ", shown(file), ": ", std::strerror(errno));
  if (!parser) fail(shown(file), " is empty; its first line should name the columns");
  parser->finish();
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  const OnRow keep = [&](const auto& row, std::int64_t) { cells = row; };
  Parser parser(line, ',', keep);
  parser.parse(line);
  parser.finish();
  return cells;
}

double number_of(std::string_view text, char decimal) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::array<char, 64> point{};  // the number with a decimal point
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.empty() || text.size() >= point.size()) return none;
  if (decimal != '.' && text.find('.') != text.npos) return none;
  if (text.find_first_of("xX") != text.npos) return none;  // hexadecimal
  std::replace_copy(text.begin(), text.end(), point.begin(), decimal, '.');
  char* end = nullptr;
  const double number = std::strtod(point.data(), &end);  // this program sets no locale
  return end == point.data() + text.size() && std::isfinite(number) ? number : none;
}

}  // namespace tg::regression
