// Losses: by hand, in every mix of Tensor and Variable, and their gradients.
#include "nn/nn.h"
#include "tests/support.h"

using namespace tests;
using nn::Reduction;

namespace {

const Tensor prediction{{1, 2}, {3, -4}}, target{{2, 2}, {1, 4}};
const Tensor squares{{1, 0}, {4, 64}}, differences{{-1, 0}, {2, -8}};

// A loss whose elements are `factor` times the square: its values and gradients by hand, whatever the arguments are.
template <class Loss>
void check_loss(const Loss& loss, float factor) {
  const Variable p(prediction, true), t(target, true);
  const auto check_all = [&](const auto& a, const auto& b) {
    CHECK_SAME(loss(a, b, Reduction::none).value(), factor * squares);
    CHECK_SAME(loss(a, b, Reduction::sum).value(), Tensor::from_number(factor * 69));
    CHECK_SAME(loss(a, b, Reduction::mean).value(), Tensor::from_number(factor * 69 / 4));
  };
  check_all(prediction, target);
  check_all(p, target);
  check_all(prediction, t);
  check_all(p, t);

  const auto check_gradients = [&](Reduction reduction, float scale) {
    const Tensor expected = 2 * factor * scale * differences;
    Tape tape;
    const Variable a = sum(loss(p, t, reduction));
    const auto both = tape.gradient(a, {p, t});
    CHECK_SAME(both[0].value(), expected);
    CHECK_SAME(both[1].value(), -expected);
    CHECK_SAME(tape.gradient(sum(loss(p, target, reduction)), {p})[0].value(), expected);
    CHECK_SAME(tape.gradient(sum(loss(prediction, t, reduction)), {t})[0].value(), -expected);
  };
  check_gradients(Reduction::none, 1);
  check_gradients(Reduction::sum, 1);
  check_gradients(Reduction::mean, 0.25);
}

}  // namespace

namespace tg {  // so that the suite's namespace nn is the library's
BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(mse_loss_by_hand) {
  check_loss([](const auto& a, const auto& b, Reduction r) { return nn::mse_loss(a, b, r); }, 1);
  BOOST_TEST(nn::mse_loss(prediction, target).item() == 69.0 / 4);  // the mean, unless told
}

BOOST_AUTO_TEST_CASE(l2_loss_by_hand) {
  check_loss([](const auto& a, const auto& b, Reduction r) { return nn::l2_loss(a, b, r); }, 0.5);
  BOOST_TEST(nn::l2_loss(prediction, target).item() == 69.0 / 8);
}

BOOST_AUTO_TEST_CASE(losses_in_double) {
  const Variable64 p(numbers<double>({3, 2}, 1)), t(numbers<double>({3, 2}, 2));
  for (Reduction reduction : {Reduction::none, Reduction::mean, Reduction::sum}) {
    BOOST_TEST(gradcheck([&](const auto& x) { return nn::mse_loss(x[0], x[1], reduction); }, {p, t}));
    BOOST_TEST(gradcheck([&](const auto& x) { return nn::l2_loss(x[0], x[1], reduction); }, {p, t}));
    BOOST_TEST(gradgradcheck([&](const auto& x) { return nn::mse_loss(x[0], x[1], reduction); }, {p, t}));
  }
}

// The argument of a loss may be a temporary that nobody else holds; what it was made from must not change.
BOOST_AUTO_TEST_CASE(losses_change_no_argument) {
  const Tensor a{1, 2}, b{4, 6};
  CHECK_SAME(nn::mse_loss(Tensor(a), Tensor(b), Reduction::none).value(), (Tensor{9, 16}));
  CHECK_SAME(nn::l2_loss(Variable(a), b, Reduction::none).value(), (Tensor{4.5, 8}));
  CHECK_SAME(a, (Tensor{1, 2}));
  CHECK_SAME(b, (Tensor{4, 6}));
}

// The recipes of the chapter: TensorFlow's mean times n is PyTorch's sum, Gluon's is half of it.
BOOST_AUTO_TEST_CASE(the_three_objectives) {
  const Tensor p = numbers<float>({50}, 1), t = numbers<float>({50}, 2);
  const double total = sum(square(p - t)).item();
  BOOST_TEST(sum(nn::mse_loss(p, t, Reduction::none)).item() == total, boost::test_tools::tolerance(1e-6));
  BOOST_TEST((nn::mse_loss(p, t) * 50).item() == total, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(sum(nn::l2_loss(p, t, Reduction::none)).item() == total / 2, boost::test_tools::tolerance(1e-6));
}

// Equal numbers of elements are not enough, and nothing is broadcast.
BOOST_AUTO_TEST_CASE(losses_called_wrongly) {
  const auto text = [](const std::string& op, const std::string& a, const std::string& b) {
    return op + ": the prediction has shape " + a + ", the target has shape " + b +
           "; they must be equal, since broadcasting would compare every prediction with every target. Reshape one.";
  };
  const Tensor column = ones({50, 1}), row = ones({50});
  CHECK_ERROR(nn::mse_loss(column, row), text("mse_loss", "(50, 1)", "(50)"));
  CHECK_ERROR(nn::mse_loss(Variable(row, true), column), text("mse_loss", "(50)", "(50, 1)"));
  CHECK_ERROR(nn::l2_loss(ones({1}), Tensor::from_number(1)), text("l2_loss", "(1)", "()"));
  CHECK_ERROR(nn::l2_loss(ones({2, 3}), Variable(ones({3, 2}))), text("l2_loss", "(2, 3)", "(3, 2)"));
  CHECK_ERROR(nn::mse_loss(Tensor(), row), "mse_loss: " + empty_tensor_text);
  CHECK_ERROR(nn::mse_loss(row, Variable()), "mse_loss: " + empty_variable_text);
  CHECK_ERROR(nn::mse_loss(row, row, static_cast<Reduction>(7)), "nn::Reduction: no such reduction");
}

BOOST_AUTO_TEST_CASE(losses_of_nothing) {
  const Tensor nothing = zeros({0});
  BOOST_TEST(nn::mse_loss(nothing, nothing, Reduction::sum).item() == 0);
  BOOST_TEST(nn::mse_loss(nothing, nothing, Reduction::none).shape() == (Shape{0}));
  BOOST_TEST(std::isnan(nn::mse_loss(nothing, nothing).item()));  // as in PyTorch
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
