// A page of the course: its lines, and the blocks in it that a source or a program fills.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace docs {

using Lines = std::vector<std::string>;

Lines read_lines(const std::string& file);  // throws std::runtime_error if it cannot be read
Lines::const_iterator first_with(const Lines& lines, const std::string& text);  // the first that contains it, or end()
void write_lines(const std::string& file, const Lines& lines);

// What a marker asks for. A marker is a comment on the line before a fence, or before an image or a table of images:
//   <!-- code FILE#region -->   <!-- code FILE "text" -->   <!-- code FILE -->   <!-- code FILE#region wide -->
//   <!-- output PROGRAM arguments... "text" -->
//   <!-- figure PROGRAM arguments... -->   <!-- figure by hand -->
// An argument that is a file of the repository is handed on with its whole path.
struct Block {
  std::string kind;                // code, output, figure
  std::vector<std::string> words;  // FILE#region, or PROGRAM and its arguments
  std::string text;                // the words in quotes at the end, or empty
  bool wide = false;               // its lines may be wider than the page
  std::size_t line = 0;            // of the marker, from 0
  std::size_t begin = 0, end = 0;  // the lines between the fences; of a figure, those up to a blank one

  bool by_hand() const { return kind == "figure" && words == std::vector<std::string>{"by", "hand"}; }
};

struct Page {
  std::string file;
  Lines lines;
  std::vector<Block> blocks;
  std::vector<std::string> errors;  // "docs/x.md:12: what is wrong"
};

// A page has room for lines of 92 columns; what is wider is cut, on a screen of 1280 pixels.
constexpr std::size_t page_width = 92;
std::size_t columns(const std::string& line);  // that it fills: those of its letters, without the bars over them

// Reads a page. A block without a marker is an error, but for commands (sh), and so is an image without one.
Page read_page(const std::string& file);

// "docs/x.md:12: "
std::string place(const Page& page, std::size_t line);

// The files of the images in a line: "figures/x.svg", from a page in a folder of docs/ as well.
std::vector<std::string> images_of(const std::string& line);

// An error for each number with a decimal point in the prose that no block of the page holds, when rounded to its
// digits. Formulas, inline code and links' targets are not looked at.
std::vector<std::string> unprinted_numbers(const Page& page);

// An error for each line of code that is wider than the page, unless its marker says that it is: a table has no narrow
// form.
std::vector<std::string> wide_lines(const Page& page);

}  // namespace docs
