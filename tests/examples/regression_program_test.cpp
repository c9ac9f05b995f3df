// kernel_regression on the command line: what it reads and says, its options, and what it refuses.
#include <unistd.h>

#include <boost/math/distributions/normal.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/examples/process.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

const std::string faithful = "tests/reference/regression/faithful.csv";

std::string program() {
  const std::filesystem::path chapter = chapter_program();
  return (chapter.parent_path() / "kernel_regression").string();
}
Finished run(const std::vector<std::string>& arguments, const Surroundings& around = {}) {
  return run_program(program(), arguments, around);
}

// In a shell, for pipes and limits; $0 is the program.
Finished shell(const std::string& command, const Surroundings& around = {}) {
  return run_program("/bin/sh", {"-c", command, program()}, around);
}

// One line on stderr, nothing on stdout.
void check_refused(const std::vector<std::string>& arguments, const std::string& message, int code = 1) {
  BOOST_TEST_CONTEXT(message) {
    const Finished refused = run(arguments);
    BOOST_TEST(refused.code == code);
    BOOST_TEST(refused.out == "");
    BOOST_TEST(refused.err == "kernel_regression: " + message + "\n");
  }
}

// A file of this text, and the program on it: its report as JSON.
struct Tried {
  explicit Tried(const std::string& text) { write_file(file, text); }
  std::vector<std::string> with(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  nlohmann::json report(std::vector<std::string> more, const Surroundings& around = {}) const {
    more.insert(more.end(), {"--json", folder / "report.json"});
    const Finished finished = run(with(more), around);
    BOOST_TEST(finished.code == 0, finished.err);
    return finished.code == 0 ? nlohmann::json::parse(read_file(folder / "report.json")) : nlohmann::json();
  }
  void refused(const std::vector<std::string>& more, const std::string& message) const {
    check_refused(with(more), message);
  }
  TemporaryFolder folder;
  std::string file = folder / "data.csv";
};

// y = x^2 on 0, 1, ..., 19, in cells written by `cell`.
template <class F> std::string table(const std::string& header, const std::string& separator, F cell) {
  std::string text = header;
  for (int i = 0; i < 20; ++i) text += cell(i) + separator + cell(i * i);
  return text;
}
std::string whole(int i) { return std::to_string(i); }

std::vector<std::vector<std::string>> cells(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : lines_of(csv)) {
    rows.emplace_back();
    std::string cell;
    for (const char c : line + ",") {
      if (c != ',') cell += c;
      if (c == ',') rows.back().push_back(std::exchange(cell, ""));
    }
  }
  return rows;
}

const std::vector<std::string> yx = {"--y", "y", "--x", "x"};
std::vector<std::string> yx_and(std::vector<std::string> more) {
  more.insert(more.begin(), yx.begin(), yx.end());
  return more;
}
std::string squares() {
  std::string text = "x,y\n";
  for (int i = 0; i < 20; ++i) text += whole(i) + "," + whole(i * i) + "\n";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples)

BOOST_AUTO_TEST_CASE(regression_report) {
  const Finished finished = run({faithful, "--y", "waiting", "--x", "eruptions"});
  BOOST_TEST(finished.code == 0);
  BOOST_TEST(finished.err == "");
  for (const char* part :
       {"waiting: means, gaussian kernel; 272 rows used\n", "eruptions       0.26141", "this fit         32.296",
        "a straight line  35.213", "the mean         185.51", "effective degrees of freedom 4.95",
        "bandwidths chosen from 2 starts", "note: the error has 2 minima; the next best is 0.22745 % above"})
    BOOST_TEST(finished.out.find(part) != std::string::npos, part);
  const Finished help = run({"--help"});
  BOOST_TEST(help.code == 0);
  BOOST_TEST(help.out.find("0.3706506") != std::string::npos);
}

// The same numbers in other clothes.
BOOST_AUTO_TEST_CASE(regression_reads_relatives_of_csv) {
  std::string comma, quoted = "\xEF\xBB\xBF\"x\",\"y\"\r\n", semicolon = "x;y\n", tab = "y\tx\n", odd;
  odd = "\"x\",\"a \"\"note\"\", of\nsome, lines\",y\n";
  for (int i = 0; i < 20; ++i) {
    const std::string x = whole(i), y = whole(i * i);
    quoted += "\"" + x + "\",\"" + y + "\"\r\n";
    semicolon += x + ",0;" + y + ",0\n";
    tab += "+" + y + "\t" + x + "e0\n";
    odd += x + ",\"a, \"\"b\"\"\nc\"," + y + "\n";
  }
  const double expected = Tried(squares()).report(yx)["loo_mse"];
  const boost::test_tools::assertion_result same = true;
  BOOST_TEST(same);
  const auto check = [&](const std::string& text, const std::vector<std::string>& more, const char* locale = "C") {
    const nlohmann::json report = Tried(text).report(yx_and(more), {.environment = {{"LC_ALL", locale}}});
    if (!report.is_null()) BOOST_TEST(report["loo_mse"].get<double>() == expected);
  };
  check(quoted, {});
  check(semicolon, {"--decimal", ","});
  check(semicolon, {"--decimal", ",", "--separator", ";"}, "de_DE.UTF-8");
  check(tab, {});
  check(tab, {"--separator", "tab"});
  check(odd, {});
  check(squares(), {}, "de_DE.UTF-8");
  // Without names, by numbers; from standard input; a last line without an end.
  const std::string bare = squares().substr(4);
  BOOST_TEST(Tried(bare).report({"--y", "2", "--x", "1"})["loo_mse"].get<double>() == expected);
  BOOST_TEST(Tried(squares()).report({"--y", "2", "--x", "1"})["loo_mse"].get<double>() == expected);
  BOOST_TEST(Tried(bare.substr(0, bare.size() - 1)).report({"--y", "2", "--x", "1"})["loo_mse"].get<double>() ==
             expected);
  const Tried file(squares());
  const Finished piped = shell("cat '" + file.file + "' | \"$0\" - --y y --x x --json '" + (file.folder / "j") + "'");
  BOOST_TEST(piped.code == 0);
  BOOST_TEST(nlohmann::json::parse(read_file(file.folder / "j"))["loo_mse"].get<double>() == expected);
}

BOOST_AUTO_TEST_CASE(regression_names_with_commas) {
  std::string text = "\"a,b\",c,y\n";
  for (int i = 0; i < 20; ++i) text += whole(i) + "," + whole(i * 7 % 5) + "," + whole(i * i) + "\n";
  const Tried tried(text);
  BOOST_TEST(tried.report({"--y", "y", "--x", "a,b"})["bandwidths"].size() == 1u);
  const nlohmann::json both = tried.report({"--y", "y", "--x", "\"a,b\",c"})["bandwidths"];
  BOOST_TEST((both.contains("a,b") && both.contains("c")));
}

// Rows with missing cells are left out and counted; codes that look like missing values are warned of.
BOOST_AUTO_TEST_CASE(regression_missing_cells) {
  std::string text = squares() + "NA,1\n,2\n3,NaN\n4,none\ninf,4\n";
  const Tried tried(text);
  const nlohmann::json report = tried.report(yx);
  BOOST_TEST(report["rows"]["used"] == 20);
  BOOST_TEST(report["rows"]["left_out"] == 5);
  BOOST_TEST(run(tried.with(yx)).out.find("20 rows used, 5 left out, the first in line 22: x is 'NA'\n") !=
             std::string::npos);
  const auto warning = [](const std::string& code) {
    return Tried(squares() + "5," + code + "\n").report(yx)["warnings"].dump();
  };
  for (const char* code : {"-9999", "1e20", "99999"})
    BOOST_TEST(warning(code).find("in the others: if that stands for a missing value") != std::string::npos);
  for (const char* number : {"25", "-8000", "399"}) BOOST_TEST(warning(number).find("missing") == std::string::npos);
}

// A value that outweighs all others is named: several do not hide each other, and the tail of skewed data is none.
BOOST_AUTO_TEST_CASE(regression_names_outliers) {
  std::string normal, skewed = "x,y\n";
  for (int i = 1; i < 100; ++i) {
    const double z = boost::math::quantile(boost::math::normal(), i / 100.0);
    normal += std::to_string(10 + z) + "," + whole(i) + "\n";
    skewed += whole(i) + "," + std::to_string(std::exp(3 * z)) + "\n";
  }
  const auto said = [](const std::string& text) { return Tried(text).report(yx)["warnings"].dump(); };
  BOOST_TEST(said("x,y\n" + normal).find("in the others") == std::string::npos);
  BOOST_TEST(said(skewed).find("in the others") == std::string::npos);
  BOOST_TEST(
      said("x,y\n" + normal + "500,3\n510,3\n")
          .find("x is 510 in 1 row, and from 7.6737 to 500 in the others: so far out, it can decide alone; is it "
                "right?") != std::string::npos);
  std::string weighted = "x,y,w\n";
  for (int i = 0; i < 50; ++i)
    weighted += whole(i) + "," + whole(i * i) + "," + whole(i == 7 ? 90000 : 3 + i % 7) + "\n";
  BOOST_TEST(Tried(weighted).report(yx_and({"--weight", "w"}))["warnings"].dump().find("w is 90000 in 1 row") !=
             std::string::npos);
  BOOST_TEST(said("x,y\n" + normal + "10,-3000\n").find("y is -3000 in 1 row, and from 1 to 99") != std::string::npos);
}

// Seconds since 1970 differ in their last digits, which a float does not hold.
BOOST_AUTO_TEST_CASE(regression_is_done_in_double) {
  std::string text = "x,y\n";
  for (int i = 0; i < 20; ++i) text += std::to_string(1700000000LL + i) + "," + whole(i * i) + "\n";
  const nlohmann::json times = Tried(text).report(yx), plain = Tried(squares()).report(yx);
  BOOST_TEST(times["loo_mse"].get<double>() == plain["loo_mse"].get<double>(), boost::test_tools::tolerance(1e-6));
  BOOST_TEST(times["bandwidths"]["x"].get<double>() == plain["bandwidths"]["x"].get<double>(),
             boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(regression_options) {
  const Tried tried(squares());
  for (const char* kernel : {"gaussian", "laplace", "epanechnikov", "triangular", "boxcar"}) {
    for (const char* degree : {"0", "1"}) {
      const nlohmann::json report = tried.report(yx_and({"--kernel", kernel, "--degree", degree}));
      BOOST_TEST(report["kernel"] == kernel);
      BOOST_TEST(report["loo_mse"].get<double>() < report["loo_mse_of_mean"].get<double>());
    }
  }
  const nlohmann::json given = tried.report(yx_and({"--bandwidth", "0.001"}));
  BOOST_TEST(given["bandwidths"]["x"].get<double>() == 0.001, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(given["starts"] == 0);
  BOOST_TEST(tried.report(yx_and({"--bandwidth", "1e-200"}))["r_squared"] == 1);
}

BOOST_AUTO_TEST_CASE(regression_predictions) {
  const Tried tried(squares());
  const std::string out = tried.folder / "fit.csv";
  run(tried.with(yx_and({"--out", out, "--bandwidth", "1"})));
  const auto data = cells(read_file(out));
  const std::vector<std::string> header = {"x", "y", "fit", "error", "low", "high", "keys", "slope x", "mark"};
  BOOST_TEST(data[0] == header, boost::test_tools::per_element());
  BOOST_TEST(data.size() == 21u);
  BOOST_TEST((data[6][0] == "5" && data[6][1] == "25"));
  const Finished on_grid = run(tried.with(yx_and({"--out", "-", "--bandwidth", "1", "--grid", "5"})));
  const auto grid = cells(on_grid.out);
  BOOST_TEST(grid.size() == 6u);
  BOOST_TEST((grid[1][0] == "0" && grid[2][0] == "4.75" && grid[5][0] == "19"));
  BOOST_TEST(on_grid.err.find("20 rows used") != std::string::npos);
  const double fit = std::stod(grid[3][1]), error = std::stod(grid[3][2]), high = std::stod(grid[3][4]);
  BOOST_TEST(std::stod(grid[3][3]) + high == 2 * fit, boost::test_tools::tolerance(1e-6));
  const auto narrow =
      cells(run(tried.with(yx_and({"--out", "-", "--bandwidth", "1", "--grid", "5", "--confidence", "0.5"}))).out);
  BOOST_TEST(std::stod(narrow[3][4]) - fit < 0.4 * (high - fit));
  BOOST_TEST(error > 0);

  // Rows of another file, in their order, one for one.
  write_file(tried.folder / "new.csv", "name,x\na,7\nb,\nc,-300\nd,3\n");
  const auto there =
      cells(run(tried.with(yx_and({"--out", "-", "--bandwidth", "1", "--predict", tried.folder / "new.csv"}))).out);
  BOOST_TEST(there.size() == 5u);
  BOOST_TEST((there[1][0] == "7" && there[4][0] == "3"));
  BOOST_TEST((there[2][0] == "NA" && there[2][1] == "NA" && there[2].back() == "x is empty"));
  BOOST_TEST(there[3].back() == "\"far from the data; few keys\"");
  const auto compact = cells(run(tried.with(yx_and({"--out", "-", "--kernel", "epanechnikov", "--bandwidth", "1",
                                                    "--predict", tried.folder / "new.csv"})))
                                 .out);
  BOOST_TEST((compact[3][1] == "NA" && compact[3].back() == "no data in reach"));
}

BOOST_AUTO_TEST_CASE(regression_categories_and_weights) {
  std::string text = "x,kind,w,same,y\n";
  for (int i = 0; i < 60; ++i) {
    const int kind = i % 3;
    text += whole(i / 3) + "," + "abc"[kind] + "," + whole(i % 4) + ",5," + whole(i / 3 + 50 * kind + i * 7 % 5) + "\n";
  }
  const Tried tried(text);
  nlohmann::json report = tried.report(yx_and({"--category", "kind"}));
  BOOST_TEST(report["categories"]["kind"].get<double>() < 0.01);
  BOOST_TEST(report["loo_mse"].get<double>() < 10);
  write_file(tried.folder / "new.csv", "kind,x\nc,7\nz,7\n,7\n");
  const auto there =
      cells(run(tried.with(yx_and({"--category", "kind", "--out", "-", "--predict", tried.folder / "new.csv"}))).out);
  BOOST_TEST((there[1][1] == "c" && there[1].back() != "new kind"));
  BOOST_TEST((there[2][1] == "z" && there[2].back() == "new kind" && there[2][2] != "NA"));
  BOOST_TEST((there[3][1] == "NA" && there[3].back() == "kind is empty" && there[3][2] == "NA"));
  const Finished grid = run(tried.with(yx_and({"--category", "kind", "--out", "-", "--grid", "3"})));
  BOOST_TEST(grid.err.find("note: kind stands at its most frequent value, a") != std::string::npos);
  // Values that only rows have which are left out are not known.
  for (const std::string row : {"5,z,1,5,\n", "5,z,0,5,3\n"}) {
    const Tried more(text + row);
    const auto marks = cells(run(more.with(yx_and({"--category", "kind", "--weight", "w", "--out", "-", "--predict",
                                                   tried.folder / "new.csv"})))
                                 .out);
    BOOST_TEST((marks[2][1] == "z" && marks[2].back() == "new kind"));
  }
  // A weight of 2 is the row twice, in the fit.
  report = tried.report(yx_and({"--weight", "w", "--bandwidth", "1"}));
  BOOST_TEST(report["rows"]["used"] == 45);
  BOOST_TEST(report["warnings"].dump().find("15 rows have the weight 0 and are left out") != std::string::npos);
  report = tried.report({"--y", "y", "--x", "x,same"});
  BOOST_TEST(report["bandwidths"].size() == 1u);
  BOOST_TEST(report["warnings"].dump().find("same is the same in all rows, and is left out") != std::string::npos);
  report = tried.report(yx_and({"--category", "kind,same"}));
  BOOST_TEST(report["categories"].size() == 1u);
  BOOST_TEST(report["warnings"].dump().find("same is the same in all rows, and is left out") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(regression_refuses_a_category_for_each_row) {
  for (const int shared : {1, 2, 3}) {  // rows of one value, for 20 rows in all
    std::string text = "x,id,y\n";
    for (int i = 0; i < 20; ++i)
      text += whole(i) + ",id" + whole(std::max(0, i - shared + 1)) + "," + whole(i * i) + "\n";
    const Tried tried(text);
    const std::vector<std::string> options = yx_and({"--category", "id"});
    if (shared == 3) {
      BOOST_TEST(run(tried.with(options)).code == 0);
      continue;
    }
    tried.refused(options, "--category: 'id' has a value of its own in " + whole(shared == 1 ? 20 : 18) +
                               " of 20 rows, so that no row tells of another; leave it out, or write fewer values");
  }
}

// Far is what no row is near, whatever the number of features; marks add up, and each is counted.
BOOST_AUTO_TEST_CASE(regression_marks) {
  std::string text = "a,b,c,d,kind,y\n";
  for (int i = 0; i < 80; ++i) {
    text += whole(i % 4) + "," + whole(i / 4 % 5) + "," + whole(i * 7 % 10) + "," + whole(i * 3 % 8) + "," +
            "pq"[i % 2] + "," + whole(i) + "\n";
  }
  const Tried tried(text);
  write_file(tried.folder / "new.csv", "a,b,c,d,kind\n1,2,7,3,p\n1,2,7,11,p\n1,2,7,11,z\n1,2,7,3,z\n1,,7,3,z\n");
  const auto marks = [&](const std::string& kernel, const std::string& bandwidths) {
    const Finished finished =
        run(tried.with({"--y", "y", "--x", "a,b,c,d", "--category", "kind", "--kernel", kernel, "--bandwidth",
                        bandwidths, "--out", "-", "--predict", tried.folder / "new.csv"}));
    std::vector<std::string> all;
    for (const std::vector<std::string>& row : cells(finished.out)) all.push_back(row.back());
    return std::pair(all, finished.err);
  };
  using Marks = std::vector<std::string>;
  for (const char* kernel : {"gaussian", "laplace"}) {
    const auto [all, said] = marks(kernel, "2,2,2,1,0.5");
    BOOST_TEST(all == (Marks{"mark", "", "far from the data", "\"new kind; far from the data\"", "new kind",
                             "\"new kind; b is empty\""}),
               boost::test_tools::per_element());
    for (const char* note :
         {"2 rows of the predictions marked: far from the data\n", "3 rows of the predictions marked: new kind\n",
          "1 row of the predictions marked: a cell is missing\n"})
      BOOST_TEST(said.find(note) != std::string::npos, note);
    // What plays no part takes no row nearer, or farther.
    BOOST_TEST(marks(kernel, "1e9,1e9,1e9,1,0.5").first[2] == "far from the data");
    BOOST_TEST(marks(kernel, "2,2,2,1e9,0.5").first[2] == "");
    BOOST_TEST(marks(kernel, "1e9,1e9,1e9,1.4,1e-9").first[3] == "new kind");  // though lambda takes all rows far
  }
  BOOST_TEST(marks("gaussian", "0.1,0.1,0.1,0.1,0.5").first[2] == "\"far from the data; few keys\"");
}

BOOST_AUTO_TEST_CASE(regression_says_what_plays_no_part) {
  std::string text = "x,z,y\n";
  for (int i = 0; i < 40; ++i) text += whole(i) + "," + whole(i * 17 % 40) + "," + whole(i * i) + "\n";
  const Tried tried(text);
  const std::string said = tried.report({"--y", "y", "--x", "x,z"})["warnings"].dump();
  BOOST_TEST(said.find("z plays no part: its bandwidth is huge") != std::string::npos);
  BOOST_TEST(tried.report({"--y", "y", "--x", "x,z"})["mean_slopes"]["z"] == 0);
  const Finished grid = run(tried.with({"--y", "y", "--x", "x,z", "--grid", "4", "--along", "x", "--out", "-"}));
  BOOST_TEST(cells(grid.out).size() == 5u);
  BOOST_TEST(grid.err.find("note: z stands at its median, 19.5") != std::string::npos);
  BOOST_TEST(cells(run(tried.with({"--y", "y", "--x", "x,z", "--grid", "4", "--out", "-"})).out).size() == 17u);
}

BOOST_AUTO_TEST_CASE(regression_figures) {
  const TemporaryFolder folder;
  const std::string boston = "tests/reference/regression/mtcars.csv";
  Finished finished = run({boston, "--y", "mpg", "--x", "wt,hp", "--figures", folder.path().string()}, without_gnuplot);
  BOOST_TEST(finished.code == 0);
  BOOST_TEST((folder.names() == std::set<std::string>{"fit-1.gp", "fit-2.gp", "observed.gp"}));
  finished =
      run({faithful, "--y", "waiting", "--x", "eruptions", "--figures", folder.path().string()}, without_gnuplot);
  BOOST_TEST(data_block(read_file(folder / "fit.gp"), "$curve1").size() == 200u);
  BOOST_TEST(data_block(read_file(folder / "fit.gp"), "$points").size() == 272u);
  // What is said of figures does not stand among predictions.
  finished = run({faithful, "--y", "waiting", "--x", "eruptions", "--figures", folder.path().string(), "--out", "-"},
                 without_gnuplot);
  BOOST_TEST(cells(finished.out).size() == 273u);
  BOOST_TEST(finished.err.find("wrote " + (folder / "fit.gp")) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(regression_refuses_data) {
  Tried("x,y\n1,2\n")
      .refused(yx, "there is 1 row with numbers in all columns; a regression needs two at least, and "
                   "many more to be of use");
  Tried("x,y\n1,2\n1,3\n").refused(yx, "--x: 'x' is 1 in all rows; name a column that varies");
  Tried("x,y\n1,2\n3,2\n").refused(yx, "--y: 'y' is 2 in all rows; there is nothing to learn");
  Tried("x,y\n1,2\n3,4\n1,5\n")
      .refused(yx_and({"--degree", "1"}),
               "--x: 'x' has 2 different numbers; --degree 1 needs four at least, --degree 0 two");
  Tried(squares()).refused({"--y", "y", "--x", "x,y"}, "the column 'y' is named twice; it can have one part only");
  Tried(squares()).refused({"--y", "y,x", "--x", "x"}, "--y takes one column, and not y,x");
  const Tried twice("x,x,y\n1,2,3\n");
  twice.refused(yx, twice.file + " has 2 columns 'x'; --x takes a column's number too");
  const Tried named("area,price\n1,2\n");
  named.refused({"--y", "pirce", "--x", "area"}, "--y: " + named.file +
                                                     " has no column 'pirce'; the nearest name is "
                                                     "'price', and all are 'area', 'price'");
  const Tried words("x,y\nred,2\nblue,3\n");
  words.refused(yx, words.file + ": the column 'x' has no number: its first cell is 'red'; write dates and the like as "
                                 "numbers, and name words with --category");
  const Tried comma("x;y\n\"1,5\";2\n\"1,7\";3\n");
  comma.refused(yx, comma.file + ": '1,5' and other cells have a comma: if it is a decimal comma, --decimal , reads "
                                 "it; if it groups thousands, take it out");
  const Tried none("x,y\n,2\n3,\n");
  none.refused(yx,
               none.file + ": no row has a number in each of these columns; the first left out is line 2: x is empty");
  const Tried little("x,y\n");
  little.refused(yx, little.file + " has no row below the names of its columns");
  Tried("x,w,y\n1,-2,3\n2,1,4\n")
      .refused(yx_and({"--weight", "w"}), "--weight: the column 'w' holds a negative number");
}

BOOST_AUTO_TEST_CASE(regression_refuses_files) {
  const auto refused = [](const std::string& text, const std::string& message) {
    const Tried tried(text);
    tried.refused(yx, tried.file + message);
  };
  refused("x,y\n1,2\n3\n4,5\n", ", line 3: the row has 1 cell, the first line 2; the rows of a table have equally many "
                                "(is it another --separator?)");
  refused("x,y\n\n\"1\n\",2\n4,5,6\n", ", line 5: the row has 3 cells, the first line 2; the rows of a table have "
                                       "equally many (is it another --separator?)");
  refused("x,y\n1,\"2\n", ", line 2: a quoted cell of the row that begins there does not end; the file is no CSV");
  refused("x,y\n1,2\"3\n", ", line 2: a quote stands inside a cell that is not quoted, or is not doubled in one that "
                           "is; the file is no CSV");
  refused(std::string("x\0y", 3), " holds a byte 0: it is no CSV");
  refused("\xFF\xFEx", " is in UTF-16, and is no CSV that can be read here; save it as UTF-8");
  refused("", " is empty; its first line should name the columns");
  check_refused({"/nonexistent.csv", "--y", "y", "--x", "x"},
                "cannot read /nonexistent.csv: No such file or directory");
  check_refused({"/", "--y", "y", "--x", "x"}, "cannot read /: Is a directory");
  const std::vector<std::string> out = {faithful, "--y", "waiting", "--x", "eruptions", "--out"};
  std::vector<std::string> nowhere = out, folder = out;
  nowhere.push_back("/nonexistent/fit.csv");
  folder.push_back("/tmp");
  check_refused(nowhere, "--out: cannot write into the folder of /nonexistent/fit.csv: No such file or directory");
  check_refused(folder, "--out: /tmp is not a regular file (a folder or a device); name another");
}

BOOST_AUTO_TEST_CASE(regression_refuses_options) {
  const auto refused = [](std::vector<std::string> more, const std::string& message, int code = 2) {
    more.insert(more.begin(), {faithful, "--y", "waiting", "--x", "eruptions"});
    check_refused(more, message, code);
  };
  check_refused({faithful},
                "a file, --y and --x are needed, such as: kernel_regression data.csv --y price --x area,age", 2);
  refused({"--kernel", "box"}, "--kernel: 'box' is not one of gaussian, laplace, epanechnikov, triangular, boxcar");
  refused({"--degree", "2"}, "--degree: 2 is out of range; it goes from 0 to 1");
  refused({"--separator", "|"}, "--separator: '|' is not one of , ; or tab");
  refused({"--decimal", ";"}, "--decimal: ';' is not one of . or ,");
  refused({"--decimal", ",", "--separator", ","}, "--separator and --decimal are both ','");
  refused({"--bandwidth", "-1"}, "--bandwidth: '-1' is not a positive number");
  refused({"--bandwidth", "1,2"},
          "--bandwidth has 2 numbers; it takes 1 for the features, and then 0 for the categories, a lambda each", 1);
  refused({"--bandwidth", "0"}, "--bandwidth: 0; a bandwidth is above 0, a lambda at most 1", 1);
  refused({"--confidence", "95"}, "--confidence: 95 is not between 0 and 1");
  refused({"--grid", "1"}, "--grid: 1 is out of range; it goes from 2 to 1000000");
  refused({"--along", "eruptions"}, "--along names a grid's features; add --grid 100");
  refused({"--grid", "5", "--along", "waiting"},
          "--along: --x has no column 'waiting'; the nearest name is 'eruptions', and all are 'eruptions'", 1);
  refused({"--grid", "5", "--predict", faithful}, "--grid and --predict exclude each other");
  refused({"--wrong"}, "unrecognised option '--wrong'; --help lists the options");
  check_refused({"tests/reference/regression/mtcars.csv", "--y", "mpg", "--x", "wt,hp", "--degree", "1"},
                "--degree 1 draws lines in one feature, and --x names 2; take one of them, or --degree 0");
}

// What has been there stays, and nothing half-written is left.
BOOST_AUTO_TEST_CASE(regression_writes_whole_files) {
  const TemporaryFolder folder;
  write_file(folder / "fit.csv", "before");
  const std::string command = "\"$0\" " + faithful + " --y waiting --x eruptions --out ";
  Finished finished = shell("ulimit -f 1; " + command + "'" + (folder / "fit.csv") + "'");
  BOOST_TEST(finished.code == 1);
  BOOST_TEST(finished.err == "kernel_regression: cannot write " + (folder / "fit.csv") + ": File too large\n");
  BOOST_TEST((read_file(folder / "fit.csv") == "before"));
  BOOST_TEST((folder.names() == std::set<std::string>{"fit.csv"}));
  if (std::filesystem::exists("/dev/full")) {
    finished = shell(command + "- > /dev/full");
    BOOST_TEST(finished.code == 1);
    BOOST_TEST(finished.err.find("the output could not be written; is the disk full?") != std::string::npos);
  }
  finished = shell(command + "- 2> /dev/null | head -n 1");
  BOOST_TEST(finished.out == "eruptions,waiting,fit,error,low,high,keys,slope eruptions,mark\n");
  // Ended on the way. (A shell's background jobs ignore interrupts.)
  finished = shell("\"$0\" tests/reference/regression/quakes.csv --y depth --x lat,long --out '" +
                   (folder / "fit.csv") + "' & sleep 0.1; kill -TERM $!; wait $!");
  BOOST_TEST((read_file(folder / "fit.csv") == "before"));
  BOOST_TEST((folder.names() == std::set<std::string>{"fit.csv"}));
}

#if !defined(__SANITIZE_ADDRESS__)
BOOST_AUTO_TEST_CASE(regression_out_of_memory) {
  const TemporaryFolder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 1000000; ++i) text += whole(i) + "," + whole(i % 7) + "\n";
  write_file(folder / "big.csv", text);
  const std::string command =
      "ulimit -v 300000; export OPENBLAS_NUM_THREADS=1; \"$0\" - --y y --x x --bandwidth 1000 < '";
  const Finished finished = shell(command + (folder / "big.csv") + "'");
  const double fit = number_after(finished.err, "out of memory; about ");
  BOOST_TEST(finished.code == 1);
  BOOST_TEST(lines_of(finished.err).size() == 1u);
  std::string part = "x,y\n";
  for (int i = 0; i < fit; ++i) part += whole(i) + "," + whole(i % 7) + "\n";
  write_file(folder / "part.csv", part);
  BOOST_TEST(fit > 10000);
  BOOST_TEST(shell(command + (folder / "part.csv") + "'").code == 0);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
