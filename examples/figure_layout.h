// What a figure needs and gnuplot does not do well: checks of its data, ranges, ticks, the
// key's corner, large matrices, heat maps as text.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "examples/figures.h"

namespace tg::examples {

// Throws Error if the name is not one for a figure.
void check_name(const std::string& name);

// Throws Error if the plot cannot be drawn, and says on stderr how many values are left out
// of it.
void check_plot(const std::string& name, const std::vector<Curve>& curves,
                const PlotOptions& options);

// The same for a heat map, which needs two dimensions and at least a cell.
void check_heatmap(const std::string& name, const Tensor& matrix);

using Rows = std::vector<std::pair<float, float>>;  // (x, y)

// The points of a curve. Where x or y is not finite, or not positive on a logarithmic axis,
// both are NaN.
Rows rows(const Series& x, const Series& y, const PlotOptions& options);

struct Axes {
  Range x, y;
};

// Whether a curve shows its points: as dots only, or since there are so few that none shall
// hide in the line.
bool shows_points(const Curve& curve);

// A little wider on both sides, so that no point sits on the frame. A side that is not
// given stays so.
Range with_room(const Range& range);

// The axes of a plot, every side filled in: x tightly around lines and with room for
// points, y with a little room.
Axes axes(const std::vector<Curve>& curves, const PlotOptions& options);

// `given`, with its automatic sides taken from `found`, and widened if it has no width.
Range filled(const Range& given, const Range& found);

// The range of numbers from low to high that starts at 0 if that costs at most half of it:
// a fall to a third then looks like a fall to a third.
Range from_zero(const Range& data);

// The distance of whole-number ticks, 1, 2, 5, 10, 20, ..., that cuts the range into at
// most so many parts.
double whole_step(const Range& range, int parts);

// gnuplot's words for the key's place: "bottom right" or another corner, where it hides the
// least of the curves and points; "outside right top", beside the frame, where it is long
// or would hide too much; or none without a label.
std::string key_place(const std::vector<Curve>& curves, const PlotOptions& options);

// A matrix as rows of cells.
using Cells = std::vector<std::vector<float>>;

// The matrix with at most so many rows and columns: each cell is the mean of a block. A
// mean over a value that is not finite is NaN.
Cells cells(const Tensor& matrix, std::size_t max_rows, std::size_t max_columns);

// The range of the finite cells, from 0 where from_zero says so, for the colours.
Range color_range(const Cells& cells);

// The width for text: of COLUMNS, of the terminal, or 79, and between 40 and 120.
std::size_t terminal_width();

// A heat map of characters, from ' ' (low) to '@' (high). gnuplot's own text terminal draws
// no images.
std::string text_heatmap(const Tensor& matrix, const HeatmapOptions& options);

}  // namespace tg::examples
