// Reading: the columns of a CSV file that a regression asks for.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tg::regression {

// What the numbers of a column are like.
struct Scale {
  double mean = 0, deviation = 1;
  double low = 0, high = 0, median = 0;
  double smallest_gap = 0;    // between two different numbers
  std::size_t different = 1;  // numbers
};

struct Column {
  std::string name;
  bool words = false;                // a category: its numbers are codes, counted from 0
  std::vector<double> numbers = {};  // NaN where a cell has none
  std::vector<std::string> values = {};
  Scale scale = {};  // of a feature, or of y; categories are not scaled
};

struct CsvFormat {
  char separator = 0;  // 0: to be found
  char decimal = '.';
};

// Lists of names or numbers of columns, as the options --y and so on have them.
struct ColumnLists {
  std::string y, x, category = {}, weight = {};
};

struct Table {
  std::vector<Column> columns;  // y, the features, the categories, and the weights
  bool weighted = false;        // there are weights
  std::int64_t rows = 0, left_out = 0;
  std::string first_left_out = {};  // its line, and why
};

// Leaves out, and counts, the rows in which a cell is no number, or an empty word. Throws
// Error for an unknown column, one that is named twice, a row that is too short or too
// long, and if no row is left.
Table read_table(const std::string& file, const CsvFormat& format, const ColumnLists& lists);

// Where the model is asked.
struct Queries {
  std::vector<Column> columns;             // the features, then the categories
  std::vector<std::string> problems = {};  // of each row, what it lacks; or none
  std::vector<std::string> remarks = {};   // how the rows have been made
  bool of_data = false;                    // the rows are the data's own
};

// The same columns of another file: no row is left out.
Queries read_queries(const std::string& file, const CsvFormat& format, const std::vector<Column>& like);

// The places in the header of a file of the columns in a list, which may be empty: commas
// stand between names, or numbers from 1 on. A name that holds a comma is quoted, or stands
// alone. Throws Error, which lists the names, for one that is not there, or more than once.
std::vector<std::size_t> find_columns(const std::string& list, const std::vector<std::string>& header,
                                      const std::string& option, const std::string& file);
std::size_t find_column(const std::string& name, const std::vector<std::string>& header, const std::string& option,
                        const std::string& file);

// Reads CSV by RFC 4180 and its relatives, with libcsv: quotes, line breaks in quotes,
// CRLF, a byte order mark. The separator 0 stands for the one of tab, ';' and ',' that the
// first line has. `on_row` gets each row and the line it begins in. Throws Error, in one
// line, for what cannot be read or is no CSV.
using OnRow = std::function<void(const std::vector<std::string>& cells, std::int64_t line)>;
void read_csv(const std::string& file, char separator, const OnRow& on_row);

// The cells of one line, separated by commas.
std::vector<std::string> split(const std::string& line);

// A number with this decimal point; NaN for other text, and for what is not finite.
double number_of(std::string_view text, char decimal);

// The name of a file for a message; "-" is standard input.
inline std::string shown(const std::string& file) { return file == "-" ? "standard input" : file; }

}  // namespace tg::regression
