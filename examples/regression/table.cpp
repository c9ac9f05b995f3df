// Finds the columns by their names, and turns cells into numbers and codes.
#include "examples/regression/table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "examples/regression/csv.h"
#include "examples/regression/names.h"
#include "tensor/error.h"

namespace tg::regression {
namespace {

bool is_missing(std::string_view word) {
  return word.empty() || word == "NA" || word == "NaN";
}

class TableReader : public Cells {
 public:
  TableReader(Table& table, std::string file, char decimal, std::vector<Choice> choices,
              bool keep_all)
      : table_(table),
        file_(shown(file)),
        decimal_(decimal),
        choices_(std::move(choices)),
        keep_all_(keep_all) {}

  void cell(std::size_t c, std::string_view text) override {
    if (!has_header_) {
      header_.emplace_back(text);
      return;
    }
    if (c >= wanted_.size() || !wanted_[c]) return;
    Wanted& wanted = *wanted_[c];
    const double number =
        wanted.column->words ? code(wanted, text) : number_of(text, decimal_);
    wanted.column->numbers.push_back(number);
    if (!std::isnan(number)) return;
    if (wanted.wrong++ == 0) wanted.first_wrong = text;
    if (!wanted.column->words && !std::isnan(number_of(text, ',')) && commas_++ == 0)
      comma_ = text;
    if (why_.empty())
      why_ = wanted.column->name +
             (text.empty() ? " is empty" : " is '" + std::string(text) + "'");
  }

  void end_row(std::size_t cells, std::int64_t line) override {
    if (!has_header_) return begin(line);
    if (cells != header_.size()) {
      fail(file_, ", line ", line, ": the row has ", cells, cells == 1 ? " cell" : " cells",
           ", the first line ", header_.size(),
           "; the rows of a table have equally many (is it another --separator?)");
    }
    if (keep_all_) table_.problems.push_back(why_);
    const bool left_out = !why_.empty() && !keep_all_;
    if (!left_out) ++table_.rows;
    if (left_out) {
      if (table_.left_out++ == 0)
        table_.first_left_out = "line " + std::to_string(line) + ": " + why_;
      for (Wanted& wanted : all_) wanted.column->numbers.pop_back();
    }
    why_.clear();
  }

  void finish() {
    if (commas_ > table_.rows)
      fail(file_, ": '", comma_,
           "' and other cells have a comma: if it is a decimal comma, --decimal , reads "
           "it; if "
           "it groups thousands, take it out");
    if (!has_header_) fail(file_, " holds no row; its first line should name the columns");
    if (table_.rows > 0) return;
    for (const Wanted& wanted : all_) {
      if (wanted.wrong == 0 || wanted.wrong < table_.left_out) continue;
      fail(file_, ": the column '", wanted.column->name,
           "' has no number: its first cell is '", wanted.first_wrong,
           "'; write dates and the like as numbers, and name words with --category");
    }
    fail(file_,
         table_.left_out == 0
             ? " has no row below the names of its columns"
             : ": no row has a number in each of these columns; the first left out is " +
                   table_.first_left_out);
  }

 private:
  struct Wanted {
    Column* column;
    std::unordered_map<std::string, double> codes;
    std::int64_t wrong = 0;
    std::string first_wrong;
  };

  double code(Wanted& wanted, std::string_view text) {
    if (is_missing(text)) return std::numeric_limits<double>::quiet_NaN();
    const auto found = wanted.codes.find(std::string(text));
    if (found != wanted.codes.end()) return found->second;
    wanted.column->values.emplace_back(text);
    return wanted.codes[std::string(text)] =
               static_cast<double>(wanted.column->values.size() - 1);
  }

  // The first row is at hand: it names the columns, unless it consists of numbers.
  void begin(std::int64_t line) {
    has_header_ = true;
    std::vector<std::string> first;
    const auto is_number = [&](const std::string& text) {
      return !std::isnan(number_of(text, decimal_));
    };
    if (std::all_of(header_.begin(), header_.end(), is_number)) {
      first = header_;
      for (std::size_t c = 0; c < header_.size(); ++c) header_[c] = std::to_string(c + 1);
    }
    table_.chosen.resize(choices_.size());
    std::vector<std::pair<std::size_t, Column*>> found;
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      const std::vector<std::size_t> places = find(choices_[i]);
      table_.chosen[i].resize(places.size());
      for (std::size_t k = 0; k < places.size(); ++k) {
        Column& column = table_.chosen[i][k];
        column = {header_[places[k]], choices_[i].words};
        if (!choices_[i].like.empty()) column.values = choices_[i].like[k].values;
        found.emplace_back(places[k], &column);
      }
    }
    wanted_.resize(header_.size());
    all_.reserve(found.size());
    for (const auto& [place, column] : found) {
      if (wanted_[place])
        fail("the column '", column->name, "' is named twice; it can have one part only");
      all_.push_back({column, {}, 0, ""});
      for (std::size_t v = 0; v < column->values.size(); ++v)
        all_.back().codes[column->values[v]] = static_cast<double>(v);
      wanted_[place] = &all_.back();
    }
    for (std::size_t c = 0; c < first.size(); ++c) cell(c, first[c]);
    if (!first.empty()) end_row(first.size(), line);
  }

  std::vector<std::size_t> find(const Choice& choice) const {
    if (choice.like.empty())
      return find_columns(choice.list, header_, choice.option, file_);
    std::vector<std::size_t> places;
    for (const Column& column : choice.like)
      places.push_back(find_column(column.name, header_, choice.option, file_));
    return places;
  }

  Table& table_;
  std::string file_;
  char decimal_;
  std::vector<Choice> choices_;
  bool keep_all_, has_header_ = false;
  std::vector<std::string> header_;
  std::vector<Wanted> all_;
  std::vector<Wanted*> wanted_;  // for each column of the file; null if nobody asks for it
  std::int64_t commas_ = 0;      // cells that are numbers with a decimal comma
  std::string comma_;
  std::string why_;  // the row at hand is left out
};

}  // namespace

Table read_table(const std::string& file, const CsvFormat& format,
                 const std::vector<Choice>& choices) {
  Table table;
  TableReader reader(table, file, format.decimal, choices, false);
  read_csv(file, format.separator, reader);
  reader.finish();
  return table;
}

Table read_queries(const std::string& file, const CsvFormat& format, const Table& like) {
  Table table;
  std::vector<Choice> choices;
  for (std::size_t i = 1; i + 1 < like.chosen.size(); ++i)
    choices.push_back({"--predict", "", i == 2, like.chosen[i]});
  TableReader reader(table, file, format.decimal, choices, true);
  read_csv(file, format.separator, reader);
  reader.finish();
  return table;
}

}  // namespace tg::regression
