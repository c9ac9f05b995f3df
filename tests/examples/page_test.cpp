// The chapter's page: what it shows, and --show.
#include <boost/test/unit_test.hpp>

#include "tests/examples/process.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

// What stands between the two texts, wherever they follow each other.
std::vector<std::string> all_between(const std::string& text, const std::string& open, const std::string& close) {
  std::vector<std::string> found;
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    const std::size_t end = text.find(close, at);
    found.push_back(text.substr(at, end - at));
    at = end;
  }
  return found;
}

bool has_row(const std::string& page, const std::string& name, const std::string& value) {
  return page.find("<th scope=\"row\">" + name + "</th><td>" + value + "</td>") != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples)

BOOST_AUTO_TEST_CASE(the_page_shows_the_chapter) {
  const TemporaryFolder folder;
  const Finished program = run_chapter({"--out", folder.path().string(), "--seed", "1", "--recipe", "tensorflow"});
  BOOST_TEST_REQUIRE(program.code == 0, program.err);
  BOOST_TEST(lines_of(program.out).back() == "wrote " + (folder / "index.html"));

  const std::string page = read_file(folder / "index.html");
  const std::vector<std::string> figures = {
      "01-average-pooling.svg", "02-nonparametric.svg", "03-nonparametric-attention.svg",
      "04-training-loss.svg",   "05-parametric.svg",    "06-parametric-attention.svg"};
  BOOST_TEST(all_between(page, "<img src=\"", "\"") == figures, boost::test_tools::per_element());
  BOOST_TEST(all_between(page, "<figcaption>", "</figcaption>").size() == figures.size());
  const std::vector<std::string> texts = all_between(page, " alt=\"", "\"");
  BOOST_TEST(texts.size() == figures.size());
  for (const std::string& text : texts) BOOST_TEST(text.size() > 20u);
  BOOST_TEST(page.find("http") == std::string::npos);  // nor does it need anything else

  BOOST_TEST(has_row(page, "seed", "1"));
  BOOST_TEST(has_row(page, "training examples", "50"));
  BOOST_TEST(has_row(page, "recipe", "tensorflow"));
  BOOST_TEST(has_row(page, "objective", "mean squared error times n, w from U[0, 1)"));
  // The numbers are those that are printed, to the last digit.
  const auto printed = [&program](const char* before, const char* after) {
    return all_between(program.out, before, after).at(0);
  };
  BOOST_TEST(has_row(page, "learned w", printed("learned w = ", ":")));
  BOOST_TEST(has_row(page, "average pooling", printed("\naverage pooling        ", "\n")));
  BOOST_TEST(has_row(page, "nonparametric pooling", printed("\nnonparametric pooling  ", "\n")));
  BOOST_TEST(has_row(page, "parametric pooling", printed("\nparametric pooling     ", "\n")));
  const std::vector<std::string> losses = all_between(program.out, ", loss ", "\n");
  BOOST_TEST(losses.size() == 5u);
  for (std::size_t i = 0; i < losses.size(); ++i) BOOST_TEST(has_row(page, std::to_string(i + 1), losses[i]));
}

BOOST_AUTO_TEST_CASE(the_page_of_a_long_training_shows_its_ends) {
  const TemporaryFolder folder;
  run_chapter({"--out", folder.path().string(), "--epochs", "300"}, without_gnuplot);
  const std::string page = read_file(folder / "index.html");
  const std::vector<std::string> losses = all_between(page.substr(page.find("<h2>Loss")), "<th scope=\"row\">", "<");
  BOOST_TEST(losses.size() == 21u);
  BOOST_TEST(losses.at(9) == "10");
  BOOST_TEST(losses.at(10) == "&hellip;");
  BOOST_TEST(losses.at(11) == "291");
  BOOST_TEST(losses.back() == "300");
  BOOST_TEST(page.find("as gnuplot was missing") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_page_that_cannot_be_written) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "index.html");
  const Finished program = run_chapter({"--out", folder.path().string()}, without_gnuplot);
  BOOST_TEST(program.code == 1);
  BOOST_TEST(lines_of(program.err).back() == "nadaraya_watson: page: cannot write \"" + (folder / "index.html") +
                                                 "\": Is a directory; name another folder with --out");
  for (const std::string& name : folder.names()) BOOST_TEST(name.find(".part") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(show_opens_the_page) {
  const TemporaryFolder folder, bin;
  const auto install = [&bin](const std::string& script) {
    for (const char* name : {"xdg-open", "open"}) {
      write_file(bin / name, "#!/bin/sh\n" + script);
      std::filesystem::permissions(bin / name, std::filesystem::perms::owner_all);
    }
  };
  const Surroundings around = {.environment = {{"PATH", bin.path().string()}}, .folder = folder.path()};
  const std::vector<std::string> arguments = {"--show", "--out", "the figures"};
  const std::string page = "\"the figures/index.html\"";

  install("echo opened \"$1\"\n");
  const Finished opened = run_chapter(arguments, around);
  BOOST_TEST(opened.code == 0);
  BOOST_TEST(lines_of(opened.err).back() == "opened " + (folder / "the figures/index.html"));
  BOOST_TEST(lines_of(opened.out).back() == "wrote the figures/index.html");

  install("echo 'no method' >&2; exit 3\n");
  const Finished failed = run_chapter(arguments, around);
  BOOST_TEST(failed.code == 0);
  BOOST_TEST(lines_of(failed.err).size() == 2u);  // the first is of gnuplot
  BOOST_TEST(lines_of(failed.err).back().ends_with("open could not open the page: open " + page + " in a browser"));

  const Surroundings nothing = {.environment = without_gnuplot.environment, .folder = folder.path()};
  const Finished missing = run_chapter(arguments, nothing);
  BOOST_TEST(missing.code == 0);
  BOOST_TEST(lines_of(missing.err).size() == 2u);
  BOOST_TEST(lines_of(missing.err).back().ends_with("open on PATH: open " + page + " in a browser"));
}

BOOST_AUTO_TEST_SUITE_END()
