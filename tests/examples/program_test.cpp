// The chapter's program on the command line: what it prints, its options, and what it says to wrong ones.
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <csignal>

#include "tests/examples/process.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

const std::vector<std::string> headings = {"Generating the dataset",
                                           "Average pooling",
                                           "Nonparametric attention pooling",
                                           "Parametric attention pooling",
                                           "Batch matrix multiplication",
                                           "Training",
                                           "Prediction",
                                           "Mean squared error against the truth"};

// The headings of the output: lines after an empty line.
std::vector<std::string> headings_of(const std::string& out) {
  std::vector<std::string> found;
  const std::vector<std::string> lines = lines_of(out);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i - 1].empty()) found.push_back(lines[i]);
  }
  return found;
}

// What the program prints without figures; it must succeed.
std::string printed(std::vector<std::string> arguments) {
  arguments.push_back("--no-figures");
  const Finished program = run_chapter(arguments);
  BOOST_TEST(program.code == 0);
  BOOST_TEST(program.err == "");
  return program.out;
}

bool has_line(const std::string& out, const std::string& line) {
  return ("\n" + out).find("\n" + line + "\n") != std::string::npos;
}

// The program refuses, with this status, one line on stderr, and nothing on stdout.
void check_refused(const std::vector<std::string>& arguments, int code, const std::string& message,
                   const Surroundings& around = {}) {
  std::string shown;
  for (const std::string& argument : arguments) shown += " " + argument;
  BOOST_TEST_CONTEXT("nadaraya_watson" << shown) {
    const Finished program = run_chapter(arguments, around);
    BOOST_TEST(program.code == code);
    BOOST_TEST(program.err == "nadaraya_watson: " + message + "\n");
    BOOST_TEST(program.out == "");
  }
}

constexpr const char* n_train_range =
    " is out of range; it goes from 2 to 10000 (a point is predicted from the others; memory grows with the square)";

}  // namespace

BOOST_AUTO_TEST_SUITE(examples)

BOOST_AUTO_TEST_CASE(prints_the_chapter) {
  const std::string out = printed({});
  BOOST_TEST(headings_of(out) == headings, boost::test_tools::per_element());
  BOOST_TEST(has_line(out, "n_train = 50, n_test = 50, seed 0"));
  BOOST_TEST(has_line(out, "bmm of (2, 1, 4) and (2, 4, 6): (2, 1, 6)"));
  BOOST_TEST(has_line(out, "weighted averages: [[[4.5]], [[14.5]]]  (2, 1, 1)"));
  BOOST_TEST(out.find("attention weights: shape (50, 50), from ") != std::string::npos);
  for (const char* credit : {"Nadaraya 1964", "Watson 1964", "Dive into Deep Learning"})
    BOOST_TEST(out.find(credit) != std::string::npos);

  const std::vector<double> expected = {61.950218, 20.359215, 20.299786, 20.239584, 20.178442};
  const std::vector<double> epochs = numbers_after(out, "\nepoch "), losses = numbers_after(out, ", loss ");
  BOOST_TEST_REQUIRE(losses.size() == expected.size());
  BOOST_TEST_REQUIRE(epochs.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    BOOST_TEST(epochs[i] == static_cast<double>(i + 1));
    BOOST_TEST(losses[i] == expected[i], boost::test_tools::tolerance(1e-6));
  }
  const double w = number_after(out, "learned w = "), bandwidth = number_after(out, "a bandwidth of 1/|w| = ");
  BOOST_TEST(w == 9.085664, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(w * bandwidth == 1, boost::test_tools::tolerance(1e-5));
  BOOST_TEST(number_after(out, "w starts at ") == 0.375558);
}

BOOST_AUTO_TEST_CASE(options_change_what_they_name) {
  const std::string plain = printed({});
  BOOST_TEST(printed({"--seed", "0"}) == plain);  // the same seed repeats the numbers
  BOOST_TEST(printed({"--seed=0", "--n-train=50", "--epochs=5", "--lr=0.5", "--recipe=pytorch"}) == plain);
  BOOST_TEST(printed({"--seed", "1"}) != plain);
  BOOST_TEST(numbers_after(printed({"--seed", "1"}), ", loss ")[0] == 42.498150, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(printed({"--seed", "4294967295"}) != plain);

  const std::string more = printed({"--epochs", "7"});
  BOOST_TEST(numbers_after(more, ", loss ").size() == 7u);
  BOOST_TEST(numbers_after(more, ", loss ")[4] == numbers_after(plain, ", loss ")[4]);
  const std::string slower = printed({"--lr", "0.25"});
  const double start = number_after(plain, "w starts at ");
  BOOST_TEST(numbers_after(slower, ", loss ")[0] == numbers_after(plain, ", loss ")[0]);
  BOOST_TEST(has_line(printed({"--n-train", "123"}), "n_train = 123, n_test = 50, seed 0"));

  // One step moves w by lr times the gradient.
  const double half = number_after(printed({"--lr", "0.5", "--epochs", "1"}), "learned w = ") - start;
  const double quarter = number_after(printed({"--lr", "0.25", "--epochs", "1"}), "learned w = ") - start;
  BOOST_TEST(half == 2 * quarter, boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(recipes_differ_as_the_tabs_do) {
  const std::string pytorch = printed({}), tensorflow = printed({"--recipe", "tensorflow"}),
                    mxnet = printed({"--recipe", "mxnet"});
  BOOST_TEST(pytorch.find("recipe pytorch: sum of squared errors, w from U[0, 1); lr 0.5") != std::string::npos);
  BOOST_TEST(tensorflow.find("recipe tensorflow: mean squared error times n, w from U[0, 1); lr 0.5") !=
             std::string::npos);
  BOOST_TEST(mxnet.find("recipe mxnet: sum of half the squared errors, w from U[-0.07, 0.07); lr 0.5") !=
             std::string::npos);

  const auto a = numbers_after(pytorch, ", loss "), b = numbers_after(tensorflow, ", loss ");
  for (std::size_t i = 0; i < a.size(); ++i) BOOST_TEST(a[i] == b[i], boost::test_tools::tolerance(1e-6));
  BOOST_TEST(number_after(mxnet, "w starts at ") == 0.375558 * 0.14 - 0.07, boost::test_tools::tolerance(1e-4));
  // The same data, and so the same predictions where nothing is learned.
  const auto until_training = [](const std::string& out) { return out.substr(0, out.find(headings[5])); };
  BOOST_TEST(until_training(mxnet) == until_training(pytorch));
  BOOST_TEST(until_training(tensorflow) == until_training(pytorch));
}

BOOST_AUTO_TEST_CASE(no_epochs_leave_w_at_its_start) {
  const std::string out = printed({"--epochs", "0"});
  BOOST_TEST(headings_of(out) == headings, boost::test_tools::per_element());
  BOOST_TEST(numbers_after(out, ", loss ").empty());
  BOOST_TEST(number_after(out, "learned w = ") == number_after(out, "w starts at "));
}

// Each of two points has one key, whose weight is 1 whatever w is: nothing is learned.
BOOST_AUTO_TEST_CASE(two_points_learn_nothing) {
  const std::string out = printed({"--n-train", "2"});
  BOOST_TEST(headings_of(out) == headings, boost::test_tools::per_element());
  const auto losses = numbers_after(out, ", loss ");
  BOOST_TEST(losses.size() == 5u);
  for (double loss : losses) BOOST_TEST(loss == losses[0]);
  BOOST_TEST(number_after(out, "learned w = ") == number_after(out, "w starts at "));
}

// A rate at which w leaves the floats: the numbers say nan, and the program ends as it should.
BOOST_AUTO_TEST_CASE(a_training_that_diverges_is_shown) {
  const TemporaryFolder folder;
  const Finished program = run_chapter({"--lr", "1e38", "--out", folder.path().string()}, without_gnuplot);
  BOOST_TEST(program.code == 0);
  BOOST_TEST(headings_of(program.out) == headings, boost::test_tools::per_element());
  BOOST_TEST(std::isnan(numbers_after(program.out, ", loss ")[4]));
  BOOST_TEST(program.err.find("04-training-loss: 4 of 5 values of the curve are not finite and are left out\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(help_lists_the_options) {
  const Finished program = run_chapter({"--help"});
  BOOST_TEST(program.code == 0);
  BOOST_TEST(program.err == "");
  for (const char* option :
       {"--seed", "--n-train", "--epochs", "--lr", "--recipe", "--out", "--no-figures", "--terminal", "--show",
        "--help"}) {
    BOOST_TEST(program.out.find("\n  " + std::string(option) + " ") != std::string::npos, option << " is missing");
  }
  for (const std::string& line : lines_of(program.out)) BOOST_TEST(line.size() <= 80u);
  BOOST_TEST(run_chapter({"--n-train", "1", "--help"}).out == program.out);
}

BOOST_AUTO_TEST_CASE(wrong_numbers) {
  for (const char* n : {"1", "0", "-5", "10001", "99999999999999999999"})
    check_refused({"--n-train", n}, 2, std::string("--n-train: ") + n + n_train_range);
  for (const char* n : {"abc", "2.5", "", " 5", "+5", "5 ", "1e3"})
    check_refused({"--n-train", n}, 2, "--n-train: '" + std::string(n) + "' is not a whole number");
  check_refused({"--epochs", "-1"}, 2, "--epochs: -1 is out of range; it goes from 0 to 1000000");
  check_refused({"--epochs", "1000001"}, 2, "--epochs: 1000001 is out of range; it goes from 0 to 1000000");
  check_refused({"--epochs", "five"}, 2, "--epochs: 'five' is not a whole number");
  check_refused({"--seed", "-1"}, 2, "--seed: -1 is out of range; it goes from 0 to 4294967295");
  check_refused({"--seed", "4294967296"}, 2, "--seed: 4294967296 is out of range; it goes from 0 to 4294967295");
  for (const char* lr : {"nan", "inf", "-inf", "0", "-0", "-1", "1e39", "1e-50", "1e999"}) {
    check_refused({"--lr", lr}, 2, "--lr: " + std::string(lr) + " is not a finite, positive float");
    check_refused({"--lr=" + std::string(lr)}, 2, "--lr: " + std::string(lr) + " is not a finite, positive float");
  }
  for (const char* lr : {"abc", "", "1,5", "0x1p-1"})
    check_refused({"--lr", lr}, 2, "--lr: '" + std::string(lr) + "' is not a number");
}

BOOST_AUTO_TEST_CASE(wrong_words) {
  for (const char* recipe : {"jax", "", "PyTorch"}) {
    check_refused({"--recipe", recipe}, 2,
                  "--recipe: '" + std::string(recipe) + "' is not one of pytorch, mxnet, tensorflow");
  }
  check_refused({"--what"}, 2, "unrecognised option '--what'; --help lists the options");
  check_refused({"--epoch", "3"}, 2, "unrecognised option '--epoch'; --help lists the options");
  check_refused({"-x"}, 2, "unrecognised option '-x'; --help lists the options");
  check_refused({"extra"}, 2, "unexpected argument 'extra'; options start with --");
  check_refused({"--no-figures=1"}, 2, "option '--no-figures' does not take any arguments; --help lists the options");
  check_refused({"--seed", "1", "--seed", "2"}, 2,
                "option '--seed' cannot be specified more than once; --help lists the options");
  check_refused({"--seed"}, 2, "the required argument for option '--seed' is missing; --help lists the options");
  check_refused({"--out", "--terminal"}, 2, "--out: its value is missing before '--terminal'");
  check_refused({"--out", ""}, 2, "--out: the folder's name is empty");
  check_refused({"--show", "--no-figures"}, 2, "--show: with --no-figures there is no page to open");
}

// Said before any work is done.
BOOST_AUTO_TEST_CASE(folders_that_cannot_be_written) {
  const TemporaryFolder folder;
  write_file(folder / "file", "a file");
  const std::string file = folder / "file", end = "; name another one with --out";
  check_refused({"--out", file}, 1, "figures: cannot make the folder \"" + file + "\": Not a directory" + end);
  check_refused({"--out", file + "/below"}, 1,
                "figures: cannot make the folder \"" + file + "/below\": Not a directory" + end);
  check_refused({"--out", "/proc/figures"}, 1,
                "figures: cannot make the folder \"/proc/figures\": No such file or directory" + end);
  BOOST_TEST(read_file(file) == "a file");
  if (geteuid() == 0) return;  // root may write anywhere
  std::filesystem::create_directory(folder / "locked");
  std::filesystem::permissions(folder / "locked",
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  check_refused({"--out", folder / "locked"}, 1,
                "figures: cannot write into the folder \"" + (folder / "locked") + "\": Permission denied" + end);
}

// With its output closed, or read no further than its first lines, it ends all the same.
BOOST_AUTO_TEST_CASE(ends_when_nobody_reads) {
  const TemporaryFolder folder;
  const Finished closed =
      run_chapter({"--out", folder.path().string()},
                  {.environment = without_gnuplot.environment, .folder = {}, .stdout_closed = true});
  BOOST_TEST(closed.code != 128 + SIGSEGV);
  for (const std::string& name : folder.names()) {  // nor does what it prints get into a file
    BOOST_TEST(read_file(folder / name).find("wrote ") == std::string::npos, name);
  }
  const Finished stopped = run_chapter({"--no-figures", "--terminal", "--epochs", "300"},
                                       {.environment = {}, .folder = {}, .stdout_closed = false, .stop_reading = true});
  BOOST_TEST((stopped.code == 0 || stopped.code == 128 + SIGPIPE), stopped.code);
}

BOOST_AUTO_TEST_SUITE_END()
