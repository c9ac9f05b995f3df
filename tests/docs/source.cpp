// Takes regions out of source files, and runs programs.
#include "tests/docs/source.h"

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace docs {
namespace {

bool blank(const std::string& line) { return line.find_first_not_of(" \t") == std::string::npos; }

std::size_t indentation(const std::string& line) { return std::min(line.find_first_not_of(' '), line.size()); }

bool is_region_marker(const std::string& line) {
  const std::string text = line.substr(indentation(line));
  return text.starts_with("// [") && text.back() == ']';
}

// Without the blank lines at both ends.
Lines trimmed(Lines lines) {
  while (!lines.empty() && blank(lines.front())) lines.erase(lines.begin());
  while (!lines.empty() && blank(lines.back())) lines.pop_back();
  return lines;
}

// Trimmed, and without the indentation that all lines share.
Lines dedent(Lines lines) {
  lines = trimmed(std::move(lines));
  std::size_t shared = std::string::npos;
  for (const std::string& line : lines) {
    if (!blank(line)) shared = std::min(shared, indentation(line));
  }
  for (std::string& line : lines) line = blank(line) ? "" : line.substr(shared);
  return lines;
}

// Lines from the one that contains the text to the end of the statement or function that starts there: the first line,
// no more indented than it, that ends the block. A comment above a function belongs to it.
Lines block_from(const Lines& lines, const std::string& text, const std::string& file) {
  const auto first = first_with(lines, text);
  if (first == lines.end()) throw std::runtime_error("no line of " + file + " contains \"" + text + '"');
  const std::size_t level = indentation(*first);
  for (auto line = first; line != lines.end(); ++line) {
    const std::string body = line->substr(indentation(*line));
    if (blank(*line) || indentation(*line) > level || body.starts_with("//")) continue;
    const bool closes = body[0] == '}';
    const bool ends = body.find('{') == std::string::npos || body.find("};") != std::string::npos ||
                      body.find(" }") != std::string::npos;
    if (closes || (ends && (body.back() == ';' || body.back() == '}'))) return {first, line + 1};
  }
  throw std::runtime_error("the block that starts at \"" + text + "\" in " + file + " does not end");
}

// Where to break a line of code that is too wide, and how far its rest is indented; {0, 0} if there is no place. A
// place is behind a comma, behind the head of a template or an if, behind "{" before a return, and before ? and :. The
// last of the least nested is taken.
std::pair<std::size_t, std::size_t> break_of(const std::string& line) {
  const std::size_t start = indentation(line);
  const std::string code = line.substr(start);
  std::size_t place = 0, indent = 0, least = std::string::npos;
  std::vector<std::size_t> open;  // columns behind the brackets that are open
  bool quoted = false;
  for (std::size_t i = start; i + 2 < line.size() && columns(line.substr(0, i + 1)) <= page_width; ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (quoted) continue;
    const std::string next = line.substr(i, 3);
    const bool body = line.compare(i, 8, "{ return") == 0 && open.size() < least;
    if (std::string("([{").find(line[i]) != std::string::npos) open.push_back(columns(line.substr(0, i + 1)));
    if (std::string(")]}").find(line[i]) != std::string::npos && !open.empty()) open.pop_back();
    const std::size_t depth = open.size() - (body ? 1 : 0);
    const bool head =
        least == std::string::npos && depth == 0 &&
        ((line[i] == '>' && code.starts_with("template <")) || (next[0] == ')' && code.starts_with("if (")));
    const bool before = next == " ? " || next == " : ";
    if ((!head && !body && !before && !next.starts_with(", ")) || depth > least) continue;
    least = depth;
    place = before ? i + 1 : i + 2;
    indent = head ? start + (code[0] == 'i' ? 2 : 0) : body ? start + 2 : depth == 0 ? start + 4 : open.back();
  }
  const bool fits = least == 0 || indent + columns(line.substr(place)) <= page_width;
  return {place, fits ? indent : start + 4};
}

// The library's longest lines are broken, much as clang-format breaks them: a page has no room for them.
Lines narrowed(const Lines& lines) {
  Lines out;
  for (std::string line : lines) {
    while (columns(line) > page_width && !line.substr(indentation(line)).starts_with("//")) {
      const auto [place, indent] = break_of(line);
      if (place == 0) break;
      out.push_back(line.substr(0, line.find_last_not_of(' ', place - 1) + 1));
      line = std::string(indent, ' ') + line.substr(place);
    }
    out.push_back(line);
  }
  return out;
}

std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string command_of(const Block& block) {
  std::string command;
  for (const std::string& word : block.words) command += (command.empty() ? "" : " ") + word;
  return command;
}

bool names_program(const Block& block) { return block.kind != "code" && !block.words.empty() && !block.by_hand(); }

}  // namespace

Lines code(const Block& block) {
  if (block.words.size() != 1) throw std::runtime_error("a code marker names one file");
  const std::size_t hash = block.words[0].find('#');
  const std::string file = block.words[0].substr(0, hash);
  const Lines lines = read_lines(file);
  Lines out;
  if (hash != std::string::npos) {
    const std::string name = block.words[0].substr(hash + 1), open = "// [" + name + "]", close = "// [/" + name + "]";
    bool inside = false, found = false;
    for (const std::string& line : lines) {
      const std::string body = line.substr(indentation(line));
      if (body == open) {
        inside = found = true;
      } else if (body == close) {
        inside = false;
      } else if (inside && !is_region_marker(line)) {
        out.push_back(line);
      }
    }
    if (!found || inside) throw std::runtime_error(file + " has no region between " + open + " and " + close);
  } else if (!block.text.empty()) {
    out = block_from(lines, block.text, file);
  } else {
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(out),
                 [](const auto& l) { return !is_region_marker(l); });
  }
  out = dedent(out);
  return block.wide || file.starts_with("examples/") ? out : narrowed(out);
}

Programs::Programs(std::string build, std::string scratch) : build_(std::move(build)), scratch_(std::move(scratch)) {}

void Programs::run(const std::vector<Block>& blocks) {
  std::set<std::string> wanted;
  for (const Block& block : blocks) {
    if (names_program(block)) wanted.insert(command_of(block));
  }
  const std::vector<std::string> commands(wanted.begin(), wanted.end());
  std::vector<Run> runs(commands.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < commands.size(); i = next++) {
      std::istringstream words(commands[i]);
      std::string program, word, shell;
      words >> program;
      runs[i].folder = scratch_ + '/' + std::to_string(i);
      std::error_code ignored;  // then the command fails
      std::filesystem::create_directories(runs[i].folder, ignored);
      shell = "cd " + shell_word(runs[i].folder) + " && ";
      shell += shell_word(std::filesystem::absolute(build_).string() + '/' + program);
      while (words >> word) {  // a file is named from here, not from that folder
        const bool file = std::filesystem::is_regular_file(word, ignored);
        shell += ' ' + shell_word(file ? std::filesystem::absolute(word).string() : word);
      }
      std::FILE* pipe = popen((shell + " < /dev/null").c_str(), "r");
      if (!pipe) continue;
      std::string text;
      std::array<char, 4096> part;
      while (const std::size_t n = std::fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), n);
      const int status = pclose(pipe);
      runs[i].status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("wrote ")) runs[i].lines.push_back(line);
      }
    }
  };
  std::thread second(work);
  work();
  second.join();
  for (std::size_t i = 0; i < commands.size(); ++i) runs_[commands[i]] = std::move(runs[i]);
}

const Programs::Run& Programs::run_of(const Block& block) const {
  const std::string command = command_of(block);
  const auto run = runs_.find(command);
  if (run == runs_.end()) throw std::runtime_error("the marker names no program");
  if (run->second.status == 0) return run->second;
  throw std::runtime_error(command + " ends with status " + std::to_string(run->second.status));
}

Lines Programs::output(const Block& block) const {
  Lines out = run_of(block).lines;
  if (!block.text.empty()) {
    const auto first = first_with(out, block.text);
    if (first == out.end()) throw std::runtime_error(command_of(block) + " prints no line with \"" + block.text + '"');
    out = Lines(first, std::find_if(first, out.cend(), blank));
  }
  out = trimmed(std::move(out));
  for (std::string& line : out) line.erase(line.find_last_not_of(' ') + 1);
  return out;
}

std::string Programs::figure(const Block& block, const std::string& image) const {
  return run_of(block).folder + "/build/" + image;
}

}  // namespace docs
