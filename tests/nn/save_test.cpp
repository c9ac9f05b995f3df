// Saving and loading: every bit comes back, and nothing wrong gets in.
#include <sys/resource.h>
#include <unistd.h>

#include <bit>
#include <csignal>

#include "nn/nn.h"
#include "tests/support.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

using Limits = std::numeric_limits<float>;

struct Open : nn::Module {
  using Module::register_module;
  using Module::register_parameter;
};

// A model of every kind of parameter; `salt` makes its values another model's.
struct Model : Open {
  Open inner, deepest;
  explicit Model(int salt) {
    const float s = static_cast<float>(salt);
    register_parameter(
        "special", Tensor{Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), -0.f, s});
    register_parameter("small", Tensor{Limits::denorm_min(), -Limits::denorm_min(), Limits::min(), 1e-40f,
                                       Limits::max(), Limits::lowest(), 0.1f + s});
    register_module("inner", inner);
    inner.register_parameter("scalar", Tensor::from_number(1 / 3.f + s));
    inner.register_parameter("nothing", zeros({2, 0, 3}));
    inner.register_module("deepest", deepest);
    deepest.register_parameter("matrix", transpose(numbers<float>({3, 4}, salt)));  // a view is saved as it is seen
    register_parameter("end", numbers<float>({2, 1, 2}, salt + 1));                 // also the word of the last line
    register_parameter("row", expand(Tensor{s}, {3}));
  }
};

using Bits = std::vector<std::pair<std::string, std::vector<std::uint32_t>>>;

Bits bits(const nn::Module& module) {
  Bits all;
  for (const auto& [name, parameter] : module.named_parameters()) {
    std::ostringstream key;
    key << name << ' ' << parameter.shape();
    all.emplace_back(key.str(), std::vector<std::uint32_t>());
    for (float x : parameter.value().to_vector()) all.back().second.push_back(std::bit_cast<std::uint32_t>(x));
  }
  return all;
}

std::string path_error(const std::string& path, const std::string& what) { return "load: " + path + what; }

struct Pair : Open {
  const Variable& a = register_parameter("a", Tensor{1, 2});
  const Variable& b = register_parameter("b", Tensor{{3}, {4}});
};

constexpr const char* pair_text = "tapegrad-parameters 1\na 1 2 1 2\nb 2 2 1 3 4\nend 2\n";

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

// Files that this process writes end at so many bytes, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

}  // namespace

namespace tg {  // so that the suite's namespace nn is the library's
BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(save_and_load_lose_no_bit) {
  const TemporaryFolder folder;
  const std::string path = folder / "model";
  const Model saved(1);
  saved.save(path);
  Model loaded(2);
  BOOST_TEST((bits(loaded) != bits(saved)));
  const Bits before = bits(saved);
  loaded.load(path);
  BOOST_TEST((bits(loaded) == before));
  BOOST_TEST((bits(saved) == before));

  // A second file from what was loaded is the same text, and takes the first one's place.
  const std::string text = read_file(path);
  loaded.save(path);
  BOOST_TEST(read_file(path) == text);
  const std::set<std::string> only = {"model"};
  BOOST_TEST(folder.names() == only, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_kind_of_float_comes_back) {
  const TemporaryFolder folder;
  std::vector<float> values;
  for (std::uint32_t i = 0; i < 20000; ++i) {  // all exponents and signs
    const float x = std::bit_cast<float>(i * 214783u + 12345u);
    if (!std::isnan(x)) values.push_back(x);
  }
  Open saved, loaded;
  saved.register_parameter("x", Tensor::from_vector(values, {static_cast<std::int64_t>(values.size())}));
  loaded.register_parameter("x", zeros({static_cast<std::int64_t>(values.size())}));
  saved.save(folder / "x");
  loaded.load(folder / "x");
  BOOST_TEST((bits(loaded) == bits(saved)));
}

BOOST_AUTO_TEST_CASE(the_format_is_readable) {
  const TemporaryFolder folder;
  Pair().save(folder / "pair");
  BOOST_TEST(read_file(folder / "pair") == pair_text);
  Open().save(folder / "nothing");
  BOOST_TEST(read_file(folder / "nothing") == "tapegrad-parameters 1\nend 0\n");
  Open().load(folder / "nothing");
}

// load gives new values to the same leaves: whoever holds a parameter sees them, tensors taken before do not change,
// and gradients stay.
BOOST_AUTO_TEST_CASE(load_keeps_the_leaves) {
  const TemporaryFolder folder;
  write_file(folder / "pair", pair_text);
  Pair net;
  net.a.set_value(Tensor{8, 9});
  const Variable held = net.parameters()[0];
  const Tensor before = net.a.value();
  Tape tape;
  tape.backward(sum(net.a * net.a));
  net.load(folder / "pair");
  CHECK_SAME(held.value(), (Tensor{1, 2}));
  CHECK_SAME(before, (Tensor{8, 9}));
  CHECK_SAME(net.a.grad(), (Tensor{16, 18}));
}

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

// A file is the same in every language, with 1,000 parameters and sizes of 1,000 too, and is read in every one.
BOOST_AUTO_TEST_CASE(files_know_no_language) {
  const TemporaryFolder folder;
  Open saved, loaded;
  for (int i = 0; i < 1100; ++i) {
    const std::string name = std::to_string(i);
    saved.register_parameter(name, Tensor{static_cast<float>(i) + 12345.5f});
    loaded.register_parameter(name, Tensor{0});
  }
  saved.register_parameter("long", full({1234}, 0.5));
  loaded.register_parameter("long", zeros({1234}));
  saved.save(folder / "classic");
  const Bits expected = bits(saved);
  {
    const GermanStreams german;
    saved.save(folder / "german");
    loaded.load(folder / "classic");
    BOOST_TEST(error_of([&] { Pair().load(folder / "classic"); }).find("this module has 'a'") != std::string::npos);
  }
  BOOST_TEST((bits(loaded) == expected));
  BOOST_TEST(read_file(folder / "german") == read_file(folder / "classic"));
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

// A save that fails leaves the old file as it was and nothing beside it.
BOOST_AUTO_TEST_CASE(a_failed_save_leaves_the_old_file) {
  const TemporaryFolder folder;
  const std::string path = folder / "model";
  Pair().save(path);
  const std::string old = read_file(path);
  const std::set<std::string> only = {"model"};

  const Model net(1);
  for (const rlim_t room : {0, 1, 30, 200}) {
    std::string error;
    {
      const FullDisk full(room);
      error = error_of([&] { net.save(path); });
    }
    BOOST_TEST(error == "save: cannot write " + path + ": File too large");
    BOOST_TEST(read_file(path) == old);
    BOOST_TEST(folder.names() == only, boost::test_tools::per_element());
  }

  if (geteuid() != 0) {  // root may write anywhere
    std::filesystem::permissions(folder.path(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    CHECK_ERROR(net.save(path), "save: cannot write " + path + ": Permission denied");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
    BOOST_TEST(read_file(path) == old);
    BOOST_TEST(folder.names() == only, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(saving_where_one_cannot) {
  const TemporaryFolder folder;
  const Pair net;
  CHECK_ERROR(net.save(folder / "no/model"),
              "save: cannot write " + (folder / "no/model") + ": No such file or directory");
  std::filesystem::create_directories(folder / "taken/by/folders");
  CHECK_ERROR(net.save(folder / "taken"),
              "save: " + (folder / "taken") + " is not a regular file (a folder or a device); name another");
  write_file(folder / "file", "");
  CHECK_ERROR(net.save(folder / "file/model"), "save: cannot write " + (folder / "file/model") + ": Not a directory");
  const std::set<std::string> left = {"file", "taken"};
  BOOST_TEST(folder.names() == left, boost::test_tools::per_element());
}

// Layers and models save and load alike; a Sequential's names are places.
BOOST_AUTO_TEST_CASE(layers_save_and_load) {
  const TemporaryFolder folder;
  manual_seed(3);
  nn::Linear a(2, 3), b(3, 1), c(2, 3), d(3, 1), without(2, 3, false);
  const auto tanh_of = [](const Variable& x) { return tanh(x); };
  nn::Sequential one(a, tanh_of, b), two(c, tanh_of, d), three(without, tanh_of, d);
  one.save(folder / "net");
  two.load(folder / "net");
  BOOST_TEST((bits(one) == bits(two)));
  const Tensor x = numbers<float>({4, 2});
  CHECK_SAME(one(x).value(), two(x).value());
  CHECK_ERROR(three.load(folder / "net"), "load: " + (folder / "net") +
                                              " holds the parameter '0.bias' where this module has "
                                              "'2.weight'; it is of another model; the module is unchanged");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
