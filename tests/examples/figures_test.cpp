// The chapter's six figures: the files, what is in them, and the figures as text.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include "tests/examples/pictures.h"
#include "tests/examples/process.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

const std::vector<std::string> figures = {"01-average-pooling", "02-nonparametric", "03-nonparametric-attention",
                                          "04-training-loss",   "05-parametric",    "06-parametric-attention"};

// The figures' files, and the page.
std::set<std::string> files_with(const std::vector<std::string>& endings) {
  std::set<std::string> names = {"index.html"};
  for (const std::string& figure : figures) {
    for (const std::string& ending : endings) names.insert(figure + ending);
  }
  return names;
}

const std::set<std::string> none = {};

bool has_gnuplot() { return run_program("/bin/sh", {"-c", "command -v gnuplot"}).code == 0; }

std::uint32_t width_of(const std::string& figure) { return figure.ends_with("-attention") ? 780 : 840; }
std::uint32_t height_of(const std::string& figure) { return figure.ends_with("-attention") ? 640 : 600; }

void check_pictures(const TemporaryFolder& folder) {
  for (const std::string& figure : figures) {
    BOOST_TEST(png_fault(read_file(folder / (figure + ".png")), width_of(figure), height_of(figure)) == "", figure);
    BOOST_TEST(svg_fault(read_file(folder / (figure + ".svg"))) == "", figure);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples)

// The checks below find faults, or they would check nothing.
BOOST_AUTO_TEST_CASE(the_checks_of_pictures_see_faults) {
  BOOST_TEST(svg_fault("<svg>") == "<svg> is not closed");
  BOOST_TEST(svg_fault("<svg></g></svg>") == "</g> closes svg");
  BOOST_TEST(svg_fault("<svg a='>'/>") == "there is nothing in it");
  BOOST_TEST(svg_fault("<svg a='>") == "a tag has no end");
  BOOST_TEST(svg_fault("<svg></svg><g/>") == "<g> stands outside <svg>");
  BOOST_TEST(png_fault("", 1, 1) == "no signature");
  BOOST_TEST(png_fault("\x89PNG\r\n\x1a\nabc", 1, 1) == "it is cut short");
  const std::string end("\0\0\0\0IEND\xae\x42\x60\x82", 12);
  BOOST_TEST(png_fault("\x89PNG\r\n\x1a\n" + end, 1, 1) == "it does not go from IHDR to IEND");
  BOOST_TEST(png_fault("\x89PNG\r\n\x1a\n" + end.substr(0, 11) + "?", 1, 1) == "the checksum of IEND is wrong");
}

BOOST_AUTO_TEST_CASE(six_figures_are_written) {
  BOOST_TEST_REQUIRE(has_gnuplot(), "gnuplot is missing; make setup installs it");
  const TemporaryFolder parent;
  const std::string folder = parent / "made/when needed";  // a space in its name, and it is not there yet
  const Finished program = run_chapter({"--out", folder});
  BOOST_TEST(program.code == 0);
  BOOST_TEST(program.err == "");

  // Each path is printed as it is written, in order, and nothing else is left.
  std::vector<std::string> expected, wrote;
  for (const std::string& figure : figures) {
    for (const char* ending : {".gp", ".svg", ".png"}) expected.push_back("wrote " + folder + "/" + figure + ending);
  }
  for (const std::string& line : lines_of(program.out)) {
    if (line.starts_with("wrote ")) wrote.push_back(line);
  }
  expected.push_back("wrote " + folder + "/index.html");
  BOOST_TEST(wrote == expected, boost::test_tools::per_element());
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename().string());
  BOOST_TEST(names == files_with({".gp", ".svg", ".png"}), boost::test_tools::per_element());

  // A script that is left draws its pictures again, anywhere.
  const TemporaryFolder elsewhere;
  std::filesystem::copy(folder + "/index.html", elsewhere.path());
  for (const std::string& figure : figures) std::filesystem::copy(folder + "/" + figure + ".gp", elsewhere.path());
  for (const std::string& figure : figures) {
    const Finished gnuplot = run_program("/bin/sh", {"-c", "exec gnuplot " + figure + ".gp"},
                                         // In the C locale gnuplot warns that it cannot convert a degree sign.
                                         {.environment = {{"LC_ALL", "C.UTF-8"}}, .folder = elsewhere.path()});
    BOOST_TEST(gnuplot.code == 0);
    BOOST_TEST(gnuplot.err == "");
    for (const std::string ending : {".png", ".svg"}) {
      BOOST_TEST((read_file(elsewhere / (figure + ending)) == read_file(folder + "/" + figure + ending)),
                 figure << ending << " differs");
    }
  }
  BOOST_TEST(elsewhere.names() == files_with({".gp", ".svg", ".png"}), boost::test_tools::per_element());
  check_pictures(elsewhere);
}

// Without gnuplot all numbers are there and the scripts are left, and one line says what to do.
BOOST_AUTO_TEST_CASE(gnuplot_is_missing) {
  const TemporaryFolder folder;
  const std::string hint =
      "gnuplot is missing (there is none on PATH): no curves are drawn. Install it with `make setup` or "
      "`sudo apt-get install gnuplot-nox`.";
  const std::string left =
      " The scripts are left in " + folder.path().string() + "; run there, `gnuplot NAME.gp` draws one later.";
  const Finished program = run_chapter({"--out", folder.path().string()}, without_gnuplot);
  BOOST_TEST(program.code == 0);
  BOOST_TEST(program.err == hint + left + "\n");
  BOOST_TEST(folder.names() == files_with({".gp"}), boost::test_tools::per_element());

  std::string numbers;
  for (const std::string& line : lines_of(program.out)) {
    if (!line.starts_with("wrote ")) numbers += line + "\n";
  }
  const Finished plain = run_chapter({"--no-figures"});
  BOOST_TEST(numbers == plain.out);

  // Where no figures are asked for, nothing is missing.
  const Finished numbers_only = run_chapter({"--no-figures"}, without_gnuplot);
  BOOST_TEST(numbers_only.err == "");
  BOOST_TEST(numbers_only.out == plain.out);
  const Finished text = run_chapter({"--no-figures", "--terminal"}, without_gnuplot);
  BOOST_TEST(text.code == 0);
  BOOST_TEST(text.err == hint + "\n");
}

// A gnuplot that fails, or that ends well but leaves an empty picture, is reported; the broken picture is removed.
BOOST_AUTO_TEST_CASE(gnuplot_fails) {
  const TemporaryFolder bin, folder;
  const auto install = [&bin](const std::string& script) {
    write_file(bin / "gnuplot", "#!/bin/sh\n" + script);
    std::filesystem::permissions(bin / "gnuplot", std::filesystem::perms::owner_all);
  };
  const Surroundings around = {.environment = {{"PATH", bin.path().string() + ":/usr/bin:/bin"}}};
  const std::string picture = std::string("\"").append(folder / "01-average-pooling.svg").append("\"");
  const std::string more = " (`gnuplot 01-average-pooling.gp` in that folder shows more)\n";

  install("echo 'line 3: no such thing' >&2; exit 3\n");
  const Finished failed = run_chapter({"--out", folder.path().string()}, around);
  BOOST_TEST(failed.code == 1);
  BOOST_TEST(failed.err ==
             "nadaraya_watson: figures: gnuplot could not draw " + picture + ": line 3: no such thing" + more);

  install(": > 01-average-pooling.svg; : > 01-average-pooling.png\n");
  const Finished empty = run_chapter({"--out", folder.path().string()}, around);
  BOOST_TEST(empty.code == 1);
  BOOST_TEST(empty.err == "nadaraya_watson: figures: gnuplot could not draw " + picture +
                              ": the picture is empty or cut off; is the disk full?" + more);
  const std::set<std::string> left = {"01-average-pooling.gp"};
  BOOST_TEST(folder.names() == left, boost::test_tools::per_element());

  install("kill -9 $$\n");
  BOOST_TEST(run_chapter({"--out", folder.path().string()}, around).code == 1);
}

BOOST_AUTO_TEST_CASE(no_figures_write_nothing) {
  const TemporaryFolder folder;
  const Finished program = run_chapter({"--no-figures"}, {.environment = {}, .folder = folder.path()});
  BOOST_TEST(program.code == 0);
  BOOST_TEST(program.out.find("wrote ") == std::string::npos);
  BOOST_TEST(folder.names() == none, boost::test_tools::per_element());
  const Finished with_out = run_chapter({"--no-figures", "--out", folder / "never"});
  BOOST_TEST(with_out.code == 0);
  BOOST_TEST(folder.names() == none, boost::test_tools::per_element());
}

// Pictures of another run do not stay beside new scripts.
BOOST_AUTO_TEST_CASE(old_pictures_are_removed) {
  const TemporaryFolder folder;
  write_file(folder / "01-average-pooling.png", "old");
  write_file(folder / "notes.txt", "the reader's own");
  run_chapter({"--out", folder.path().string()}, without_gnuplot);
  std::set<std::string> expected = files_with({".gp"});
  expected.insert("notes.txt");
  BOOST_TEST(folder.names() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(figures_hold_the_chapters_data) {
  const TemporaryFolder folder;
  run_chapter({"--out", folder.path().string(), "--n-train", "30", "--epochs", "4"}, without_gnuplot);
  const auto script = [&folder](std::size_t figure) { return read_file(folder / (figures[figure] + ".gp")); };
  for (const std::size_t figure : {0, 1, 4}) {
    BOOST_TEST(data_block(script(figure), "$points").size() == 30u);
    const auto truth = data_block(script(figure), "$curve1"), prediction = data_block(script(figure), "$curve2");
    BOOST_TEST(truth.size() == 50u);
    BOOST_TEST(prediction.size() == 50u);
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const double x = 0.1 * static_cast<double>(i);
      BOOST_TEST(std::abs(truth[i].at(0) - x) < 1e-6);
      BOOST_TEST(std::abs(truth[i].at(1) - (2 * std::sin(x) + std::pow(x, 0.8))) < 2e-6);
      BOOST_TEST(prediction[i].at(0) == truth[i].at(0));
      if (figure == 0) BOOST_TEST(prediction[i].at(1) == prediction[0].at(1));  // average pooling is flat
    }
    BOOST_TEST(script(figure).find("set xrange [0:5]; set yrange [-1:5]\n") != std::string::npos);
    BOOST_TEST(script(figure).find("$points with points ls 9 title 'training examples'") != std::string::npos);
    BOOST_TEST(script(figure).find("title 'Truth'") != std::string::npos);
    BOOST_TEST(script(figure).find("title 'Pred'") != std::string::npos);
  }
  BOOST_TEST(data_block(script(3), "$curve1").size() == 4u);  // the losses
  BOOST_TEST(script(3).find("set xrange [0.88:4.12]; set yrange [0:") != std::string::npos);  // no dot on the frame

  for (const std::size_t figure : {2, 5}) {  // attention weights: a row a test input, a column a training input
    const auto cells = data_block(script(figure), "$cells");
    BOOST_TEST(cells.size() == 50u);
    for (const auto& row : cells) {
      BOOST_TEST(row.size() == 30u);
      double sum = 0;
      for (const double weight : row) {
        BOOST_TEST(weight >= 0);
        sum += weight;
      }
      BOOST_TEST(std::abs(sum - 1) < 1e-5);
    }
    // The first test input is 0: the smallest training input is nearest to it. The last one is near the largest.
    BOOST_TEST(cells.front().front() == *std::max_element(cells.front().begin(), cells.front().end()));
    BOOST_TEST(cells.back().back() == *std::max_element(cells.back().begin(), cells.back().end()));
    BOOST_TEST(script(figure).find("'Sorted training inputs'; set ylabel 'Sorted testing inputs'") !=
               std::string::npos);
  }
}

// Figures that have little to show: no loss at all, two points, weights of NaN.
BOOST_AUTO_TEST_CASE(figures_of_edge_cases_are_drawn) {
  BOOST_TEST_REQUIRE(has_gnuplot(), "gnuplot is missing; make setup installs it");
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--n-train", "2", "--epochs", "0"}, {"--lr", "1e38", "--epochs", "2"}}) {
    const TemporaryFolder folder;
    std::vector<std::string> arguments = options;
    arguments.insert(arguments.end(), {"--out", folder.path().string()});
    const Finished program = run_chapter(arguments);
    BOOST_TEST(program.code == 0, program.err);
    check_pictures(folder);
  }
}

BOOST_AUTO_TEST_CASE(terminal_draws_text) {
  BOOST_TEST_REQUIRE(has_gnuplot(), "gnuplot is missing; make setup installs it");
  const TemporaryFolder folder;
  const Finished program = run_chapter({"--no-figures", "--terminal", "--epochs", "3"},
                                       {.environment = {{"COLUMNS", "80"}}, .folder = folder.path()});
  BOOST_TEST(program.code == 0);
  BOOST_TEST(program.err == "");
  BOOST_TEST(folder.names() == none, boost::test_tools::per_element());
  const std::string& out = program.out;
  std::size_t at = 0;
  for (const std::string& figure : figures) {
    const std::size_t title = out.find("\n" + figure + "\n", at);
    BOOST_TEST_REQUIRE(title != std::string::npos, figure << " is missing");
    const std::string drawing = out.substr(title, 2400);
    BOOST_TEST(drawing.find("+-----") != std::string::npos);
    at = title + 1;
  }
  const auto count = [&out](const std::string& text) {
    int found = 0;
    for (std::size_t i = out.find(text); i != std::string::npos; i = out.find(text, i + 1)) ++found;
    return found;
  };
  for (const std::string& figure : figures) BOOST_TEST(count("\n" + figure + "\n") == 1);
  BOOST_TEST(count("\n04-training-loss\n        loss\n        +---") == 1);  // the label stands above the frame
  BOOST_TEST(count("training examples    o ") == 3);
  BOOST_TEST(count("Truth *") == 3);
  BOOST_TEST(count("Pred #") == 3);
  BOOST_TEST(count("Sorted testing inputs downwards; ' .:-=+*#%@' is 0 to ") == 2);
  for (const std::string& line : lines_of(out)) {
    if (line.find('|') != std::string::npos || line.find('+') != std::string::npos) BOOST_TEST(line.size() <= 120u);
    BOOST_TEST(line.find_first_of("\f\r\x1b") == std::string::npos);
  }
  // The numbers are the same as without figures.
  const std::string plain = run_chapter({"--no-figures", "--epochs", "3"}).out;
  for (const std::string& line : lines_of(plain))
    BOOST_TEST(("\n" + out).find("\n" + line + "\n") != std::string::npos, line);
}

BOOST_AUTO_TEST_SUITE_END()
