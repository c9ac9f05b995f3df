// The table of ops: views, joins, masks and indices, which move elements and compute nothing.
#include "tests/autograd/op_table.h"

namespace tests {

using namespace tg;

namespace {

const Mask mask_3{true, false, true};
const IndexTensor index_3x3{{0, 0, 3}, {1, 2, 2}, {3, 0, 1}};

}  // namespace

std::vector<OpRow> moving_rows() {
  return {
      // --- Views ---
      row("reshape", "reshape", each(any, {{2, 6}, {3}, {2, 3, 2}, {3, 4, 0, 2}}),
          [](auto& x) {
            return reshape(x[0], {3, -1});
          }),
      row("reshape", no_reference, each(any, {Shape{}, {1}, {1, 1, 1}}),
          [](auto& x) {
            return reshape(x[0], {1, 1});
          }),
      row("flatten", each(any), [](auto& x) { return flatten(x[0]); }),
      row("flatten", no_reference, each(any, {{2, 3, 4}, {2, 3, 1, 2}}), [](auto& x) { return flatten(x[0], 1, 2); }),
      row("unsqueeze", each(any, {{2, 3}, {3}, {0, 3}, {2, 3, 4}}), [](auto& x) { return unsqueeze(x[0], 1); }),
      row("unsqueeze", no_reference, each(any), [](auto& x) { return unsqueeze(x[0], -1); }),
      row("squeeze", each(any, {{2, 1, 3}, {3, 1}, {0, 1, 2}}), [](auto& x) { return squeeze(x[0], 1); }),
      row("squeeze", no_reference, each(any, {{2, 1, 3, 1}, {1, 1}, {3}, {}}), [](auto& x) { return squeeze(x[0]); }),
      row("transpose", each(any, {{2, 3}, {2, 3, 4}, {1, 4}, {0, 3}}), [](auto& x) { return transpose(x[0], 0, 1); }),
      row("transpose", no_reference, each(any, {{2, 3}, {2, 3, 4}}), [](auto& x) { return transpose(x[0]); }),
      row("transpose", no_reference, each(any, {{2, 3, 4}, {2, 3, 4, 5}}),
          [](auto& x) { return transpose(x[0], -1, 0); }),
      row("permute", each(any, {{2, 3, 4}, {3, 1, 2}, {0, 2, 3}}),
          [](auto& x) {
            return permute(x[0], {2, 0, 1});
          }),
      row("permute", no_reference, each(any, {{2, 3, 4, 2}}),
          [](auto& x) {
            return permute(x[0], {1, -1, 0, 2});
          }),
      row("expand", each(any, {{3, 1}, {4}, {2, 1, 4}, {2, 3, 4}, {}}),
          [](auto& x) {
            return expand(x[0], {2, 3, 4});
          }),
      row("expand", no_reference, each(any, {{3, 1}, {3, 4}}),
          [](auto& x) {
            return expand(x[0], {2, -1, 4});
          }),
      row("expand", no_reference, each(any, {{3, 1}, {1}, {}}),
          [](auto& x) {
            return expand(x[0], {3, 0});
          }),
      row("narrow", each(any, {{4, 5}, {2, 4, 2}}), [](auto& x) { return narrow(x[0], 1, 1, 3); }),
      row("narrow", no_reference, each(any, {{2, 3}, {5}}), [](auto& x) { return narrow(x[0], -1, 1, 2); }),
      row("narrow", no_reference, each(any, {{2, 3}, {2}}), [](auto& x) { return narrow(x[0], 0, 2, 0); }),
      row("select", each(any, {{2, 3}, {4, 5, 2}, {2, 4, 3, 2}, {0, 2}}), [](auto& x) { return select(x[0], 1, -2); }),
      row("select", no_reference, each(any, {{2, 3}, {5}, {2, 0}}),
          [](auto& x) { return select(x[0], -1 * x[0].dim(), 1); }),

      // --- Joins ---
      row("cat", inputs({any, any}, {{{2, 3}, {2, 2}}, {{2, 3, 2}, {2, 1, 2}}, {{2, 0}, {2, 3}}}),
          [](auto& x) {
            return cat({x[0], x[1]}, 1);
          }),
      row("cat", no_reference, inputs({any, any, any}, {{{2, 3}, {1, 3}, {3, 3}}, {{2}, {0}, {1}}}),
          [](auto& x) {
            return cat({x[0], x[1], x[2], x[0]});
          }),
      row("cat", no_reference, inputs({any, any}, {{{2}, {3}}}),  // more inputs than a rule can say it reads
          [](auto& x) {
            std::vector<std::remove_cvref_t<decltype(x[0])>> many;
            for (std::size_t i = 0; i < 40; ++i) many.push_back(x[i % 2]);
            return cat(many, -1);
          }),
      row("stack", inputs({any, any}, {{{2, 3}, {2, 3}}, {{4}, {4}}, {{0, 3}, {0, 3}}}),
          [](auto& x) {
            return stack({x[0], x[1]}, 1);
          }),
      row("stack", no_reference, inputs({any, any, any}, {{{2, 3}, {2, 3}, {2, 3}}, {{}, {}, {}}}),
          [](auto& x) {
            return stack({x[0], x[1], x[2]}, -1);
          }),
      row("repeat", each(any, {{2, 3}, {1, 4}, {0, 3}}),
          [](auto& x) {
            return repeat(x[0], {2, 3});
          }),
      row("repeat", "repeat_new_dim", each(any, {{3}, {1}}),
          [](auto& x) {
            return repeat(x[0], {2, 2});
          }),
      row("repeat", no_reference, each(any, {{2, 3, 4}, {3, 2}, {2}, {}}),
          [](auto& x) {
            return repeat(x[0], {2, 1, 3});
          }),
      row("repeat", no_reference, each(any, {{2, 3}, {3}}),
          [](auto& x) {
            return repeat(x[0], {2, 0});
          }),
      row("repeat_interleave", each(any), [](auto& x) { return repeat_interleave(x[0], 3); }),
      row("repeat_interleave", "repeat_interleave_dim", each(any, {{2, 3}, {2, 3, 2}, {2, 0}}),
          [](auto& x) { return repeat_interleave(x[0], 2, 1); }),
      row("repeat_interleave", no_reference, each(any, {{2, 3}, {4}}),
          [](auto& x) { return repeat_interleave(x[0], 3, -1); }),
      row("repeat_interleave", no_reference, each(any, {{2, 3}, {4}}),
          [](auto& x) { return repeat_interleave(x[0], 0, 0); }),

      // --- Masks and indices ---
      row("masked_select", each(away, {{2, 3}, {5}, {2, 1, 3}, {0, 3}, {}}),
          [](auto& x) { return masked_select(x[0], x[0] > 0); }),
      row("masked_select", no_reference, each(any, {{2, 3}, {4, 3}, {3}, {0, 3}}),  // a mask that is broadcast
          [](auto& x) { return masked_select(x[0], mask_3); }),
      row("masked_fill", each(away), [](auto& x) { return masked_fill(x[0], x[0] > 0, 7); }),
      row("masked_fill", no_reference, each(any, {{2, 3}, {4, 2, 3}}),
          [](auto& x) { return masked_fill(x[0], mask_2x3, -1); }),
      row("masked_scatter", no_reference, each(any, {{4}}),
          [](auto& x) {
            return masked_scatter(x[0], mask_2x3, {2, 3});
          }),
      row("masked_scatter", no_reference, each(any, {{8}}),
          [](auto& x) {
            return masked_scatter(x[0], mask_3, {4, 3});
          }),
      row("gather", each(any, {{3, 4}, {3, 5}}), [](auto& x) { return gather(x[0], 1, index_3x3); }),
      row("gather", no_reference, each(any, {{4, 3}, {5, 3}}), [](auto& x) { return gather(x[0], -2, index_3x3); }),
      row("gather", no_reference, each(any, {{4}}),
          [](auto& x) {
            return gather(x[0], 0, IndexTensor{3, -1, 0});
          }),
      row("scatter_add", no_reference, each(any, {{3, 3}}), [](auto& x) { return scatter_add(x[0], 1, index_3x3, 4); }),
      row("scatter_add", no_reference, each(any, {{3, 3}}),
          [](auto& x) { return scatter_add(x[0], -2, index_3x3, 5); }),
      row("index_select", each(any, {{4, 3}, {3}, {3, 2, 2}}),
          [](auto& x) {
            return index_select(x[0], 0, IndexTensor{2, 0, 2});
          }),
      row("index_select", no_reference, each(any, {{2, 3}, {3}, {0, 3}}),
          [](auto& x) {
            return index_select(x[0], -1, IndexTensor{-1, 1});
          }),
      row("index_select", no_reference, each(any, {{2, 3}, {1, 4}}),
          [](auto& x) { return index_select(x[0], 1, zeros<std::int64_t>({0})); }),
  };
}

}  // namespace tests
