// Saving and loading: every bit comes back, in every language, and a save that fails leaves the old file.
#include <sys/resource.h>
#include <unistd.h>

#include <bit>
#include <csignal>

#include "tests/nn/modules.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

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
