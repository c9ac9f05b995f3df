// The parts of kernel_regression against plain loops: the criterion and its gradient, the fit, its variance, the bands.
#include <boost/math/distributions/students_t.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "examples/regression/fit.h"

using namespace tg;
using namespace tg::regression;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// A kernel of standard deviation 1 at a distance, by its textbook formula.
double kernel_at(Kernel kernel, double u) {
  u = std::abs(u);
  switch (kernel) {
    case Kernel::laplace: return std::exp(-std::sqrt(2.0) * u);
    case Kernel::epanechnikov: return std::max(0.0, 1 - u * u / 5);
    case Kernel::triangular: return std::max(0.0, 1 - u / std::sqrt(6.0));
    case Kernel::boxcar: return u <= std::sqrt(3.0) ? 1 : 0;
    case Kernel::gaussian: break;
  }
  return std::exp(-u * u / 2);
}

// Random rows of features, categories and weights.
Model model_of(Kernel kernel, int degree, int features, int categories, bool weighted, int n = 60) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> x, y, w;
  for (int i = 0; i < n; ++i) {
    for (int f = 0; f < features; ++f) x.push_back(normal(random));
    for (int c = 0; c < categories; ++c) x.push_back(static_cast<double>(random() % 3));
    y.push_back(std::sin(2 * x[x.size() - static_cast<std::size_t>(features + categories)]) + 0.3 * normal(random));
    w.push_back(weighted ? 0.5 + static_cast<double>(random() % 4) : 1);
  }
  Model model;
  model.kernel = kernel;
  model.degree = degree;
  model.features = features;
  model.weighted = weighted;
  model.x = Tensor64::from_vector(x, {n, features + categories});
  model.y = Tensor64::from_vector(y, {n});
  const Tensor64 weights = Tensor64::from_vector(w, {n});
  model.weights = weights / mean(weights);
  return model;
}

// By loops: the weights l of all rows, and the kernel-weighted p, for a query; `left_out` is a row or -1.
struct Loop {
  std::vector<double> l, p;
  double nearest = 0;  // the largest kernel
};
Loop weights_at(const Model& m, const std::vector<double>& q, const std::vector<double>& t, std::int64_t left_out) {
  const std::int64_t n = m.rows();
  std::vector<double> k(static_cast<std::size_t>(n));
  double sum = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    double product = j == left_out ? 0 : 1;
    for (std::int64_t f = 0; f < m.columns(); ++f) {
      const double x = m.x(j, f), at = q[static_cast<std::size_t>(f)], s = t[static_cast<std::size_t>(f)];
      product *= f < m.features ? kernel_at(m.kernel, (at - x) / std::exp(s)) : at == x ? 1 : std::exp(s);
    }
    k[static_cast<std::size_t>(j)] = product;
    sum += product * m.weights(j);
  }
  if (sum == 0) {  // none in reach: all others
    for (std::int64_t j = 0; j < n; ++j) k[static_cast<std::size_t>(j)] = j == left_out ? 0 : 1;
    sum = n - (left_out < 0 ? 0 : m.weights(left_out));
  }
  Loop result;
  double mean = 0, variance = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    result.nearest = std::max(result.nearest, k[static_cast<std::size_t>(j)]);
    result.p.push_back(k[static_cast<std::size_t>(j)] * m.weights(j) / sum);
    mean += result.p.back() * m.x(j, 0);
  }
  for (std::int64_t j = 0; j < n; ++j)
    variance += result.p[static_cast<std::size_t>(j)] * (m.x(j, 0) - mean) * (m.x(j, 0) - mean);
  for (std::int64_t j = 0; j < n; ++j) {
    const double a = m.degree == 0 ? 0 : (q[0] - mean) / (variance + 1e-13);
    result.l.push_back(result.p[static_cast<std::size_t>(j)] * (1 + a * (m.x(j, 0) - mean)));
  }
  return result;
}
double fit_at(const Model& m, const std::vector<double>& l) {
  double fit = 0;
  for (std::int64_t j = 0; j < m.rows(); ++j) fit += l[static_cast<std::size_t>(j)] * m.y(j);
  return fit;
}
std::vector<double> row(const Tensor64& x, std::int64_t i) { return select(x, 0, i).to_vector(); }

double loop_error(const Model& m, const std::vector<double>& t) {
  double total = 0;
  for (std::int64_t i = 0; i < m.rows(); ++i) {
    const double e = m.y(i) - fit_at(m, weights_at(m, row(m.x, i), t, i).l);
    total += m.weights(i) * e * e;
  }
  return total / static_cast<double>(m.rows());
}

// Every kernel with features, categories, weights, and lines.
template <class F> void each_model(const F& f) {
  for (const Kernel kernel :
       {Kernel::gaussian, Kernel::laplace, Kernel::epanechnikov, Kernel::triangular, Kernel::boxcar}) {
    for (const bool weighted : {false, true}) {
      f(model_of(kernel, 0, 1, 0, weighted), std::vector<double>{-1.1});
      f(model_of(kernel, 0, 2, 0, weighted), std::vector<double>{-0.4, 0.3});
      f(model_of(kernel, 0, 2, 1, weighted), std::vector<double>{-0.4, 0.5, -1.5});
      f(model_of(kernel, 1, 1, 0, weighted), std::vector<double>{-0.3});
      f(model_of(kernel, 1, 1, 1, weighted), std::vector<double>{-0.3, -1});
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples)

BOOST_AUTO_TEST_CASE(regression_criterion_and_gradient) {
  each_model([](const Model& m, const std::vector<double>& t) {
    std::vector<double> gradient;
    const double error = leave_one_out(m, t, &gradient);
    BOOST_TEST(error == loop_error(m, t), boost::test_tools::tolerance(1e-9));
    BOOST_TEST(leave_one_out(m, t) == error, boost::test_tools::tolerance(1e-12));
    for (std::size_t k = 0; k < t.size(); ++k) {
      std::vector<double> more = t, less = t;
      more[k] += 1e-7;
      less[k] -= 1e-7;
      const double slope = (loop_error(m, more) - loop_error(m, less)) / 2e-7;
      if (m.kernel != Kernel::boxcar || k >= static_cast<std::size_t>(m.features))
        BOOST_TEST(std::abs(gradient[k] - slope) < 1e-6 + 1e-5 * std::abs(slope));
    }
  });
}

// Rows without neighbours are predicted by the mean of the others, and counted.
BOOST_AUTO_TEST_CASE(regression_rows_alone) {
  for (const bool weighted : {false, true}) {
    const Model m = model_of(Kernel::epanechnikov, 0, 1, 0, weighted);
    const std::vector<double> t = {-4};
    std::int64_t alone = 0;
    for (std::int64_t i = 0; i < m.rows(); ++i) {
      double nearest = infinity;
      for (std::int64_t j = 0; j < m.rows(); ++j) {
        if (j != i) nearest = std::min(nearest, std::abs(m.x(i, 0) - m.x(j, 0)));
      }
      alone += nearest >= std::sqrt(5.0) * std::exp(-4);
    }
    BOOST_TEST(alone > 5);
    BOOST_TEST(rows_alone(m, t) == alone);
    std::vector<double> gradient;
    BOOST_TEST(leave_one_out(m, t, &gradient) == loop_error(m, t), boost::test_tools::tolerance(1e-9));
    BOOST_TEST(std::isfinite(gradient[0]));
  }
}

BOOST_AUTO_TEST_CASE(regression_fit_and_variance) {
  each_model([](const Model& m, const std::vector<double>& t) {
    const Smooth s = smooth(m, m.x, t);
    for (std::int64_t i = 0; i < m.rows(); ++i) {
      const Loop loop = weights_at(m, row(m.x, i), t, -1);
      double squares = 0, of_p = 0;
      for (std::int64_t j = 0; j < m.rows(); ++j) {
        const auto at = static_cast<std::size_t>(j);
        squares += loop.l[at] * loop.l[at] / m.weights(j);
        of_p += loop.p[at] * loop.p[at] / m.weights(j);
      }
      const auto precise = boost::test_tools::tolerance(1e-7);
      BOOST_TEST(std::abs(s.fit(i) - fit_at(m, loop.l)) < 1e-8);
      BOOST_TEST(s.variance(i) == squares, precise);
      BOOST_TEST(s.keys(i) == 1 / of_p, precise);
      BOOST_TEST(s.own(i) * m.weights(i) == loop.l[static_cast<std::size_t>(i)], precise);
      BOOST_TEST(std::abs(s.nearest(i) - std::log(loop.nearest)) < 0.005);
      std::vector<double> more = row(m.x, i), less = more;
      more[0] += 1e-5;
      less[0] -= 1e-5;
      const double slope = (fit_at(m, weights_at(m, more, t, -1).l) - fit_at(m, weights_at(m, less, t, -1).l)) / 2e-5;
      if (m.kernel == Kernel::gaussian) BOOST_TEST(std::abs(s.slopes(i, 0) - slope) < 1e-6 * (1 + std::abs(slope)));
    }
  });
}

// How often the 95 % band holds the truth, at places in the middle where the bias is small: of a curve with a bandwidth
// that is given, and of a line of which the bandwidth is chosen. COVERAGE=1000 takes so many data sets, instead of 100.
BOOST_AUTO_TEST_CASE(regression_coverage) {
  const char* more = std::getenv("COVERAGE");
  const int sets = more ? std::stoi(more) : 100;
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0, 0.5);
  std::uniform_real_distribution<double> place(0, 6);
  const auto coverage = [&](int degree, double h, auto truth) {
    int held = 0, asked = 0;
    for (int set = 0; set < sets; ++set) {
      Column x{"x"}, y{"y"};
      for (int i = 0; i < 150; ++i) {
        x.numbers.push_back(place(random));
        y.numbers.push_back(truth(x.numbers.back()) + noise(random));
      }
      Table table;
      table.rows = 150;
      table.columns = {y, x};
      const Data data = prepare(table, Kernel::gaussian, degree);
      const Bandwidths bandwidths = h > 0 ? given_bandwidths(data, {h}) : choose_bandwidths(data);
      Queries queries;
      queries.columns = {{"x", false, {1.2, 2, 2.8, 3.6, 4.4, 5.2}}};
      const Predictions there = fit(data, bandwidths, queries, 0.95).predictions;
      for (std::size_t k = 0; k < there.fit.size(); ++k, ++asked) {
        const double exact = truth(queries.columns[0].numbers[k]);
        held += there.low[k] <= exact && exact <= there.high[k];
      }
    }
    return 100.0 * held / asked;
  };
  const double curve = coverage(0, 0.15, [](double x) { return std::sin(x); });
  const double curve_by_lines = coverage(1, 0.2, [](double x) { return std::sin(x); });
  const double line = coverage(1, 0, [](double x) { return 1 + x / 2; });
  BOOST_TEST_MESSAGE("coverage in %: " << curve << ", " << curve_by_lines << ", " << line);
  const double room = more ? 2 : 4;  // hundred data sets tell less
  for (const double found : {curve, curve_by_lines, line}) BOOST_TEST(std::abs(found - 95) < room);
}

BOOST_AUTO_TEST_SUITE_END()
