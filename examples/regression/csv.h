// Reading CSV by RFC 4180 and its relatives, with libcsv: quotes, line breaks in quotes,
// CRLF, a byte order mark.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tg::regression {

// What is called for each cell, and at the end of each row with the number of its cells and
// the line it begins in.
struct Cells {
  virtual ~Cells() = default;
  virtual void cell(std::size_t column, std::string_view text) = 0;
  virtual void end_row(std::size_t cells, std::int64_t line) = 0;
};

// Reads a file, or standard input if it is named "-". The separator 0 stands for the one of
// tab, ';' and ',' that the first line has. Throws Error, in one line, for what cannot be
// read or is no CSV.
void read_csv(const std::string& file, char separator, Cells& cells);

// The cells of one line, separated by commas.
std::vector<std::string> split(const std::string& line);

// A number with this decimal point, whatever the locale; NaN for other text, and for what
// is not finite.
double number_of(std::string_view text, char decimal);

// The name of a file for a message.
inline std::string shown(const std::string& file) {
  return file == "-" ? "standard input" : file;
}

}  // namespace tg::regression
