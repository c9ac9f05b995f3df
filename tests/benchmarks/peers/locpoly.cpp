// Locpoly: see locpoly.h. locpoly.R does the work.
#include "tests/benchmarks/peers/locpoly.h"

#include <cstdlib>

#include "tests/benchmarks/data.h"
#include "tests/benchmarks/peers/script.h"

namespace bench::locpoly {

namespace {

// What R answers, on one line; nothing if it or the package is not there.
const std::string& found() {
  static const std::string answer = [] {
    constexpr const char* question = "cat('R ', as.character(getRversion()), ', KernSmooth ', "
                                     "format(packageVersion('KernSmooth')), '\\n', sep = '')";
    if (std::system("Rscript -e 'loadNamespace(\"KernSmooth\")' > /dev/null 2>&1") != 0) return std::string();
    return Child({"Rscript", "-e", question}).read_line();
  }();
  return answer;
}

}  // namespace

bool is_here() { return !found().empty(); }

Contestant scattered_prediction(int n, float w) {
  auto start = [=] {
    std::vector<std::vector<double>> numbers;
    const Points points = scattered_points(n);
    for (const auto& floats : {points.x, points.y, chapter_queries(n)})
      numbers.emplace_back(floats.begin(), floats.end());
    const std::size_t count = numbers[2].size(), step = sample_step(count, checked_queries(n));
    const std::string all = std::to_string(n);
    return job_of(std::make_shared<Script>(std::vector<std::string>{"Rscript", "tests/benchmarks/peers/locpoly.R"},
                                           numbers,
                                           std::vector<std::string>{all, all, std::to_string(step), std::to_string(w)},
                                           (count + step - 1) / step));
  };
  return {.who = "R's locpoly, binned", .start = start, .elsewhere = true};
}

std::string version() {
  return is_here() ? found() : "R with KernSmooth is not installed (r-cran-kernsmooth): no rows of locpoly";
}

}  // namespace bench::locpoly
