// Reads the pages' markers, fences, images and numbers.
#include "tests/docs/page.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace docs {
namespace {

// Splits "code file \"some text\"" into words; the words in quotes go into block.text.
Block marker(const std::string& text) {
  Block block;
  const std::size_t quote = text.find('"');
  std::istringstream words(text.substr(0, quote));
  words >> block.kind;
  for (std::string word; words >> word;) block.words.push_back(word);
  block.wide = block.kind == "code" && !block.words.empty() && block.words.back() == "wide";
  if (block.wide) block.words.pop_back();
  if (quote != std::string::npos) block.text = text.substr(quote + 1, text.rfind('"') - quote - 1);
  return block;
}

// The prose of a line: without inline code, formulas, comments and the targets of links.
std::string prose(std::string line) {
  static const std::regex noise(R"(`[^`]*`|\$[^$]*\$|<!--.*?-->|\]\([^)]*\))");
  return std::regex_replace(line, noise, " ");
}

// What is wrong with a line outside of fences: it must not show code, output or an image in a way that is not compared.
std::string fault(const std::string& line, bool after_blank) {
  static const std::regex late_fence(R"([\s>*+.\d-]*(```|~~~).*)"),
      html(R"(<(img|pre|code|picture|svg|object|iframe)\b)");
  static const std::regex code_or_image(R"(`[^`]*`|!\[[^\]]*\]\([^)]*\))");
  if (std::regex_match(line, late_fence))
    return "write a fence with ``` at the start of its line, and a marker above it";
  if (after_blank && line.starts_with("    ")) return "write code in a fence, with a marker above it, and not indented";
  const std::string rest = std::regex_replace(line, code_or_image, " ");
  if (std::regex_search(rest, html)) return "write code and images in Markdown, with a marker above them";
  if (rest.find("![") != std::string::npos) return "write an image in one line: ![what it shows](figures/x.svg)";
  return line.find("![]") == std::string::npos ? "" : "the image has no alternative text";
}

}  // namespace

Lines read_lines(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(file + ": cannot be read");
  Lines lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Lines::const_iterator first_with(const Lines& lines, const std::string& text) {
  return std::find_if(lines.begin(), lines.end(),
                      [&](const auto& line) { return line.find(text) != std::string::npos; });
}

void write_lines(const std::string& file, const Lines& lines) {
  std::ofstream out(file);
  for (const std::string& line : lines) out << line << '\n';
  if (!out.flush()) throw std::runtime_error(file + ": cannot be written");
}

std::string place(const Page& page, std::size_t line) { return page.file + ':' + std::to_string(line + 1) + ": "; }

std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (c & 0xC0) != 0x80 && c != '\xCC';  // neither the rest of a letter in UTF-8 nor a mark over the one before
  }));
}

std::vector<std::string> images_of(const std::string& line) {
  static const std::regex image(R"(!\[[^\]]*\]\((?:\.\./)*([^)]+)\))");
  std::vector<std::string> files;
  for (std::sregex_iterator found(line.begin(), line.end(), image), end; found != end; ++found) {
    files.push_back(found->str(1));
  }
  return files;
}

Page read_page(const std::string& file) {
  Page page{file, read_lines(file), {}, {}};
  static const std::regex comment(R"(\s*<!-- ((code|output|figure) .*) -->\s*)");
  bool marked = false;
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    const std::string& line = page.lines[i];
    std::smatch found;
    if (std::regex_match(line, found, comment)) {
      page.blocks.push_back(marker(found[1]));
      page.blocks.back().line = i;
      marked = found[2] != "figure";
      if (marked) continue;
      std::size_t images = 0;
      const std::size_t begin = i + 1;
      for (; i + 1 < page.lines.size(); ++i) {
        const std::string& next = page.lines[i + 1];
        if (next.empty() || next.starts_with("```") || next.starts_with("<!--")) break;
        images += images_of(next).size();
        if (const std::string what = fault(next, false); !what.empty())
          page.errors.push_back(place(page, i + 1) + what);
      }
      if (images > 0) page.blocks.back().begin = begin;
      page.blocks.back().end = i + 1;
    } else if (line.starts_with("```")) {
      const std::size_t begin = i + 1;
      while (++i < page.lines.size() && !page.lines[i].starts_with("```")) {
      }
      if (i == page.lines.size()) page.errors.push_back(place(page, begin - 1) + "this fence is not closed");
      if (marked) {
        page.blocks.back().begin = begin;
        page.blocks.back().end = i;
      } else if (!line.starts_with("```sh")) {
        page.errors.push_back(place(page, begin - 1) + "this block has no marker above it that names its source");
      }
      marked = false;
    } else if (const std::string what = fault(line, i > 0 && page.lines[i - 1].empty()); !what.empty()) {
      page.errors.push_back(place(page, i) + what);
    } else if (!images_of(line).empty()) {
      page.errors.push_back(place(page, i) + "this image has no marker above it that names its program");
    } else if (!line.empty()) {
      marked = false;  // what follows is another paragraph's
    }
  }
  for (const Block& block : page.blocks) {
    if (block.begin == 0)
      page.errors.push_back(place(page, block.line) + "there is no block or image below this marker");
  }
  return page;
}

std::vector<std::string> unprinted_numbers(const Page& page) {
  std::vector<double> printed;
  for (const Block& block : page.blocks) {
    if (block.kind == "figure") continue;
    for (std::size_t i = block.begin; i < block.end; ++i) {
      static const std::regex any(R"(\d+(\.\d+)?(e[+-]?\d+)?)");
      const std::string& line = page.lines[i];
      for (std::sregex_iterator n(line.begin(), line.end(), any), end; n != end; ++n) {
        printed.push_back(std::stod(n->str()));
      }
    }
  }
  static const std::regex decimal(R"((\d+(\.\d+)+)(e[+-]?\d+)?)");
  std::vector<std::string> errors;
  bool fence = false, formula = false;
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    const std::string& line = page.lines[i];
    if (line.starts_with("```")) fence = !fence;
    if (fence) continue;
    if (line.starts_with("$$") && line.find("$$", 2) == std::string::npos) formula = !formula;
    if (formula) continue;
    const std::string text = prose(line);
    for (std::sregex_iterator n(text.begin(), text.end(), decimal), end; n != end; ++n) {
      const std::string number = n->str(1), exponent = n->str(3);
      const std::size_t point = number.find('.');
      if (number.find('.', point + 1) != std::string::npos) continue;  // a version: 1.2.3
      const double value = std::stod(number + exponent);
      const double digit = std::stod("1e-" + std::to_string(number.size() - point - 1)) * std::stod("1" + exponent);
      if (std::none_of(printed.begin(), printed.end(),
                       [&](double p) { return std::abs(p - value) <= 0.5001 * digit; })) {
        errors.push_back(place(page, i) + "no block of this page prints " + number + exponent);
      }
    }
  }
  return errors;
}

std::vector<std::string> wide_lines(const Page& page) {
  std::vector<std::string> errors;
  for (const Block& block : page.blocks) {
    if (block.kind != "code" || block.wide) continue;
    for (std::size_t i = block.begin; i < block.end; ++i) {
      if (const std::size_t width = columns(page.lines[i]); width > page_width) {
        errors.push_back(place(page, i) + std::to_string(width) + " columns of code; a page has room for " +
                         std::to_string(page_width));
      }
    }
  }
  return errors;
}

}  // namespace docs
