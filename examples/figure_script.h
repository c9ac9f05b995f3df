// The gnuplot scripts of the figures: their look, and what is drawn.
#pragma once

#include <string>
#include <vector>

#include "examples/figures.h"
#include "examples/gnuplot_stream.h"

namespace tg::examples {

// The beginning of the script that draws name.svg and name.png, and of one that prints
// text. Numbers that are sent after it are written alike in every locale.
void begin_script(Gnuplot& gp, const std::string& name);
void begin_text(Gnuplot& gp);

// The axes, labels, key and data of a plot, as a picture or as text. Returns the plot
// command.
std::string write_plot(Gnuplot& gp, const std::vector<Curve>& curves,
                       const PlotOptions& options, bool text);

// The labels, axes and cells of a heat map. Returns the plot command.
std::string write_heatmap(Gnuplot& gp, const Tensor& matrix, const HeatmapOptions& options);

// Draws both pictures by that command: the PNG at twice the size, as for a screen of high
// density.
void write_pictures(Gnuplot& gp, const std::string& name, int width, int height,
                    const std::string& command);

}  // namespace tg::examples
