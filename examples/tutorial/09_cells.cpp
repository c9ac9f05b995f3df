// What becomes of the cells that a block of queries meets, for three kernels and for one
// with a hidden spike.
#include <iomanip>
#include <iostream>
#include <sstream>

#include "examples/figures.h"
#include "examples/small_walk.h"

using namespace tg;
using namespace tg::examples;

namespace {

constexpr std::size_t block = 64;

struct Panel {
  std::string title;
  std::vector<std::pair<KeyCell, Fate>> met;
};

// A row of boxes for each level of the tree, the root at the top. The bar below stands
// where the queries do.
void draw(const Figures& figures, const std::string& name, const std::vector<Panel>& panels,
          std::size_t keys, std::size_t first_query) {
  constexpr int width = 640, side = 12, row = 15, height = 152;
  std::ostringstream out;
  const auto box = [&](double x, double y, double wide, double high, const char* fill,
                       const char* edge) {
    out << "set object rectangle from " << x << ',' << y << " to " << x + wide << ','
        << y + high << " fillcolor rgb '" << fill << "' fillstyle solid border rgb '"
        << edge << "' linewidth 0.6\n";
  };
  const auto label = [&](const std::string& text, double x, double y) {
    out << "set label '" << text << "' at " << x << ',' << y << " front\n";
  };
  const auto fill = [](Fate fate) {
    return fate == Fate::skipped  ? "#DDDDDD"
           : fate == Fate::points ? "#56B4E9"
           : fate == Fate::opened ? "#FFFFFF"
                                  : "#D55E00";
  };
  const int total = static_cast<int>(panels.size()) * height + 30;
  const double scale = static_cast<double>(width - 2 * side) / static_cast<double>(keys);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const double top = total - 30 - static_cast<double>(i) * height;
    label(panels[i].title, side, top - 12);
    for (const auto& [cell, fate] : panels[i].met) {
      box(side + scale * static_cast<double>(cell.first), top - 36 - row * cell.level,
          scale * static_cast<double>(cell.count), row - 3, fill(fate), "#444444");
    }
    box(side + scale * static_cast<double>(first_query), top - 45 - row * 6, scale * block,
        5, "#222222", "#222222");
  }
  double x = side;
  for (const auto& [fate, word] : {std::pair{Fate::skipped, "skipped"},
                                   {Fate::points, "sixteen points"},
                                   {Fate::opened, "opened"},
                                   {Fate::summed, "its keys summed"}}) {
    box(x, total - 20, 14, 12, fill(fate), "#777777");
    label(word, x + 20, total - 14);
    x += 150;
  }
  figures.drawing(name, out.str(), width, total);
}

}  // namespace

int main() {
  // [data]
  manual_seed(0);
  const std::vector<double> keys = (5 * sort(rand<double>({4096})).values).to_vector();
  const std::vector<double> values = randn<double>({4096}).to_vector();
  // [/data]
  // [scores]
  const auto gaussian = [](auto q, auto k) { return -square(10 * (q - k)) / 2; };
  const auto laplace = [](auto q, auto k) { return -abs(10 * (q - k)); };
  const auto cauchy = [](auto q, auto k) { return -log(1 + square(10 * (q - k))); };
  const auto spiked = [gaussian](auto q, auto k) {
    return gaussian(q, k) + log(1 + 0.2 * exp(-square(1000 * (q - k))));
  };
  // [/scores]
  std::cout << "the block in the middle    skipped  points  opened  summed   terms    "
               "error, all blocks\n";
  const std::size_t middle = keys.size() / 2;
  auto walk = [&](const char* name, const auto& score, bool by_samples) {
    Panel panel{name, {}};
    double worst = 0;
    std::size_t terms = 0, fates[4] = {};
    for (std::size_t first = 0; first < keys.size(); first += block) {
      const std::vector<double> queries(keys.begin() + static_cast<std::ptrdiff_t>(first),
                                        keys.begin() +
                                            static_cast<std::ptrdiff_t>(first + block));
      SmallWalk<std::decay_t<decltype(score)>> one{score,  queries, keys,
                                                   values, 4e-8,    by_samples};
      one.run();
      for (std::size_t i = 0; i < block; ++i) {
        double weights = 0, sums = 0;
        for (std::size_t j = 0; j < keys.size(); ++j) {
          const double e = one.exp_score(queries[i], keys[j]);
          weights += e;
          sums += e * values[j];
        }
        worst = std::max(worst, std::abs(one.result(i) - sums / weights));
      }
      if (first != middle) continue;
      panel.met = one.met;
      terms = one.terms;
      for (const auto& [cell, fate] : one.met) ++fates[static_cast<int>(fate)];
    }
    std::cout << std::left << std::setw(25) << name << std::right << std::setw(9);
    for (const std::size_t count : fates) std::cout << count << std::setw(8);
    std::cout << terms << std::setw(14) << std::setprecision(2) << std::scientific << worst
              << " (measured)\n";
    return panel;
  };
  const Panel of_gaussian = walk("Gaussian", gaussian, false),
              of_laplace = walk("Laplace", laplace, false);
  const Panel of_cauchy = walk("Cauchy", cauchy, false),
              of_spike = walk("Gaussian with a spike", spiked, false);
  walk("the same, by samples", spiked, true);

  const Figures figures;
  draw(figures, "cells-kernels", {of_gaussian, of_laplace, of_cauchy}, keys.size(), middle);
  draw(figures, "cells-spike", {of_gaussian, of_spike}, keys.size(), middle);
}
