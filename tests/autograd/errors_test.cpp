// Wrong calls: the texts of autograd/, and those of tensor/ seen through Variables.
#include "tests/support.h"

using namespace tests;

namespace {

// exp with a rule that is wrong.
Variable64 wrong(const std::vector<Variable64>& x) {
  return record("wrong", exp(x[0].value()), {{x[0], reads::y, [](auto& ctx) { return ctx.g * (ctx.y() + 1); }}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(errors_of_variables) {
  Tape tape;
  CHECK_ERROR(Variable(ones({2}), true) + ones({3}),
              "add: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR(Variable(ones({2})).grad(),
              "grad: this Variable is a constant; only a leaf, made by Variable(value, true), keeps a gradient. For "
              "another's, call tape.gradient(y, {x})");
  CHECK_ERROR(Variable(ones({2})).has_grad(),
              "has_grad: this Variable is a constant; only a leaf, made by Variable(value, true), keeps a gradient. "
              "For another's, call tape.gradient(y, {x})");
  CHECK_ERROR(Variable(ones({2})).zero_grad(),
              "zero_grad: this Variable is a constant; only a leaf, made by Variable(value, true), keeps a gradient. "
              "For another's, call tape.gradient(y, {x})");
  CHECK_ERROR(Variable(ones({2})).set_value(ones({2})),
              "set_value: this Variable is a constant; only a leaf, made by Variable(value, true), keeps a gradient. "
              "For another's, call tape.gradient(y, {x})");
  CHECK_ERROR((Variable(ones({2}), true) * 2).grad(),
              "grad: this Variable is the result of an op; only a leaf, made by Variable(value, true), keeps a "
              "gradient. For another's, call tape.gradient(y, {x})");
  CHECK_ERROR(Variable(ones({2}), true).set_value(Tensor()), empty_text_of("set_value"));
  CHECK_ERROR(Variable(Tensor(), true), empty_text_of("Variable"));
  CHECK_ERROR(Variable(ones({2}), true).set_value(ones({3})),
              "set_value: the value has shape (3), the leaf has shape (2); they must be equal");
  CHECK_ERROR(Variable(ones({2}), true).item(),
              "item: the tensor has shape (2), not one element; index it, or reduce it with sum() or mean()");
  CHECK_ERROR(Variable(ones({2}), true).size(1), "size: dim is 1, but x has shape (2); dim must be from -1 to 0");
}

BOOST_AUTO_TEST_CASE(errors_of_ops) {
  const Variable w(ones({2, 3}), true), v(ones({3}), true), e(zeros({0}), true);
  Tape tape;
  CHECK_ERROR(w + ones({4, 3}),
              "add: shapes (2, 3) and (4, 3) do not broadcast: sizes 2 and 4 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(w - ones({2}),
              "sub: shapes (2, 3) and (2) do not broadcast: sizes 3 and 2 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR(w * ones({3, 2}),
              "mul: shapes (2, 3) and (3, 2) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(w / ones({2, 2}),
              "div: shapes (2, 3) and (2, 2) do not broadcast: sizes 3 and 2 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(pow(w, ones({2})),
              "pow: shapes (2, 3) and (2) do not broadcast: sizes 3 and 2 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR(maximum(w, ones({2})),
              "maximum: shapes (2, 3) and (2) do not broadcast: sizes 3 and 2 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(minimum(ones({2}), w),
              "minimum: shapes (2) and (2, 3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(where(ones({2}) > 0, w, 0),
              "where: the mask is (2), a is (2, 3), b is (), which do not broadcast; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(clamp(w, 1, 0), "clamp: low is 1 and high is 0; neither may be NaN, and low must not be above high");
  CHECK_ERROR(w < ones({2}),
              "<: shapes (2, 3) and (2) do not broadcast: sizes 3 and 2 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR(elementwise([](auto a, auto b) { return a * b; }, w, ones({2})),
              "elementwise: shapes (2, 3) and (2) do not broadcast: sizes 3 and 2 differ; aligned at the last "
              "dimension, sizes must be equal or 1");
  CHECK_ERROR(sum(w, 2), "sum: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(mean(w, 2), "mean: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(max(w, 2), "max: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(max(e), "max: x has shape (0); there is nothing to choose from");
  CHECK_ERROR(max(e, 0), "max: x has shape (0); there is nothing to choose from");
  CHECK_ERROR(min(w, 2), "min: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(min(e), "min: x has shape (0); there is nothing to choose from");
  CHECK_ERROR(min(e, 0), "min: x has shape (0); there is nothing to choose from");
  CHECK_ERROR(logsumexp(w, 2), "logsumexp: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(sum_to(w, {2}), "sum_to: x has shape (2, 3), and (2) does not broadcast to it");
  CHECK_ERROR(softmax(w, 2), "softmax: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(log_softmax(w, 2), "log_softmax: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(softmax_vjp(w, v, 0), "softmax_vjp: g has shape (2, 3), y has shape (3); they must be equal");
  CHECK_ERROR(log_softmax_vjp(w, v, 0), "log_softmax_vjp: g has shape (2, 3), y has shape (3); they must be equal");
  CHECK_ERROR(reshape(w, {4}), "reshape: x has shape (2, 3) and 6 elements, which do not fill shape (4)");
  CHECK_ERROR(flatten(w, 1, 0), "flatten: start is dimension 1 and end is dimension 0; start must not come after end");
  CHECK_ERROR(unsqueeze(w, 3), "unsqueeze: dim is 3, but x has shape (2, 3); dim must be from -3 to 2");
  CHECK_ERROR(squeeze(w, 0), "squeeze: dimension 0 of shape (2, 3) has size 2, not 1; only a size of 1 can be dropped");
  CHECK_ERROR(transpose(w, 0, 2), "transpose: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(transpose(v),
              "transpose: x has shape (3); transposing takes 2 dimensions. Did you mean unsqueeze(x, 0)?");
  CHECK_ERROR(permute(w, {0, 0}), "permute: dimension 0 is named twice; name each dimension of (2, 3) once");
  CHECK_ERROR(permute(w, {0}), "permute: 1 dimensions are named, x has shape (2, 3); name each of its dimensions once");
  CHECK_ERROR(expand(w, {4}),
              "expand: shape (2, 3) does not broadcast to (4); aligned at the last dimension, a size must be 1 or stay "
              "as it is");
  CHECK_ERROR(narrow(w, 0, 1, 2),
              "narrow: start 1 and length 2 reach outside dimension 0 of shape (2, 3); start must be at least 0, and "
              "start + length at most 2");
  CHECK_ERROR(narrow(w, 2, 0, 0), "narrow: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(select(w, 2, 0), "select: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(select(w, 0, 2),
              "select: index 2 is out of range for dimension 0, which has size 2; it must be from -2 to 1");
  CHECK_ERROR(cat(std::vector<Variable>{}), "cat: no tensors; give at least one");
  CHECK_ERROR(cat({w, v}),
              "cat: tensor 0 has shape (2, 3), tensor 1 has shape (3); all sizes but that of dimension 0 must agree");
  CHECK_ERROR(stack(std::vector<Variable>{}), "stack: no tensors; give at least one");
  CHECK_ERROR(stack({w, v}), "stack: tensor 0 has shape (2, 3), tensor 1 has shape (3); all shapes must be equal");
  CHECK_ERROR(stack({w, w}, 3), "stack: dim is 3, but x has shape (2, 3); dim must be from -3 to 2");
  CHECK_ERROR(repeat(w, {2}), "repeat: x has shape (2, 3), times is (2); give a number for each dimension of x");
  CHECK_ERROR(repeat(w, {-1, 2}), "repeat: times is (-1, 2); a number of repetitions is not negative");
  CHECK_ERROR(repeat_interleave(w, -1), "repeat_interleave: times is -1; a number of repetitions is not negative");
  CHECK_ERROR(repeat_interleave(w, 2, 2),
              "repeat_interleave: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(masked_select(w, zeros<bool>({2})),
              "masked_select: the mask is (2), x is (2, 3); the mask must broadcast to x's shape.");
  CHECK_ERROR(masked_fill(w, zeros<bool>({2}), 0),
              "masked_fill: the mask is (2), x is (2, 3); the mask must broadcast to x's shape.");
  CHECK_ERROR(masked_scatter(v, zeros<bool>({2}), {2}),
              "masked_scatter: the mask is true in 0 places, but there are 3 values");
  CHECK_ERROR(gather(w, 1, IndexTensor{{3}, {0}}),
              "gather: index 3 is out of range for dimension 1, which has size 3; it must be from -3 to 2");
  CHECK_ERROR(gather(w, 2, IndexTensor{{0}, {0}}),
              "gather: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(scatter_add(v, 0, IndexTensor{0, 1, 2}, 2),
              "scatter_add: index 2 is out of range for dimension 0, which has size 2; it must be from -2 to 1");
  CHECK_ERROR(scatter_add(v, 0, IndexTensor{0}, 2),
              "scatter_add: values have shape (3), index has shape (1); they must be equal");
  CHECK_ERROR(index_select(w, 2, IndexTensor{0}),
              "index_select: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(sort(w, 2), "sort: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(argmax(w, 2), "argmax: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(argmin(e), "argmin: x has shape (0); there is nothing to choose from");
  CHECK_ERROR(matmul(w, w),
              "matmul: inner sizes differ: a is (2, 3), b is (2, 3); a's last must equal b's first. Did you mean "
              "transpose(b)?");
  CHECK_ERROR(matmul(w, ones({4})),
              "matmul: inner sizes differ: a is (2, 3), b is (4); a's last must equal b's first.");
  CHECK_ERROR(matmul(Variable(1.0f, true), w),
              "matmul: a is (), b is (2, 3); a single number is no matrix, multiply by it with *");
  CHECK_ERROR(
      bmm(w, w),
      "bmm: a is (2, 3), b is (2, 3); both must have 3 dimensions (batch, rows, columns). matmul takes others.");
  CHECK_ERROR(dot(v, ones({2})), "dot: a is (3), b is (2); both must be 1-d and of one length.");
  CHECK_ERROR_BEGINS(index_select(w, 0, IndexTensor{2}), "index_select: ");
  CHECK_ERROR_BEGINS(argsort(w, 2), "argsort: ");
  CHECK_ERROR(matmul(ones({2, 3, 4}), Variable(ones({3, 4, 5}), true)),
              "matmul: batches do not broadcast: a is (2, 3, 4), b is (3, 4, 5); all sizes before the last two must be "
              "equal or 1.");
  BOOST_TEST(tape.size() == 0);
}

BOOST_AUTO_TEST_CASE(errors_of_gradcheck) {
  CHECK_ERROR(gradcheck([](const std::vector<Variable>& x) { return x[0]; }, {Variable(1.0f)}),
              "gradcheck: the inputs are float, whose rounding errors (1e-7) drown a finite difference; give double "
              "inputs: Variable64, or cast<double>(x). Write the function as a template, so that it takes both.");
  CHECK_ERROR(
      gradgradcheck([](const std::vector<Variable>& x) { return x[0]; }, {Variable(1.0f)}),
      "gradgradcheck: the inputs are float, whose rounding errors (1e-7) drown a finite difference; give double "
      "inputs: Variable64, or cast<double>(x). Write the function as a template, so that it takes both.");
  CHECK_ERROR(gradcheck(wrong, {Tensor64{{1, 2}, {3, 4}}}),
              "gradcheck: the derivative of output element (0, 0) towards input 0 element (0, 0) is 3.71828 by the "
              "rules, but 2.71828 by finite differences. Look at the rule of an op that this input flows through, or "
              "keep the inputs away from kinks.");
  CHECK_ERROR(gradgradcheck(wrong, {Tensor64{1, 2}}),
              "gradgradcheck: the derivative of output element (0) towards input 0 element (0) is 3.71828 by the "
              "rules, but 2.71828 by finite differences. Look at the rule of an op that this input flows through, or "
              "keep the inputs away from kinks.");
  CHECK_ERROR(gradcheck(wrong, {Variable64()}), "gradcheck: " + empty_variable_text);
}

BOOST_AUTO_TEST_CASE(errors_of_gradcheck_options) {
  const Function64 f = [](const std::vector<Variable64>& x) { return exp(x[0]); };
  const std::vector<Variable64> x{Tensor64{1, 2}};
  const std::pair<double, const char*> wrong_eps[] = {
      {0, "0"}, {-1e-6, "-1e-06"}, {NaN, "nan"}, {-NaN, "nan"}, {inf, "inf"}};
  for (const auto& [eps, text] : wrong_eps) {
    const std::string error =
        std::string(": eps is ") + text + "; the step of the differences must be finite and positive";
    CHECK_ERROR(gradcheck(f, x, {.eps = eps}), "gradcheck" + error);
    CHECK_ERROR(gradgradcheck(f, x, {.eps = eps}), "gradgradcheck" + error);
    CHECK_ERROR(gradgradcheck(f, {}, {.eps = eps}), "gradgradcheck" + error);
  }
  CHECK_ERROR(gradcheck(f, x, {.atol = -1}),
              "gradcheck: atol is -1 and rtol is 0.001; a tolerance must not be negative or NaN");
  CHECK_ERROR(gradcheck(f, x, {.rtol = NaN}),
              "gradcheck: atol is 1e-05 and rtol is nan; a tolerance must not be negative or NaN");
  CHECK_ERROR(
      gradcheck(f, x, {.eps = 1e-17}),
      "gradcheck: eps is 1e-17, and adding it to input 0 element (0), 1, does not change that; choose a larger eps, "
      "or inputs nearer 1");
  CHECK_ERROR(
      gradgradcheck(f, {Tensor64{1, -1e20}}),
      "gradgradcheck: eps is 1e-06, and adding it to input 0 element (1), -1e+20, does not change that; choose a "
      "larger eps, or inputs nearer 1");
  CHECK_ERROR(gradcheck(f, {Tensor64{1, NaN}}),
              "gradcheck: input 0 element (1) is nan; there are no differences at a NaN or an infinity");
  CHECK_ERROR(gradgradcheck(f, {Tensor64{-inf, 1}}),
              "gradgradcheck: input 0 element (0) is -inf; there are no differences at a NaN or an infinity");
  BOOST_TEST(gradcheck(f, x, {.eps = 1e-5, .atol = 0}));
}

// A function whose result has another size at x + eps than at x cannot be checked, and must be told so.
BOOST_AUTO_TEST_CASE(errors_of_gradcheck_of_a_changing_shape) {
  auto f = [](const std::vector<Variable64>& x) { return masked_select(x[0], x[0] > 0.5); };
  CHECK_ERROR_BEGINS(gradcheck(f, {Tensor64{0.1, 0.5}}), "gradcheck: ");
}

// A sweep's own errors; those of nested and swept tapes stand in engine_test.cpp.
BOOST_AUTO_TEST_CASE(errors_of_sweeps) {
  const Variable w(ones({50}), true);
  Tape tape;
  Variable y = w * 2, loss = sum(y);
  CHECK_ERROR(
      tape.backward(y),
      "tape.backward: the loss has shape (50), not one element. Reduce it with sum() or mean(), or pass a seed.");
  CHECK_ERROR(
      tape.gradient(y, {w}),
      "tape.gradient: the loss has shape (50), not one element. Reduce it with sum() or mean(), or pass a seed.");
  CHECK_ERROR(tape.gradient(y, ones({49}), {w}),
              "tape.gradient: the seed has shape (49), the loss has shape (50); they must be equal.");
  CHECK_ERROR(tape.backward(Variable()), "tape.backward: " + empty_variable_text);
  CHECK_ERROR(tape.backward(y, Tensor()), "tape.backward: " + empty_tensor_text);
  CHECK_ERROR(tape.backward(zeros({0}), ones({0})),
              "tape.backward: the loss depends on no leaf recorded on this tape. Make the parameters with "
              "Variable(value, true), "
              "and compute the loss after the Tape is made.");
  CHECK_ERROR(tape.gradient(Variable(), {w}), "tape.gradient: " + empty_variable_text);
  CHECK_ERROR(tape.gradient(loss, {Variable()}), "tape.gradient: " + empty_variable_text);
  Variable moved = std::move(y);
  CHECK_ERROR(tape.gradient(loss, {y}), "tape.gradient: " + empty_variable_text);
  tape.backward(loss);
  CHECK_SAME(w.grad(), full({50}, 2));
}

// Any use of an empty Variable throws, inside and outside a tape.
BOOST_AUTO_TEST_CASE(errors_of_empty_variables) {
  const Variable e, x(ones({2, 2}), true);
  const Mask mask = x > 0;
  const IndexTensor index{0, 1};
  auto product = [](auto a, auto b) { return a * b; };
  const std::vector<std::pair<const char*, std::function<void()>>> uses{
      {".value", [&] { e.value().shape(); }},
      {".shape", [&] { e.shape(); }},
      {"size", [&] { e.size(0); }},
      {".dim", [&] { e.dim(); }},
      {".numel", [&] { e.numel(); }},
      {".item", [&] { e.item(); }},
      {"detach", [&] { e.detach(); }},
      {"grad", [&] { e.grad(); }},
      {"has_grad", [&] { e.has_grad(); }},
      {"zero_grad", [&] { Variable().zero_grad(); }},
      {"set_value", [&] { Variable().set_value(ones({1})); }},
      {"add", [&] { e + x; }},
      {"add second", [&] { x + e; }},
      {"add number", [&] { 1 + e; }},
      {"add Tensor", [&] { ones({2}) + e; }},
      {"sub", [&] { x - Variable(); }},
      {"mul", [&] { Variable() * 2; }},
      {"div", [&] { e / e; }},
      {"neg", [&] { -e; }},
      {"pow", [&] { pow(x, e); }},
      {"maximum", [&] { maximum(e, x); }},
      {"minimum", [&] { minimum(e, 0); }},
      {"where", [&] { where(mask, e, x); }},
      {"where b", [&] { where(mask, x, e); }},
      {"abs", [&] { abs(e); }},
      {"square", [&] { square(e); }},
      {"sqrt", [&] { sqrt(e); }},
      {"exp", [&] { exp(e); }},
      {"log", [&] { log(e); }},
      {"sin", [&] { sin(e); }},
      {"cos", [&] { cos(e); }},
      {"tanh", [&] { tanh(e); }},
      {"sigmoid", [&] { sigmoid(e); }},
      {"relu", [&] { relu(e); }},
      {"clamp", [&] { clamp(e, 0, 1); }},
      {"elementwise", [&] { elementwise(product, x, e); }},
      {"elementwise first", [&] { elementwise(product, e, x); }},
      {"<", [&] { static_cast<void>(e < x); }},
      {"==", [&] { static_cast<void>(x == e); }},
      {"allclose", [&] { allclose(e, x); }},
      {"sum", [&] { sum(e); }},
      {"sum dim", [&] { sum(e, 0); }},
      {"sum_to", [&] { sum_to(e, {}); }},
      {"mean", [&] { mean(e); }},
      {"mean dim", [&] { mean(e, 0); }},
      {"max", [&] { max(e); }},
      {"max dim", [&] { max(e, 0); }},
      {"min", [&] { min(e); }},
      {"min dim", [&] { min(e, 0); }},
      {"logsumexp", [&] { logsumexp(e); }},
      {"logsumexp dim", [&] { logsumexp(e, 0); }},
      {"softmax", [&] { softmax(e, 0); }},
      {"log_softmax", [&] { log_softmax(e, 0); }},
      {"sort", [&] { sort(e); }},
      {"argsort", [&] { argsort(e); }},
      {"argmax", [&] { argmax(e); }},
      {"argmin", [&] { argmin(e, 0); }},
      {"zeros_like", [&] { zeros_like(e); }},
      {"ones_like", [&] { ones_like(e); }},
      {"masked_select", [&] { masked_select(e, mask); }},
      {"masked_fill", [&] { masked_fill(e, mask, 0); }},
      {"masked_scatter",
       [&] {
         masked_scatter(e, mask, {2, 2});
       }},
      {"gather", [&] { gather(e, 0, index); }},
      {"scatter_add", [&] { scatter_add(e, 0, index, 2); }},
      {"index_select", [&] { index_select(e, 0, index); }},
      {"reshape", [&] { reshape(e, {1}); }},
      {"flatten", [&] { flatten(e); }},
      {"unsqueeze", [&] { unsqueeze(e, 0); }},
      {"squeeze", [&] { squeeze(e); }},
      {"squeeze dim", [&] { squeeze(e, 0); }},
      {"transpose", [&] { transpose(e); }},
      {"permute", [&] { permute(e, {}); }},
      {"expand", [&] { expand(e, {1}); }},
      {"narrow", [&] { narrow(e, 0, 0, 0); }},
      {"select", [&] { select(e, 0, 0); }},
      {"cat",
       [&] {
         cat({x, e});
       }},
      {"stack",
       [&] {
         stack({e, x});
       }},
      {"repeat", [&] { repeat(e, {1}); }},
      {"repeat_interleave", [&] { repeat_interleave(e, 2); }},
      {"repeat_interleave dim", [&] { repeat_interleave(e, 2, 0); }},
      {"matmul", [&] { matmul(e, x); }},
      {"matmul second", [&] { matmul(x, e); }},
      {"bmm", [&] { bmm(x, e); }},
      {"dot", [&] { dot(e, e); }},
  };
  auto check = [&] {
    for (const auto& [name, use] : uses) {
      BOOST_TEST_CONTEXT(name) { BOOST_CHECK_EQUAL(error_of(use), empty_text_of(name)); }
    }
  };
  check();
  Tape tape;
  check();
  BOOST_TEST(tape.size() == 0);
}

// Texts of other tapes and of undeclared reads name the op and the input.
BOOST_AUTO_TEST_CASE(errors_of_other_tapes) {
  const Variable w(ones({2}), true);
  Variable elsewhere;
  {
    Tape tape;
    elsewhere = w * 2;
  }
  Tape tape;
  CHECK_ERROR(where(w.value() > 0, w, elsewhere), other_tape_text("where: input 1"));
  CHECK_ERROR(softmax(elsewhere, 0), other_tape_text("softmax: input 0"));
  CHECK_ERROR(cat({w, w, elsewhere}), other_tape_text("cat: input 2"));
  CHECK_ERROR(matmul(w, elsewhere), other_tape_text("matmul: input 1"));
  CHECK_ERROR(elementwise([](auto a, auto b) { return a * b; }, w, elsewhere), other_tape_text("elementwise: input 1"));
  BOOST_TEST(tape.size() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
