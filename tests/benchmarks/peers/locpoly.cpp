// Locpoly: see locpoly.h. locpoly.R does the work.
#include "tests/benchmarks/peers/locpoly.h"

#include <cstdlib>
#include <fstream>

#include "tests/benchmarks/child.h"
#include "tests/benchmarks/data.h"
#include "tests/temporary_folder.h"

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

class Regression {
 public:
  Regression(int n, float w) : answers_(checked_queries(n)) {
    const Points points = scattered_points(n);
    const std::vector<float> queries = chapter_queries(n);
    std::ofstream file(numbers_, std::ios::binary);
    for (const auto& floats : {points.x, points.y, queries}) {
      const std::vector<double> numbers(floats.begin(), floats.end());
      file.write(reinterpret_cast<const char*>(numbers.data()),
                 static_cast<std::streamsize>(numbers.size() * sizeof(double)));
    }
    file.close();
    if (!file) throw std::runtime_error("cannot write the numbers for R into " + numbers_);
    const std::size_t step = sample_step(queries.size(), checked_queries(n));
    answers_ = (queries.size() + step - 1) / step;
    const std::string count = std::to_string(n);
    r_ = std::make_unique<Child>(std::vector<std::string>{"Rscript", "tests/benchmarks/peers/locpoly.R", numbers_,
                                                          count, count, std::to_string(step), std::to_string(w)});
  }
  double seconds(long runs) {
    r_->write_line(std::to_string(runs));
    return std::stod(r_->read_line());
  }
  std::vector<double> result() {
    r_->write_line("result");
    std::vector<double> values;
    for (std::size_t i = 0; i < answers_; ++i) values.push_back(std::stod(r_->read_line()));
    return values;
  }

 private:
  tests::TemporaryFolder folder_;
  const std::string numbers_ = folder_ / "numbers";
  std::unique_ptr<Child> r_;
  std::size_t answers_;
};

}  // namespace

bool is_here() { return !found().empty(); }

Contestant scattered_prediction(int n, float w) {
  auto start = [=] {
    auto work = std::make_shared<Regression>(n, w);
    return Job{[=] { work->seconds(1); }, [=] { return work->result(); },
               [=](long runs) { return work->seconds(runs); }};
  };
  return {.who = "R's locpoly, binned", .start = start, .elsewhere = true};
}

std::string version() {
  return is_here() ? found() : "R with KernSmooth is not installed (r-cran-kernsmooth): no rows of locpoly";
}

}  // namespace bench::locpoly
