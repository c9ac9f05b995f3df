// Saving and loading: every bit comes back, in every language, and a save that fails leaves the old file.
#include <sys/resource.h>
#include <unistd.h>

#include <bit>
#include <csignal>
#include <iostream>

#include "tests/examples/process.h"
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

  // A second file from what was loaded is the same, and takes the first one's place.
  const std::string text = read_file(path);
  loaded.save(path);
  BOOST_TEST(read_file(path) == text);
  const std::set<std::string> only = {"model"};
  BOOST_TEST(folder.names() == only, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_kind_of_float_comes_back) {
  const TemporaryFolder folder;
  std::vector<float> values;
  for (std::uint32_t i = 0; i < 20000; ++i) {  // all exponents and signs, and NaNs
    values.push_back(std::bit_cast<float>(i * 214783u + 12345u));
  }
  Open saved, loaded;
  saved.register_parameter("x", Tensor::from_vector(values, {static_cast<std::int64_t>(values.size())}));
  loaded.register_parameter("x", zeros({static_cast<std::int64_t>(values.size())}));
  saved.save(folder / "x");
  loaded.load(folder / "x");
  BOOST_TEST((bits(loaded) == bits(saved)));
}

BOOST_AUTO_TEST_CASE(the_format_is_safetensors) {
  const TemporaryFolder folder;
  Pair().save(folder / "pair");
  BOOST_TEST(read_file(folder / "pair") == pair_file());
  BOOST_TEST((pair_file().size() - 16) % 8 == 0u);
  Open().save(folder / "nothing");
  BOOST_TEST(read_file(folder / "nothing") == file_of<float>("{}      ", {}));
  Open().load(folder / "nothing");

  // Names and elements are in the order of the alphabet, whatever that of registration is; any UTF-8 is a name.
  Open64 net;
  net.register_parameter("z", Tensor64{1});
  net.register_parameter("\u00fc \"\n", Tensor64{2});
  net.register_parameter("a", Tensor64{3});
  net.save(folder / "names");
  const std::string z = R"("z":{"data_offsets":[8,16],"dtype":"F64","shape":[1]})";
  const std::string a = R"("a":{"data_offsets":[0,8],"dtype":"F64","shape":[1]})";
  const std::string u = std::string("\"\u00fc \\\"\\n\":") + R"({"data_offsets":[16,24],"dtype":"F64","shape":[1]})";
  BOOST_TEST(read_file(folder / "names") == file_of<double>(padded("{" + a + "," + z + "," + u + "}"), {3, 1, 2}));
  net.load(folder / "names");
}

// Files of another writer: elements in another order than names, spaces, metadata, no padding.
BOOST_AUTO_TEST_CASE(files_of_a_script_are_read) {
  for (const std::string name : {"pair", "pair-other-order"}) {
    Pair net;
    net.a.set_value(Tensor{8, 9});
    net.b.set_value(Tensor{{8}, {9}});
    net.load("tests/reference/safetensors/" + name + ".safetensors");
    CHECK_SAME(net.a.value(), (Tensor{1, 2}));
    CHECK_SAME(net.b.value(), (Tensor{{3}, {4}}));
  }
  Open net, inner;
  const Variable& special = net.register_parameter("special", zeros({5}));
  const Variable& scalar = net.register_parameter("scalar", Tensor::from_number(0));
  net.register_parameter("nothing", zeros({2, 0, 3}));
  net.register_module("inner", inner);
  const Variable& w = inner.register_parameter("w", zeros({1, 1}));
  net.load("tests/reference/safetensors/kinds.safetensors");
  CHECK_SAME(special.value(),
             (Tensor{Limits::infinity(), -Limits::infinity(), -0.f, Limits::denorm_min(), Limits::max()}));
  BOOST_TEST(std::signbit(special.value()(2)));
  BOOST_TEST(scalar.item() == 0.25f);
  BOOST_TEST(w.item() == -1.5f);
  Open64 doubles;
  const Variable64& d = doubles.register_parameter("w", zeros<double>({3}));
  doubles.load("tests/reference/safetensors/double.safetensors");
  CHECK_SAME(d.value(), (Tensor64{1 / 3., 1e300, -5e-324}));
  Open().load("tests/reference/safetensors/empty.safetensors");
}

// And the script, which looks for mistakes, reads what is written here.
BOOST_AUTO_TEST_CASE(a_script_reads_the_files) {
  const TemporaryFolder folder;
  const auto printed = [&](const auto& net) {
    net.save(folder / "file");
    const Finished python =
        run_program("/bin/sh", {"-c", "python3 tests/reference/safetensors_files.py print " + (folder / "file")});
    BOOST_TEST(python.err == "");
    return python.out;
  };
  if (run_program("/bin/sh", {"-c", "python3 -c 'import json'"}).code != 0) {
    std::cout << "skipped: there is no python3 to read safetensors files\n";
    return;
  }
  BOOST_TEST(printed(Pair()) == "a F32 [2] 0x1.0000000000000p+0 0x1.0000000000000p+1\n"
                                "b F32 [2, 1] 0x1.8000000000000p+1 0x1.0000000000000p+2\n");
  Open64 doubles;
  doubles.register_parameter("nothing", zeros<double>({0, 2}));
  doubles.register_parameter("x", transpose(Tensor64{{1 / 3., 2}, {-0.0, std::numeric_limits<double>::infinity()}}));
  BOOST_TEST(printed(doubles) ==
             "nothing F64 [0, 2]\nx F64 [2, 2] 0x1.5555555555555p-2 -0x0.0p+0 0x1.0000000000000p+1 inf\n");
  BOOST_TEST(printed(Open()) == "");
  BOOST_TEST(printed(Model(1)).starts_with("end F32 [2, 1, 2] "));
  Linear64 layer(40, 3);
  BOOST_TEST(printed(layer).find("\nweight F64 [3, 40] ") != std::string::npos);
}

// load gives new values to the same leaves: whoever holds a parameter sees them, tensors taken before do not change,
// and gradients stay.
BOOST_AUTO_TEST_CASE(load_keeps_the_leaves) {
  const TemporaryFolder folder;
  write_file(folder / "pair", pair_file());
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
    BOOST_TEST(error_of([&] { Pair().load(folder / "classic"); }).find("has no parameter 'a'") != std::string::npos);
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

BOOST_AUTO_TEST_CASE(names_that_a_file_cannot_hold) {
  const TemporaryFolder folder;
  Open latin, reserved;
  latin.register_parameter("\xfc", Tensor{1});
  CHECK_ERROR(latin.save(folder / "file"),
              "save: a parameter's name is not UTF-8, as names in the file must be; give it another");
  reserved.register_parameter("__metadata__", Tensor{1});
  CHECK_ERROR(reserved.save(folder / "file"),
              "save: a parameter is named __metadata__, which the file keeps for itself; give it another name");
  BOOST_TEST(folder.names().empty());
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

BOOST_AUTO_TEST_CASE(doubles_lose_no_bit) {
  const TemporaryFolder folder;
  manual_seed(5);
  Linear64 saved(7, 5), loaded(7, 5);
  saved.save(folder / "file");
  loaded.load(folder / "file");
  BOOST_TEST((bits(saved) == bits(loaded)));
  GaussianPooling64 net;
  GaussianPooling64 other;
  net.save(folder / "net");
  other.load(folder / "net");
  BOOST_TEST(net.w.item() == other.w.item());

  // Scalars are not converted.
  const std::string path = folder / "file";
  Linear floats(7, 5);
  const Bits before = bits(floats);
  CHECK_ERROR(floats.load(path), "load: " + path +
                                     " holds 'bias' as F64, and this module's parameters are F32; "
                                     "convert it first (in PyTorch, x.float()); the module is unchanged");
  BOOST_TEST((bits(floats) == before));
  floats.save(path);
  CHECK_ERROR(loaded.load(path), "load: " + path +
                                     " holds 'bias' as F32, and this module's parameters are F64; "
                                     "convert it first (in PyTorch, x.double()); the module is unchanged");
  BOOST_TEST((bits(saved) == bits(loaded)));
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
                                              " holds the parameter '0.bias', which this module lacks; it is of "
                                              "another model; the module is unchanged");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
