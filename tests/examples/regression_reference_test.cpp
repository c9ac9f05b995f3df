// kernel_regression against R: own code for the leave-one-out error, and ksmooth, KernSmooth, locfit.
//
// tests/reference/regression.R tells what tests/reference/regression.txt holds.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "examples/regression/fit.h"
#include "tests/reference_file.h"

using namespace tests;
using namespace tg;
using namespace tg::regression;

namespace {

Data data_of(const std::string& name, Kernel kernel, int degree, const std::string& y, const std::string& x) {
  const std::string file = "tests/reference/regression/" + name + ".csv";
  return prepare(read_table(file, {}, {y, x}), kernel, degree);
}

std::string joined(const std::vector<std::string>& words, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < words.size(); ++i) text += (i > first ? "," : "") + words[i];
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples)

// To four digits, or better.
BOOST_AUTO_TEST_CASE(regression_bandwidths_as_in_R) {
  const std::vector<ReferenceLine> lines = read_reference("tests/reference/regression.txt");
  int cases = 0;
  for (std::size_t i = 0; i + 2 < lines.size(); ++i) {
    if (lines[i].word != "case") continue;
    const std::vector<std::string>& words = lines[i].tokens;  // file, degree, y, x ...
    BOOST_TEST_CONTEXT(joined(words, 0)) {
      const Data data = data_of(words[0], Kernel::gaussian, std::stoi(words[1]), words[2], joined(words, 3));
      const Bandwidths chosen = choose_bandwidths(data);
      const std::vector<double> h = lines[i + 1].numbers();
      const double loo = lines[i + 2].number(0);
      const double error = chosen.best.error * data.y.scale.deviation * data.y.scale.deviation;
      BOOST_TEST(chosen.converged);
      BOOST_TEST(error < loo * (1 + 5e-5));
      bool at_end = false;
      for (const bool low : chosen.at_low_end) at_end = at_end || low;
      BOOST_TEST(at_end == (words[0] == "co2"));  // below the distance of two months all is the same
      const bool better = error < loo * (1 - 5e-5);
      for (std::size_t k = 0; k < h.size() && !at_end && !better; ++k)
        BOOST_TEST(bandwidth_of(data, chosen.best.t, k) == h[k], boost::test_tools::tolerance(1e-4));
      ++cases;
    }
  }
  BOOST_TEST(cases == 21);
}

BOOST_AUTO_TEST_CASE(regression_curves_as_in_R) {
  const std::vector<ReferenceLine> lines = read_reference("tests/reference/regression.txt");
  int curves = 0;
  for (std::size_t i = 0; i + 2 < lines.size(); ++i) {
    if (lines[i].word != "curve") continue;
    const std::vector<std::string>& words = lines[i].tokens;  // file, kernel, degree, y, x, h, tolerance
    BOOST_TEST_CONTEXT(joined(words, 0)) {
      const Kernel kernel = words[1] == "boxcar" ? Kernel::boxcar : Kernel::gaussian;
      const Data data = data_of(words[0], kernel, std::stoi(words[2]), words[3], words[4]);
      const Bandwidths given = given_bandwidths(data, {std::stod(words[5])});
      const std::vector<double> expected = lines[i + 2].numbers();
      Queries queries;
      queries.columns = {{words[4], false, lines[i + 1].numbers()}};
      const Fit found = fit(data, given, queries, 0.95);
      const double close = std::stod(words[6]) * data.y.scale.deviation;
      for (std::size_t k = 0; k < expected.size(); ++k)
        BOOST_TEST(std::abs(found.predictions.fit[k] - expected[k]) < close);
      if (i + 4 < lines.size() && lines[i + 3].word == "error") {  // locfit's
        const std::vector<double> errors = lines[i + 3].numbers();
        for (std::size_t k = 0; k < errors.size(); ++k)
          BOOST_TEST(found.predictions.error[k] == errors[k], boost::test_tools::tolerance(1e-5));
        BOOST_TEST(found.judgement.effective_df == lines[i + 4].number(0), boost::test_tools::tolerance(1e-6));
        BOOST_TEST(found.judgement.deviation == lines[i + 4].number(1), boost::test_tools::tolerance(1e-6));
      }
      ++curves;
    }
  }
  BOOST_TEST(curves == 6);
}

BOOST_AUTO_TEST_SUITE_END()
