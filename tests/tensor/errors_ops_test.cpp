// Wrong calls: elementwise ops, reductions, sorting and products; and every Error names the op that was called.
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

// where says which shape is the mask's.
BOOST_AUTO_TEST_CASE(errors_of_where) {
  const std::string rule = ", which do not broadcast; aligned at the last dimension, sizes must be equal or 1";
  const Tensor x = ones({2, 3}), y = ones({4});
  CHECK_ERROR(where(ones({2}) > 0, ones({3}), ones({3})), "where: the mask is (2), a is (3), b is (3)" + rule);
  CHECK_ERROR(where(ones({2}) > 0, x, 0), "where: the mask is (2), a is (2, 3), b is ()" + rule);
  CHECK_ERROR(where(x > 0, x, y), "where: the mask is (2, 3), a is (2, 3), b is (4)" + rule);
  CHECK_ERROR(where(x > 0, y, x), "where: the mask is (2, 3), a is (4), b is (2, 3)" + rule);
  CHECK_ERROR(where(full<bool>({}, true), x, y), "where: the mask is (), a is (2, 3), b is (4)" + rule);
  CHECK_ERROR(where(full<bool>({1, 2}, true), 1, x), "where: the mask is (1, 2), a is (), b is (2, 3)" + rule);
  CHECK_SAME(where(Mask{{true}, {false}}, Tensor{1, 2, 3}, 0), (Tensor{{1, 2, 3}, {0, 0, 0}}));
  BOOST_TEST(where(zeros<bool>({0, 1}), x(0, 0), ones({3})).shape() == (Shape{0, 3}));
}

BOOST_AUTO_TEST_CASE(errors_of_elementwise_ops) {
  CHECK_ERROR(ones({2, 3}) + ones({4, 3}),
              "add: shapes (2, 3) and (4, 3) do not broadcast: sizes 2 and 4 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(ones({2, 3}) - ones({2}),
              "sub: shapes (2, 3) and (2) do not broadcast: sizes 3 and 2 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR(ones({2, 3}) * ones({3, 2}),
              "mul: shapes (2, 3) and (3, 2) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(ones({2, 3}) / ones({2, 2}),
              "div: shapes (2, 3) and (2, 2) do not broadcast: sizes 3 and 2 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(pow(ones({2}), ones({3})),
              "pow: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR(maximum(ones({2}), ones({3})),
              "maximum: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(minimum(ones({2}), ones({3})),
              "minimum: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
  CHECK_ERROR(clamp(ones({2}), 1, 0),
              "clamp: low is 1 and high is 0; neither may be NaN, and low must not be above high");
  CHECK_ERROR(clamp(ones({2}), NaN, 1),
              "clamp: low is nan and high is 1; neither may be NaN, and low must not be above high");
  CHECK_ERROR(ones({2}) < ones({3}),
              "<: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes must "
              "be equal or 1");
  CHECK_ERROR(ones({2}) > ones({3}),
              ">: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes must "
              "be equal or 1");
  CHECK_ERROR(ones({2}) <= ones({3}),
              "<=: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR(ones({2}) >= ones({3}),
              ">=: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR(ones({2}) == ones({3}),
              "==: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR(ones({2}) != ones({3}),
              "!=: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR((ones({2}) > 0) && (ones({3}) > 0),
              "&&: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR((ones({2}) > 0) || (ones({3}) > 0),
              "||: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR((IndexTensor{1, 2} + IndexTensor{1, 2, 3}),
              "add: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, sizes "
              "must be equal or 1");
  CHECK_ERROR(elementwise([](auto a, auto b) { return a * b; }, ones({2}), ones({3})),
              "elementwise: shapes (2) and (3) do not broadcast: sizes 2 and 3 differ; aligned at the last dimension, "
              "sizes must be equal or 1");
}

BOOST_AUTO_TEST_CASE(errors_of_reductions_and_softmax) {
  CHECK_ERROR(sum(ones({2, 3}), 2), "sum: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(sum(ones({}), 0), "sum: dim is 0, but x is a single number, of shape (), and has no dimensions");
  CHECK_ERROR(mean(ones({2, 3}), -3), "mean: dim is -3, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(max(zeros({0, 3})), "max: x has shape (0, 3); there is nothing to choose from");
  CHECK_ERROR(max(zeros({2, 0}), 1), "max: x has shape (2, 0); there is nothing to choose from");
  CHECK_ERROR(max(ones({2}), 1), "max: dim is 1, but x has shape (2); dim must be from -1 to 0");
  CHECK_ERROR(min(zeros({0})), "min: x has shape (0); there is nothing to choose from");
  CHECK_ERROR(min(zeros({0, 2}), 0), "min: x has shape (0, 2); there is nothing to choose from");
  CHECK_ERROR(min(ones({2}), -2), "min: dim is -2, but x has shape (2); dim must be from -1 to 0");
  CHECK_ERROR(logsumexp(ones({2}), 1), "logsumexp: dim is 1, but x has shape (2); dim must be from -1 to 0");
  CHECK_ERROR(softmax(ones({2, 3}), 2), "softmax: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(softmax(ones({}), 0), "softmax: dim is 0, but x is a single number, of shape (), and has no dimensions");
  CHECK_ERROR(log_softmax(ones({2, 3}), -3),
              "log_softmax: dim is -3, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(softmax_vjp(ones({2}), ones({3}), 0),
              "softmax_vjp: g has shape (2), y has shape (3); they must be equal");
  CHECK_ERROR(softmax_vjp(ones({2}), ones({2}), 1),
              "softmax_vjp: dim is 1, but x has shape (2); dim must be from -1 to 0");
  CHECK_ERROR(log_softmax_vjp(ones({2}), ones({3}), 0),
              "log_softmax_vjp: g has shape (2), y has shape (3); they must be equal");
  CHECK_ERROR(log_softmax_vjp(ones({2}), ones({2}), 1),
              "log_softmax_vjp: dim is 1, but x has shape (2); dim must be from -1 to 0");
  CHECK_ERROR(sum_to(ones({2, 3}), {2}), "sum_to: x has shape (2, 3), and (2) does not broadcast to it");
  CHECK_ERROR(sum_to(ones({2, 3}), {1, 2, 3}), "sum_to: x has shape (2, 3), and (1, 2, 3) does not broadcast to it");
}

BOOST_AUTO_TEST_CASE(errors_of_sorting) {
  CHECK_ERROR(sort(ones({2}), 1), "sort: dim is 1, but x has shape (2); dim must be from -1 to 0");
  CHECK_ERROR(argmax(zeros({0})), "argmax: x has shape (0); there is nothing to choose from");
  CHECK_ERROR(argmax(zeros({2, 0}), 1), "argmax: x has shape (2, 0); there is nothing to choose from");
  CHECK_ERROR(argmax(ones({2}), 1), "argmax: dim is 1, but x has shape (2); dim must be from -1 to 0");
  CHECK_ERROR(argmin(zeros({0})), "argmin: x has shape (0); there is nothing to choose from");
  CHECK_ERROR(argmin(zeros({2, 0}), 1), "argmin: x has shape (2, 0); there is nothing to choose from");
  CHECK_ERROR(argmin(ones({2}), 1), "argmin: dim is 1, but x has shape (2); dim must be from -1 to 0");
}

BOOST_AUTO_TEST_CASE(errors_of_products) {
  CHECK_ERROR(matmul(ones({2, 3}), ones({4, 5})),
              "matmul: inner sizes differ: a is (2, 3), b is (4, 5); a's last must equal b's first. Did you mean "
              "transpose(b)?");
  CHECK_ERROR(matmul(ones({2, 3}), ones({2, 3})),
              "matmul: inner sizes differ: a is (2, 3), b is (2, 3); a's last must equal b's first. Did you mean "
              "transpose(b)?");
  CHECK_ERROR(matmul(ones({2, 3}), ones({4})),
              "matmul: inner sizes differ: a is (2, 3), b is (4); a's last must equal b's first.");
  CHECK_ERROR(matmul(ones({4}), ones({3})),
              "matmul: inner sizes differ: a is (4), b is (3); a's last must equal b's first.");
  CHECK_ERROR(matmul(ones({4}), ones({2, 3, 5})),
              "matmul: inner sizes differ: a is (4), b is (2, 3, 5); a's last must equal b's last but one. Did you "
              "mean transpose(b)?");
  CHECK_ERROR(matmul(ones({}), ones({2, 2})),
              "matmul: a is (), b is (2, 2); a single number is no matrix, multiply by it with *");
  CHECK_ERROR(
      bmm(ones({2, 3}), ones({3, 4})),
      "bmm: a is (2, 3), b is (3, 4); both must have 3 dimensions (batch, rows, columns). matmul takes others.");
  CHECK_ERROR(bmm(ones({2, 3, 4}), ones({3, 4, 5})),
              "bmm: batch sizes differ: a is (2, 3, 4), b is (3, 4, 5); their first sizes must be equal.");
  CHECK_ERROR(bmm(ones({2, 3, 4}), ones({2, 3, 4})),
              "bmm: inner sizes differ: a is (2, 3, 4), b is (2, 3, 4); a's last must equal b's second. Did you mean "
              "transpose(b)?");
  CHECK_ERROR(dot(ones({2}), ones({3})), "dot: a is (2), b is (3); both must be 1-d and of one length.");
  CHECK_ERROR(dot(ones({2, 2}), ones({2, 2})), "dot: a is (2, 2), b is (2, 2); both must be 1-d and of one length.");
  CHECK_ERROR(dot(ones({}), ones({})), "dot: a is (), b is (); both must be 1-d and of one length.");
}

// An Error begins with the name of the op that was called, not of one that it is made of.
BOOST_AUTO_TEST_CASE(errors_name_the_op_that_was_called) {
  CHECK_ERROR_BEGINS(Tensor{{{{{{{{{1}}}}}}}}}, "Tensor{...}: ");
  CHECK_ERROR_BEGINS(zeros({2, -1}), "zeros: ");
  CHECK_ERROR_BEGINS(ones({-3}), "ones: ");
  CHECK_ERROR_BEGINS(zeros({0, huge, huge}), "zeros: ");
  CHECK_ERROR_BEGINS(zeros({huge / 8}), "zeros: ");
  CHECK_ERROR_BEGINS(randn({3, -2}), "randn: ");
  CHECK_ERROR_BEGINS(unsqueeze(ones({1, 1, 1, 1, 1, 1, 1, 1}), 0), "unsqueeze: ");
  CHECK_ERROR_BEGINS((IndexTensor{4, 2} / 2), "div: ");
  CHECK_ERROR_BEGINS(sqrt(IndexTensor{4, 2}), "sqrt: ");
  CHECK_ERROR_BEGINS(sort(ones({}), 5), "sort: ");
  CHECK_ERROR_BEGINS(argsort(ones({2}), -2), "argsort: ");
  CHECK_ERROR_BEGINS(argsort(ones({}), 5), "argsort: ");
  CHECK_ERROR_BEGINS(masked_scatter(ones({2}), Mask{true, true}, {-1, 2}), "masked_scatter: ");
  CHECK_ERROR_BEGINS(scatter_add(ones({2}), 0, IndexTensor{0, 1}, -1), "scatter_add: ");
  CHECK_ERROR_BEGINS(scatter_add(ones({2}), 0, IndexTensor{0, 1}, huge), "scatter_add: ");
  CHECK_ERROR_BEGINS(index_select(ones({2, 3}), 1, IndexTensor{0, 3}), "index_select: ");
  CHECK_ERROR_BEGINS(index_select(ones({2, 3}), 0, IndexTensor{-3}), "index_select: ");
  CHECK_ERROR_BEGINS(stack({ones({1, 1, 1, 1, 1, 1, 1, 1})}), "stack: ");
  CHECK_ERROR_BEGINS(repeat(ones({2, 3}), {huge, 1}), "repeat: ");
  CHECK_ERROR_BEGINS(repeat_interleave(ones({2, 3}), huge, 0), "repeat_interleave: ");
  CHECK_ERROR(matmul(ones({2, 3, 4}), ones({3, 4, 5})),
              "matmul: batches do not broadcast: a is (2, 3, 4), b is (3, 4, 5); all sizes before the last two must be "
              "equal or 1.");
}

BOOST_AUTO_TEST_SUITE_END()
