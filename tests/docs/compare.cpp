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
struct Token {
  std::string text;
  bool number = false;  // with a point or an exponent; a whole number is text
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
      end = i + 1;
      while (is(end, std::isdigit)) ++end;
      if (end < line.size() && line[end] == '.' && is(end + 1, std::isdigit)) {
        token.number = true;
        for (++end; is(end, std::isdigit);) ++end;
      }
      if (end < line.size() && line[end] == 'e') {
        std::size_t exponent = end + 1;
        if (exponent < line.size() && (line[exponent] == '-' || line[exponent] == '+')) ++exponent;
        if (is(exponent, std::isdigit)) {
          token.number = true;
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

bool whole_number(const Token& t) {
  return !t.number && !t.text.empty() && std::isdigit(static_cast<unsigned char>(t.text.back())) != 0 &&
         std::isalpha(static_cast<unsigned char>(t.text.front())) == 0;
}

using Near = std::function<bool(double, double)>;

bool same_line(const std::string& a, const std::string& b, const Near& near, bool whole_too) {
  const std::vector<Token> x = tokens(a), y = tokens(b);
  const auto is_number = [&](const Token& t) { return t.number || (whole_too && whole_number(t)); };
  // A number may lose its point: 2.0001 is printed in place of 2.
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [&](const Token& s, const Token& t) {
    if (s.text == t.text) return true;
    const bool numbers = (is_number(s) && (is_number(t) || whole_number(t))) || (is_number(t) && whole_number(s));
    return numbers && near(std::stod(s.text), std::stod(t.text));
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

bool same_figure(const std::string& shown, const std::string& now) {
  const Lines a = read_lines(shown), b = read_lines(now);
  const auto maker = [](const Lines& lines) {
    const auto line = std::find_if(lines.begin(), lines.end(),
                                   [](const auto& l) { return l.find("Produced by GNUPLOT") != std::string::npos; });
    return line == lines.end() ? std::string() : *line;
  };
  if (maker(a).empty() || maker(b).empty()) return false;
  if (maker(a) != maker(b)) return true;
  const auto pixel = [](double x, double y) { return std::abs(x - y) <= 1; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const std::string& x, const std::string& y) {
    const bool picture = x.find("base64") != std::string::npos && y.find("base64") != std::string::npos;
    return picture || same_line(x, y, pixel, true);
  });
}

}  // namespace docs
