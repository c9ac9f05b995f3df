// Kernel regression on a table, by the parts of examples/kernel_regression that do it, in this process: smooth() gives
// the fit, its slopes and its standard errors, choose_bandwidths() all bandwidths. Beside statsmodels and locpoly.
#include <cmath>
#include <cstdlib>

#include "examples/regression/fit.h"
#include "tests/benchmarks/data.h"
#include "tests/benchmarks/peers.h"
#include "tests/benchmarks/peers/script.h"

namespace bench {
namespace {

using tg::regression::Data;
using Numbers = std::vector<double>;

Numbers doubles(const std::vector<float>& x) { return {x.begin(), x.end()}; }

// The features, and then y. One feature is the chapter's.
std::vector<Numbers> numbers_of(int n, int features) {
  if (features == 1) return {doubles(scattered_points(n).x), doubles(scattered_points(n).y)};
  std::vector<Numbers> all = {doubles(uniform(n, 0, 1, 1)), doubles(uniform(n, 0, 1, 2)),
                              doubles(uniform(n, -0.3, 0.3, 3))};
  for (int i = 0; i < n; ++i) all[2][i] += std::sin(6 * all[0][i]) + all[1][i];
  return all;
}

Data data_of(std::vector<Numbers> numbers) {
  tg::regression::Table table{{{"y", false, numbers.back()}}};
  numbers.pop_back();
  for (const Numbers& x : numbers) table.columns.push_back({"x", false, x});
  table.rows = static_cast<std::int64_t>(numbers[0].size());
  return prepare(table, tg::regression::Kernel::gaussian, 0);
}

// The fit at a row of x by plain loops, with or without the row.
double loop_fit(const std::vector<Numbers>& numbers, const Numbers& h, const Numbers& at, int without = -1) {
  double sum = 0, sum_y = 0;
  for (int j = 0; j < static_cast<int>(numbers[0].size()); ++j) {
    double score = 0;
    for (std::size_t f = 0; f < h.size(); ++f) score -= std::pow((at[f] - numbers[f][j]) / h[f], 2) / 2;
    if (j == without) continue;
    sum += std::exp(score), sum_y += std::exp(score) * numbers.back()[j];
  }
  return sum_y / sum;
}
double loop_error(const std::vector<Numbers>& numbers, const Numbers& h) {
  double total = 0;
  const int n = static_cast<int>(numbers[0].size());
  for (int i = 0; i < n; ++i) {
    total += std::pow(numbers[2][i] - loop_fit(numbers, h, {numbers[0][i], numbers[1][i]}, i), 2);
  }
  return total / n;
}

// At the rows of two features, or at the chapter's queries of one.
class Given {
 public:
  Given(int n, Numbers h) : data_(data_of(numbers_of(n, static_cast<int>(h.size())))) {
    t_ = given_bandwidths(data_, h).best.t;
    std::vector<tg::regression::Column> at = data_.columns;
    if (h.size() == 1) at[0].numbers = doubles(chapter_queries(n));
    queries_ = queries_of(data_, at);
  }
  void run() { fit_ = smooth(data_.model, queries_, t_).fit; }
  Numbers result() const {
    const tg::Tensor64 y = fit_ * data_.y.scale.deviation + data_.y.scale.mean;
    return sample(y.data(), y.numel());
  }

 private:
  Data data_;
  Numbers t_;
  tg::Tensor64 queries_, fit_;
};

// Its result is the leave-one-out error at the bandwidths.
class Chosen {
 public:
  explicit Chosen(int n) : data_(data_of(numbers_of(n, 2))), n_(n) {}
  void run() { t_ = choose_bandwidths(data_).best.t; }
  Numbers result() const {
    return {loop_error(numbers_of(n_, 2), {bandwidth_of(data_, t_, 0), bandwidth_of(data_, t_, 1)})};
  }

 private:
  Data data_;
  int n_;
  Numbers t_;
};

constexpr const char* python = "/usr/bin/python3";  // Debian's: another on the PATH lacks its modules

bool statsmodels_is_here() {
  static const bool here = std::system((std::string(python) + " -c 'import statsmodels' 2> /dev/null").c_str()) == 0;
  return here;
}

// Without h they are chosen.
Contestants kernel_reg(int n, const Numbers& h) {
  if (!statsmodels_is_here()) return {};
  const std::size_t step = sample_step(n, 1000), answers = h.empty() ? 2 : (n + step - 1) / step;
  const auto start = [=] {
    std::vector<std::string> arguments = {std::to_string(n), std::to_string(step)};
    for (const double width : h.empty() ? Numbers{0, 0} : h) arguments.push_back(std::to_string(width));
    const auto script =
        std::make_shared<Script>(std::vector<std::string>{python, "tests/benchmarks/peers/kernel_reg.py"},
                                 numbers_of(n, 2), arguments, answers);
    Job job = job_of(script);
    if (h.empty()) job.result = [=] { return Numbers{loop_error(numbers_of(n, 2), script->result())}; };
    return job;
  };
  return {{.who = "statsmodels' KernelReg", .start = start, .once = h.empty(), .elsewhere = true}};
}

Expected within(const Numbers& values, double allowed) {
  return {values, Numbers(values.size(), allowed), Numbers(values.size(), 1)};
}

Workload given(const std::string& name, int n, const Numbers& h, const Contestants& peers) {
  const auto expected = [=](double allowed) {
    Numbers values;
    const std::vector<Numbers> numbers = numbers_of(n, static_cast<int>(h.size()));
    const Numbers queries = doubles(chapter_queries(n));
    for (std::size_t i = 0; i < queries.size(); i += sample_step(n, 1000)) {
      const Numbers at = h.size() == 1 ? Numbers{queries[i]} : Numbers{numbers[0][i], numbers[1][i]};
      values.push_back(loop_fit(numbers, h, at));
    }
    return within(values, allowed);
  };
  Workload workload{.group = "kernel regression on a table",
                    .name = name,
                    .ours = {{"smooth", start<Given>(n, h)}},
                    .peers = peers,
                    .expected = [=] { return expected(1e-7); }};
  for (Contestant& peer : workload.peers) peer.expected = [=] { return expected(2e-3); };
  return workload;
}

}  // namespace

Workloads peers::regression_workloads() {
  const int n = 500;
  Workload chosen{.group = "kernel regression on a table",
                  .name = "bandwidths chosen by leave-one-out, n = 500, 2 features",
                  .ours = {{"choose_bandwidths", start<Chosen>(n)}},
                  .peers = kernel_reg(n, {})};
  // What a search in smaller and smaller steps, by loop_error, has gone down to.
  chosen.expected = [] { return within({0.0349657166}, 1e-7); };
  return {given("fit at given h, n = 2000, 2 features", 2000, {0.05, 0.1}, kernel_reg(2000, {0.05, 0.1})), chosen,
          given("one feature, given h, n = 10000", 10'000, {0.1}, peers::binned_prediction(10'000, 10))};
}

std::string peers::statsmodels_version() {
  if (!statsmodels_is_here()) return "statsmodels is not installed (python3-statsmodels): no rows of KernelReg";
  return "statsmodels " + Child({python, "-c", "import statsmodels; print(statsmodels.__version__)"}).read_line();
}

}  // namespace bench
