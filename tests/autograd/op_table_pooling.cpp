// The table of ops: attention pooling and its weights. The scores are those of tests/reference/ops.py; each row is
// also compared with the composed ops, which hold all weights.
#include "nn/attention/logsumexp.h"
#include "tests/autograd/op_table.h"

namespace tests {

using namespace tg;

namespace {

const auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
const auto product = [](auto q, auto k, auto w) { return q * k * w; };
const auto squares = [](auto q, auto k, auto w) { return square((q - k) * w); };
const auto laplace = [](auto s) { return -sqrt(s + 0.1); };
constexpr PoolingOptions others{.exclude_self = true};

OpRow second_order(OpRow row, Function<double> composed = {}) {
  row.orders = 2;  // of a lambda
  row.composed = std::move(composed);
  return row;
}

// Queries, keys, values and a parameter. The counts differ, and some pass the 16 lanes and 64 rows of a tile.
const std::vector<Shapes> one_feature{{{3}, {5}, {5}, {}},     {{17}, {2}, {2, 3}, {1}},    {{1}, {70}, {70}, {1}},
                                      {{2}, {1}, {1, 2}, {1}}, {{0}, {3}, {3}, {1}},        {{3, 1}, {4, 1}, {4}, {1}},
                                      {{4}, {3}, {3, 1}, {}},  {{0, 1}, {2, 1}, {2, 2}, {}}};
const std::vector<Shapes> features{{{4, 2}, {3, 2}, {3}, {2}},
                                   {{2, 3}, {4, 3}, {4, 2}, {1}},
                                   {{3, 2}, {5, 2}, {5, 1}, {}}};
const std::vector<Shapes> same_points{{{5}, {5}, {5}, {1}}, {{3, 2}, {3, 2}, {3, 2}, {2}}, {{2}, {2}, {2, 2}, {}}};

}  // namespace

std::vector<OpRow> pooling_rows() {
  const std::vector<Domain> domains{any, any, any, positive};
  return {
      second_order(row("attention_pooling", inputs(domains, one_feature),
                       [](auto& x) { return attention_pooling(gaussian, x[0], x[1], x[2], x[3]); }),
                   [](auto& x) { return matmul(attention_weights(gaussian, x[0], x[1], x[3]), x[2]); }),
      second_order(row("attention_pooling", no_reference, inputs(domains, features),
                       [](auto& x) { return attention_pooling(gaussian, x[0], x[1], x[2], x[3]); }),
                   [](auto& x) { return matmul(attention_weights(gaussian, x[0], x[1], x[3]), x[2]); }),
      second_order(row("attention_pooling", "attention_pooling_dot", inputs(domains, features),
                       [](auto& x) { return attention_pooling(product, x[0], x[1], x[2], x[3]); }),
                   [](auto& x) { return matmul(attention_weights(product, x[0], x[1], x[3]), x[2]); }),
      second_order(row("attention_pooling", "attention_pooling_laplace", inputs(domains, features),
                       [](auto& x) { return attention_pooling(squares, laplace, x[0], x[1], x[2], x[3]); }),
                   [](auto& x) { return matmul(attention_weights(squares, laplace, x[0], x[1], x[3]), x[2]); }),
      second_order(row("attention_pooling", "attention_pooling_exclude_self", inputs(domains, same_points),
                       [](auto& x) { return attention_pooling(others, gaussian, x[0], x[1], x[2], x[3]); }),
                   [](auto& x) { return matmul(attention_weights(others, gaussian, x[0], x[1], x[3]), x[2]); }),
      second_order(row("attention_pooling", no_reference, inputs(domains, same_points),
                       [](auto& x) { return attention_pooling(others, squares, laplace, x[0], x[1], x[2], x[3]); })),
      second_order(row("attention_weights", inputs({any, any, positive}, {{{3}, {5}, {}}, {{2, 3}, {4, 3}, {3}}}),
                       [](auto& x) { return attention_weights(gaussian, x[0], x[1], x[2]); })),
      second_order(row("attention_weights", "attention_weights_laplace",
                       inputs({any, any, positive}, {{{3}, {5}, {}}, {{2, 3}, {4, 3}, {3}}}),
                       [](auto& x) { return attention_weights(squares, laplace, x[0], x[1], x[2]); })),
      second_order(row("attention_weights", "attention_weights_exclude_self",
                       inputs({any, any, positive}, {{{5}, {5}, {1}}, {{3, 2}, {3, 2}, {2}}}),
                       [](auto& x) { return attention_weights(others, gaussian, x[0], x[1], x[2]); })),
      second_order(row("attention_logsumexp", no_reference,
                       inputs({any, any, positive}, {{{3}, {5}, {}}, {{2, 3}, {4, 3}, {3}}}),
                       [](auto& x) { return attention_logsumexp(gaussian, x[0], x[1], x[2]); }),
                   [](auto& x) {
                     return logsumexp(
                         detail::composed_scores(PoolingOptions(), gaussian, detail::NoMap(), x[0], x[1], x[2]), 1);
                   }),
      second_order(row("attention_logsumexp", no_reference,
                       inputs({any, any, positive}, {{{5}, {5}, {1}}, {{3, 2}, {3, 2}, {2}}}),
                       [](auto& x) { return attention_logsumexp(others, squares, laplace, x[0], x[1], x[2]); }),
                   [](auto& x) {
                     return logsumexp(detail::composed_scores(others, squares, laplace, x[0], x[1], x[2]), 1);
                   }),
      row("stop_infinite", no_reference, each(any), [](auto& x) { return stop_infinite(x[0], x[0].value() > 0); }),
      row("stop_infinite_vjp", no_reference, each(any),
          [](auto& x) { return stop_infinite_vjp(x[0], x[0].value() > 0); }),
  };
}

}  // namespace tests
