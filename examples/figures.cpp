// The figures of the examples: writes their gnuplot scripts with gnuplot-iostream and has gnuplot draw them.
#include "examples/figures.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <locale>
#include <sstream>
#include <utility>

#include "examples/figure_layout.h"
#include "examples/gnuplot.h"
#include "examples/gnuplot_stream.h"

namespace tg::examples {
namespace {

// The look shared by all figures: white ground, thin grey grid, the colours of Okabe and Ito (safe for colour-blind
// readers), matplotlib's Reds for heat maps, labels as plain numbers.
constexpr const char* style = R"(reset
set encoding utf8; set minussign
set format '%g'; set format cb '%g'
set border 15 lw 1 lc rgb '#444444'; set tics nomirror scale 0.5
set grid xtics ytics lw 0.6 lt 1 lc rgb '#dddddd'
set style line 1 lw 2.2 lc rgb '#0072B2' pt 7 ps 0.5
set style line 2 lw 2.2 lc rgb '#D55E00' pt 7 ps 0.5 dt '-'
set style line 3 lw 2.2 lc rgb '#009E73' pt 7 ps 0.5 dt '-.'
set style line 4 lw 2.2 lc rgb '#CC79A7' pt 7 ps 0.5 dt (1,1.2)
set style line 5 lw 2.2 lc rgb '#56B4E9' pt 7 ps 0.5
set style line 6 lw 2.2 lc rgb '#000000' pt 7 ps 0.5 dt '-'
set style line 8 lw 1 lc rgb '#888888'
set style line 9 lc rgb '#80E69F00' pt 7 ps 0.75
set key opaque reverse Left box lc rgb '#bbbbbb' samplen 2 spacing 1.15 height 0.4
set palette defined (0 '#fff5f0', 1 '#fee0d2', 2 '#fcbba1', 3 '#fc9272', 4 '#fb6a4a', \
                     5 '#ef3b2c', 6 '#cb181d', 7 '#a50f15', 8 '#67000d')
)";

constexpr std::size_t line_styles = 6;
constexpr std::size_t few_points = 20;       // a curve of so few points shows them, so that none hides in the line
constexpr std::size_t max_image_side = 400;  // cells; more than a picture of this size can show

// A string in gnuplot's single quotes, where only the quote itself is special.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += c;
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + "'";
}

std::string range(const Range& r) {
  std::ostringstream text;
  text << std::setprecision(10) << '[' << r.low << ':' << r.high << ']';
  return text.str();
}

// Data goes into blocks of the script itself. gnuplot-iostream ends what it sends by a line "e", so the blocks do too.
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

// The part of a plot that pictures and text share: labels, axes, data. Returns the plot command.
std::string write_plot(Gnuplot& gp, const std::vector<Curve>& curves, const PlotOptions& options, bool text) {
  const Axes view = axes(curves, options);
  if (options.x_log) gp << "set logscale x\n";
  if (options.y_log) gp << "set logscale y\n";
  gp << "set xlabel " << quoted(options.x_label) << "; set ylabel " << quoted(options.y_label) << '\n';
  gp << "set xrange " << range(view.x) << "; set yrange " << range(view.y) << '\n';
  if (options.x_whole) gp << "set xtics " << whole_step(view.x, 8) << '\n';
  gp << key_setting(curves, options, view) << '\n';

  std::string command = "plot ", separator;
  if (!options.points.x.values.empty()) {
    send_block(gp, "$points", drawable(options.points.x, options.points.y, options));
    command += text ? "$points with points pt 'o' notitle" : "$points with points ls 9 notitle";
    separator = ", ";
  }
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const std::size_t size = curves[i].x.values.size();
    const std::string block = "$curve" + std::to_string(i + 1), line = std::to_string(i % line_styles + 1);
    send_block(gp, block, drawable(curves[i].x, curves[i].y, options));
    command += separator + block;
    if (text) {
      command += size == 1 || curves[i].dots ? " with points pt '*'" : " with lines lt " + line;
    } else if (curves[i].thin) {
      command += " with lines ls 8";
    } else if (curves[i].dots) {
      command += " with points ls " + line;
    } else {
      command += (size <= few_points ? " with linespoints ls " : " with lines ls ") + line;
    }
    command += curves[i].label.empty() ? " notitle" : " title " + quoted(curves[i].label);
    separator = ", ";
  }
  return command;
}

// The heat map's labels, axes and cells. Returns the plot command.
std::string write_heatmap(Gnuplot& gp, const Tensor& matrix, const Cells& image, const HeatmapOptions& options) {
  const auto m = static_cast<double>(matrix.size(0)), n = static_cast<double>(matrix.size(1));
  const Range x{-0.5, n - 0.5}, y{m - 0.5, -0.5};  // cell i covers i - 0.5 to i + 0.5, row 0 is at the top
  gp << "set xlabel " << quoted(options.x_label) << "; set ylabel " << quoted(options.y_label) << '\n'
     << "unset grid; unset key; set size square; set tics out; set colorbox noborder\n"
     // What is not finite is left out of the image and shows the grey below.
     << "set object rectangle from graph 0, 0 to graph 1, 1 behind fillcolor rgb '#999999'\n"
     << "set xrange " << range(x) << "; set yrange " << range(y) << "; set cbrange " << range(color_range(image))
     << "\nset xtics " << whole_step(x, 5) << "; set ytics " << whole_step(y, 5) << '\n';
  send_block(gp, "$cells", image);
  const double rows_per_cell = m / static_cast<double>(image.size());
  const double columns_per_cell = n / static_cast<double>(image[0].size());
  std::ostringstream command;
  command << "plot $cells matrix" << std::setprecision(10);
  if (rows_per_cell != 1 || columns_per_cell != 1) {
    command << " using (($1 + 0.5) * " << columns_per_cell << " - 0.5):(($2 + 0.5) * " << rows_per_cell << " - 0.5):3";
  }
  command << " with image notitle";
  return command.str();
}

// Both terminals draw the same figure: the PNG at twice the size, as for a screen of high density.
void write_pictures(Gnuplot& gp, const std::string& name, int width, int height, const std::string& command) {
  gp << "\nset terminal svg size " << width << ',' << height
     << " fixed dashlength 0.6 noenhanced font 'DejaVu Sans,Verdana,sans-serif,11' background rgb 'white'\n"
     << "set output '" << name << ".svg'\n"
     << command
     << "\nunset output\n"
     // A browser must not blur the cells of a heat map, and gnuplot has no option that says so.
     << "!sed -i.bak -e 's/<image /&image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\" /' -e "
     << "'s/<title>Gnuplot</<title>" << name << "</' " << name << ".svg && rm -f " << name << ".svg.bak\n\n"
     << "set terminal pngcairo size " << 2 * width << ',' << 2 * height
     << " linewidth 2 pointscale 2 noenhanced font 'DejaVu Sans,22' background rgb 'white'\n"
     << "set output '" << name << ".png'\nreplot\nunset output\n";
}

void prepare(Gnuplot& gp) {
  gp.imbue(std::locale::classic());
  gp << std::defaultfloat << std::setprecision(7);
}

// Opens folder/NAME.gp, lets `write` write it, and checks that all of it is there.
template <class Write>
void write_script(const std::filesystem::path& folder, const std::string& name, Write write) {
  const std::filesystem::path script = folder / (name + ".gp");
  bool opened = false, good = false;
  int error = 0;
  errno = 0;
  try {
    Gnuplot gp(">" + script.string());
    opened = true;
    prepare(gp);
    gp << "# Draws " << name << ".svg and " << name << ".png:  gnuplot " << name << ".gp\n" << style;
    write(gp);
    gp.flush();
    good = gp.good();
    error = errno;
  } catch (const std::ios_base::failure&) {
    error = errno;
  }
  if (!good) {
    std::error_code ignored;
    if (opened) std::filesystem::remove(script, ignored);  // half a script is worse than none
    fail("figures: cannot write ", script, error ? ": " : "", error ? std::strerror(error) : "");
  }
  std::cout << "wrote " << script.string() << '\n';
}

// gnuplot fills each line with spaces and puts empty lines around the figure.
void print_trimmed(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t end = line.find_last_not_of(" \f\r") + 1;
    if (end > 0) std::cout << line.substr(0, end) << '\n';
  }
}

}  // namespace

Series::Series(const Tensor& x) : values(x.to_vector()) {
  if (x.dim() != 1) fail("figures: x and y of a curve must have one dimension, not ", x.dim());
}

Figures::Figures(FigureOptions options) : options_(std::move(options)), gnuplot_(find_gnuplot()) {
  if (options_.write_files) {
    constexpr const char* advice = "; name another one with --out";
    std::error_code error;
    std::filesystem::create_directories(options_.folder, error);
    if (error) fail("figures: cannot make the folder ", options_.folder, ": ", error.message(), advice);
    if (access(options_.folder.c_str(), W_OK | X_OK) != 0) {
      fail("figures: cannot write into the folder ", options_.folder, ": ", std::strerror(errno), advice);
    }
  }
  if (gnuplot_.empty() && (options_.write_files || options_.terminal)) {
    std::cerr << "gnuplot is missing (there is none on PATH): no curves are drawn. Install it with `make setup` or "
                 "`sudo apt-get install gnuplot-nox`.";
    if (options_.write_files) {
      std::cerr << " The scripts are left in " << options_.folder.string()
                << "; run there, `gnuplot NAME.gp` draws one later.";
    }
    std::cerr << '\n';
  }
}

void Figures::plot(const std::string& name, const std::vector<Curve>& curves, const PlotOptions& options) const {
  check_plot(name, curves, options);
  plot_files(name, curves, options);
  plot_text(name, curves, options);
}

void Figures::plot_files(const std::string& name, const std::vector<Curve>& curves, const PlotOptions& options) const {
  if (!options_.write_files) return;
  write_script(options_.folder, name, [&](Gnuplot& gp) {
    const int width = key_beside(curves) ? 560 : 420;
    write_pictures(gp, name, width, 300, write_plot(gp, curves, options, false));
  });
  draw(name);
}

void Figures::plot_text(const std::string& name, const std::vector<Curve>& curves, const PlotOptions& options) const {
  if (!options_.terminal || gnuplot_.empty()) return;
  const TemporaryFile script = temporary_file();
  {
    std::FILE* copy = fdopen(dup(fileno(script.get())), "w");  // gp closes it; `script` stays open
    if (!copy) fail("figures: cannot write a temporary file: ", std::strerror(errno));
    Gnuplot gp(copy);
    prepare(gp);
    gp << "set terminal dumb noenhanced size " << terminal_width()
       << ",24\nset format '%g'; set tics nomirror scale 0; set border back\nset lmargin " << options.y_label.size() + 8
       << '\n';
    gp << write_plot(gp, curves, options, true) << '\n';
  }
  const GnuplotResult result = run_gnuplot(gnuplot_, script.get());
  if (result.status != 0) fail("figures: gnuplot could not draw ", name, " as text: ", error_line(result.messages));
  std::cout << '\n' << name << '\n';
  print_trimmed(result.output);
  std::cout.flush();  // the Animator's figures move only if they are seen at once
}

void Figures::heatmap(const std::string& name, const Tensor& matrix, const HeatmapOptions& options) const {
  check_heatmap(name, matrix);
  if (options_.write_files) {
    write_script(options_.folder, name, [&](Gnuplot& gp) {
      Cells image = cells(matrix, max_image_side, max_image_side);
      // gnuplot draws no image of a single row or column.
      if (image.size() == 1) image.push_back(image[0]);
      if (image[0].size() == 1) {
        for (auto& row : image) row.push_back(row[0]);
      }
      write_pictures(gp, name, 390, 320, write_heatmap(gp, matrix, image, options));
    });
    draw(name);
  }
  if (options_.terminal) std::cout << '\n' << name << '\n' << text_heatmap(matrix, options);
}

void Figures::drawing(const std::string& name, const std::string& commands, int width, int height) const {
  check_name(name);
  if (!options_.write_files) return;
  write_script(options_.folder, name, [&](Gnuplot& gp) {
    gp << "unset border; unset tics; unset grid; unset key; set margins 0, 0, 0, 0\n"
       << "set xrange [0:" << width << "]; set yrange [0:" << height << "]\n"
       << commands;
    write_pictures(gp, name, width, height, "plot NaN");
  });
  draw(name);
}

void Figures::draw(const std::string& name) const {
  const std::array pictures = {options_.folder / (name + ".svg"), options_.folder / (name + ".png")};
  const auto remove_pictures = [&] {
    std::error_code ignored;
    for (const auto& picture : pictures) std::filesystem::remove(picture, ignored);
  };
  remove_pictures();  // those of an earlier run are not this script's
  if (gnuplot_.empty()) return;
  const GnuplotResult result = run_gnuplot(gnuplot_, options_.folder, name + ".gp");
  for (const auto& picture : pictures) {
    if (result.status == 0 && whole_picture(picture)) continue;
    remove_pictures();
    fail("figures: gnuplot could not draw ", picture, ": ",
         result.status == 0 ? "the picture is empty or cut off; is the disk full?" : error_line(result.messages),
         " (`gnuplot ", name, ".gp` in that folder shows more)");
  }
  for (const auto& picture : pictures) std::cout << "wrote " << picture.string() << '\n';
}

Animator::Animator(const Figures& figures, std::string name, PlotOptions options)
    : figures_(figures), name_(std::move(name)), options_(std::move(options)) {
  check_name(name_);
  options_.x_whole = true;
  if (options_.x_range.low > options_.x_range.high) options_.x_range = {};  // epochs 1 to 0: none at all
}

Curve Animator::curve() const { return {"", x_, y_}; }

void Animator::add(double x, double y) {
  x_.push_back(static_cast<float>(x));
  y_.push_back(static_cast<float>(y));
  if (x_.size() > few_points && x_.size() < shown_ + shown_ / 10) return;
  figures_.plot_text(name_, {curve()}, options_);
  shown_ = x_.size();
}

void Animator::finish() {
  check_plot(name_, {curve()}, options_);
  figures_.plot_files(name_, {curve()}, options_);
  if (shown_ != x_.size()) figures_.plot_text(name_, {curve()}, options_);
  shown_ = x_.size();
}

}  // namespace tg::examples
