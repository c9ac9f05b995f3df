// Wrong calls of ops, sweeps and Variables: the texts of autograd/, and those of tensor/ seen through Variables.
#include "tests/support.h"

using namespace tests;

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

// A sweep's own errors; those of nested and swept tapes stand in tape_test.cpp.
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

BOOST_AUTO_TEST_SUITE_END()
