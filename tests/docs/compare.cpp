// Compares blocks and figures.
#include "tests/docs/compare.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <vector>

namespace docs {
namespace {

// A line as words and numbers, so that the numbers can be compared by their values.
enum class Kind { word, whole, real };  // a real number has a point or an exponent
struct Token {
  std::string text;
  Kind kind = Kind::word;
};

std::vector<Token> tokens(const std::string& line) {
  std::vector<Token> out;
  for (std::size_t i = 0; i < line.size();) {
    const auto is = [&](std::size_t k, int (*kind)(int)) {
      return k < line.size() && kind(static_cast<unsigned char>(line[k])) != 0;
    };
    std::size_t end = i;
    Token token;
    if (is(i, std::isspace)) {
      while (is(end, std::isspace)) ++end;
      i = end;
      continue;
    }
    const bool minus = line[i] == '-' && (i == 0 || !is(i - 1, std::isalnum));
    if (is(i, std::isdigit) || (minus && is(i + 1, std::isdigit))) {
      token.kind = Kind::whole;
      end = i + 1;
      while (is(end, std::isdigit)) ++end;
      if (end < line.size() && line[end] == '.' && is(end + 1, std::isdigit)) {
        token.kind = Kind::real;
        for (++end; is(end, std::isdigit);) ++end;
      }
      if (end < line.size() && line[end] == 'e') {
        std::size_t exponent = end + 1;
        if (exponent < line.size() && (line[exponent] == '-' || line[exponent] == '+')) ++exponent;
        if (is(exponent, std::isdigit)) {
          token.kind = Kind::real;
          for (end = exponent; is(end, std::isdigit);) ++end;
        }
      }
    } else {
      end = i + 1;
      if (is(i, std::isalpha)) {
        while (is(end, std::isalnum)) ++end;
      }
    }
    token.text = line.substr(i, end - i);
    out.push_back(token);
    i = end;
  }
  return out;
}

using Near = std::function<bool(double, double)>;

// Whole numbers are compared as words, unless whole_too; but 2.0001 may be printed in place of 2.
bool same_line(const std::string& a, const std::string& b, const Near& near, bool whole_too) {
  const std::vector<Token> x = tokens(a), y = tokens(b);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [&](const Token& s, const Token& t) {
    if (s.text == t.text) return true;
    const bool numbers = s.kind != Kind::word && t.kind != Kind::word;
    const bool real = s.kind == Kind::real || t.kind == Kind::real;
    return numbers && (real || whole_too) && near(std::stod(s.text), std::stod(t.text));
  });
}

}  // namespace

std::string difference(const Lines& shown, const Lines& now) {
  const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-4 * std::max(std::abs(a), std::abs(b)); };
  const auto any = [](double, double) { return true; };
  const auto measured = [](const std::string& line) { return line.find("(measured)") != std::string::npos; };
  for (std::size_t i = 0; i < std::max(shown.size(), now.size()); ++i) {
    if (i >= shown.size()) return "the page lacks the line\n    " + now[i];
    if (i >= now.size()) return "the page has one line more\n    " + shown[i];
    const bool times = measured(shown[i]) && measured(now[i]);
    if (!same_line(shown[i], now[i], times ? Near(any) : Near(near), times)) {
      return "the page says\n    " + shown[i] + "\n  and its source\n    " + now[i];
    }
  }
  return "";
}

std::string gnuplot_of(const Lines& figure) {
  const auto line = first_with(figure, "Produced by GNUPLOT");
  return line == figure.end() ? "" : *line;
}

bool same_figure(const std::string& shown, const std::string& now) {
  const Lines a = read_lines(shown), b = read_lines(now);
  if (gnuplot_of(a).empty() || gnuplot_of(b).empty()) return false;
  if (gnuplot_of(a) != gnuplot_of(b)) return true;
  const auto pixel = [](double x, double y) { return std::abs(x - y) <= 1; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const std::string& x, const std::string& y) {
    const bool picture = x.find("base64") != std::string::npos && y.find("base64") != std::string::npos;
    return picture || same_line(x, y, pixel, true);
  });
}

}  // namespace docs
