// Checks of a figure's data, ranges, ticks, the key's corner, large matrices, heat maps as
// text.
#include "examples/figure_layout.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <limits>
#include <sstream>
#include <string_view>

namespace tg::examples {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr Range nothing = {std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity()};

void include(Range& range, double value) {
  range = {std::min(range.low, value), std::max(range.high, value)};
}

void say_left_out(const std::string& name, std::ptrdiff_t bad, std::size_t all,
                  const std::string& what, bool logarithmic = false) {
  if (bad == 0) return;
  std::cerr << name << ": " << bad << " of " << all << " values of " << what
            << " are not finite " << (logarithmic ? "or not positive " : "")
            << "and are left out\n";
}

// Where a number lies on an axis, and the number that lies there.
double place(double value, bool logarithmic) {
  return logarithmic ? std::log10(value) : value;
}
double value_at(double place, bool logarithmic) {
  return logarithmic ? std::pow(10, place) : place;
}

void check_pair(const std::string& name, const std::string& what, const Series& x,
                const Series& y, const PlotOptions& options) {
  if (x.values.size() != y.values.size()) {
    fail("figures.plot: ", name, ": ", what, " has ", x.values.size(), " x and ",
         y.values.size(), " y; give one y for each x");
  }
  const Rows data = rows(x, y, options);
  const auto bad = std::count_if(data.begin(), data.end(),
                                 [](const auto& row) { return std::isnan(row.first); });
  say_left_out(name, bad, data.size(), what, options.x_log || options.y_log);
}

}  // namespace

void check_name(const std::string& name) {
  constexpr const char* allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (name.empty() || name[0] == '-' || name[0] == '.' ||
      name.find_first_not_of(allowed) != std::string::npos) {
    fail("figures: '", name,
         "' is no name for a figure; use letters, digits, '-', '_' and '.'");
  }
}

void check_plot(const std::string& name, const std::vector<Curve>& curves,
                const PlotOptions& options) {
  check_name(name);
  if (curves.empty() && options.points.x.values.empty())
    fail("figures.plot: ", name, ": there is nothing to plot");
  for (const Curve& curve : curves) {
    check_pair(name, curve.label.empty() ? "the curve" : "'" + curve.label + "'", curve.x,
               curve.y, options);
  }
  check_pair(name, "the points", options.points.x, options.points.y, options);
}

void check_heatmap(const std::string& name, const Tensor& matrix) {
  check_name(name);
  if (matrix.dim() != 2) {
    fail("figures.heatmap: ", name, ": the matrix has ", matrix.dim(),
         " dimensions; give one of (rows, columns)");
  }
  const std::vector<float> values = matrix.to_vector();
  if (values.empty()) fail("figures.heatmap: ", name, ": the matrix has no cells");
  const auto bad = std::count_if(values.begin(), values.end(),
                                 [](float value) { return !std::isfinite(value); });
  say_left_out(name, bad, values.size(), "the matrix");
}

Rows rows(const Series& x, const Series& y, const PlotOptions& options) {
  Rows out;
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    const bool finite = std::isfinite(place(x.values[i], options.x_log)) &&
                        std::isfinite(place(y.values[i], options.y_log));
    out.emplace_back(finite ? x.values[i] : nan, finite ? y.values[i] : nan);
  }
  return out;
}

Range filled(const Range& given, const Range& found) {
  const double low = std::isfinite(given.low) ? given.low : found.low;
  const double high = std::isfinite(given.high) ? given.high : found.high;
  const double size = std::max(std::abs(low), std::abs(high));
  if (std::abs(high - low) > 1e-6 * size) return {low, high};
  const double half = std::max(0.5, 0.01 * size);  // gnuplot refuses a range of no width
  return {low - half, high + half};
}

Range from_zero(const Range& data) {
  if (data.low == 0 && data.high == 0) return {0, 1};
  const bool zero = data.low >= 0 && (data.low <= data.high / 2 || data.low == data.high);
  return {zero ? 0 : data.low, data.high};
}

bool shows_points(const Curve& curve) {
  constexpr std::size_t few = 20;
  return curve.dots || curve.x.values.size() <= few;
}

Range with_room(const Range& range) {
  const double room = 0.04 * (range.high - range.low);
  return {range.low - room, range.high + room};
}

Axes axes(const std::vector<Curve>& curves, const PlotOptions& options) {
  Range x = nothing, y = nothing;
  const auto include_all = [&](const Series& xs, const Series& ys) {
    for (const auto& [a, b] : rows(xs, ys, options)) {
      if (std::isnan(a)) continue;
      include(x, place(a, options.x_log));
      include(y, place(b, options.y_log));
    }
  };
  for (const Curve& curve : curves) include_all(curve.x, curve.y);
  include_all(options.points.x, options.points.y);
  if (x.low > x.high) x = y = {0, 1};  // nothing to draw: an empty frame

  const bool dots = !options.points.x.values.empty() ||
                    std::any_of(curves.begin(), curves.end(), shows_points);
  if (dots) x = with_room(x);
  if (!options.y_log) y = from_zero(y);
  const double room = 0.05 * (y.high - y.low);
  y = {y.low == 0 && !options.y_log ? 0 : y.low - room, y.high + room};
  x = {value_at(x.low, options.x_log), value_at(x.high, options.x_log)};
  y = {value_at(y.low, options.y_log), value_at(y.high, options.y_log)};
  return {filled(options.x_range, x), filled(options.y_range, y)};
}

double whole_step(const Range& range, int parts) {
  const double wanted = std::max(std::abs(range.high - range.low) / parts, 1.0);
  const double power = std::pow(10, std::floor(std::log10(wanted)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= wanted) return step * power;
  }
  return 10 * power;
}

std::string key_place(const std::vector<Curve>& curves, const PlotOptions& options) {
  constexpr const char* outside = "outside right top";
  std::vector<std::string> names;
  if (!options.points.x.values.empty()) names.push_back(options.points.label);
  for (const Curve& curve : curves) names.push_back(curve.label);
  std::erase(names, "");
  if (names.empty()) return "";
  if (names.size() > 3) return outside;
  // The key's size, roughly, as a part of the frame.
  std::size_t longest = 0;
  for (const std::string& name : names) longest = std::max(longest, name.size());
  const double width = 0.14 + 0.022 * static_cast<double>(longest);
  const double height = 0.05 + 0.08 * static_cast<double>(names.size());
  const Axes view = axes(curves, options);
  constexpr std::array corners = {"bottom right", "top right", "bottom left", "top left"};
  std::array<double, corners.size()> hidden{};
  const auto share_of = [](double value, const Range& range, bool logarithmic) {
    const double low = place(range.low, logarithmic), high = place(range.high, logarithmic);
    return (place(value, logarithmic) - low) / (high - low);
  };
  const auto count = [&](double x, double y, double share) {
    const double u = share_of(x, view.x, options.x_log),
                 v = share_of(y, view.y, options.y_log);
    if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) return;
    const std::array<bool, 2> beside = {u > 1 - width, u < width},
                              level = {v < height, v > 1 - height};
    for (std::size_t i = 0; i < hidden.size(); ++i) {
      if (beside[i / 2] && level[i % 2]) hidden[i] += share;
    }
  };
  for (const Curve& curve : curves) {
    const Rows data = rows(curve.x, curve.y, options);
    constexpr int steps = 10;  // a line hides behind the key between its points, too
    const double share = 1.0 / (static_cast<double>(data.size()) * steps);
    for (std::size_t i = 0; i + 1 < data.size(); ++i) {
      for (int k = 0; k < steps; ++k) {
        const double t = static_cast<double>(k) / steps;
        count(std::lerp(data[i].first, data[i + 1].first, t),
              std::lerp(data[i].second, data[i + 1].second, t), share);
      }
    }
  }
  const Rows data = rows(options.points.x, options.points.y, options);
  for (const auto& [x, y] : data) count(x, y, 1.0 / static_cast<double>(data.size()));
  const auto least = std::min_element(hidden.begin(), hidden.end());
  return *least > 0.1 ? outside : corners[static_cast<std::size_t>(least - hidden.begin())];
}

Cells cells(const Tensor& matrix, std::size_t max_rows, std::size_t max_columns) {
  const auto m = static_cast<std::size_t>(matrix.size(0)),
             n = static_cast<std::size_t>(matrix.size(1));
  const std::vector<float> values = matrix.to_vector();
  Cells out(std::min(m, max_rows), std::vector<float>(std::min(n, max_columns)));
  for (std::size_t r = 0; r < out.size(); ++r) {
    const std::size_t top = r * m / out.size(), bottom = (r + 1) * m / out.size();
    for (std::size_t c = 0; c < out[r].size(); ++c) {
      const std::size_t left = c * n / out[r].size(), right = (c + 1) * n / out[r].size();
      double sum = 0;
      for (std::size_t i = top; i < bottom; ++i) {
        for (std::size_t j = left; j < right; ++j) sum += values[i * n + j];
      }
      const double mean = sum / static_cast<double>((bottom - top) * (right - left));
      out[r][c] = std::isfinite(mean) ? static_cast<float>(mean) : nan;
    }
  }
  return out;
}

Range color_range(const Cells& cells) {
  Range found = nothing;
  for (const auto& row : cells) {
    for (const float value : row) {
      if (!std::isnan(value)) include(found, value);
    }
  }
  if (found.low > found.high) found = {0, 1};
  return filled({}, from_zero(found));
}

std::size_t terminal_width() {
  // Shells do not export COLUMNS by themselves, so the terminal is asked, too.
  const char* columns = std::getenv("COLUMNS");
  int width = columns ? std::atoi(columns) : 0;
  winsize size{};
  if (width <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) width = size.ws_col;
  return static_cast<std::size_t>(width <= 0 ? 79 : std::clamp(width, 40, 120));
}

std::string text_heatmap(const Tensor& matrix, const HeatmapOptions& options) {
  constexpr std::string_view ramp = " .:-=+*#%@";
  constexpr std::size_t lines = 18,
                        margin = 8;  // the frame, labels and scale take six lines
  const std::size_t width = terminal_width();
  // A character is about twice as high as wide: a matrix of few cells is stretched, so that
  // they look square.
  const Cells small = cells(matrix, lines, std::min(width - margin, 2 * lines));
  const Range range = color_range(small);
  const std::size_t columns = small[0].size(),
                    stretch = 2 * columns <= std::min(width - margin, 2 * lines) ? 2 : 1;

  std::ostringstream out;
  const std::string edge =
      std::string(margin - 2, ' ') + '+' + std::string(columns * stretch, '-') + "+\n";
  out << std::string(margin - 1, ' ') << options.x_label << ", 0 to " << matrix.size(1) - 1
      << '\n'
      << edge;
  for (std::size_t r = 0; r < small.size(); ++r) {
    out << std::setw(margin - 3)
        << r * static_cast<std::size_t>(matrix.size(0)) / small.size() << " |";
    for (const float value : small[r]) {
      const double height =
          (static_cast<double>(value) - range.low) / (range.high - range.low);
      const auto index =
          std::isnan(value)
              ? 0
              : static_cast<std::size_t>(height * static_cast<double>(ramp.size()));
      out << std::string(stretch,
                         std::isnan(value) ? '?' : ramp[std::min(index, ramp.size() - 1)]);
    }
    out << "|\n";
  }
  out << edge << std::string(margin - 1, ' ') << options.y_label << " downwards; '" << ramp
      << "' is " << range.low << " to " << range.high << '\n';
  return out.str();
}

}  // namespace tg::examples
