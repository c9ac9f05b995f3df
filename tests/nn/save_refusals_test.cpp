// Files that load refuses: those of no model, of another one, and damaged ones. The module stays as it was.
#include "tests/nn/modules.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

// Loading this text throws the error and changes nothing.
void check_refused(const std::string& text, const std::string& error_after_path) {
  const TemporaryFolder folder;
  const std::string path = folder / "file";
  write_file(path, text);
  Pair net;
  net.a.set_value(Tensor{0.5, Limits::quiet_NaN()});
  const Bits before = bits(net);
  CHECK_ERROR(net.load(path), path_error(path, error_after_path));
  BOOST_TEST((bits(net) == before));
}

void check_damaged(const std::string& text, const std::string& what) {
  check_refused(text, " is cut short or damaged: " + what + "; the module is unchanged");
}

}  // namespace

namespace tg {  // so that the suite's namespace nn is the library's
BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(files_that_are_none) {
  const TemporaryFolder folder;
  Pair net;
  const Bits before = bits(net);
  CHECK_ERROR(net.load(folder / "missing"),
              "load: cannot read " + (folder / "missing") + ": No such file or directory");
  CHECK_ERROR(net.load(folder / "no/such/folder"),
              "load: cannot read " + (folder / "no/such/folder") + ": No such file or directory");
  CHECK_ERROR(net.load(""), "load: cannot read : No such file or directory");
  CHECK_ERROR(net.load(folder.path().string()),
              path_error(folder.path().string(), " is a folder, not a file of parameters"));
  BOOST_TEST((bits(net) == before));

  const std::string none =
      " is not a file of parameters: it does not begin with 'tapegrad-parameters'; the module is unchanged";
  check_refused("", none);
  check_refused("\n", none);
  check_refused("tapegrad-parameter 1\nend 0\n", none);
  check_refused("tapegrad-parameters\n", none);
  check_refused("tapegrad-parameters one\n", none);
  std::string garbage;
  for (int i = 0; i < 5000; ++i) garbage += static_cast<char>((i * 7919 + i / 256) % 256);
  check_refused(garbage, none);
}

BOOST_AUTO_TEST_CASE(another_version) {
  const std::string rest = std::string(pair_text).substr(std::string("tapegrad-parameters 1").size());
  for (const std::string version : {"2", "0", "-1"}) {
    check_refused("tapegrad-parameters " + version + rest,
                  " has version " + version + " of the format, this library reads version 1; the module is unchanged");
  }
}

BOOST_AUTO_TEST_CASE(another_model) {
  const std::string head = "tapegrad-parameters 1\n", a = "a 1 2 1 2\n", b = "b 2 2 1 2 4\n", c = "c 1 1 1\n";
  const std::string end = "; it is of another model; the module is unchanged";
  check_refused(head + a + c + "end 2\n", " holds the parameter 'c' where this module has 'b'" + end);
  check_refused(head + b + a + "end 2\n", " holds the parameter 'b' where this module has 'a'" + end);
  check_refused(head + a + "b 2 1 2 2 4\nend 2\n",
                " holds 'b' with shape (1, 2), this module has it with shape (2, 1)" + end);
  check_refused(head + "a 1 3 1 1 1\n" + b + "end 2\n",
                " holds 'a' with shape (3), this module has it with shape (2)" + end);
  check_refused(head + "a 0 1\n" + b + "end 2\n", " holds 'a' with shape (), this module has it with shape (2)" + end);
  check_refused(head + a + "end 1\n", " has 1 parameters, this module has 2" + end);
  check_refused(head + "end 0\n", " has 0 parameters, this module has 2" + end);
  check_refused(head + a + b + c + "end 3\n", " has more parameters than this module, which has 2" + end);
}

// What module.h promises of a damaged file is no more than what holds: there is no check sum.
BOOST_AUTO_TEST_CASE(a_changed_digit_is_read_as_it_stands) {
  const TemporaryFolder folder;
  write_file(folder / "file", "tapegrad-parameters 1\na 1 2 1.25 2\nb 2 2 1 3 4\nend 2\n");
  Pair net;
  net.load(folder / "file");
  CHECK_SAME(net.a.value(), (Tensor{1.25, 2}));
  write_file(folder / "file", "tapegrad-parameters 1\na 1 2 1.75 2\nb 2 2 1 3 4\nend 2\n");
  net.load(folder / "file");
  CHECK_SAME(net.a.value(), (Tensor{1.75, 2}));
}

BOOST_AUTO_TEST_CASE(damaged_files) {
  const std::string head = "tapegrad-parameters 1\n", a = "a 1 2 1 2\n", b = "b 2 2 1 2 4\n";
  check_damaged(head, "its last line is missing");
  check_damaged(head + a + b, "its last line is missing");
  check_damaged(head + a + b + "end 1\n", "its last line does not fit");
  check_damaged(head + a + b + "end 3\n", "its last line does not fit");
  check_damaged(head + a + b + "end two\n", "its last line does not fit");
  check_damaged(head + a + b + "end 2", "its last line does not fit");
  check_damaged(head + "\n", "a parameter's line does not begin with name and shape");
  check_damaged(head + "a\n", "a parameter's line does not begin with name and shape");
  check_damaged(head + "a 9 1 1 1 1 1 1 1 1 1 1\n", "a parameter's line does not begin with name and shape");
  check_damaged(head + "a -1 1\n", "a parameter's line does not begin with name and shape");
  check_damaged(head + "a 2 2\n", "the shape of 'a' cannot be read");
  check_damaged(head + "a 1 -2 1\n", "the shape of 'a' cannot be read");
  check_damaged(head + "a 1 two\n", "the shape of 'a' cannot be read");
  check_damaged(head + "a 1 99999999999999999999\n", "the shape of 'a' cannot be read");
  check_damaged(head + "a 1 2 1\n", "'a' has too few or too many values");
  check_damaged(head + "a 1 2 1 1 1\n", "'a' has too few or too many values");
  check_damaged(head + "a 1 2 1 1x\n", "'1x' in 'a' is not a number");
  check_damaged(head + "a 1 2 one 1\n", "'one' in 'a' is not a number");
  check_damaged(head + "a 1 2 1e99 1\n", "'1e99' in 'a' is not a number");
  check_damaged(head + "a 1 2 1e-99 1\n", "'1e-99' in 'a' is not a number");
  check_damaged(head + "a 1 2 0x10 1\n", "'0x10' in 'a' is not a number");
  check_damaged(head + "a 1 2 nan(3) 1\n", "'nan(3)' in 'a' is not a number");
  check_damaged(head + a + "b 2 2 1 2 \x01\n", "'\x01' in 'b' is not a number");
}

// Cut at every byte, a file is refused; and with any one line left out, unless another one's lines were the same.
BOOST_AUTO_TEST_CASE(cut_at_every_byte) {
  const TemporaryFolder folder;
  const std::string whole = folder / "whole", cut = folder / "cut";
  const Model saved(1);
  saved.save(whole);
  const std::string text = read_file(whole);
  Model net(2);
  const Bits before = bits(net);
  std::size_t refused = 0;
  for (std::size_t size = 0; size < text.size(); ++size) {
    write_file(cut, text.substr(0, size));
    try {
      net.load(cut);
      BOOST_ERROR("cut at " << size << " of " << text.size() << " bytes, it loads");
    } catch (const Error& error) {
      ++refused;
      if (std::string(error.what()).rfind(path_error(cut, " "), 0) != 0) BOOST_ERROR(error.what());
    }
    if (bits(net) != before) BOOST_ERROR("cut at " << size << " bytes, it changed the module");
  }
  BOOST_TEST(refused == text.size());

  for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
    write_file(cut, text.substr(0, begin) + text.substr(text.find('\n', begin) + 1));
    BOOST_CHECK_THROW(net.load(cut), Error);
    BOOST_TEST((bits(net) == before));
  }
  net.load(whole);
  BOOST_TEST((bits(net) == bits(saved)));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
