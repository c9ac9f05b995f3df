// Wrong calls: a tg::Error that names the op, the shapes involved and what to do.
#include "tests/support.h"

using namespace tests;

namespace {
constexpr std::int64_t huge = std::int64_t{1} << 62;
}

#if TG_ADDRESS_SANITIZER
// A request for more memory than there is must come back as a null pointer, as it does without the sanitizer.
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }
#endif

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(errors_of_making_tensors) {
  CHECK_ERROR((Tensor{{1, 2}, {3}}),
              "Tensor{...}: the braces are ragged: one entry has shape (2), another (1); give every row the same "
              "number of entries");
  CHECK_ERROR((Tensor{{{1, 2}}, {{3, 4}, {5, 6}}}),
              "Tensor{...}: the braces are ragged: one entry has shape (1, 2), another (2, 2); give every row the same "
              "number of entries");
  CHECK_ERROR((Tensor{{1, 2}, {}}),
              "Tensor{...}: the braces are ragged: one entry has shape (2), another (0); give every row the same "
              "number of entries");
  CHECK_ERROR((Tensor{{1}, 2}),
              "Tensor{...}: the braces are ragged: one entry has shape (1), another (); give every row the same number "
              "of entries");
  CHECK_ERROR(Tensor::from_vector({1, 2, 3}, {2, 2}),
              "from_vector: 3 values do not fill shape (2, 2), which has 4 elements");
  CHECK_ERROR(Tensor::from_vector({1, 2}, {-2}),
              "from_vector: (-2) has a negative size; only -1 has a meaning, the size to be worked out");
  CHECK_ERROR(Tensor::from_vector({1, 2}, {-1, -1}),
              "from_vector: (-1, -1) has more than one -1; only one size can be worked out");
  CHECK_ERROR(Tensor::from_vector({1, 2, 3}, {2, -1}), "from_vector: 3 values do not fill shape (2, -1)");
  CHECK_ERROR(Tensor::from_vector({1, 2, 3}, {-1, huge, huge}),
              "from_vector: 3 values do not fill shape (-1, 4611686018427387904, 4611686018427387904)");
  CHECK_ERROR(Tensor::from_vector({}, {0, -1}),
              "from_vector: the -1 in (0, -1) cannot be worked out next to a size of 0; give every size");
  CHECK_ERROR(
      Tensor::from_vector({1}, {huge, huge}),
      "from_vector: a tensor of shape (4611686018427387904, 4611686018427387904) has too many elements to fit in "
      "memory");
  CHECK_ERROR(Tensor::from_vector({}, {0, huge, huge}),
              "from_vector: a tensor of shape (0, 4611686018427387904, 4611686018427387904) has too many elements to "
              "fit in memory");
  CHECK_ERROR(Shape({1, 1, 1, 1, 1, 1, 1, 1, 1}), "Shape: 9 dimensions; a tensor has at most 8");
  CHECK_ERROR(
      full({huge, huge}, 1),
      "full: a tensor of shape (4611686018427387904, 4611686018427387904) has too many elements to fit in memory");
  CHECK_ERROR(rand({-1}), "rand: the shape (-1) has a negative size");
  CHECK_ERROR(
      rand({huge, 2, huge}),
      "rand: a tensor of shape (4611686018427387904, 2, 4611686018427387904) has too many elements to fit in memory");
  CHECK_ERROR(normal(0, -0.5, {4}),
              "normal: mean is 0 and standard_deviation is -0.5; both must be finite and the latter not negative");
  CHECK_ERROR(normal(NaN, 1, {4}),
              "normal: mean is nan and standard_deviation is 1; both must be finite and the latter not negative");
  CHECK_ERROR(normal(0, inf, {4}),
              "normal: mean is 0 and standard_deviation is inf; both must be finite and the latter not negative");
  CHECK_ERROR(normal(0, 1, {-4}), "normal: the shape (-4) has a negative size");
  CHECK_ERROR(arange(0, 5, 0),
              "arange: from 0 one cannot get to 5 by steps of 0; step must be finite, not 0, and lead towards end");
  CHECK_ERROR(arange(0, 5, -1),
              "arange: from 0 one cannot get to 5 by steps of -1; step must be finite, not 0, and lead towards end");
  CHECK_ERROR(arange(0, inf),
              "arange: from 0 one cannot get to inf by steps of 1; step must be finite, not 0, and lead towards end");
  CHECK_ERROR(arange(NaN),
              "arange: from 0 one cannot get to nan by steps of 1; step must be finite, not 0, and lead towards end");
  CHECK_ERROR(arange(0, 1e15), "arange: from 0 to 1e+15 by 1 has too many elements to fit in memory");
  CHECK_ERROR(arange(0, 1, 1e-300), "arange: from 0 to 1 by 1e-300 has too many elements to fit in memory");
  CHECK_ERROR(linspace(0, 1, -1), "linspace: the shape (-1) has a negative size");
  CHECK_ERROR(linspace(0, inf, 3), "linspace: start is 0 and end is inf; both must be finite");
  CHECK_ERROR(linspace(0, 1, huge),
              "linspace: a tensor of shape (4611686018427387904) has too many elements to fit in memory");
  CHECK_ERROR(eye(-1), "eye: the shape (-1, -1) has a negative size");
  CHECK_ERROR(eye(2, -3), "eye: the shape (2, -3) has a negative size");
  CHECK_ERROR(
      eye(huge, huge),
      "eye: a tensor of shape (4611686018427387904, 4611686018427387904) has too many elements to fit in memory");
}

BOOST_AUTO_TEST_CASE(errors_of_asking_tensors) {
  CHECK_ERROR(ones({2, 3}).item(),
              "item: the tensor has shape (2, 3), not one element; index it, or reduce it with sum() or mean()");
  CHECK_ERROR(zeros({0}).item(),
              "item: the tensor has shape (0), not one element; index it, or reduce it with sum() or mean()");
  CHECK_ERROR(ones({2, 3}).size(2), "size: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(ones({2, 3}).size(-3), "size: dim is -3, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(ones({}).size(0), "size: dim is 0, but x is a single number, of shape (), and has no dimensions");
  CHECK_ERROR(ones({2, 3})(0), "x(...): 1 indices for a tensor of shape (2, 3); give one index a dimension");
  CHECK_ERROR(ones({2, 3})(0, 1, 2), "x(...): 3 indices for a tensor of shape (2, 3); give one index a dimension");
  CHECK_ERROR(ones({2, 3})(), "x(...): 0 indices for a tensor of shape (2, 3); give one index a dimension");
  CHECK_ERROR(ones({2, 3})(2, 0),
              "x(...): index 2 is out of range for dimension 0 of shape (2, 3); it must be from -size to size - 1");
  CHECK_ERROR(ones({2, 3})(0, -4),
              "x(...): index -4 is out of range for dimension 1 of shape (2, 3); it must be from -size to size - 1");
  CHECK_ERROR(zeros({0})(0), "x(...): index 0 is out of range for dimension 0 of shape (0), which has none");
}

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

BOOST_AUTO_TEST_CASE(errors_of_views) {
  CHECK_ERROR(reshape(ones({2, 3}), {4, 2}),
              "reshape: x has shape (2, 3) and 6 elements, which do not fill shape (4, 2)");
  CHECK_ERROR(reshape(ones({2, 3}), {-1, 4}),
              "reshape: x has shape (2, 3) and 6 elements, which do not fill shape (-1, 4)");
  CHECK_ERROR(reshape(ones({2, 3}), {-1, -1}),
              "reshape: (-1, -1) has more than one -1; only one size can be worked out");
  CHECK_ERROR(reshape(ones({2, 3}), {2, -3}),
              "reshape: (2, -3) has a negative size; only -1 has a meaning, the size to be worked out");
  CHECK_ERROR(reshape(zeros({0, 3}), {0, -1}),
              "reshape: the -1 in (0, -1) cannot be worked out next to a size of 0; give every size");
  CHECK_ERROR(reshape(ones({2, 3}), {}), "reshape: x has shape (2, 3) and 6 elements, which do not fill shape ()");
  CHECK_ERROR(flatten(ones({2, 3, 4}), 2, 1),
              "flatten: start is dimension 2 and end is dimension 1; start must not come after end");
  CHECK_ERROR(flatten(ones({2, 3, 4}), 3), "flatten: dim is 3, but x has shape (2, 3, 4); dim must be from -3 to 2");
  CHECK_ERROR(flatten(ones({2, 3, 4}), 0, -4),
              "flatten: dim is -4, but x has shape (2, 3, 4); dim must be from -3 to 2");
  CHECK_ERROR(unsqueeze(ones({2, 3}), 3), "unsqueeze: dim is 3, but x has shape (2, 3); dim must be from -3 to 2");
  CHECK_ERROR(unsqueeze(ones({2, 3}), -4), "unsqueeze: dim is -4, but x has shape (2, 3); dim must be from -3 to 2");
  CHECK_ERROR(squeeze(ones({2, 3}), 0),
              "squeeze: dimension 0 of shape (2, 3) has size 2, not 1; only a size of 1 can be dropped");
  CHECK_ERROR(squeeze(ones({2, 3}), 2), "squeeze: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(squeeze(ones({}), 0), "squeeze: dim is 0, but x is a single number, of shape (), and has no dimensions");
  CHECK_ERROR(transpose(ones({3})),
              "transpose: x has shape (3); transposing takes 2 dimensions. Did you mean unsqueeze(x, 0)?");
  CHECK_ERROR(transpose(ones({2, 3}), 0, 2), "transpose: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(permute(ones({2, 3}), {0}),
              "permute: 1 dimensions are named, x has shape (2, 3); name each of its dimensions once");
  CHECK_ERROR(permute(ones({2, 3}), {0, 0}), "permute: dimension 0 is named twice; name each dimension of (2, 3) once");
  CHECK_ERROR(permute(ones({2, 3}), {0, 2}), "permute: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(expand(ones({2, 3}), {2, 4}),
              "expand: shape (2, 3) does not broadcast to (2, 4); aligned at the last dimension, a size must be 1 or "
              "stay as it is");
  CHECK_ERROR(expand(ones({2, 3}), {3}),
              "expand: shape (2, 3) does not broadcast to (3); aligned at the last dimension, a size must be 1 or stay "
              "as it is");
  CHECK_ERROR(expand(ones({2, 3}), {-1, 2, 3}), "expand: the shape (-1, 2, 3) has a negative size");
  CHECK_ERROR(expand(ones({3}), {-2}), "expand: the shape (-2) has a negative size");
  CHECK_ERROR(
      expand(ones({1}), {huge, huge}),
      "expand: a tensor of shape (4611686018427387904, 4611686018427387904) has too many elements to fit in memory");
  CHECK_ERROR(narrow(ones({2, 3}), 1, 2, 2),
              "narrow: start 2 and length 2 reach outside dimension 1 of shape (2, 3); start must be at least 0, and "
              "start + length at most 3");
  CHECK_ERROR(narrow(ones({2, 3}), 1, -1, 1),
              "narrow: start -1 and length 1 reach outside dimension 1 of shape (2, 3); start must be at least 0, and "
              "start + length at most 3");
  CHECK_ERROR(narrow(ones({2, 3}), 1, 0, -1),
              "narrow: start 0 and length -1 reach outside dimension 1 of shape (2, 3); start must be at least 0, and "
              "start + length at most 3");
  CHECK_ERROR(narrow(ones({2, 3}), 2, 0, 1), "narrow: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(select(ones({2, 3}), 2, 0), "select: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(select(ones({2, 3}), 1, 3),
              "select: index 3 is out of range for dimension 1, which has size 3; it must be from -3 to 2");
  CHECK_ERROR(select(ones({2, 3}), -2, -3),
              "select: index -3 is out of range for dimension 0, which has size 2; it must be from -2 to 1");
  CHECK_ERROR(select(zeros({2, 0}), 1, 0),
              "select: index 0 is out of range for dimension 1, which has size 0 and no indices");
  CHECK_ERROR(select(ones({}), 0, 0), "select: dim is 0, but x is a single number, of shape (), and has no dimensions");
  CHECK_ERROR(flatten(ones({}), 1), "flatten: dim is 1, but x has shape (); dim must be from -1 to 0");
  CHECK_ERROR(flatten(ones({}), 0, 5), "flatten: dim is 5, but x has shape (); dim must be from -1 to 0");
  CHECK_ERROR(flatten(ones({}), -2), "flatten: dim is -2, but x has shape (); dim must be from -1 to 0");
  CHECK_ERROR(narrow(ones({2, 3}), 0, huge, huge),
              "narrow: start 4611686018427387904 and length 4611686018427387904 reach outside dimension 0 of shape (2, "
              "3); start must be at least 0, and start + length at most 2");
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

BOOST_AUTO_TEST_CASE(errors_of_selecting) {
  CHECK_ERROR(masked_select(ones({50, 50}), zeros<bool>({50, 49})),
              "masked_select: the mask is (50, 49), x is (50, 50); the mask must broadcast to x's shape.");
  CHECK_ERROR(masked_select(ones({3}), zeros<bool>({2, 3})),
              "masked_select: the mask is (2, 3), x is (3); the mask must broadcast to x's shape.");
  CHECK_ERROR(masked_fill(ones({2, 3}), zeros<bool>({2}), 0),
              "masked_fill: the mask is (2), x is (2, 3); the mask must broadcast to x's shape.");
  CHECK_ERROR(masked_scatter(ones({2}), zeros<bool>({3}), {2}),
              "masked_scatter: the mask is (3), x is (2); the mask must broadcast to x's shape.");
  CHECK_ERROR(masked_scatter(ones({2}), Mask{true, false, false}, {3}),
              "masked_scatter: the mask is true in 1 places, but there are 2 values");
  CHECK_ERROR(masked_scatter(ones({2}), Mask{true, true, true}, {3}),
              "masked_scatter: the mask is true in 3 places, but there are 2 values");
  CHECK_ERROR(gather(ones({2, 3}), 1, IndexTensor{{0}}),
              "gather: index has shape (1, 1), x has shape (2, 3); all sizes but that of dimension 1 must agree");
  CHECK_ERROR(gather(ones({2, 3}), 1, IndexTensor{0, 1}),
              "gather: index has shape (2), x has shape (2, 3); all sizes but that of dimension 1 must agree");
  CHECK_ERROR(gather(ones({2, 3}), 1, IndexTensor{{0, 3}, {0, 0}}),
              "gather: index 3 is out of range for dimension 1, which has size 3; it must be from -3 to 2");
  CHECK_ERROR(gather(ones({2, 3}), 1, IndexTensor{{0, -4}, {0, 0}}),
              "gather: index -4 is out of range for dimension 1, which has size 3; it must be from -3 to 2");
  CHECK_ERROR(gather(ones({2, 3}), 2, IndexTensor{{0}, {0}}),
              "gather: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(gather(zeros({2, 0}), 1, IndexTensor{{0}, {0}}),
              "gather: index 0 is out of range for dimension 1, which has size 0 and no indices");
  CHECK_ERROR(scatter_add(ones({2}), 0, IndexTensor{0, 1, 2}, 3),
              "scatter_add: values have shape (2), index has shape (3); they must be equal");
  CHECK_ERROR(scatter_add(ones({2}), 0, IndexTensor{0, 3}, 3),
              "scatter_add: index 3 is out of range for dimension 0, which has size 3; it must be from -3 to 2");
  CHECK_ERROR(scatter_add(ones({2}), 1, IndexTensor{0, 1}, 3),
              "scatter_add: dim is 1, but x has shape (2); dim must be from -1 to 0");
  CHECK_ERROR(index_select(ones({2, 3}), 2, IndexTensor{0}),
              "index_select: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(index_select(ones({2, 3}), 0, IndexTensor{{0, 1}}),
              "index_select: index has shape (1, 2); it must be 1-d");
  CHECK_ERROR(index_select(ones({}), 0, IndexTensor{0}),
              "index_select: dim is 0, but x is a single number, of shape (), and has no dimensions");
}

BOOST_AUTO_TEST_CASE(errors_of_joining) {
  CHECK_ERROR(cat(std::vector<Tensor>{}), "cat: no tensors; give at least one");
  CHECK_ERROR(
      cat({ones({2, 3}), ones({2, 4})}),
      "cat: tensor 0 has shape (2, 3), tensor 1 has shape (2, 4); all sizes but that of dimension 0 must agree");
  CHECK_ERROR(cat({ones({2, 3}), ones({3})}),
              "cat: tensor 0 has shape (2, 3), tensor 1 has shape (3); all sizes but that of dimension 0 must agree");
  CHECK_ERROR(cat({ones({2}), ones({2})}, 1), "cat: dim is 1, but x has shape (2); dim must be from -1 to 0");
  CHECK_ERROR(cat({ones({}), ones({})}), "cat: dim is 0, but x is a single number, of shape (), and has no dimensions");
  CHECK_ERROR(stack(std::vector<Tensor>{}), "stack: no tensors; give at least one");
  CHECK_ERROR(stack({ones({2}), ones({3})}),
              "stack: tensor 0 has shape (2), tensor 1 has shape (3); all shapes must be equal");
  CHECK_ERROR(stack({ones({2}), ones({2})}, 2), "stack: dim is 2, but x has shape (2); dim must be from -2 to 1");
  CHECK_ERROR(repeat(ones({2, 3}), {2}),
              "repeat: x has shape (2, 3), times is (2); give a number for each dimension of x");
  CHECK_ERROR(repeat(ones({2, 3}), {2, -1}), "repeat: times is (2, -1); a number of repetitions is not negative");
  CHECK_ERROR(repeat_interleave(ones({2, 3}), -1),
              "repeat_interleave: times is -1; a number of repetitions is not negative");
  CHECK_ERROR(repeat_interleave(ones({2, 3}), -1, 0),
              "repeat_interleave: times is -1; a number of repetitions is not negative");
  CHECK_ERROR(repeat_interleave(ones({2, 3}), 2, 2),
              "repeat_interleave: dim is 2, but x has shape (2, 3); dim must be from -2 to 1");
  CHECK_ERROR(repeat_interleave(ones({}), 2, 0),
              "repeat_interleave: dim is 0, but x is a single number, of shape (), and has no dimensions");
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

// A tensor has at most as many bytes as a pointer difference can count: 2^31 - 1 on a machine of 32 bits.
BOOST_AUTO_TEST_CASE(errors_of_sizes_beyond_a_limit) {
  const std::int64_t limit = std::numeric_limits<std::int32_t>::max();
  const std::string too_many = " has too many elements to fit in memory";
  CHECK_ERROR(check_sizes("op", {1 << 30}, sizeof(float), limit), "op: a tensor of shape (1073741824)" + too_many);
  CHECK_ERROR(check_sizes("op", {1 << 15, 1 << 14}, 4, limit), "op: a tensor of shape (32768, 16384)" + too_many);
  CHECK_ERROR(check_sizes("op", {0, 1 << 28}, 8, limit), "op: a tensor of shape (0, 268435456)" + too_many);
  CHECK_ERROR(check_sizes("op", {huge, huge}, 1, limit),
              "op: a tensor of shape (4611686018427387904, 4611686018427387904)" + too_many);
  BOOST_CHECK_NO_THROW(check_sizes("op", {(1 << 29) - 1}, 4, limit));
  BOOST_CHECK_NO_THROW(check_sizes("op", {limit}, 1, limit));
  BOOST_TEST(max_bytes <= PTRDIFF_MAX);
  BOOST_TEST(max_bytes <= std::int64_t{1} << 46);
}

// Sizes whose product does not fit 64 bits must be refused before anything is computed from it.
BOOST_AUTO_TEST_CASE(errors_of_overflowing_sizes) {
  const std::int64_t large = std::int64_t{1} << 32;
  CHECK_ERROR_BEGINS(reshape(zeros({0}), {large, large}), "reshape: ");
  CHECK_ERROR_BEGINS(reshape(zeros({0}), {0, large, large}), "reshape: ");
  CHECK_ERROR_BEGINS(reshape(ones({4}), {-1, large, large}), "reshape: ");
  CHECK_ERROR_BEGINS(repeat(ones({4}), {huge}), "repeat: ");
  CHECK_ERROR_BEGINS(repeat(ones({4, 4}), {huge / 2, huge / 2}), "repeat: ");
  CHECK_ERROR_BEGINS(repeat_interleave(ones({4}), huge), "repeat_interleave: ");
  CHECK_ERROR_BEGINS(repeat_interleave(ones({3, 2}), huge, 0), "repeat_interleave: ");
  const Tensor column = expand(ones({1, 1}), {huge >> 22, 1}), row = expand(ones({1, 1}), {1, huge >> 22});
  CHECK_ERROR_BEGINS(matmul(column, row), "matmul: ");
  BOOST_CHECK_THROW(column + row, Error);
  BOOST_CHECK_THROW(static_cast<void>(column < row), Error);
}

// More than the machine has, but not more than 64 bits can count.
BOOST_AUTO_TEST_CASE(errors_of_too_little_memory) {
  const Tensor much = expand(ones({1}), {std::int64_t{1} << 43});
  CHECK_ERROR_BEGINS(zeros({std::int64_t{1} << 43}), "out of memory: ");
  CHECK_ERROR_BEGINS(much + 1, "out of memory: ");
  CHECK_ERROR_BEGINS(contiguous(much), "out of memory: ");
  const Tensor column = expand(ones({1, 1}), {std::int64_t{1} << 30, 1}),
               row = expand(ones({1, 1}), {1, std::int64_t{1} << 30});
  BOOST_CHECK_THROW(column + row, Error);
  CHECK_SAME(ones({2}) + 1, full({2}, 2));  // and goes on
}

// Any use of an empty tensor throws, as first argument or as another.
BOOST_AUTO_TEST_CASE(errors_of_empty_tensors) {
  const Tensor e, x = ones({2, 2});
  const Mask no_mask, mask = x > 0;
  const IndexTensor no_index, index{0, 1};
  auto product = [](auto a, auto b) { return a * b; };
  const std::vector<std::pair<const char*, std::function<void()>>> uses{
      {".shape", [&] { e.shape(); }},
      {".strides", [&] { e.strides(); }},
      {".dim", [&] { e.dim(); }},
      {"size", [&] { e.size(0); }},
      {".numel", [&] { e.numel(); }},
      {".item", [&] { e.item(); }},
      {".to_vector", [&] { e.to_vector(); }},
      {".x()", [&] { e(); }},
      {".x(0)", [&] { e(0); }},
      {".data", [&] { e.data(); }},
      {".is_contiguous", [&] { e.is_contiguous(); }},
      {"contiguous", [&] { contiguous(e); }},
      {"cast", [&] { cast<double>(e); }},
      {"zeros_like", [&] { zeros_like(e); }},
      {"ones_like", [&] { ones_like(e); }},
      {"neg", [&] { -e; }},
      {"abs", [&] { abs(e); }},
      {"sign", [&] { sign(e); }},
      {"square", [&] { square(e); }},
      {"sqrt", [&] { sqrt(e); }},
      {"exp", [&] { exp(e); }},
      {"exp of a temporary", [&] { exp(Tensor()); }},
      {"log", [&] { log(e); }},
      {"sin", [&] { sin(e); }},
      {"cos", [&] { cos(e); }},
      {"tanh", [&] { tanh(e); }},
      {"sigmoid", [&] { sigmoid(e); }},
      {"relu", [&] { relu(e); }},
      {"clamp", [&] { clamp(e, 0, 1); }},
      {"add", [&] { e + x; }},
      {"add second", [&] { x + e; }},
      {"add number", [&] { e + 1; }},
      {"sub both", [&] { Tensor() - Tensor(); }},
      {"mul", [&] { x* Tensor(); }},
      {"div", [&] { e / x; }},
      {"div second", [&] { x / e; }},
      {"pow", [&] { pow(x, e); }},
      {"maximum", [&] { maximum(e, 0); }},
      {"minimum", [&] { minimum(0, e); }},
      {"where mask", [&] { where(no_mask, x, x); }},
      {"where a", [&] { where(mask, e, x); }},
      {"where b", [&] { where(mask, 1, e); }},
      {"<", [&] { static_cast<void>(e < x); }},
      {"== number", [&] { static_cast<void>(e == 0); }},
      {"!=", [&] { static_cast<void>(x != e); }},
      {"!", [&] { !no_mask; }},
      {"&&", [&] { mask&& no_mask; }},
      {"||", [&] { no_mask || mask; }},
      {"allclose", [&] { allclose(e, x); }},
      {"allclose second", [&] { allclose(x, e); }},
      {"allclose both", [&] { allclose(e, e); }},
      {"elementwise", [&] { elementwise(product, x, e); }},
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
      {"softmax_vjp", [&] { softmax_vjp(x, e, 0); }},
      {"softmax_vjp g", [&] { softmax_vjp(e, x, 0); }},
      {"log_softmax_vjp", [&] { log_softmax_vjp(e, x, 0); }},
      {"sort", [&] { sort(e); }},
      {"argsort", [&] { argsort(e); }},
      {"argmax", [&] { argmax(e); }},
      {"argmin dim", [&] { argmin(e, 0); }},
      {"masked_select", [&] { masked_select(e, mask); }},
      {"masked_select mask", [&] { masked_select(x, no_mask); }},
      {"masked_fill", [&] { masked_fill(e, mask, 0); }},
      {"masked_fill mask", [&] { masked_fill(x, no_mask, 0); }},
      {"masked_scatter",
       [&] {
         masked_scatter(e, mask, {2, 2});
       }},
      {"masked_scatter mask",
       [&] {
         masked_scatter(x, no_mask, {2, 2});
       }},
      {"gather", [&] { gather(e, 0, index); }},
      {"gather index", [&] { gather(x, 0, no_index); }},
      {"scatter_add", [&] { scatter_add(e, 0, index, 2); }},
      {"scatter_add index", [&] { scatter_add(x, 0, no_index, 2); }},
      {"index_select", [&] { index_select(e, 0, index); }},
      {"index_select index", [&] { index_select(x, 0, no_index); }},
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
      {"cat first",
       [&] {
         cat({e, x});
       }},
      {"stack",
       [&] {
         stack({x, e});
       }},
      {"stack first",
       [&] {
         stack({e, x});
       }},
      {"repeat", [&] { repeat(e, {1}); }},
      {"repeat_interleave", [&] { repeat_interleave(e, 2); }},
      {"repeat_interleave dim", [&] { repeat_interleave(e, 2, 0); }},
      {"matmul", [&] { matmul(e, x); }},
      {"matmul second", [&] { matmul(x, e); }},
      {"bmm", [&] { bmm(e, e); }},
      {"dot", [&] { dot(e, e); }},
  };
  for (const auto& [name, use] : uses) {
    BOOST_TEST_CONTEXT(name) { BOOST_CHECK_EQUAL(error_of(use), empty_text_of(name)); }
  }
}

BOOST_AUTO_TEST_CASE(errors_of_shapes_and_fractions) {
  const Tensor x = ones({2, 3});
  CHECK_ERROR(x.shape()[-1],
              "shape[-1]: the shape is (2, 3); the index must be from 0 to 1. x.size(-1) counts from the end.");
  CHECK_ERROR(x.shape()[2],
              "shape[2]: the shape is (2, 3); the index must be from 0 to 1. x.size(-1) counts from the end.");
  CHECK_ERROR(ones({}).shape()[0], "shape[0]: the shape is (), that of a single number, and has no sizes");
  CHECK_ERROR_BEGINS(arange<std::int64_t>(0, 3, 0.5), "a tensor of integers cannot take the number 0.5");
  CHECK_ERROR_BEGINS(linspace<std::int64_t>(0, 1, 3), "a tensor of integers cannot take the number 0.5");
  CHECK_SAME(linspace<std::int64_t>(0, 4, 3), (IndexTensor{0, 2, 4}));
}

BOOST_AUTO_TEST_SUITE_END()
