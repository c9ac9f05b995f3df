// Compares the pages of docs/ with the sources and programs that they show, or writes them anew.
//
//   check [--sync] [--build build] [page...]     without pages: all of docs/ and its folders but performance.md, which
//   has a writer of its own
//
// Ends with a line "docs: N right, N wrong", a right or wrong for each block, figure and rule of each page.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "tests/docs/compare.h"
#include "tests/docs/source.h"
#include "tests/temporary_folder.h"

using namespace docs;
namespace fs = std::filesystem;

namespace {

int right = 0, wrong = 0;
std::vector<std::string> errors;  // of the page at hand, from its last block to its first

void report(const std::string& error) {
  ++wrong;
  errors.push_back(error);
}

void print_errors() {
  for (auto error = errors.rbegin(); error != errors.rend(); ++error) std::cout << *error << '\n';
  errors.clear();
}

// Compares a page's figure with the one that its program has just drawn, or copies it.
void check_figure(const std::string& where, const Block& block, const std::string& image, const Programs& programs,
                  bool sync) {
  const std::string shown = "docs/" + image;
  if (block.by_hand()) {
    if (!fs::exists(shown)) return report(where + "there is no " + shown);
    if (!gnuplot_of(read_lines(shown)).empty()) {
      return report(where + "a program has drawn " + shown + "; name it in the marker");
    }
    ++right;
    return;
  }
  const std::string now = programs.figure(block, image);
  if (!fs::exists(now)) return report(where + block.words[0] + " does not draw " + image);
  if (!fs::exists(shown) || !same_figure(shown, now)) {
    if (!sync) return report(where + shown + " is not what its program draws now\n  run make docs-sync");
    fs::create_directories(fs::path(shown).parent_path());
    fs::copy_file(now, shown, fs::copy_options::overwrite_existing);
    std::cout << "wrote " << shown << '\n';
  }
  ++right;
}

// From the last block to the first, so that new lines do not move the blocks that are still to come.
void check_page(Page& page, const Programs& programs, bool sync) {
  bool changed = false;
  for (auto block = page.blocks.rbegin(); block != page.blocks.rend(); ++block) try {
      if (block->begin == 0) continue;
      if (block->kind == "figure") {
        for (std::size_t i = block->begin; i < block->end; ++i) {
          for (const std::string& image : images_of(page.lines[i])) {
            check_figure(place(page, i), *block, image, programs, sync);
          }
        }
        continue;
      }
      const bool is_code = block->kind == "code";
      const Lines now = is_code ? code(*block) : programs.output(*block);
      const auto begin = page.lines.begin() + static_cast<std::ptrdiff_t>(block->begin);
      const auto end = page.lines.begin() + static_cast<std::ptrdiff_t>(block->end);
      const Lines shown(begin, end);
      const std::string what =
          is_code ? (shown == now ? "" : "the code is not what its source says now") : difference(shown, now);
      if (!what.empty() && sync) {
        page.lines.insert(page.lines.erase(begin, end), now.begin(), now.end());
        changed = true;
      } else if (!what.empty()) {
        report(place(page, block->line) + what + "\n  run make docs-sync");
        continue;
      }
      ++right;
    } catch (const std::exception& error) {
      report(place(page, block->line) + error.what());
    }
  if (changed) {
    write_lines(page.file, page.lines);
    std::cout << "wrote " << page.file << '\n';
    page = read_page(page.file);
  }
  print_errors();
  for (const std::string& error : page.errors) report(error);
  const std::vector<std::string> unprinted = unprinted_numbers(page);
  for (const std::string& error : unprinted) report(error);
  if (unprinted.empty()) ++right;
  const std::vector<std::string> wide = wide_lines(page);
  for (const std::string& error : wide) report(error);
  if (wide.empty()) ++right;
  print_errors();
}

// Each program of the course is on a page.
void check_all_are_shown(const std::vector<Page>& pages) {
  for (const char* folder : {"examples/tutorial", "examples/exercises"}) {
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".cpp") continue;
      const std::string program = std::string(folder) + '/' + entry.path().stem().string();
      const bool shown = std::any_of(pages.begin(), pages.end(), [&](const Page& page) {
        return first_with(page.lines, program) != page.lines.end();
      });
      if (!shown) {
        report(program + ".cpp: no page of docs/ shows it or links to it");
      } else {
        ++right;
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  std::string build = "build";
  bool sync = false;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--sync") {
      sync = true;
    } else if (word == "--build" && i + 1 < argc) {
      build = argv[++i];
    } else {
      files.push_back(word);
    }
  }
  const bool all = files.empty();
  if (all) {
    for (const auto& entry : fs::recursive_directory_iterator("docs")) {
      if (entry.path().extension() == ".md" && entry.path().filename() != "performance.md")
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
  }

  std::vector<Page> pages;
  std::vector<Block> blocks;
  for (const std::string& file : files) {
    pages.push_back(read_page(file));
    blocks.insert(blocks.end(), pages.back().blocks.begin(), pages.back().blocks.end());
  }
  const tests::TemporaryFolder scratch;
  Programs programs(build, scratch.path());
  programs.run(blocks);
  for (Page& page : pages) check_page(page, programs, sync);
  if (all) check_all_are_shown(pages);
  print_errors();
  std::cout << "docs: " << right << " right, " << wrong << " wrong\n";
  return wrong == 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::cout << "docs: " << error.what() << '\n';
  return 1;
}
