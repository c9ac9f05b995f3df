// Near-linear pooling where values are of very different sizes: the bounds measure each column by its usual size, so
// that a code for a missing value spoils no other, however many values are equal.
#include <random>

#include "tests/nn/attention/tree_routes.h"

using namespace tests;

namespace {

const auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
const auto laplace = [](auto q, auto k, auto w) { return -abs((q - k) * w); };

constexpr std::size_t count = TG_ADDRESS_SANITIZER ? 200 : 2000;

// Queries and keys from 0 to 10, and values of which `equal` in ten are 0 and the others up to `size`.
TreeData values_of_two_sizes(unsigned equal, float size) {
  std::mt19937 random(9);
  std::uniform_real_distribution<float> place(0, 10), unit(-1, 1);
  std::vector<float> q(count), k(count), v(count);
  for (float& at : q) at = place(random);
  for (float& at : k) at = place(random);
  for (float& value : v) value = random() % 10 < equal ? 0 : size * unit(random);
  const auto tensor = [](const std::vector<float>& x) { return Tensor::from_vector(x, {std::ssize(x)}); };
  return {tensor(q), tensor(k), tensor(v), 1, {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(nn)
BOOST_AUTO_TEST_SUITE(attention_outliers)

// Each value is right to its own last digits: also where the outlier weighs nothing, or 1e-15 and counts for 1e5.
BOOST_AUTO_TEST_CASE(an_outlier_among_the_values_spoils_no_other) {
  const auto check = [](const char* name, const auto& score, unsigned equal, float w) {
    TreeData data = values_of_two_sizes(equal, 1);
    data.v.writable()[77] = 1e20f;
    data.w = w;
    data.options.tolerance = 2.5e-8;
    const PlainPooling right = plain_pooling(score, data);
    double most = 0;
    for (const TreeResult& got :
         {pool_with_gradients(score, data, true), pool_with_gradients<double>(score, data, true)}) {
      for (std::size_t i = 0; i < count; ++i) {
        most = std::max(most, std::abs(got.y.data()[i] - right.y[i]) / (1 + std::abs(right.y[i])));
      }
    }
    BOOST_CHECK_MESSAGE(most <= 1e-6, name << ", " << equal << " in ten are equal, w " << w << ": err by " << most);
  };
  for (const unsigned equal : {0u, 6u, 9u}) {
    for (const float w : {1.0f, 10.0f}) {
      check("gaussian", gaussian, equal, w);
      check("laplace", laplace, equal, w);
    }
  }
}

BOOST_AUTO_TEST_CASE(many_equal_values_and_others_a_million_times_larger) {
  for (const float w : {0.3f, 3.0f, 30.0f}) {
    TreeData data = values_of_two_sizes(6, 1e6f);
    data.v = data.v + 1;
    data.w = w;
    data.options.tolerance = 2.5e-8;
    const PlainPooling right = plain_pooling(gaussian, data);
    for (const TreeResult& got :
         {pool_with_gradients(gaussian, data, true), pool_with_gradients<double>(gaussian, data, true)}) {
      const TreeErrors errors = errors_of(got, right);
      BOOST_CHECK_MESSAGE(errors.y <= 1e-7 && errors.slopes <= 1e-6,
                          "w " << w << ": the values err by " << errors.y << ", the slopes by " << errors.slopes);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
