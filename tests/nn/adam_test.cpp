// Adam: against PyTorch's, its options, and a schedule that serves it and SGD.
#include "tests/nn/optim_cases.h"

using namespace tests;

namespace {

template <class T> nn::AdamOptions options_of(const OptimCase<T>& c) {
  const auto& o = c.options;
  return {.lr = o[0], .betas = {o[1], o[2]}, .eps = o[3], .weight_decay = o[4]};
}

std::string error_of_options(const nn::AdamOptions& options) {
  return error_of([&] { nn::Adam({Variable(Tensor{1}, true)}, options); });
}

}  // namespace

namespace tg {  // so that the suite's namespace nn is the library's
BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(adam_is_pytorchs) {
  check_steps<float>("adam", 7, 2e-6, [](auto w, const auto& c) { return Adam(w, options_of(c)); });
  check_steps<double>("adam64", 7, 1e-14, [](auto w, const auto& c) { return Adam64(w, options_of(c)); });
}

BOOST_AUTO_TEST_CASE(adams_options_are_pytorchs) {
  const AdamOptions options;
  BOOST_TEST(options.lr == 0.001);
  BOOST_TEST(options.betas[0] == 0.9);
  BOOST_TEST(options.betas[1] == 0.999);
  BOOST_TEST(options.eps == 1e-8);
  BOOST_TEST(options.weight_decay == 0);
}

// Each parameter has moments and a count of steps of its own; one without a gradient keeps them meanwhile, and its
// value, even where weight decay alone would move it.
BOOST_AUTO_TEST_CASE(adams_parameters_do_not_mix) {
  const auto c = optim_cases<float>("adam").back();
  const Variable a(c.w[0], true), b(c.w[0] * 2, true), alone(c.w[0] * 2, true);
  Adam both({a, b}, options_of(c)), one({alone}, options_of(c));
  for (std::size_t step = 0; step < 4; ++step) {
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
    CHECK_CLOSE_TO(a.value(), c.w[step + 1], 2e-6);
  }
}

BOOST_AUTO_TEST_CASE(tensors_taken_before_adam_steps_do_not_change) {
  const Variable w(numbers<float>({1000}, 1), true);
  Adam trainer({w}, {.lr = 0.5, .weight_decay = 0.1});
  std::vector<Tensor> taken;
  std::vector<std::vector<float>> copies;
  for (int step = 0; step < 4; ++step) {
    Tape tape;
    tape.backward(sum(square(w)));
    for (const Tensor& x : {w.value(), w.grad()}) {
      taken.push_back(x);
      copies.push_back(x.to_vector());
    }
    trainer.step();
  }
  for (std::size_t i = 0; i < taken.size(); ++i) BOOST_TEST((taken[i].to_vector() == copies[i]));
}

BOOST_AUTO_TEST_CASE(wrong_options_of_adam) {
  const std::string lr_end = "; a learning rate must be finite and positive";
  BOOST_TEST(error_of_options({.lr = not_a_number}) == "nn::Adam: lr is nan" + lr_end);
  BOOST_TEST(error_of_options({.lr = infinity}) == "nn::Adam: lr is inf" + lr_end);
  BOOST_TEST(error_of_options({.lr = 0}) == "nn::Adam: lr is 0" + lr_end);
  BOOST_TEST(error_of_options({.lr = -0.5}) == "nn::Adam: lr is -0.5" + lr_end);
  const std::string beta_end = "; both must be at least 0 and below 1";
  BOOST_TEST(error_of_options({.betas = {1, 0.9}}) == "nn::Adam: a beta is 1" + beta_end);
  BOOST_TEST(error_of_options({.betas = {0.9, 1.5}}) == "nn::Adam: a beta is 1.5" + beta_end);
  BOOST_TEST(error_of_options({.betas = {-0.1, 0.9}}) == "nn::Adam: a beta is -0.1" + beta_end);
  BOOST_TEST(error_of_options({.betas = {0.9, not_a_number}}) == "nn::Adam: a beta is nan" + beta_end);
  const std::string end = "; it must be finite and not negative";
  BOOST_TEST(error_of_options({.eps = -1}) == "nn::Adam: eps is -1" + end);
  BOOST_TEST(error_of_options({.eps = not_a_number}) == "nn::Adam: eps is nan" + end);
  BOOST_TEST(error_of_options({.weight_decay = -1}) == "nn::Adam: weight_decay is -1" + end);
  BOOST_TEST(error_of_options({.weight_decay = infinity}) == "nn::Adam: weight_decay is inf" + end);
  BOOST_TEST(error_of_options({.betas = {0, 0}, .eps = 0}) == "(no Error was thrown)");
}

BOOST_AUTO_TEST_CASE(wrong_parameters_of_adam) {
  const Variable w(Tensor{1}, true);
  CHECK_ERROR_BEGINS(Adam({}, {}), "nn::Adam: there are no parameters to step. ");
  CHECK_ERROR_BEGINS(Adam64({}, {}), "nn::Adam: there are no parameters to step. ");
  CHECK_ERROR_BEGINS(Adam({Variable(Tensor{1})}, {}), "nn::Adam: parameter 0, of shape (1), is not a leaf; ");
  CHECK_ERROR(Adam({w, w}, {}), "nn::Adam: parameters 0 and 1 are the same leaf; name each once");
  CHECK_ERROR(Adam({Variable()}, {}), empty_text_of("nn::Adam"));
}

// A schedule knows no more than an Optimizer.
BOOST_AUTO_TEST_CASE(one_schedule_serves_all_optimizers) {
  const auto halve = [](Optimizer& trainer) { trainer.set_lr(trainer.lr() / 2); };
  const Variable a(Tensor{1}, true), b(Tensor{1}, true);
  SGD sgd({a}, {.lr = 0.5});
  Adam adam({b}, {.lr = 0.5, .eps = 0});
  for (Optimizer* trainer : {static_cast<Optimizer*>(&sgd), static_cast<Optimizer*>(&adam)}) {
    halve(*trainer);
    BOOST_TEST(trainer->lr() == 0.25);
    trainer->zero_grad();
    CHECK_ERROR_BEGINS(trainer->set_lr(0), trainer == &sgd ? "nn::SGD: lr is 0; " : "nn::Adam: lr is 0; ");
    BOOST_TEST(trainer->lr() == 0.25);
  }
  Tape tape;
  tape.backward(a + b);
  sgd.step();
  adam.step();  // its first step is lr, whatever the gradient
  BOOST_TEST(a.item() == 0.75);
  BOOST_TEST(std::abs(b.item() - 0.75f) < 1e-6f);
}

// A rate that a float rounds to 0 is one for doubles.
BOOST_AUTO_TEST_CASE(a_rate_is_of_the_parameters_scalar) {
  CHECK_ERROR_BEGINS(SGD({Variable(Tensor{1}, true)}, {.lr = 1e-60}), "nn::SGD: lr is 1e-60; ");
  BOOST_TEST(SGD64({Variable64(Tensor64{1}, true)}, {.lr = 1e-60}).lr() == 1e-60);
}

// Far from the lowest point of a narrow valley, Adam gets there.
BOOST_AUTO_TEST_CASE(adam_trains_a_network) {
  manual_seed(0);
  const Tensor x = reshape(linspace(-1, 1, 64), {64, 1}), y = square(x);
  Linear hidden(1, 16), out(16, 1);
  Sequential net(hidden, [](const Variable& v) { return tanh(v); }, out);
  Adam trainer(net.parameters(), {.lr = 0.02});
  float first = 0, last = 0;
  for (int epoch = 0; epoch < 500; ++epoch) {
    Tape tape;
    const Variable loss = mse_loss(net(x), y);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
    (epoch == 0 ? first : last) = loss.item();
  }
  BOOST_TEST(last < first / 100);
  BOOST_TEST(last < 2e-3);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
