// Gnuplot: gnuplot-iostream's class or, where a system does not package that header, the
// little of it that the figures use.
#pragma once

#if __has_include(<gnuplot-iostream.h>) && !defined(TG_WITHOUT_GNUPLOT_IOSTREAM)
#include <gnuplot-iostream.h>
#else

#include <cstdio>
#include <ios>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

// A stream into a file, which is closed at the end: an open one, or the one that ">name"
// names.
class Gnuplot : public std::ostringstream {
 public:
  explicit Gnuplot(const std::string& target)
      : Gnuplot(std::fopen(target.substr(1).c_str(), "w")) {}
  explicit Gnuplot(std::FILE* file) : file_(file) {
    if (!file_) throw std::ios_base::failure("cannot open the file");
  }
  ~Gnuplot() override {
    flush();
    std::fclose(file_);
  }
  void flush() {
    const std::string text = str();
    str("");
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size() ||
        std::fflush(file_) != 0)
      setstate(badbit);
  }

  // A block of data: a row a line.
  void send1d(const std::vector<std::pair<float, float>>& rows) {
    for (const auto& [x, y] : rows) *this << x << ' ' << y << '\n';
    *this << "e\n";
  }
  void send1d(const std::vector<std::vector<float>>& rows) {
    for (const auto& row : rows) {
      for (std::size_t j = 0; j < row.size(); ++j) *this << (j == 0 ? "" : " ") << row[j];
      *this << '\n';
    }
    *this << "e\n";
  }

 private:
  std::FILE* file_;
};

#endif
