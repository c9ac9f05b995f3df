// The figures of the examples, in the book's words: plot, heatmap and Animator.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tensor/tensor.h"

namespace tg::examples {

struct FigureOptions {
  std::filesystem::path folder = "build/figures";  // made if it is not there
  bool write_files = true;  // NAME.gp, NAME.svg and NAME.png in the folder
  bool terminal = false;    // print each figure as text
};

// Numbers along one axis, from a vector or from a Tensor of one dimension. Values that are
// not finite are left out of the figure, which then says so.
struct Series {
  Series() = default;
  Series(std::vector<float> numbers) : values(std::move(numbers)) {}
  Series(const Tensor& x);

  std::vector<float> values;
};

// A line with its name in the key; an empty label keeps it out of the key.
struct Curve {
  std::string label = {};
  Series x = {};
  Series y = {};
  bool dots = false;  // points without a line between them
  bool thin = false;  // a thin grey line, as for levels; such curves come last
};

// A scatter of half-transparent circles, with its name in the key.
struct Points {
  Series x = {};
  Series y = {};
  std::string label = "training examples";
};

// An axis from low to high. A side that is not given follows the data.
struct Range {
  static constexpr double automatic = std::numeric_limits<double>::quiet_NaN();
  double low = automatic;
  double high = automatic;
};

struct PlotOptions {
  std::string x_label = {};
  std::string y_label = {};
  Range x_range = {};
  Range y_range = {};
  Points points = {};    // drawn below the curves
  bool x_whole = false;  // tick the x axis at whole numbers only (epochs)
  bool x_log = false;    // logarithmic axes, for positive numbers: others are left out
  bool y_log = false;
};

struct HeatmapOptions {
  std::string x_label = {};  // of the columns
  std::string y_label = {};  // of the rows
};

// Draws figures with gnuplot. Each figure is a script, NAME.gp, that holds its data and
// writes NAME.svg and NAME.png wherever it is run; the path of each file is printed as it
// is written. A figure's name consists of letters, digits, '-', '_' and '.'. If gnuplot is
// not installed, the constructor says so on stderr and only the scripts are written. All
// functions throw Error: for a folder that cannot be made or written, for data that cannot
// be drawn, and when gnuplot fails.
class Figures {
 public:
  // Makes the folder, so that a wrong one is reported before any work is done.
  explicit Figures(FigureOptions options = {});

  // Curves over x, and points. The first curve is solid, the second dashed; the line styles
  // of six curves differ.
  void plot(const std::string& name, const std::vector<Curve>& curves,
            const PlotOptions& options = {}) const;

  // A matrix as colours: row 0 at the top, dark is high. Matrices of more than 400 rows or
  // columns are averaged over blocks of cells.
  void heatmap(const std::string& name, const Tensor& matrix,
               const HeatmapOptions& options = {}) const;

  // What gnuplot's own commands set: labels, arrows and objects on a sheet of so many
  // pixels, from (0, 0) at the lower left. It has no picture as text.
  void drawing(const std::string& name, const std::string& commands, int width,
               int height) const;

 private:
  void draw(const std::string& name) const;  // runs gnuplot on the script
  void print_plot(const std::string& name, const std::vector<Curve>& curves,
                  const PlotOptions& options) const;

  FigureOptions options_;
  std::filesystem::path gnuplot_;  // empty if it is not installed
};

// Collects a point at a time, such as the loss of each epoch, and draws the curve at the
// end.
class Animator {
 public:
  // `figures` must outlive the animator.
  Animator(const Figures& figures, std::string name, PlotOptions options);

  void add(double x, double y);
  void finish();  // draws the figure; call it once, after the last point
  const std::vector<float>& values() const { return y_; }

 private:
  const Figures& figures_;
  std::string name_;
  PlotOptions options_;
  std::vector<float> x_, y_;
};

}  // namespace tg::examples
