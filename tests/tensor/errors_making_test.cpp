// Wrong calls: making and asking tensors, and sizes and memory that no machine has.
#include "tests/support.h"

using namespace tests;

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

BOOST_AUTO_TEST_SUITE_END()
