// The columns of a CSV file that a regression asks for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tg::regression {

struct Column {
  std::string name;
  bool words = false;                // a category: its numbers are codes, counted from 0
  std::vector<double> numbers = {};  // NaN where a cell has none
  std::vector<std::string> values = {};
};

// An option that names columns, by a list of names or numbers.
struct Choice {
  std::string option, list;
  bool words = false;
  std::vector<Column> like =
      {};  // of an earlier table: then these are the names, and the values are known
};

struct Table {
  std::vector<std::vector<Column>> chosen;  // for each choice, its columns
  std::int64_t rows = 0, left_out = 0;
  std::string first_left_out;  // its line, and why
  std::vector<std::string>
      problems;  // of read_queries: for each row what is wrong with it, or nothing
};

struct CsvFormat {
  char separator = 0;  // 0: to be found
  char decimal = '.';
};

// Leaves out, and counts, the rows in which a cell is no number, or an empty word. Throws
// Error for an unknown column, one that is named twice, a row that is too short or too
// long, and if no row is left.
Table read_table(const std::string& file, const CsvFormat& format,
                 const std::vector<Choice>& choices);

// The columns of the choices but the first and the last, y and the weights, of another
// file: no row is left out.
Table read_queries(const std::string& file, const CsvFormat& format, const Table& like);

}  // namespace tg::regression
