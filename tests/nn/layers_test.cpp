// Layers: Linear against PyTorch, the layers that are ops, Sequential.
#include <map>
#include <set>

#include "nn/nn.h"
#include "tests/reference_file.h"
#include "tests/support.h"

using namespace tests;

namespace {

struct LinearCase {
  std::vector<double> head;  // seed, in, out, with bias
  std::map<std::string, Tensor> tensors;
};

std::vector<LinearCase> linear_cases() {
  std::vector<LinearCase> cases;
  bool open = false;
  for (const ReferenceLine& line : read_reference("tests/reference/nn.txt")) {
    if (line.word == "linear") {
      cases.push_back({line.numbers(), {}});
      open = true;
    } else if (line.word == "end") {
      open = false;
    } else if (open) {
      cases.back().tensors[line.word] = cast<float>(line.tensor());
    }
  }
  return cases;
}

// A layer and a function give the same values and the same gradients.
template <class Layer, class F>
void check_same_as(Layer& layer, const F& f, const std::vector<Tensor>& inputs) {
  std::vector<Variable> a, b;
  for (const Tensor& x : inputs) {
    a.emplace_back(x, true);
    b.emplace_back(x, true);
  }
  Tape tape;
  const Variable y = [&] {
    if constexpr (std::is_invocable_v<Layer&, Variable, Variable>)
      return layer(a[0], a[1]);
    else
      return layer(a[0]);
  }();
  const Variable z = f(b);
  CHECK_SAME(y.value(), z.value());
  const Tensor seed = numbers<float>(z.shape(), 9);
  const auto dy = tape.gradient(y, seed, a), dz = tape.gradient(z, seed, b);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CHECK_SAME(dy[i].value(), dz[i].value());
    BOOST_TEST(max(abs(dy[i].value())).item() > 0);
  }
  BOOST_TEST(layer.parameters().empty());
}

}  // namespace

namespace tg {  // so that the suite's namespace nn is the library's
BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(linear_is_pytorchs) {
  const std::vector<LinearCase> cases = linear_cases();
  BOOST_TEST(cases.size() == 6);
  std::set<int> ranks;
  for (const LinearCase& c : cases) {
    BOOST_TEST_CONTEXT("seed " << c.head[0]) {
      const bool with_bias = c.head[3] != 0;
      manual_seed(static_cast<std::uint64_t>(c.head[0]));
      nn::Linear layer(static_cast<std::int64_t>(c.head[1]), static_cast<std::int64_t>(c.head[2]), with_bias);
      CHECK_CLOSE_TO(layer.weight.value(), c.tensors.at("weight"), 1e-7);
      BOOST_TEST(layer.bias.defined() == with_bias);
      if (with_bias) CHECK_CLOSE_TO(layer.bias.value(), c.tensors.at("bias"), 1e-7);

      layer.weight.set_value(c.tensors.at("weight"));
      if (with_bias) layer.bias.set_value(c.tensors.at("bias"));
      const Variable x(c.tensors.at("x"), true);
      ranks.insert(x.dim());
      Tape tape;
      const Variable y = layer(x);
      CHECK_CLOSE_TO(y.value(), c.tensors.at("y"), 1e-6);
      tape.backward(y, c.tensors.at("seed"));
      CHECK_CLOSE_TO(x.grad(), c.tensors.at("dx"), 1e-6);
      CHECK_CLOSE_TO(layer.weight.grad(), c.tensors.at("dweight"), 2e-6);
      if (with_bias) CHECK_CLOSE_TO(layer.bias.grad(), c.tensors.at("dbias"), 1e-6);
    }
  }
  const std::set<int> all = {1, 2, 3};
  BOOST_TEST(ranks == all, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(linear_names_and_shapes) {
  const nn::Linear layer(3, 2), without(3, 2, false);
  const auto named = layer.named_parameters();
  BOOST_TEST_REQUIRE(named.size() == 2u);
  BOOST_TEST(named[0].first == "weight");
  BOOST_TEST(named[1].first == "bias");
  BOOST_TEST(named[0].second.shape() == (Shape{2, 3}));
  BOOST_TEST(named[1].second.shape() == (Shape{2}));
  BOOST_TEST(without.parameters().size() == 1u);
  BOOST_TEST(layer(zeros({0, 3})).shape() == (Shape{0, 2}));
  BOOST_TEST(layer(zeros({4, 0, 3})).shape() == (Shape{4, 0, 2}));
  BOOST_TEST(layer(ones({3})).shape() == (Shape{2}));

  nn::Linear shared(3, 2);  // its members are the registered leaves, not copies
  shared.parameters()[0].set_value(zeros({2, 3}));
  CHECK_SAME(shared.weight.value(), zeros({2, 3}));
}

BOOST_AUTO_TEST_CASE(linear_called_wrongly) {
  const nn::Linear layer(3, 2);
  CHECK_ERROR(layer(ones({4})), "nn::Linear: x has shape (4), the layer takes (..., 3); x's last size must be 3");
  CHECK_ERROR(layer(ones({3, 2})), "nn::Linear: x has shape (3, 2), the layer takes (..., 3); x's last size must be 3");
  CHECK_ERROR(layer(Tensor::from_number(1)),
              "nn::Linear: x has shape (), the layer takes (..., 3); x's last size must be 3");
  CHECK_ERROR(layer(Variable()), "nn::Linear: " + empty_variable_text);
  CHECK_ERROR(nn::Linear(0, 2), "nn::Linear: in is 0 and out is 2; both must be at least 1");
  const std::int64_t much = std::int64_t{1} << 40;
  CHECK_ERROR(nn::Linear(much, much),
              "nn::Linear: a tensor of shape (1099511627776, 1099511627776) has too many elements to fit in memory");
  CHECK_ERROR(nn::Linear(much, 1 << 10),
              "nn::Linear: a tensor of shape (1024, 1099511627776) has too many elements to fit in memory");
  CHECK_ERROR(nn::Linear(3, -1), "nn::Linear: in is 3 and out is -1; both must be at least 1");
}

BOOST_AUTO_TEST_CASE(layers_that_are_ops) {
  const Tensor x = numbers<float>({3, 4});
  for (int dim : {0, 1, -1}) {
    nn::Softmax layer(dim);
    check_same_as(layer, [dim](const auto& v) { return softmax(v[0], dim); }, {x});
  }
  nn::Bmm product;
  check_same_as(product, [](const auto& v) { return bmm(v[0], v[1]); },
                {numbers<float>({2, 3, 4}, 1), numbers<float>({2, 4, 5}, 2)});
  nn::Repeat tile({2, 3});
  check_same_as(tile, [](const auto& v) { return repeat(v[0], {2, 3}); }, {x});
  nn::MaskedSelect select(x > 0.5);
  check_same_as(select, [&x](const auto& v) { return masked_select(v[0], x > 0.5); }, {x});
}

BOOST_AUTO_TEST_CASE(layers_that_are_ops_called_wrongly) {
  const Tensor x = ones({3, 4});
  CHECK_ERROR(nn::Softmax(2)(x), error_of([&] { softmax(x, 2); }));
  CHECK_ERROR(nn::Bmm()(x, x), error_of([&] { bmm(x, x); }));
  CHECK_ERROR(nn::Repeat({2})(x), error_of([&] { repeat(x, {2}); }));
  CHECK_ERROR(nn::MaskedSelect(ones({5}) > 0)(x), error_of([&] { masked_select(x, ones({5}) > 0); }));
  CHECK_ERROR(nn::MaskedSelect(Mask()), "nn::MaskedSelect: " + std::string(empty_tensor_text));
}

BOOST_AUTO_TEST_CASE(sequential_runs_its_steps_in_order) {
  nn::Linear hidden(2, 3), out(3, 1);
  nn::Softmax weights(-1);
  int calls = 0;
  nn::Sequential net(
      hidden,
      [&calls](const Variable& x) {
        ++calls;
        return tanh(x);
      },
      weights, out);
  const Variable x(numbers<float>({5, 2}), true);
  CHECK_SAME(net(x).value(), out(softmax(tanh(hidden(x)), -1)).value());
  BOOST_TEST(calls == 1);

  const std::vector<std::string> expected = {"0.weight", "0.bias", "3.weight", "3.bias"};
  std::vector<std::string> names;
  for (const auto& [name, parameter] : net.named_parameters()) names.push_back(name);
  BOOST_TEST(names == expected, boost::test_tools::per_element());

  // Modules are held by reference: a change outside shows inside, and gradients arrive outside.
  out.weight.set_value(zeros({1, 3}));
  CHECK_SAME(net(x).value(), expand(out.bias.value(), {5, 1}));
  Tape tape;
  tape.backward(sum(net(x)));
  CHECK_SAME(out.bias.grad(), (Tensor{5}));
  BOOST_TEST(hidden.weight.has_grad());
  net.zero_grad();
  BOOST_TEST(!out.bias.has_grad());
}

BOOST_AUTO_TEST_CASE(sequentials_nest) {
  nn::Linear a(1, 2), b(2, 1);
  nn::Sequential inner(a, [](const Variable& x) { return relu(x); });
  nn::Sequential outer([](const Variable& x) { return x * 2; }, inner, b);
  CHECK_SAME(outer(Tensor{{3}}).value(), b(relu(a(Tensor{{6}}))).value());
  std::vector<std::string> names;
  for (const auto& [name, parameter] : outer.named_parameters()) names.push_back(name);
  const std::vector<std::string> expected = {"1.0.weight", "1.0.bias", "2.weight", "2.bias"};
  BOOST_TEST(names == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sequential_takes_named_functions) {
  Variable (*function)(const Variable&) = [](const Variable& x) { return x + 1; };
  nn::Sequential net(function, function);
  CHECK_SAME(net(Tensor{1, 2}).value(), (Tensor{3, 4}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
