// The chapter against PyTorch: what the program prints and leaves, and the same by library calls.
//
// tests/reference/chapter.py tells what tests/reference/chapter.txt holds. At an `exact` seed all of a run is compared,
// to 1e-5; at a `onestep` seed the data and one step.
#include <cmath>

#include "nn/nn.h"
#include "tests/examples/process.h"
#include "tests/reference_file.h"
#include "tests/support.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

constexpr double tolerance = 1e-5;  // relative
constexpr int n_test = 50;

struct Run {
  bool exact = false;
  std::string recipe;
  int seed = 0, n = 0;
  std::map<std::string, std::vector<double>> numbers;

  const std::vector<double>& operator[](const std::string& word) const { return numbers.at(word); }
  Tensor tensor(const std::string& word) const {
    const std::vector<double>& values = numbers.at(word);
    return cast<float>(Tensor64::from_vector(values, {static_cast<std::int64_t>(values.size())}));
  }
};

std::ostream& operator<<(std::ostream& out, const Run& run) {
  return out << run.recipe << ", seed " << run.seed << ", n " << run.n;
}

const std::vector<Run>& runs() {
  static const std::vector<Run> all = [] {
    std::vector<Run> found;
    for (const ReferenceLine& line : read_reference("tests/reference/chapter.txt")) {
      if (line.word == "run") {
        found.push_back({line.tokens.at(0) == "exact",
                         line.tokens.at(1),
                         std::stoi(line.tokens.at(2)),
                         std::stoi(line.tokens.at(3)),
                         {}});
      } else if (line.word != "end") {
        const bool counted =
            line.word == "x" || line.word == "y" || line.word == "nonparametric" || line.word == "parametric";
        found.back().numbers[line.word] = line.numbers(counted ? 1 : 0);
      }
    }
    return found;
  }();
  return all;
}

double largest(const std::vector<double>& values) {
  double most = 0;
  for (double value : values) most = std::max(most, std::abs(value));
  return most;
}

// Every number agrees to the tolerance, relative to itself or to `scale`; `slack` is what printing rounded away.
void check_near(const char* what, const std::vector<double>& got, const std::vector<double>& expected, double scale = 0,
                double slack = 0) {
  BOOST_TEST_REQUIRE(got.size() == expected.size(),
                     what << ": " << got.size() << " and not " << expected.size() << " numbers");
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double allowed = tolerance * (scale > 0 ? scale : std::abs(expected[i])) + slack;
    BOOST_TEST(std::abs(got[i] - expected[i]) <= allowed,
               what << '[' << i << "]: " << got[i] << " and not " << expected[i]);
  }
}

std::vector<double> doubles(const Tensor& x) {
  const std::vector<float> values = x.to_vector();
  return {values.begin(), values.end()};
}

// Half a unit of the sixth digit, to which numbers are printed.
double sixth_digit(double value) { return 0.5 * std::pow(10, std::floor(std::log10(std::abs(value))) - 5); }

// --- By library calls ---

Tensor truth(const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); }

struct Regression : nn::Module {
  const Variable& w;
  explicit Regression(const Tensor& start) : w(register_parameter("w", start)) {}
  Variable operator()(const Tensor& queries, const Tensor& keys, const Tensor& values) {
    const Tensor q = reshape(repeat_interleave(queries, keys.size(1)), {-1, keys.size(1)});
    const Variable weights = softmax(-square((q - keys) * w) / 2, 1);
    return reshape(bmm(unsqueeze(weights, 1), unsqueeze(values, -1)), {-1});
  }
};

Variable loss_of(const std::string& recipe, const Variable& y_hat, const Tensor& y) {
  if (recipe == "mxnet") return sum(nn::l2_loss(y_hat, y, nn::Reduction::none));
  if (recipe == "tensorflow") return nn::mse_loss(y_hat, y) * y.numel();
  return sum(nn::mse_loss(y_hat, y, nn::Reduction::none));
}

struct Data {
  Tensor x, y, w;
};

Data own_data(const Run& run) {
  manual_seed(static_cast<std::uint64_t>(run.seed));
  Data data;
  data.x = sort(rand({run.n}) * 5).values;
  data.y = truth(data.x) + normal(0.0, 0.5, {run.n});
  data.w = rand({1});
  if (run.recipe == "mxnet") data.w = data.w * 0.14 - 0.07;
  return data;
}

void check_training(const Run& run, const std::string& recipe, const Data& data) {
  const Mask others = eye(run.n) == 0;
  const auto without_itself = [&](const Tensor& t) {
    return reshape(masked_select(repeat(t, {run.n, 1}), others), {run.n, -1});
  };
  const Tensor keys = without_itself(data.x), values = without_itself(data.y);
  Regression net(data.w);
  nn::SGD trainer(net.parameters(), {.lr = 0.5});
  std::vector<double> w = {net.w.item()}, losses;
  for (std::size_t epoch = 0; epoch < run["loss"].size(); ++epoch) {
    Tape tape;
    const Variable loss = loss_of(recipe, net(data.x, keys, values), data.y);
    trainer.zero_grad();
    tape.backward(loss);
    trainer.step();
    losses.push_back(loss.item());
    w.push_back(net.w.item());
  }
  check_near("w", w, run["w"]);
  check_near("loss", losses, run["loss"]);
  if (!run.exact) return;

  const Tensor x_test = arange(0, 5, 0.1), y_truth = truth(x_test);
  const Tensor average = expand(mean(data.y), {n_test});
  const Tensor nonparametric = matmul(softmax(-square(unsqueeze(x_test, 1) - data.x) / 2, 1), data.y);
  const Tensor parametric = net(x_test, expand(data.x, {n_test, run.n}), expand(data.y, {n_test, run.n})).value();
  check_near("nonparametric", doubles(nonparametric), run["nonparametric"], largest(run["nonparametric"]));
  check_near("parametric", doubles(parametric), run["parametric"], largest(run["parametric"]));
  const auto mse = [&](const Tensor& y) { return static_cast<double>(mean(square(y - y_truth)).item()); };
  check_near("mse", {mse(average), mse(nonparametric), mse(parametric)}, run["mse"]);
}

// --- By the program ---

// A column of a block of one of the program's gnuplot scripts, which hold the figures' data.
std::vector<double> column(const TemporaryFolder& folder, const std::string& figure, const std::string& block,
                           std::size_t index) {
  std::vector<double> values;
  for (const auto& row : data_block(read_file(folder / (figure + ".gp")), block)) values.push_back(row.at(index));
  return values;
}

void check_predictions(const char* what, const std::vector<double>& got, const std::vector<double>& expected) {
  BOOST_TEST_REQUIRE(got.size() == expected.size());
  const double scale = largest(expected);
  check_near(what, got, expected, scale, 5e-7 * scale);
}

void check_program(const Run& run, const std::string& recipe) {
  const TemporaryFolder folder;
  const Finished program =
      run_chapter({"--seed", std::to_string(run.seed), "--n-train", std::to_string(run.n), "--recipe", recipe,
                   "--epochs", std::to_string(run["loss"].size()), "--out", folder.path().string()},
                  without_gnuplot);
  BOOST_TEST_REQUIRE(program.code == 0, program.err);
  const std::string& out = program.out;
  check_near("loss", numbers_after(out, ", loss "), run["loss"], 0, 5e-7);
  const double start = number_after(out, "w starts at "), w = number_after(out, "learned w = ");
  check_near("w", {start, w}, {run["w"].front(), run["w"].back()}, 0, sixth_digit(run["w"].back()));
  check_near("bandwidth", {number_after(out, "a bandwidth of 1/|w| = ")}, {1 / std::abs(run["w"].back())}, 0,
             sixth_digit(1 / run["w"].back()));

  const std::string figure = "01-average-pooling";
  const auto data_near = [&](const char* what, std::size_t index) {
    const std::vector<double> got = column(folder, figure, "$points", index), &expected = run[what];
    BOOST_TEST_REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      BOOST_TEST(std::abs(got[i] - expected[i]) <= 1e-6 + sixth_digit(expected[i]) / 10, what << '[' << i << ']');
  };
  data_near("x", 0);
  data_near("y", 1);
  if (!run.exact) return;

  check_predictions("nonparametric", column(folder, "02-nonparametric", "$curve2", 1), run["nonparametric"]);
  check_predictions("parametric", column(folder, "05-parametric", "$curve2", 1), run["parametric"]);
  const std::vector<double>& mse = run["mse"];
  check_near("mse",
             {number_after(out, "\naverage pooling "), number_after(out, "\nnonparametric pooling "),
              number_after(out, "\nparametric pooling ")},
             mse, 0, sixth_digit(*std::max_element(mse.begin(), mse.end())));
  check_near("x_test", column(folder, figure, "$curve1", 0), doubles(arange(0, 5, 0.1)), 5);
  check_near("truth", column(folder, figure, "$curve1", 1), doubles(truth(arange(0, 5, 0.1))), 5);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples)

BOOST_AUTO_TEST_CASE(reference_holds_what_it_should) {
  std::map<std::string, int> counts;
  for (const Run& run : runs())
    ++counts[(run.exact ? "exact " : "onestep ") + run.recipe + ' ' + std::to_string(run.n)];
  const std::map<std::string, int> expected = {
      {"exact pytorch 20", 6}, {"exact pytorch 50", 8}, {"exact pytorch 200", 6},  {"exact pytorch 1000", 4},
      {"exact mxnet 20", 1},   {"exact mxnet 50", 3},   {"onestep pytorch 20", 8}, {"onestep pytorch 50", 8},
      {"onestep mxnet 20", 1}, {"onestep mxnet 50", 1}};
  BOOST_TEST((counts == expected));
}

// x and the start of w to the last bit, y to 1e-6.
BOOST_AUTO_TEST_CASE(data_is_pytorchs) {
  for (const Run& run : runs()) {
    BOOST_TEST_CONTEXT(run) {
      const Data data = own_data(run);
      CHECK_SAME(data.x, run.tensor("x"));
      BOOST_TEST(max(abs(data.y - run.tensor("y"))).item() <= 1e-6);
      BOOST_TEST(std::abs(data.w.item() - run["w"][0]) <= (run.recipe == "mxnet" ? 1e-8 : 5e-9));
    }
  }
}

BOOST_AUTO_TEST_CASE(calls_agree_from_our_own_data) {
  for (const Run& run : runs()) {
    BOOST_TEST_CONTEXT(run) {
      check_training(run, run.recipe, own_data(run));
      if (run.recipe == "pytorch") check_training(run, "tensorflow", own_data(run));
    }
  }
}

BOOST_AUTO_TEST_CASE(calls_agree_from_pytorchs_data) {
  for (const Run& run : runs()) {
    BOOST_TEST_CONTEXT(run) {
      const Tensor start = reshape(Tensor::from_number(static_cast<float>(run["w"][0])), {1});
      check_training(run, run.recipe, {run.tensor("x"), run.tensor("y"), start});
    }
  }
}

BOOST_AUTO_TEST_CASE(program_agrees) {
  for (const Run& run : runs()) {
    BOOST_TEST_CONTEXT(run) { check_program(run, run.recipe); }
  }
}

// TensorFlow's mean times n is PyTorch's sum, and here all draw from one generator.
BOOST_AUTO_TEST_CASE(program_agrees_by_tensorflows_recipe) {
  for (const Run& run : runs()) {
    if (run.recipe != "pytorch" || run.seed > 1) continue;
    BOOST_TEST_CONTEXT(run) { check_program(run, "tensorflow"); }
  }
}

BOOST_AUTO_TEST_SUITE_END()
