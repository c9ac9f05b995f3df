// Module: registering and listing parameters.
#include "tests/nn/modules.h"

using namespace tests;

namespace {

struct Line : nn::Module {
  const Variable& slope = register_parameter("slope", Tensor{2, 3});
  const Variable& shift = register_parameter("shift", Tensor{-1});
  Variable operator()(const Variable& x) { return slope * x + shift; }
};

// Parameters before, between and after modules, and a module two levels down.
struct Nest : nn::Module {
  struct Inner : nn::Module {
    Line line;
    Inner() { register_module("line", line); }
  };
  Inner inner;
  Line last;
  const Variable &first, &middle;

  Nest()
      : first(register_parameter("first", Tensor{{1, 2}, {3, 4}})),
        middle((register_module("inner", inner), register_parameter("middle", Tensor{5}))) {
    register_module("last", last);
  }
};

template <class V>
constexpr bool assignable =
    std::is_assignable_v<V, Variable> || std::is_assignable_v<V, const Variable&> || std::is_assignable_v<V, Tensor>;

}  // namespace

namespace tg {  // so that the suite's namespace nn is the library's
BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(names_in_the_order_of_registration) {
  const std::vector<std::string> line = {"slope", "shift"};
  const std::vector<std::string> nest = {"first",  "inner.line.slope", "inner.line.shift",
                                         "middle", "last.slope",       "last.shift"};
  BOOST_TEST(names(Line()) == line, boost::test_tools::per_element());
  BOOST_TEST(names(Nest()) == nest, boost::test_tools::per_element());
  BOOST_TEST(names(Open()).empty());

  const Nest net;
  const auto named = net.named_parameters();
  const auto plain = net.parameters();
  BOOST_TEST_REQUIRE(named.size() == plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CHECK_SAME(named[i].second.value(), plain[i].value());
    BOOST_TEST(plain[i].requires_grad());
  }
  CHECK_SAME(plain[0].value(), (Tensor{{1, 2}, {3, 4}}));
  CHECK_SAME(plain[3].value(), (Tensor{5}));
}

// What is done to a listed parameter is done to the module's.
BOOST_AUTO_TEST_CASE(parameters_are_the_modules_own) {
  Nest net;
  std::vector<Variable> parameters = net.parameters();
  parameters[4].set_value(Tensor{7, 8});
  CHECK_SAME(net.last.slope.value(), (Tensor{7, 8}));
  net.last.slope.set_value(Tensor{9, 10});
  CHECK_SAME(parameters[4].value(), (Tensor{9, 10}));
  CHECK_SAME(net.parameters()[4].value(), (Tensor{9, 10}));

  Tape tape;
  tape.backward(sum(net.last(Tensor{1, 2})));
  CHECK_SAME(parameters[4].grad(), (Tensor{1, 2}));
  CHECK_SAME(net.last.shift.grad(), (Tensor{2}));
  BOOST_TEST(!net.first.has_grad());
}

BOOST_AUTO_TEST_CASE(zero_grad_drops_all_gradients) {
  Nest net;
  for (int i = 0; i < 2; ++i) {
    Tape tape;
    tape.backward(sum(net.first) * sum(net.last(Tensor{1, 2})) * sum(net.inner.line(Tensor{3, 4})) * sum(net.middle));
  }
  std::vector<Variable> parameters = net.parameters();
  std::vector<Tensor> before;
  for (const Variable& parameter : parameters) {
    BOOST_TEST(parameter.has_grad());
    before.push_back(parameter.grad());
  }
  const float kept = before[0](0, 0);
  net.zero_grad();
  for (const Variable& parameter : parameters) {
    BOOST_TEST(!parameter.has_grad());
    CHECK_SAME(parameter.grad(), zeros(parameter.shape()));
  }
  BOOST_TEST(before[0](0, 0) == kept);  // a Tensor taken from grad() never changes
  net.zero_grad();                      // without a gradient it does nothing
  Open().zero_grad();
}

// References stay valid however many parameters follow.
BOOST_AUTO_TEST_CASE(references_stay_valid) {
  Open net;
  const Variable& first = net.register_parameter("first", Tensor{1});
  std::vector<const Variable*> all;
  for (int i = 0; i < 1000; ++i)
    all.push_back(
        &net.register_parameter(std::string("p").append(std::to_string(i)), full({1}, static_cast<float>(i))));
  BOOST_TEST(first.item() == 1);
  for (int i = 0; i < 1000; ++i) BOOST_TEST(all[static_cast<std::size_t>(i)]->item() == i);
  net.parameters()[0].set_value(Tensor{5});
  BOOST_TEST(first.item() == 5);
}

// register_parameter shares the tensor's storage, and a step leaves that tensor alone.
BOOST_AUTO_TEST_CASE(the_registered_tensor_does_not_change) {
  const Tensor start{1, 2};
  Open net;
  const Variable& w = net.register_parameter("w", start);
  BOOST_TEST(w.value().shares_storage(start));
  Tape tape;
  tape.backward(sum(w));
  nn::SGD(net.parameters(), {.lr = 1}).step();
  CHECK_SAME(w.value(), (Tensor{0, 1}));
  CHECK_SAME(start, (Tensor{1, 2}));
}

// A parameter takes another number, and nothing is assigned to it.
BOOST_AUTO_TEST_CASE(parameters_cannot_be_assigned_over) {
  static_assert(assignable<Variable&>);
  static_assert(!assignable<decltype((std::declval<Line&>().slope))>);
  static_assert(!assignable<decltype((std::declval<Linear&>().weight))>);
  static_assert(!assignable<decltype((std::declval<Linear&>().bias))>);
  static_assert(!assignable<decltype((std::declval<GaussianPooling&>().w))>);
  static_assert(!assignable<decltype(std::declval<Open&>().register_parameter("", Tensor()))>);

  Line line;
  line.slope.set_value(Tensor{5, 6});
  CHECK_SAME(line.parameters()[0].value(), (Tensor{5, 6}));
  {
    Tape tape;
    tape.backward(sum(line.slope));
  }
  BOOST_TEST(line.parameters()[0].has_grad());
  line.slope.zero_grad();
  BOOST_TEST(!line.parameters()[0].has_grad());

  // The limit that module.h names: a copy by value is a Variable of its own.
  Open net;
  Variable copy = net.register_parameter("w", Tensor{1});
  copy = copy * 2;
  BOOST_TEST(net.parameters()[0].item() == 1);
}

BOOST_AUTO_TEST_CASE(modules_form_a_tree) {
  Open a, b;
  a.register_module("b", b);
  CHECK_ERROR(b.register_module("a", a),
              "register_module: 'a' is this module itself, or has it as a part; modules form a tree");
}

BOOST_AUTO_TEST_CASE(a_shared_module_is_stepped_once) {
  nn::Linear l(1, 1, false);
  nn::Sequential net(l, [](const Variable& x) { return x * 0 + 1; }, l);
  BOOST_TEST(net.named_parameters().size() == 2u);
  BOOST_TEST(net.parameters().size() == 1u);
}

BOOST_AUTO_TEST_CASE(wrong_registrations) {
  Open net, other;
  net.register_parameter("w", Tensor{1});
  net.register_module("m", other);
  CHECK_ERROR(net.register_parameter("w", Tensor{1}),
              "register_parameter: the name 'w' is taken by a parameter of this module");
  CHECK_ERROR(net.register_parameter("m", Tensor{1}),
              "register_parameter: the name 'm' is taken by a module in this module");
  CHECK_ERROR(net.register_module("w", other), "register_module: the name 'w' is taken by a parameter of this module");
  CHECK_ERROR(net.register_module("m", other), "register_module: the name 'm' is taken by a module in this module");
  CHECK_ERROR(net.register_parameter("", Tensor{1}),
              "register_parameter: the name is empty; give one, it stands in saved files");
  CHECK_ERROR(net.register_module("", other), "register_module: the name is empty; give one, it stands in saved files");
  for (const std::string name : {"a.b", ".", "a."}) {
    const std::string end = ": the name '" + name + "' has a dot; dots join the names of nested modules";
    CHECK_ERROR(net.register_parameter(name, Tensor{1}), "register_parameter" + end);
    CHECK_ERROR(net.register_module(name, other), "register_module" + end);
  }
  CHECK_ERROR(net.register_module("self", net),
              "register_module: 'self' is this module itself, or has it as a part; modules form a tree");
  CHECK_ERROR(net.register_parameter("empty", Tensor()), empty_text_of("register_parameter"));
  const std::vector<std::string> unchanged = {"w"};
  BOOST_TEST(names(net) == unchanged, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(neither_copied_nor_moved) {
  static_assert(!std::is_copy_constructible_v<Line> && !std::is_move_constructible_v<Line>);
  static_assert(!std::is_copy_assignable_v<Line> && !std::is_move_assignable_v<Line>);
  static_assert(!std::is_copy_constructible_v<nn::Linear> && !std::is_move_constructible_v<nn::Linear>);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
