// Whether a page still says what its source says: text exactly, numbers nearly.
#pragma once

#include <string>

#include "tests/docs/page.h"

namespace docs {

// The first difference in words, or nothing if there is none. Numbers with a decimal point or an exponent may differ by
// 1e-4 of their size, since the last digits move with the processor; in a line that contains "(measured)" they may be
// any. The width of white space between words is not compared, since columns are as wide as their numbers.
std::string difference(const Lines& shown, const Lines& now);

// The line in which gnuplot says that it has drawn an SVG figure, or nothing.
std::string gnuplot_of(const Lines& figure);

// Whether two SVG files of the same gnuplot show the same figure: the same words, and all numbers, coordinates and
// ticks alike, to 1. The cells of a heat map, a picture inside the picture, are not compared. True as well if another
// gnuplot has drawn one of them, but not for a file that no gnuplot has drawn.
bool same_figure(const std::string& shown, const std::string& now);

}  // namespace docs
