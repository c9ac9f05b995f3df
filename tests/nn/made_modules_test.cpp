// make_module: modules that a module makes and owns.
#include <algorithm>
#include <memory>

#include "tests/nn/modules.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

// A module that tells when it is made and when it ends.
struct Telling : nn::Module {
  Telling(std::vector<std::string>& told_, const std::string& name_, bool throws = false) : told(told_), name(name_) {
    const Variable& w = register_parameter("w", Tensor{1});
    told.push_back("+" + name + (w.defined() ? "" : "?"));
    if (throws) fail("no ", name);
  }
  ~Telling() override { told.push_back("-" + name); }
  std::vector<std::string>& told;
  std::string name;
};

// Two parts of its own, a third that may fail to be made, and a member that ends before them.
struct Whole : nn::Module {
  Telling &a, &b, &c, member;
  Whole(std::vector<std::string>& told, bool throws)
      : a(make_module<Telling>("a", told, "a")),
        b(make_module<Telling>("b", told, "b")),
        c(make_module<Telling>("c", told, "c", throws)),
        member(told, "member") {}
};

// The same network by make_module and by hand.
struct Made : nn::Module {
  const Variable& scale = register_parameter("scale", Tensor{2});
  nn::Linear& hidden = make_module<nn::Linear>("hidden", 1, 8);
  const nn::Linear& out = make_module<nn::Linear>("out", 8, 1, false);
  Variable operator()(const Variable& x) const { return out(tanh(hidden(x))) * scale; }
};
struct ByHand : nn::Module {
  const Variable& scale = register_parameter("scale", Tensor{2});
  nn::Linear hidden{1, 8}, out{8, 1, false};
  ByHand() {
    register_module("hidden", hidden);
    register_module("out", out);
  }
  Variable operator()(const Variable& x) const { return out(tanh(hidden(x))) * scale; }
};

}  // namespace

namespace tg {  // so that the suite's namespace nn is the library's
BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(made_modules_are_registered) {
  manual_seed(1);
  const Made made;
  manual_seed(1);
  const ByHand by_hand;
  const std::vector<std::string> expected{"scale", "hidden.weight", "hidden.bias", "out.weight"};
  BOOST_TEST(names(made) == expected, boost::test_tools::per_element());
  BOOST_TEST(names(by_hand) == expected, boost::test_tools::per_element());
  const auto a = made.parameters(), b = by_hand.parameters();
  for (std::size_t i = 0; i < a.size(); ++i) CHECK_SAME(a[i].value(), b[i].value());
  BOOST_TEST(made.hidden.weight.same_leaf(a[1]));

  // Both are trained alike, and each step moves every parameter.
  const Tensor x{{-1}, {0.5}, {2}}, y{{1}, {0}, {3}};
  SGD step_a(a, {.lr = 0.1}), step_b(b, {.lr = 0.1});
  for (int step = 0; step < 3; ++step) {
    std::vector<Tensor> before;
    for (const Variable& parameter : a) before.push_back(parameter.value());
    Tape tape;
    step_a.zero_grad();
    step_b.zero_grad();
    tape.backward(mse_loss(made(x), y) + mse_loss(by_hand(x), y));
    step_a.step();
    step_b.step();
    for (std::size_t i = 0; i < a.size(); ++i) {
      BOOST_TEST(!allclose(a[i], before[i]));
      CHECK_SAME(a[i].value(), b[i].value());
    }
  }

  // And what one has saved the other loads.
  const TemporaryFolder folder;
  made.save(folder / "made");
  ByHand loaded;
  loaded.load(folder / "made");
  CHECK_SAME(loaded(x).value(), made(x).value());
  Made back;
  by_hand.save(folder / "by_hand");
  back.load(folder / "by_hand");
  CHECK_SAME(back.hidden.weight.value(), by_hand.hidden.weight.value());
}

// The parts live until the members are gone, and end in the reverse order of their making.
BOOST_AUTO_TEST_CASE(made_modules_end_as_members_do) {
  std::vector<std::string> told;
  {
    Whole whole(told, false);
    BOOST_TEST(whole.parameters().size() == 3u);
    BOOST_TEST(whole.b.name == "b");
  }
  const std::vector<std::string> all{"+a", "+b", "+c", "+member", "-member", "-c", "-b", "-a"};
  BOOST_TEST(told == all, boost::test_tools::per_element());

  told.clear();
  CHECK_ERROR(Whole(told, true), "no c");  // c was never made; its parts, and those before it, end
  const std::vector<std::string> without_c{"+a", "+b", "+c", "-b", "-a"};
  BOOST_TEST(told == without_c, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wrong_makings) {
  std::vector<std::string> told;
  {
    Open net;
    net.register_parameter("w", Tensor{1});
    net.make_module<Telling>("m", told, "m");
    CHECK_ERROR(net.make_module<Telling>("w", told, "x"),
                "make_module: the name 'w' is taken by a parameter of this module");
    CHECK_ERROR(net.make_module<Telling>("m", told, "x"),
                "make_module: the name 'm' is taken by a module in this module");
    CHECK_ERROR(net.make_module<Telling>("", told, "x"),
                "make_module: the name is empty; give one, it stands in saved files");
    CHECK_ERROR_BEGINS(net.make_module<Telling>("a.b", told, "x"), "make_module: the name 'a.b' has ");
    CHECK_ERROR(net.make_module<Telling>("n", told, "n", true), "no n");
    CHECK_ERROR(net.make_module<Linear>("l", 0, 1), "nn::Linear: in is 0 and out is 1; both must be at least 1");
    const std::vector<std::string> unchanged = {"w", "m.w"};
    BOOST_TEST(names(net) == unchanged, boost::test_tools::per_element());
    net.make_module<Telling>("n", told, "n");  // the name is still free
    BOOST_TEST(net.parameters().size() == 3u);
    CHECK_ERROR(net.register_parameter("n", Tensor{1}),
                "register_parameter: the name 'n' is taken by a module in this module");
  }
  BOOST_TEST(std::count(told.begin(), told.end(), "+m") == 1);
  BOOST_TEST(std::count(told.begin(), told.end(), "-m") == 1);
  BOOST_TEST(std::count(told.begin(), told.end(), "+x") == std::count(told.begin(), told.end(), "-x"));
}

// Arguments reach the constructor as they are: by reference, moved, and none at all.
BOOST_AUTO_TEST_CASE(made_modules_get_their_arguments) {
  struct Taking : Module {
    Taking(const Variable& shared_, std::unique_ptr<int> moved_) : shared(shared_), moved(std::move(moved_)) {}
    const Variable& shared;
    std::unique_ptr<int> moved;
  };
  Open net;
  const Variable& w = net.register_parameter("w", Tensor{1});
  const Taking& taking = net.make_module<Taking>("taking", w, std::make_unique<int>(7));
  BOOST_TEST(&taking.shared == &w);
  BOOST_TEST(*taking.moved == 7);
  const Made& made = net.make_module<Made>("made");
  BOOST_TEST(net.named_parameters().back().first == "made.out.weight");
  BOOST_TEST(net.named_parameters().back().second.same_leaf(made.out.weight));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
