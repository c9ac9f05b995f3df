// The figures of the examples: writes their gnuplot scripts and has gnuplot draw them.
#include "examples/figures.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <sstream>
#include <utility>

#include "examples/figure_layout.h"
#include "examples/figure_script.h"
#include "examples/find_program.h"
#include "examples/gnuplot.h"

namespace tg::examples {
namespace {

// Opens folder/NAME.gp, lets `write` write it, and checks that all of it is there.
template <class Write>
void write_script(const std::filesystem::path& folder, const std::string& name,
                  Write write) {
  const std::filesystem::path script = folder / (name + ".gp");
  bool opened = false, good = false;
  int error = 0;
  errno = 0;
  try {
    Gnuplot gp('>' + script.string());
    opened = true;
    begin_script(gp, name);
    write(gp);
    gp.flush();
    good = gp.good();
    error = errno;
  } catch (const std::ios_base::failure&) {
    error = errno;
  }
  if (!good) {
    std::error_code ignored;
    if (opened)
      std::filesystem::remove(script, ignored);  // half a script is worse than none
    fail("figures: cannot write ", script, error ? ": " : "",
         error ? std::strerror(error) : "");
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
  if (x.dim() != 1)
    fail("figures: x and y of a curve must have one dimension, not ", x.dim());
}

Figures::Figures(FigureOptions options)
    : options_(std::move(options)), gnuplot_(find_program("gnuplot")) {
  if (options_.write_files) {
    constexpr const char* advice = "; name another one with --out";
    std::error_code error;
    std::filesystem::create_directories(options_.folder, error);
    if (error)
      fail("figures: cannot make the folder ", options_.folder, ": ", error.message(),
           advice);
    if (access(options_.folder.c_str(), W_OK | X_OK) != 0) {
      fail("figures: cannot write into the folder ", options_.folder, ": ",
           std::strerror(errno), advice);
    }
  }
  if (gnuplot_.empty() && (options_.write_files || options_.terminal)) {
    std::cerr << "gnuplot is missing (there is none on PATH): no curves are drawn. Install "
                 "it with `make setup` or "
                 "`sudo apt-get install gnuplot-nox`.";
    if (options_.write_files) {
      std::cerr << " The scripts are left in " << options_.folder.string()
                << "; run there, `gnuplot NAME.gp` draws one later.";
    }
    std::cerr << '\n';
  }
}

void Figures::plot(const std::string& name, const std::vector<Curve>& curves,
                   const PlotOptions& options) const {
  check_plot(name, curves, options);
  if (options_.write_files) {
    write_script(options_.folder, name, [&](Gnuplot& gp) {
      const int width = key_place(curves, options).starts_with("outside") ? 560 : 420;
      write_pictures(gp, name, width, 300, write_plot(gp, curves, options, false));
    });
    draw(name);
  }
  if (options_.terminal && !gnuplot_.empty()) print_plot(name, curves, options);
}

void Figures::print_plot(const std::string& name, const std::vector<Curve>& curves,
                         const PlotOptions& options) const {
  const TemporaryFile script = temporary_file();
  {
    std::FILE* copy =
        fdopen(dup(fileno(script.get())), "w");  // gp closes it; `script` stays open
    if (!copy) fail("figures: cannot write a temporary file: ", std::strerror(errno));
    Gnuplot gp(copy);
    begin_text(gp);
    gp << write_plot(gp, curves, options, true) << '\n';
  }
  const GnuplotResult result = run_gnuplot(gnuplot_, script.get());
  if (result.status != 0)
    fail("figures: gnuplot could not draw ", name,
         " as text: ", error_line(result.messages));
  std::cout << '\n' << name << '\n';
  if (!options.y_label.empty()) std::cout << std::string(8, ' ') << options.y_label << '\n';
  print_trimmed(result.output);
}

void Figures::heatmap(const std::string& name, const Tensor& matrix,
                      const HeatmapOptions& options) const {
  check_heatmap(name, matrix);
  if (options_.write_files) {
    write_script(options_.folder, name, [&](Gnuplot& gp) {
      write_pictures(gp, name, 390, 320, write_heatmap(gp, matrix, options));
    });
    draw(name);
  }
  if (options_.terminal) std::cout << '\n' << name << '\n' << text_heatmap(matrix, options);
}

void Figures::drawing(const std::string& name, const std::string& commands, int width,
                      int height) const {
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
  const std::array pictures = {options_.folder / (name + ".svg"),
                               options_.folder / (name + ".png")};
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
         result.status == 0 ? "the picture is empty or cut off; is the disk full?"
                            : error_line(result.messages),
         " (`gnuplot ", name, ".gp` in that folder shows more)");
  }
  for (const auto& picture : pictures) std::cout << "wrote " << picture.string() << '\n';
}

Animator::Animator(const Figures& figures, std::string name, PlotOptions options)
    : figures_(figures), name_(std::move(name)), options_(std::move(options)) {
  check_name(name_);
  options_.x_whole = true;
  if (options_.x_range.low > options_.x_range.high)
    options_.x_range = {};  // epochs 1 to 0: none at all
}

void Animator::add(double x, double y) {
  x_.push_back(static_cast<float>(x));
  y_.push_back(static_cast<float>(y));
}

void Animator::finish() {
  const Curve curve{"", x_, y_};
  if (shows_points(curve)) options_.x_range = with_room(options_.x_range);
  figures_.plot(name_, {curve}, options_);
}

}  // namespace tg::examples
