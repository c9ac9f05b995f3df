// Modules, layers and models of doubles: against PyTorch, and against those of floats.
#include <map>

#include "tests/nn/modules.h"
#include "tests/reference_file.h"

using namespace tests;

namespace {

struct Case {
  std::vector<double> head;
  std::map<std::string, Tensor64> tensors;
  const Tensor64& operator[](const std::string& name) const { return tensors.at(name); }
};

std::vector<Case> cases_of(const std::string& word) {
  std::vector<Case> cases;
  bool open = false;
  for (const ReferenceLine& line : read_reference("tests/reference/nn.txt")) {
    if (line.word == word) {
      cases.push_back({line.numbers(), {}});
      open = true;
    } else if (line.word == "end") {
      open = false;
    } else if (open) {
      cases.back().tensors[line.word] = line.tensor();
    }
  }
  return cases;
}

// A module of every kind of part.
struct Net64 : nn::Module64 {
  const Variable64& scale = register_parameter("scale", Tensor64{1 / 3.});
  nn::Linear64& hidden = make_module<nn::Linear64>("hidden", 1, 4);
  nn::Linear64& out = make_module<nn::Linear64>("out", 4, 1, false);
  Variable64 operator()(const Variable64& x) const { return out(tanh(hidden(x))) * scale; }
};

}  // namespace

namespace tg {  // so that the suite's namespace nn is the library's
BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(linear64_is_pytorchs) {
  const std::vector<Case> cases = cases_of("linear64");
  BOOST_TEST(cases.size() == 6);
  for (const Case& c : cases) {
    BOOST_TEST_CONTEXT("seed " << c.head[0]) {
      const bool with_bias = c.head[3] != 0;
      manual_seed(static_cast<std::uint64_t>(c.head[0]));
      const Linear64 layer(static_cast<std::int64_t>(c.head[1]), static_cast<std::int64_t>(c.head[2]), with_bias);
      CHECK_CLOSE_TO(layer.weight.value(), c["weight"], 1e-15);
      if (with_bias) CHECK_CLOSE_TO(layer.bias.value(), c["bias"], 1e-15);
      const Variable64 x(c["x"], true);
      Tape64 tape;
      const Variable64 y = layer(x);
      CHECK_CLOSE_TO(y.value(), c["y"], 1e-14);
      tape.backward(y, c["seed"]);
      CHECK_CLOSE_TO(x.grad(), c["dx"], 1e-14);
      CHECK_CLOSE_TO(layer.weight.grad(), c["dweight"], 1e-14);
      if (with_bias) CHECK_CLOSE_TO(layer.bias.grad(), c["dbias"], 1e-14);
    }
  }
}

BOOST_AUTO_TEST_CASE(gaussian_pooling64_is_pytorchs) {
  const std::vector<Case> cases = cases_of("pooling64");
  BOOST_TEST(cases.size() == 5);
  for (const Case& c : cases) {
    const PoolingOptions options{.exclude_self = c.head[0] != 0};
    const GaussianPooling64 net(c["w"]);
    const Variable64 queries(c["queries"], true), keys(c["keys"], true), values(c["values"], true);
    {
      Tape64 tape;
      const Variable64 y = net(queries, keys, values, options);
      CHECK_CLOSE_TO(y.value(), c["y"], 1e-13);
      tape.backward(y, c["seed"]);
    }
    CHECK_CLOSE_TO(net.w.grad(), c["dw"], 1e-12);
    CHECK_CLOSE_TO(queries.grad(), c["dqueries"], 1e-12);
    CHECK_CLOSE_TO(keys.grad(), c["dkeys"], 1e-12);
    CHECK_CLOSE_TO(values.grad(), c["dvalues"], 1e-12);

    CHECK_CLOSE_TO(NadarayaWatson64(c["w"])(queries, keys, values, options).value(), c["y"], 1e-13);
    const Tensor64 weights = net.attention_weights(queries, keys, options).value();
    CHECK_CLOSE_TO(sum(weights, 1), ones<double>({weights.size(0)}), 1e-14);
    const bool matrix = c["values"].dim() == 2;
    const Tensor64 v = matrix ? c["values"] : unsqueeze(c["values"], 1);
    CHECK_CLOSE_TO(matmul(weights, v), matrix ? c["y"] : unsqueeze(c["y"], 1), 1e-13);
  }
}

// The chapter's data in doubles: the user's Tensor64s go in as they are.
BOOST_AUTO_TEST_CASE(models_take_doubles) {
  manual_seed(1);
  const Tensor64 x = rand<double>({20}), y = sin(x), queries = linspace<double>(0, 1, 7);
  const AveragePooling64 average;
  CHECK_CLOSE_TO(average(queries, x, y).value(), expand(mean(y), {7}), 1e-15);
  const Tensor64 others = (sum(y) - y) / 19;
  CHECK_CLOSE_TO(average(x, x, y, {.exclude_self = true}).value(), others, 1e-15);
  CHECK_CLOSE_TO(average.attention_weights(queries, x).value(), full<double>({7, 20}, 0.05), 1e-15);
  const NadarayaWatson64 fixed;
  BOOST_TEST(fixed.w.item() == 1);
  BOOST_TEST(NadarayaWatson64(0.1).w.item() == 0.1);  // and not the float next to it
  CHECK_ERROR(NadarayaWatson64(Tensor64()), empty_text_of("nn::NadarayaWatson"));
  CHECK_CLOSE_TO(cast<double>(NadarayaWatson()(cast<float>(queries), cast<float>(x), cast<float>(y)).value()),
                 fixed(queries, x, y).value(), 1e-6);
  manual_seed(2);
  const GaussianPooling64 drawn;
  manual_seed(2);
  CHECK_SAME(drawn.w.value(), rand<double>({1}));
}

BOOST_AUTO_TEST_CASE(layers_of_doubles_are_ops) {
  const Variable64 x(numbers<double>({3, 4})), a(numbers<double>({2, 3, 4})), b(numbers<double>({2, 4, 5}));
  const Mask mask = x.value() > 0.5;
  CHECK_SAME(Softmax64(1)(x).value(), softmax(x, 1).value());
  CHECK_SAME(Bmm64()(a, b).value(), bmm(a, b).value());
  CHECK_SAME(Repeat64({2, 3})(x).value(), repeat(x, {2, 3}).value());
  CHECK_SAME(MaskedSelect64(mask)(x).value(), masked_select(x, mask).value());
}

BOOST_AUTO_TEST_CASE(sequentials_of_doubles) {
  Linear64 hidden(2, 3), out(3, 1);
  Softmax64 weights(-1);
  Sequential inner([](const Variable64& x) { return tanh(x); }, weights);
  Sequential net(hidden, inner, out);
  static_assert(std::is_base_of_v<Module64, decltype(net)>);
  const Variable64 x(numbers<double>({5, 2}));
  CHECK_SAME(net(x).value(), out(softmax(tanh(hidden(x)), -1)).value());
  BOOST_TEST(net.named_parameters().back().first == "2.bias");
  BOOST_TEST(net.parameters().size() == 4u);
}

BOOST_AUTO_TEST_CASE(modules_of_doubles_are_trained) {
  manual_seed(0);
  const Tensor64 x = reshape(linspace<double>(-1, 1, 20), {20, 1}), y = sin(x);
  Net64 net;
  const std::vector<std::string> expected{"scale", "hidden.weight", "hidden.bias", "out.weight"};
  std::vector<std::string> found;
  for (const auto& [name, parameter] : net.named_parameters()) found.push_back(name);
  BOOST_TEST(found == expected, boost::test_tools::per_element());
  Adam64 trainer(net.parameters(), {.lr = 0.05});
  double first = 0, last = 0;
  for (int epoch = 0; epoch < 500; ++epoch) {
    Tape64 tape;
    const Variable64 loss = mse_loss(net(x), y);
    net.zero_grad();
    tape.backward(loss);
    trainer.step();
    (epoch == 0 ? first : last) = loss.item();
  }
  BOOST_TEST(last < first / 1000);
}

BOOST_AUTO_TEST_CASE(errors_of_layers_of_doubles) {
  CHECK_ERROR(Linear64(3, 2)(ones<double>({4})),
              "nn::Linear: x has shape (4), the layer takes (..., 3); x's last size must be 3");
  CHECK_ERROR(Linear64(0, 2), "nn::Linear: in is 0 and out is 2; both must be at least 1");
  Open64 net;
  net.register_parameter("w", Tensor64{1});
  CHECK_ERROR(net.register_parameter("w", Tensor64{1}),
              "register_parameter: the name 'w' is taken by a parameter of this module");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
