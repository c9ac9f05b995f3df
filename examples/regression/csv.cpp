// Reading CSV with libcsv, a block of the file at a time.
#include "examples/regression/csv.h"

#if !__has_include(<csv.h>)
#error "libcsv is missing: `make setup` installs it"
#endif
#include <csv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>

#include "tensor/error.h"

namespace tg::regression {
namespace {

// libcsv's state, and what its callbacks need. An exception must not pass through its C
// code: it is kept until then.
class Parser {
 public:
  Parser(char separator, Cells& cells) : cells_(cells) {
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
      throw std::bad_alloc();
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  void parse(std::string_view text, const std::string& file) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n'),
                        size = end == text.npos ? text.size() : end + 1;
      if (parser_.pstate == 0) row_line_ = line_;  // between two rows
      const bool whole =
          csv_parse(&parser_, text.data(), size, &Parser::cell, &Parser::row, this) == size;
      check(whole, file,
            "a quote stands inside a cell that is not quoted, or is not doubled in one "
            "that is");
      if (end != text.npos) ++line_;
      text.remove_prefix(size);
    }
  }
  void finish(const std::string& file) {
    const bool whole = csv_fini(&parser_, &Parser::cell, &Parser::row, this) == 0;
    check(whole, file, "a quoted cell of the row that begins there does not end");
  }

 private:
  void check(bool whole, const std::string& file, const char* what) {
    if (error_) std::rethrow_exception(error_);
    if (whole) return;
    if (csv_error(&parser_) == CSV_ENOMEM) throw std::bad_alloc();
    fail(shown(file), ", line ", row_line_, ": ", what, "; the file is no CSV");
  }
  template <class F> void guarded(const F& f) {
    if (error_) return;
    try {
      f();
    } catch (...) {
      error_ = std::current_exception();
    }
  }
  static void cell(void* text, std::size_t size, void* self) {
    auto& p = *static_cast<Parser*>(self);
    p.guarded([&] { p.cells_.cell(p.column_++, {static_cast<const char*>(text), size}); });
  }
  static void row(int, void* self) {
    auto& p = *static_cast<Parser*>(self);
    p.guarded([&] { p.cells_.end_row(p.column_, p.row_line_); });
    p.column_ = 0;
  }

  Cells& cells_;
  csv_parser parser_{};
  std::size_t column_ = 0;
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

void read_csv(const std::string& file, char separator, Cells& cells) {
  const std::unique_ptr<std::FILE, CloseInput> input(
      file == "-" ? stdin : std::fopen(file.c_str(), "rb"));
  if (!input) fail("cannot read ", file, ": ", std::strerror(errno));
  std::unique_ptr<Parser> parser;
  std::vector<char> block(1 << 20);
  for (std::size_t size;
       (size = std::fread(block.data(), 1, block.size(), input.get())) > 0;) {
    std::string_view text(block.data(), size);
    if (!parser) {
      if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        fail(shown(file),
             " is in UTF-16, and is no CSV that can be read here; save it as UTF-8");
      if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
      parser =
          std::make_unique<Parser>(separator ? separator : find_separator(text), cells);
    }
    if (text.find('\0') != text.npos) fail(shown(file), " holds a byte 0: it is no CSV");
    parser->parse(text, file);
  }
  if (std::ferror(input.get()))
    fail("cannot read ", shown(file), ": ", std::strerror(errno));
  if (!parser) fail(shown(file), " is empty; its first line should name the columns");
  parser->finish(file);
}

std::vector<std::string> split(const std::string& line) {
  struct List : Cells {
    void cell(std::size_t, std::string_view text) override { texts.emplace_back(text); }
    void end_row(std::size_t, std::int64_t) override {}
    std::vector<std::string> texts;
  } list;
  Parser parser(',', list);
  parser.parse(line, line);
  parser.finish(line);
  return list.texts;
}

double number_of(std::string_view text, char decimal) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::array<char, 64> point{};  // the number with a decimal point
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() >= point.size()) return none;
  if (decimal == '.') {
    std::memcpy(point.data(), text.data(), text.size());
  } else {
    if (text.find('.') != text.npos) return none;
    std::replace_copy(text.begin(), text.end(), point.begin(), decimal, '.');
  }
  double number = none;
#ifdef __cpp_lib_to_chars
  const auto [end, error] =
      std::from_chars(point.data(), point.data() + text.size(), number);
  if (error != std::errc() || end != point.data() + text.size()) return none;
#else  // libc++ has from_chars for double only since version 20; this program sets no
       // locale
  char* end = nullptr;
  if (std::strpbrk(point.data(), "xX")) return none;
  number = std::strtod(point.data(), &end);
  if (end != point.data() + text.size()) return none;
#endif
  return std::isfinite(number) ? number : none;
}

}  // namespace tg::regression
