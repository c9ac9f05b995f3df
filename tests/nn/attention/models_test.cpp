// The pooling models: what they compute, their weights, and training one as the chapter does.
#include "nn/nn.h"
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(nn)
BOOST_AUTO_TEST_SUITE(attention)

BOOST_AUTO_TEST_CASE(pooling_models_are_their_weights_times_the_values) {
  const tg::nn::AveragePooling average;
  const tg::nn::NadarayaWatson fixed(1.5), wide(Tensor{0.5f, 2});
  tg::nn::GaussianPooling learned(Tensor{0.7f}), by_feature(Tensor{0.5f, 2});
  auto check = [](auto& model, const Tensor& q, const Tensor& k) {
    for (const Tensor& v : {numbers<float>({k.size(0)}, 3), numbers<float>({k.size(0), 2}, 4)}) {
      CHECK_CLOSE_TO(model(q, k, v).value(), matmul(model.attention_weights(q, k).value(), v), 1e-6);
      const PoolingOptions others{.exclude_self = true};
      CHECK_CLOSE_TO(model(k, k, v, others).value(), matmul(model.attention_weights(k, k, others).value(), v), 1e-6);
    }
    BOOST_TEST((model.attention_weights(q, k).shape() == Shape{q.size(0), k.size(0)}));
  };
  const Tensor q = numbers<float>({4}, 1), k = numbers<float>({6}, 2);
  const Tensor q2 = numbers<float>({4, 2}, 1), k2 = numbers<float>({6, 2}, 2);
  check(average, q, k);
  check(average, q2, k2);
  check(fixed, q, k);
  check(wide, q2, k2);
  check(learned, q, k);
  check(by_feature, q2, k2);
  CHECK_CLOSE_TO(average(q, k, k).value(), expand(mean(k), {4}), 1e-6);
}

BOOST_AUTO_TEST_CASE(pooling_models_have_parameters) {
  tg::nn::GaussianPooling learned;
  BOOST_TEST(learned.parameters().size() == 1u);
  BOOST_TEST((learned.w.shape() == Shape{1}));
  BOOST_TEST((learned.w.item() >= 0 && learned.w.item() < 1));
  BOOST_TEST(tg::nn::NadarayaWatson().parameters().empty());
  BOOST_TEST(tg::nn::NadarayaWatson().w.item() == 1);
  BOOST_TEST(tg::nn::AveragePooling().parameters().empty());
}

// Untiled, with exclude_self in place of the chapter's n x (n - 1) keys, the losses are the chapter's. (With 50 points
// and seed 0, PyTorch's.)
BOOST_AUTO_TEST_CASE(pooling_model_trains_as_the_chapter_does) {
  manual_seed(0);
  const Tensor x = sort(rand({50}) * 5).values, y = 2 * sin(x) + pow(x, 0.8) + normal(0.0, 0.5, {50});
  tg::nn::GaussianPooling net;
  BOOST_TEST(std::abs(net.w.item() - 0.375558f) < 1e-6);
  tg::nn::SGD trainer(net.parameters(), {.lr = 0.5});
  for (double expected : {61.950218, 20.359215, 20.299786, 20.239584, 20.178442}) {
    Tape tape;
    Variable loss = sum(tg::nn::mse_loss(net(x, x, y, {.exclude_self = true}), y, tg::nn::Reduction::none));
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
    BOOST_TEST(std::abs(static_cast<double>(loss.item()) - expected) < 1e-4);
  }
}

// The chapter's points and one at 10,000, which has no weight for any of them: in float as by loops in double.
BOOST_AUTO_TEST_CASE(pooling_model_trains_beside_a_far_point) {
  manual_seed(0);
  Tensor x = sort(rand({50}) * 5).values, y = 2 * sin(x) + pow(x, 0.8) + normal(0.0, 0.5, {50});
  x = cat({x, Tensor{10'000}}, 0);
  y = cat({y, Tensor{5}}, 0);
  tg::nn::GaussianPooling net(Tensor{1});
  tg::nn::SGD trainer(net.parameters(), {.lr = 0.02});
  double w = 1;
  for (int epoch = 0; epoch < 60; ++epoch) {
    Tape tape;
    trainer.zero_grad();
    tape.backward(sum(square(net(x, x, y, {.exclude_self = true}) - y)));
    trainer.step();
    double slope = 0;
    for (int i = 0; i < 51; ++i) {
      double largest = -INFINITY, sum = 0, fit = 0;
      std::vector<double> p(51), distance(51);
      for (int j = 0; j < 51; ++j) {
        distance[j] = static_cast<double>(x(i)) - static_cast<double>(x(j));
        p[j] = i == j ? -INFINITY : -distance[j] * distance[j] * w * w / 2;
        largest = std::max(largest, p[j]);
      }
      for (double& weight : p) sum += weight = std::exp(weight - largest);
      for (int j = 0; j < 51; ++j) fit += (p[j] /= sum) * static_cast<double>(y(j));
      for (int j = 0; j < 51; ++j) {
        slope -= 2 * (fit - static_cast<double>(y(i))) * p[j] * (static_cast<double>(y(j)) - fit) * distance[j] *
                 distance[j] * w;
      }
    }
    w -= 0.02 * slope;
  }
  BOOST_TEST(std::abs(static_cast<double>(net.w.item()) - w) < 1e-4, net.w.item() << " and " << w);
}

// What all but one have in common does not cancel: the mean of the others is summed up of the others.
BOOST_AUTO_TEST_CASE(average_of_the_others) {
  const PoolingOptions others{.exclude_self = true};
  const tg::nn::AveragePooling average;
  const Tensor x{0, 1, 2, 3};
  BOOST_TEST(average(x, x, Tensor{1e8, 1, 2, 3}, others).value()(0) == 2);
  BOOST_TEST(average(x, x, Tensor{1, 2, 1e30f, 3}, others).value()(2) == 2);
  const Tensor infinite = average(x, x, Tensor{1, 2, inf, 3}, others).value();
  CHECK_CLOSE_TO(infinite, (Tensor{inf, inf, 2, inf}), 1e-6);
  CHECK_SAME(average(zeros({2}), zeros({2}), Tensor{3, 5}, others).value(), (Tensor{5, 3}));
  // Its gradient and the next, of one and of more columns, laid out in any way.
  for (const Shape& shape : {Shape{2}, Shape{5}, Shape{5, 3}}) {
    const Tensor points = zeros({shape[0]}), values = numbers<float>(shape, 1), g = numbers<float>(shape, 2);
    Variable v(values, true), c(g, true);
    Tape tape;
    const Variable y = average(points, points, v, others);
    CHECK_CLOSE_TO(y.value(), (sum(values, 0, true) - values) / static_cast<float>(shape[0] - 1), 1e-5);
    const Variable slope = tape.gradient(sum(y * c), {v}, {.create_graph = true})[0];
    CHECK_CLOSE_TO(slope.value(), (sum(g, 0, true) - g) / static_cast<float>(shape[0] - 1), 1e-5);
    CHECK_CLOSE_TO(tape.gradient(sum(slope * values), {c})[0].value(), y.value(), 1e-5);
    for (const auto& laid : layouts(values)) CHECK_SAME(average(points, points, laid.x, others).value(), y.value());
  }
}

BOOST_AUTO_TEST_CASE(pooling_model_errors) {
  const Tensor q = zeros({5}), k = zeros({7});
  tg::nn::GaussianPooling net(zeros({2}));
  CHECK_ERROR(net(q, k, k), "attention_pooling: parameter 0 has shape (2); it must be () or (1)");
  CHECK_ERROR(tg::nn::AveragePooling()(q, k, q),
              "attention_pooling: values have shape (5), keys have shape (7); values must be (7) or (7, v) with v at "
              "least 1, a row for each "
              "key");
  CHECK_ERROR(
      tg::nn::AveragePooling()(q, k, k, {.exclude_self = true}),
      "attention_pooling: exclude_self leaves out the key of a query's own index, but there are 5 queries and 7 "
      "keys; pass the same points as both, or drop exclude_self");
  CHECK_ERROR(tg::nn::NadarayaWatson(Tensor()), empty_text_of("nn::NadarayaWatson"));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
