// The generator against the numbers that PyTorch draws for the same seeds.
#include "tests/reference_file.h"
#include "tests/support.h"

using namespace tests;

namespace {

// One step of the stream that tests/reference/random.txt records after each manual_seed.
template <class T>
BasicTensor<T> draw(const std::string& step) {
  if (step == "rand5") return rand<T>({5});
  if (step == "randn5") return randn<T>({5});
  if (step == "randn16") return randn<T>({16});
  if (step == "randn20") return randn<T>({20});
  if (step == "rand3") return rand<T>({3});
  if (step == "randn3") return randn<T>({3});
  if (step == "rand2") return rand<T>({2});
  BOOST_REQUIRE_EQUAL(step, "normal50");
  return normal<T>(0, 0.5, {50});
}

// Uniforms are exact to the printed digits: 9 for floats, 17 for doubles.
template <class T>
void check_step(const std::string& step, const std::vector<double>& expected) {
  const std::vector<T> drawn = draw<T>(step).to_vector();
  BOOST_REQUIRE_EQUAL(drawn.size(), expected.size());
  const bool exact = step.starts_with("rand") && !step.starts_with("randn");
  const double tolerance = std::is_same_v<T, double> ? 1e-15 : 1e-6;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const double got = static_cast<double>(drawn[i]);
    const bool right = exact ? drawn[i] == static_cast<T>(expected[i])
                             : std::abs(got - expected[i]) <= tolerance * std::max(1.0, std::abs(expected[i]));
    BOOST_CHECK_MESSAGE(right, step << "[" << i << "] is " << got << ", PyTorch draws " << expected[i]);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(random_draws_are_those_of_pytorch) {
  std::string stream;
  int steps = 0;
  for (const ReferenceLine& line : read_reference("tests/reference/random.txt")) {
    if (line.word != "draw") continue;
    const std::string type = line.tokens[0], seed = line.tokens[1], step = line.tokens[2];
    if (stream != type + " " + seed) {
      stream = type + " " + seed;
      manual_seed(std::stoull(seed));
    }
    BOOST_TEST_CONTEXT("seed " << seed << ", " << type) {
      const auto count = static_cast<std::size_t>(line.number(3));
      type == "float" ? check_step<float>(step, line.numbers(4, count))
                      : check_step<double>(step, line.numbers(4, count));
    }
    ++steps;
  }
  BOOST_TEST(steps >= 64);
}

BOOST_AUTO_TEST_CASE(manual_seed_starts_anew) {
  manual_seed(7);
  const Tensor a = randn({3});  // leaves a value of a pair behind, which the seed must drop
  manual_seed(7);
  CHECK_SAME(randn({3}), a);
  manual_seed(7 + (std::uint64_t{1} << 32));  // the low 32 bits count
  CHECK_SAME(randn({3}), a);
  manual_seed(8);
  BOOST_TEST(!allclose(randn({3}), a));
}

BOOST_AUTO_TEST_CASE(random_shapes_and_moments) {
  manual_seed(3);
  BOOST_TEST(rand({0, 4}).shape() == (Shape{0, 4}));
  BOOST_TEST(rand({}).dim() == 0);
  const Tensor u = rand({100, 1000});
  BOOST_TEST(min(u).item() >= 0);
  BOOST_TEST(max(u).item() < 1);
  BOOST_TEST(std::abs(mean(u).item() - 0.5) < 0.005);
  const Tensor64 z = normal<double>(3, 2, {100'000});
  BOOST_TEST(std::abs(mean(z).item() - 3) < 0.03);
  BOOST_TEST(std::abs(mean(square(z - 3)).item() - 4) < 0.1);
  CHECK_SAME(normal(2, 0, {20}), full({20}, 2));
}

BOOST_AUTO_TEST_SUITE_END()
