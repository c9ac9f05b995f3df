// The gnuplot scripts of the figures: their look, and what is drawn.
#include "examples/figure_script.h"

#include <iomanip>
#include <limits>
#include <locale>
#include <sstream>

#include "examples/figure_layout.h"

namespace tg::examples {
namespace {

// The look shared by all figures: white ground, thin grey grid, matplotlib's Reds for heat
// maps, labels as plain numbers. Lines differ in colour and in dashes; the colours are
// Okabe's and Ito's, safe for colour-blind readers, the fourth of them darkened so that it
// shows on white.
constexpr const char* style = R"(reset
set encoding utf8; set minussign
set format '%g'; set format cb '%g'
set border 15 lw 1 lc rgb '#444444'; set tics nomirror scale 0.5
set grid xtics ytics lw 0.6 lt 1 lc rgb '#dddddd'
set style line 1 lw 2.2 lc rgb '#0072B2' pt 7 ps 0.5
set style line 2 lw 2.2 lc rgb '#D55E00' pt 7 ps 0.5 dt '-'
set style line 3 lw 2.2 lc rgb '#009E73' pt 7 ps 0.5 dt '-.'
set style line 4 lw 2.2 lc rgb '#AA4499' pt 7 ps 0.5 dt (3,3)
set style line 5 lw 2.2 lc rgb '#56B4E9' pt 7 ps 0.5 dt (16,5)
set style line 6 lw 2.2 lc rgb '#000000' pt 7 ps 0.5 dt '-..'
set style line 8 lw 1 lc rgb '#888888'
set style line 9 lc rgb '#80E69F00' pt 7 ps 0.75
set key opaque reverse Left box lc rgb '#bbbbbb' samplen 2 spacing 1 height 0.5
set palette defined (0 '#fff5f0', 1 '#fee0d2', 2 '#fcbba1', 3 '#fc9272', 4 '#fb6a4a', \
                     5 '#ef3b2c', 6 '#cb181d', 7 '#a50f15', 8 '#67000d')
)";

constexpr std::size_t line_styles = 6;
constexpr std::size_t max_image_side =
    400;  // cells; more than a picture of this size can show

// A string in gnuplot's single quotes, where only the quote itself is special.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += c;
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + "'";
}

// A name in the key.
std::string title(const std::string& label) {
  return label.empty() ? " notitle" : " title " + quoted(label);
}

std::string range(const Range& r) {
  std::ostringstream text;
  text << std::setprecision(10) << '[' << r.low << ':' << r.high << ']';
  return text.str();
}

// Data goes into blocks of the script itself. gnuplot-iostream ends what it sends by a line
// "e", so the blocks do too.
template <class Data>
void send_block(Gnuplot& gp, const std::string& block, const Data& data) {
  gp << block << " << e\n";
  gp.send1d(data);
}

// gnuplot takes a block without any row for an error.
Rows drawable(const Series& x, const Series& y, const PlotOptions& options) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const Rows data = rows(x, y, options);
  return data.empty() ? Rows{{nan, nan}} : data;
}

// Numbers alike in every locale.
void write_plain_numbers(Gnuplot& gp) {
  gp.imbue(std::locale::classic());
  gp << std::defaultfloat << std::setprecision(7);
}

}  // namespace

void begin_script(Gnuplot& gp, const std::string& name) {
  write_plain_numbers(gp);
  gp << "# Draws " << name << ".svg and " << name << ".png:  gnuplot " << name << ".gp\n"
     << style;
}

void begin_text(Gnuplot& gp) {
  write_plain_numbers(gp);
  gp << "set terminal dumb noenhanced size " << terminal_width() << ",24\n"
     << "set format '%g'; set tics nomirror scale 0; set border back; set lmargin 8\n";
}

std::string write_plot(Gnuplot& gp, const std::vector<Curve>& curves,
                       const PlotOptions& options, bool text) {
  const Axes view = axes(curves, options);
  if (options.x_log) gp << "set logscale x\n";
  if (options.y_log) gp << "set logscale y\n";
  gp << "set xlabel " << quoted(options.x_label) << '\n';
  // As text it stands upright, over the ticks' labels: Figures prints it above the frame.
  if (!text) gp << "set ylabel " << quoted(options.y_label) << '\n';
  gp << "set xrange " << range(view.x) << "; set yrange " << range(view.y) << '\n';
  if (options.x_whole) gp << "set xtics " << whole_step(view.x, 8) << '\n';
  const std::string place = key_place(curves, options);
  gp << (place.empty() ? "unset key" : "set key ") << place << '\n';

  std::string command = "plot ", separator;
  if (!options.points.x.values.empty()) {
    send_block(gp, "$points", drawable(options.points.x, options.points.y, options));
    command += std::string("$points with points ") + (text ? "pt 'o'" : "ls 9") +
               title(options.points.label);
    separator = ", ";
  }
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const std::string block = "$curve" + std::to_string(i + 1),
                      line = std::to_string(i % line_styles + 1);
    send_block(gp, block, drawable(curves[i].x, curves[i].y, options));
    command += separator + block;
    if (text) {
      command += curves[i].x.values.size() == 1 || curves[i].dots
                     ? " with points pt '*'"
                     : " with lines lt " + line;
    } else if (curves[i].thin) {
      command += " with lines ls 8";
    } else if (curves[i].dots) {
      command += " with points ls " + line + " ps 0.8";
    } else {
      command +=
          (shows_points(curves[i]) ? " with linespoints ls " : " with lines ls ") + line;
    }
    command += title(curves[i].label);
    separator = ", ";
  }
  return command;
}

std::string write_heatmap(Gnuplot& gp, const Tensor& matrix,
                          const HeatmapOptions& options) {
  Cells image = cells(matrix, max_image_side, max_image_side);
  // gnuplot draws no image of a single row or column.
  if (image.size() == 1) image.push_back(image[0]);
  if (image[0].size() == 1) {
    for (auto& row : image) row.push_back(row[0]);
  }
  const auto m = static_cast<double>(matrix.size(0)),
             n = static_cast<double>(matrix.size(1));
  const Range x{-0.5, n - 0.5},
      y{m - 0.5, -0.5};  // cell i covers i - 0.5 to i + 0.5, row 0 is at the top
  gp << "set xlabel " << quoted(options.x_label) << "; set ylabel "
     << quoted(options.y_label) << '\n'
     << "unset grid; unset key; set size square; set tics out; set colorbox noborder\n"
     // What is not finite is left out of the image and shows the grey below.
     << "set object rectangle from graph 0, 0 to graph 1, 1 behind fillcolor rgb "
        "'#999999'\n"
     << "set xrange " << range(x) << "; set yrange " << range(y) << "; set cbrange "
     << range(color_range(image)) << "\nset xtics " << whole_step(x, 5) << "; set ytics "
     << whole_step(y, 5) << '\n';
  send_block(gp, "$cells", image);
  const double rows_per_cell = m / static_cast<double>(image.size());
  const double columns_per_cell = n / static_cast<double>(image[0].size());
  std::ostringstream command;
  command << "plot $cells matrix" << std::setprecision(10);
  if (rows_per_cell != 1 || columns_per_cell != 1) {
    command << " using (($1 + 0.5) * " << columns_per_cell << " - 0.5):(($2 + 0.5) * "
            << rows_per_cell << " - 0.5):3";
  }
  command << " with image notitle";
  return command.str();
}

void write_pictures(Gnuplot& gp, const std::string& name, int width, int height,
                    const std::string& command) {
  gp << "\nset terminal svg size " << width << ',' << height
     << " fixed dashlength 0.6 noenhanced font 'DejaVu Sans,Verdana,sans-serif,11' "
        "background rgb 'white'\n"
     << "set output '" << name << ".svg'\n"
     << command
     << "\nunset output\n"
     // A browser must not blur the cells of a heat map, and gnuplot has no option that says
     // so.
     << "!sed -i.bak -e 's/<image /&image-rendering=\"optimizeSpeed\" "
        "style=\"image-rendering:pixelated\" /' -e "
     << "'s/<title>Gnuplot</<title>" << name << "</' " << name << ".svg && rm -f " << name
     << ".svg.bak\n\n"
     << "set terminal pngcairo size " << 2 * width << ',' << 2 * height
     << " linewidth 2 pointscale 2 noenhanced font 'DejaVu Sans,22' background rgb "
        "'white'\n"
     << "set output '" << name << ".png'\nreplot\nunset output\n";
}

}  // namespace tg::examples
