// SGD: against PyTorch's, its options, and training with it.
#include "tests/nn/optim_cases.h"

using namespace tests;

namespace {

template <class T> nn::SGDOptions options_of(const OptimCase<T>& c) {
  return {.lr = c.options[0], .momentum = c.options[1], .weight_decay = c.options[2], .nesterov = c.options[3] != 0};
}

std::string error_of_options(const nn::SGDOptions& options) {
  return error_of([&] { nn::SGD({Variable(Tensor{1}, true)}, options); });
}

}  // namespace

namespace tg {  // so that the suite's namespace nn is the library's
BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(sgd_is_pytorchs) {
  check_steps<float>("sgd", 6, 1e-6, [](auto w, const auto& c) { return SGD(w, options_of(c)); });
  check_steps<double>("sgd64", 6, 1e-15, [](auto w, const auto& c) { return SGD64(w, options_of(c)); });
}

// Two parameters are stepped each by its own velocity, as if alone; one that gets no gradient in some steps keeps its
// value and its velocity meanwhile, as in PyTorch.
BOOST_AUTO_TEST_CASE(parameters_do_not_mix) {
  const auto c = optim_cases<float>("sgd").back();
  Variable a(c.w[0], true), b(c.w[0] * 2, true), alone(c.w[0] * 2, true);
  nn::SGD both({a, b}, options_of(c)), one({alone}, options_of(c));
  for (int step = 0; step < 4; ++step) {
    both.zero_grad();
    one.zero_grad();
    sweep(c, a);
    const bool skipped = step == 1 || step == 2;
    const Tensor before = b.value();
    if (!skipped) {
      sweep(c, b);
      sweep(c, alone);
      one.step();
    }
    both.step();
    CHECK_SAME(b.value(), alone.value());
    if (skipped) CHECK_SAME(b.value(), before);
    CHECK_CLOSE_TO(a.value(), c.w[static_cast<std::size_t>(step) + 1], 1e-6);
  }
}

// A leaf without a gradient is skipped even where weight decay alone would move it.
BOOST_AUTO_TEST_CASE(a_parameter_without_a_gradient_is_skipped) {
  Variable used(Tensor{1}, true), unused(Tensor{1}, true);
  nn::SGD trainer({used, unused}, {.lr = 0.5, .momentum = 0.9, .weight_decay = 0.1});
  for (int step = 0; step < 3; ++step) {
    trainer.zero_grad();
    Tape tape;
    tape.backward(square(used));
    trainer.step();
    BOOST_TEST(unused.item() == 1);
    BOOST_TEST(!unused.has_grad());
  }
  BOOST_TEST(used.item() != 1);
}

// Gradients add up until zero_grad; a zero gradient is a gradient.
BOOST_AUTO_TEST_CASE(gradients_are_not_zeroed) {
  Variable w(Tensor{1}, true);
  nn::SGD trainer({w}, {.lr = 0.25});
  const auto sweep_once = [&w] {
    Tape tape;
    tape.backward(w * 1);
  };
  sweep_once();
  trainer.step();
  BOOST_TEST(w.item() == 0.75);
  sweep_once();
  trainer.step();  // twice the gradient now
  BOOST_TEST(w.item() == 0.25);
  trainer.step();
  BOOST_TEST(w.item() == -0.25);
  trainer.zero_grad();
  trainer.step();
  BOOST_TEST(w.item() == -0.25);
}

BOOST_AUTO_TEST_CASE(a_tensor_taken_before_does_not_change) {
  for (const nn::SGDOptions& options :
       {nn::SGDOptions{.lr = 0.5}, nn::SGDOptions{.lr = 0.5, .momentum = 0.9, .weight_decay = 0.1, .nesterov = true}}) {
    Variable w(numbers<float>({1000}, 1), true);
    nn::SGD trainer({w}, options);
    std::vector<Tensor> values, gradients;
    std::vector<std::vector<float>> value_copies, gradient_copies;
    for (int step = 0; step < 4; ++step) {
      Tape tape;
      tape.backward(sum(square(w)));
      values.push_back(w.value());
      gradients.push_back(w.grad());
      value_copies.push_back(w.value().to_vector());
      gradient_copies.push_back(w.grad().to_vector());
      trainer.step();  // inside the tape, too
      if (step == 2) trainer.zero_grad();
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      BOOST_TEST((values[i].to_vector() == value_copies[i]));
      BOOST_TEST((gradients[i].to_vector() == gradient_copies[i]));
    }
  }
}

BOOST_AUTO_TEST_CASE(wrong_options) {
  const std::string lr_end = "; a learning rate must be finite and positive";
  BOOST_TEST(error_of_options({.lr = not_a_number}) == "nn::SGD: lr is nan" + lr_end);
  BOOST_TEST(error_of_options({.lr = infinity}) == "nn::SGD: lr is inf" + lr_end);
  BOOST_TEST(error_of_options({.lr = -infinity}) == "nn::SGD: lr is -inf" + lr_end);
  BOOST_TEST(error_of_options({.lr = 0}) == "nn::SGD: lr is 0" + lr_end);
  BOOST_TEST(error_of_options({.lr = -0.5}) == "nn::SGD: lr is -0.5" + lr_end);
  const std::string end = "; it must be finite and not negative";
  BOOST_TEST(error_of_options({.momentum = -0.1}) == "nn::SGD: momentum is -0.1" + end);
  BOOST_TEST(error_of_options({.momentum = not_a_number}) == "nn::SGD: momentum is nan" + end);
  BOOST_TEST(error_of_options({.momentum = infinity}) == "nn::SGD: momentum is inf" + end);
  BOOST_TEST(error_of_options({.weight_decay = -1}) == "nn::SGD: weight_decay is -1" + end);
  BOOST_TEST(error_of_options({.weight_decay = not_a_number}) == "nn::SGD: weight_decay is nan" + end);
  BOOST_TEST(error_of_options({.nesterov = true}) == "nn::SGD: nesterov needs a momentum; give one above 0");
  BOOST_TEST(error_of_options({}) == "(no Error was thrown)");
}

BOOST_AUTO_TEST_CASE(wrong_parameters) {
  CHECK_ERROR(
      nn::SGD({Variable(Tensor{1})}, {.lr = 1}),
      "nn::SGD: parameter 0, of shape (1), is not a leaf; make it Variable(value, true) or register it with a module");
  const Variable w(Tensor{1}, true);
  CHECK_ERROR(nn::SGD({w, w}, {.lr = 1}), "nn::SGD: parameters 0 and 1 are the same leaf; name each once");
  CHECK_ERROR(nn::SGD({Variable()}, {.lr = 1}), empty_text_of("nn::SGD"));
  const std::string none =
      "nn::SGD: there are no parameters to step. A module lists those that register_parameter gave it, and those of "
      "the "
      "modules that make_module or register_module made its parts; is one of them not registered?";
  struct Forgets : nn::Module {
    nn::Linear hidden{1, 8};
  };
  CHECK_ERROR(nn::SGD({}, {.lr = 1}), none);
  CHECK_ERROR(nn::SGD(Forgets().parameters(), {.lr = 1}), none);
  CHECK_ERROR(nn::SGD(nn::AveragePooling().parameters(), {.lr = 1}), none);
}

BOOST_AUTO_TEST_CASE(the_learning_rate_may_change) {
  Variable w(Tensor{1}, true);
  nn::SGD trainer({w}, {.lr = 0.5});
  BOOST_TEST(trainer.lr() == 0.5);
  trainer.set_lr(0.25);
  BOOST_TEST(trainer.lr() == 0.25);
  Tape tape;
  tape.backward(w * 1);
  trainer.step();
  BOOST_TEST(w.item() == 0.75);
  for (const double lr : {0.0, -1.0, not_a_number, infinity}) {
    CHECK_ERROR_BEGINS(trainer.set_lr(lr), "nn::SGD: lr is ");
    BOOST_TEST(trainer.lr() == 0.25);
  }
}

// Training through layers: y = 3x - 2 is found.
BOOST_AUTO_TEST_CASE(a_regression_is_learned) {
  manual_seed(0);
  const Tensor x = rand({100, 1}) * 2 - 1, y = 3 * x - 2 + normal(0, 0.01, {100, 1});
  nn::Linear line(1, 1);
  nn::SGD trainer(line.parameters(), {.lr = 0.1, .momentum = 0.5});
  std::vector<float> losses;
  for (int epoch = 0; epoch < 200; ++epoch) {
    Tape tape;
    const Variable loss = nn::mse_loss(line(x), y);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
    losses.push_back(loss.item());
  }
  BOOST_TEST(losses[10] < losses[0]);
  BOOST_TEST(losses[199] < 2e-4);
  BOOST_TEST(std::abs(line.weight.item() - 3) < 0.01);
  BOOST_TEST(std::abs(line.bias.item() + 2) < 0.01);
}

// And y = x^2, by a network of two layers in a Sequential, which a line cannot fit.
BOOST_AUTO_TEST_CASE(a_network_is_trained) {
  manual_seed(0);
  const Tensor x = reshape(linspace(-1, 1, 64), {64, 1}), y = square(x);
  nn::Linear hidden(1, 16), out(16, 1);
  nn::Sequential net(hidden, [](const Variable& v) { return tanh(v); }, out);
  nn::SGD trainer(net.parameters(), {.lr = 0.1, .momentum = 0.9});
  float first = 0, last = 0;
  for (int epoch = 0; epoch < 500; ++epoch) {
    Tape tape;
    const Variable loss = nn::mse_loss(net(x), y);
    net.zero_grad();
    tape.backward(loss);
    trainer.step();
    (epoch == 0 ? first : last) = loss.item();
  }
  BOOST_TEST(last < first / 100);
  BOOST_TEST(last < 2e-3);
}

// A model's mathematics as a function template over the scalar: floats in the module, doubles in gradcheck.
template <class T>
BasicVariable<T> pooling(const BasicVariable<T>& w, const BasicTensor<T>& queries, const BasicTensor<T>& keys,
                         const BasicTensor<T>& values) {
  const BasicTensor<T> distance = unsqueeze(queries, 1) - unsqueeze(keys, 0);
  return matmul(softmax(-square(distance * w) / 2, 1), values);
}

struct Pooling : nn::Module {
  const Variable& w = register_parameter("w", Tensor{0.7f});
  Variable operator()(const Tensor& queries, const Tensor& keys, const Tensor& values) {
    return pooling(w, queries, keys, values);
  }
};

BOOST_AUTO_TEST_CASE(a_model_is_checked_in_double) {
  const Tensor queries = numbers<float>({3}, 1), keys = numbers<float>({4}, 2), values = numbers<float>({4}, 3);
  const auto in_double = [&](const std::vector<Variable64>& w) {
    return pooling(w[0], cast<double>(queries), cast<double>(keys), cast<double>(values));
  };
  Pooling model;
  const Variable64 w(cast<double>(model.w.value()), true);
  BOOST_TEST(gradcheck(in_double, {w}));
  BOOST_TEST(gradgradcheck(in_double, {w}));

  Tape tape;
  const Variable y = model(queries, keys, values);
  Tape64 tape64;
  const Variable64 y64 = in_double({w});
  CHECK_CLOSE_TO(cast<double>(y.value()), y64.value(), 1e-6);
  tape.backward(sum(y));
  tape64.backward(sum(y64));
  CHECK_CLOSE_TO(cast<double>(model.w.grad()), w.grad(), 1e-6);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
