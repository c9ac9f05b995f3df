// Tensors as text, to the last blank.
#include <iomanip>

#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(print_vectors_and_matrices) {
  BOOST_TEST(text_of(Tensor{1, 2.5, -3}) == "[1, 2.5, -3]  (3)");
  BOOST_TEST(text_of(Tensor{{1, 20}, {3, 4}}) == "[[ 1, 20],\n [ 3,  4]]  (2, 2)");
  BOOST_TEST(text_of(transpose(Tensor{{1, 20}, {3, 4}})) == "[[ 1,  3],\n [20,  4]]  (2, 2)");
  BOOST_TEST(text_of(Tensor{{1, 2, 3}}) == "[[1, 2, 3]]  (1, 3)");
  BOOST_TEST(text_of(Tensor{{0.5}, {-1.25}}) == "[[0.5], [-1.25]]  (2, 1)");
}

BOOST_AUTO_TEST_CASE(print_higher_ranks) {
  BOOST_TEST(text_of(reshape(arange(8), {2, 2, 2})) == "[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]]  (2, 2, 2)");
  BOOST_TEST(text_of(Tensor{{{4.5}}, {{14.5}}}) == "[[[4.5]], [[14.5]]]  (2, 1, 1)");  // the chapter's
}

BOOST_AUTO_TEST_CASE(print_single_numbers_and_nothing) {
  BOOST_TEST(text_of(full({}, 2.5)) == "2.5  ()");
  BOOST_TEST(text_of(zeros({0})) == "[]  (0)");
  BOOST_TEST(text_of(zeros({2, 0, 3})) == "[]  (2, 0, 3)");
  BOOST_TEST(text_of(Tensor()) == "empty Tensor");
  BOOST_TEST(text_of(Variable()) == "empty Variable");
  BOOST_TEST(text_of(Variable(Tensor{1, 2}, true)) == "[1, 2]  (2)");
}

BOOST_AUTO_TEST_CASE(print_other_types) {
  BOOST_TEST(text_of(Mask{{true, false}, {false, true}}) == "[[ true, false],\n [false,  true]]  (2, 2)");
  BOOST_TEST(text_of(Mask{true, false}) == "[true, false]  (2)");
  BOOST_TEST(text_of(IndexTensor{{-1, 1000000000000}}) == "[[           -1, 1000000000000]]  (1, 2)");
  BOOST_TEST(text_of(Tensor64{1e-300, 0.1}) == "[1e-300, 0.1]  (2)");
}

BOOST_AUTO_TEST_CASE(print_special_values) {
  BOOST_TEST(text_of(Tensor{{NaN, inf}, {-inf, 0}}) == "[[ nan,  inf],\n [-inf,    0]]  (2, 2)");
}

// Neither the program's language nor the stream's: text of a tensor can be pasted into a program.
BOOST_AUTO_TEST_CASE(print_with_a_decimal_point) {
  const GermanStreams german;
  std::ostringstream out;  // has the global locale
  out << 0.5 << ' ' << Tensor{0.5, -12345.5} << ' ' << Tensor64{1e-7} << ' ' << IndexTensor{1234567} << ' '
      << zeros({0, 12345}) << ' ' << expand(Tensor{{1}}, {10000, 1}).shape() << ' ' << Tensor{}.defined();
  BOOST_TEST(out.str() == "0,5 [0.5, -12345.5]  (2) [1e-07]  (1) [1234567]  (1) []  (0, 12345) (10000, 1) 0");
  CHECK_ERROR(clamp(ones({2}), 1.5f, 0.5f),
              "clamp: low is 1.5 and high is 0.5; neither may be NaN, and low must not be above high");
  CHECK_ERROR(reshape(zeros({12345}), {-1, 2}),
              "reshape: x has shape (12345) and 12345 elements, which do not fill shape (-1, 2)");
  CHECK_ERROR(
      gather(zeros({2000}), 0, IndexTensor{12345}),
      "gather: index 12345 is out of range for dimension 0, which has size 2000; it must be from -2000 to 1999");
  CHECK_ERROR(Tensor::from_vector(std::vector<float>(1500), {2}),
              "from_vector: 1500 values do not fill shape (2), which has 2 elements");
}

BOOST_AUTO_TEST_CASE(print_honours_the_stream) {
  auto with = [](auto... manipulators) {
    std::ostringstream out;
    (out << ... << manipulators) << Tensor{{3.14159274f, 100}, {-1, 0.25}};
    return out.str();
  };
  BOOST_TEST(with() == "[[3.14159,     100],\n [     -1,    0.25]]  (2, 2)");
  BOOST_TEST(with(std::setprecision(3)) == "[[3.14,  100],\n [  -1, 0.25]]  (2, 2)");
  BOOST_TEST(with(std::fixed, std::setprecision(2)) == "[[  3.14, 100.00],\n [ -1.00,   0.25]]  (2, 2)");
  BOOST_TEST(with(std::scientific, std::setprecision(1)) == "[[ 3.1e+00,  1.0e+02],\n [-1.0e+00,  2.5e-01]]  (2, 2)");
  BOOST_TEST(with(std::showpos) == "[[+3.14159,     +100],\n [      -1,    +0.25]]  (2, 2)");
}

BOOST_AUTO_TEST_CASE(print_long_rows) {
  const std::string text = text_of(arange(100));
  BOOST_TEST(text.substr(0, 6) == "[ 0,  ");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) BOOST_TEST(line.size() <= 80U);
  BOOST_TEST(text.ends_with("99]  (100)"));
}

BOOST_AUTO_TEST_CASE(print_summarises_beyond_a_thousand_elements) {
  BOOST_TEST(text_of(arange(1001)) == "[   0,    1,    2, ...,  998,  999, 1000]  (1001)");
  BOOST_TEST(text_of(arange(1000)).find("...") == std::string::npos);
  const std::string text = text_of(reshape(arange(2000), {500, 4}));
  BOOST_TEST(text ==
             "[[   0,    1,    2,    3],\n [   4,    5,    6,    7],\n [   8,    9,   10,   11],\n ...,\n"
             " [1988, 1989, 1990, 1991],\n [1992, 1993, 1994, 1995],\n [1996, 1997, 1998, 1999]]  (500, 4)");
  BOOST_TEST(text_of(zeros({100, 100})) ==
             "[[0, 0, 0, ..., 0, 0, 0],\n [0, 0, 0, ..., 0, 0, 0],\n [0, 0, 0, ..., 0, 0, 0],\n ...,\n"
             " [0, 0, 0, ..., 0, 0, 0],\n [0, 0, 0, ..., 0, 0, 0],\n [0, 0, 0, ..., 0, 0, 0]]  (100, 100)");
  BOOST_TEST(text_of(expand(ones({}), {1'000'000, 1'000'000})).size() < 300U);  // without touching them all
}

BOOST_AUTO_TEST_SUITE_END()
