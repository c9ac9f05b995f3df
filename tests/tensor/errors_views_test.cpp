// Wrong calls: views, joining and selecting.
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(tensor)

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

BOOST_AUTO_TEST_SUITE_END()
