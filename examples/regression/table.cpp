// Turns cells into numbers and codes.
#include "examples/regression/table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "tensor/error.h"

namespace tg::regression {
namespace {

using Row = std::vector<std::string>;

// A column that is asked for.
struct Wanted {
  std::size_t place;  // in the file
  Column column;
  std::unordered_map<std::string, double> codes = {};
  std::int64_t wrong = 0;
  std::string first_wrong = {};

  double code(const std::string& word) {
    if (word.empty() || word == "NA" || word == "NaN") return std::numeric_limits<double>::quiet_NaN();
    const auto [found, is_new] = codes.emplace(word, static_cast<double>(column.values.size()));
    if (is_new) column.values.push_back(word);
    return found->second;
  }
};

// Reads the columns that `choose` finds in the header.
class Reader {
 public:
  using Choose = std::function<std::vector<Wanted>(const Row& header)>;

  Reader(const std::string& file, const CsvFormat& format, bool keep_all, const Choose& choose)
      : file_(shown(file)), decimal_(format.decimal), keep_all_(keep_all), choose_(choose) {
    read_csv(file, format.separator, [this](const Row& cells, std::int64_t line) {
      if (header_.empty() && begin(cells)) return;
      add(cells, line);
    });
    if (commas_ > rows)
      fail(file_, ": '", comma_,
           "' and other cells have a comma: if it is a decimal comma, --decimal , reads "
           "it; if it groups thousands, take it out");
    if (header_.empty()) fail(file_, " holds no row; its first line should name the columns");
    if (rows == 0) fail_without_rows();
  }

  std::vector<Column> columns() {
    std::vector<Column> result;
    for (Wanted& wanted : wanted_) result.push_back(std::move(wanted.column));
    return result;
  }

  std::int64_t rows = 0, left_out = 0;
  std::string first_left_out;
  std::vector<std::string> problems;  // of each row, if all are kept

 private:
  // The first row names the columns, unless it consists of numbers.
  bool begin(const Row& cells) {
    header_ = cells;
    const bool named = std::any_of(cells.begin(), cells.end(),
                                   [&](const auto& text) { return std::isnan(number_of(text, decimal_)); });
    for (std::size_t c = 0; c < cells.size() && !named; ++c) header_[c] = std::to_string(c + 1);
    wanted_ = choose_(header_);
    std::vector<bool> taken(header_.size());
    for (Wanted& wanted : wanted_) {
      if (taken[wanted.place]) fail("the column '", wanted.column.name, "' is named twice; it can have one part only");
      taken[wanted.place] = true;
    }
    return named;
  }

  void add(const Row& cells, std::int64_t line) {
    if (cells.size() != header_.size())
      fail(file_, ", line ", line, ": the row has ", cells.size(), cells.size() == 1 ? " cell" : " cells",
           ", the first line ", header_.size(), "; the rows of a table have equally many (is it another --separator?)");
    std::string why;  // it is left out
    for (Wanted& wanted : wanted_) {
      Column& column = wanted.column;
      const std::string& text = cells[wanted.place];
      column.numbers.push_back(column.words ? wanted.code(text) : number_of(text, decimal_));
      if (!std::isnan(column.numbers.back())) continue;
      if (wanted.wrong++ == 0) wanted.first_wrong = text;
      if (!column.words && !std::isnan(number_of(text, ',')) && commas_++ == 0) comma_ = text;
      if (why.empty()) why = column.name + (text.empty() ? " is empty" : " is '" + text + "'");
    }
    if (keep_all_) problems.push_back(why);
    if (keep_all_ || why.empty()) {
      ++rows;
      return;
    }
    if (left_out++ == 0) first_left_out = "line " + std::to_string(line) + ": " + why;
    for (Wanted& wanted : wanted_) wanted.column.numbers.pop_back();
  }

  [[noreturn]] void fail_without_rows() const {
    if (left_out == 0) fail(file_, " has no row below the names of its columns");
    for (const Wanted& wanted : wanted_) {
      if (wanted.wrong == left_out)
        fail(file_, ": the column '", wanted.column.name, "' has no number: its first cell is '", wanted.first_wrong,
             "'; write dates and the like as numbers, and name words with --category");
    }
    fail(file_, ": no row has a number in each of these columns; the first left out is " + first_left_out);
  }

  std::string file_;
  char decimal_;
  bool keep_all_;
  const Choose& choose_;
  Row header_;
  std::vector<Wanted> wanted_;
  std::int64_t commas_ = 0;  // cells that are numbers with a decimal comma
  std::string comma_;
};

}  // namespace

Table read_table(const std::string& file, const CsvFormat& format, const ColumnLists& lists) {
  const Reader::Choose choose = [&](const Row& header) {
    std::vector<Wanted> all;
    const auto add = [&](const char* option, const std::string& list, bool words, bool one) {
      const auto places = find_columns(list, header, option, shown(file));
      if (one && places.size() > 1) fail(option, " takes one column, and not ", list);
      for (const std::size_t place : places) all.push_back({place, {header[place], words}});
    };
    add("--y", lists.y, false, true);
    add("--x", lists.x, false, false);
    add("--category", lists.category, true, false);
    add("--weight", lists.weight, false, true);
    return all;
  };
  Reader reader(file, format, /*keep_all=*/false, choose);
  return {reader.columns(), !lists.weight.empty(), reader.rows, reader.left_out, reader.first_left_out};
}

Queries read_queries(const std::string& file, const CsvFormat& format, const std::vector<Column>& like) {
  const Reader::Choose choose = [&](const Row& header) {
    std::vector<Wanted> all;
    for (const Column& known : like) {
      const auto place = find_column(known.name, header, "--predict", shown(file));
      all.push_back({place, {known.name, known.words, {}, known.values}});
      for (const std::string& value : known.values)
        all.back().codes.emplace(value, static_cast<double>(all.back().codes.size()));
    }
    return all;
  };
  Reader reader(file, format, /*keep_all=*/true, choose);
  return {reader.columns(), reader.problems};
}

}  // namespace tg::regression
