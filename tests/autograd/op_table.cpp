// The table of ops: its rows. Constants (masks, limits, exponents, dimensions) are those of tests/reference/ops.py.
#include "tests/autograd/op_table.h"

namespace tests {

using namespace tg;

namespace {

const std::vector<Shape> with_dims{{2, 3}, {4}, {2, 3, 4}, {3, 1}};
const std::vector<Shape> with_dims_and_empty{{2, 3}, {4}, {2, 3, 4}, {3, 1}, {0, 3}};
const std::vector<Shape> of_rank_3{{2, 3, 4}, {3, 2, 1}, {2, 1, 3}};

}  // namespace

std::vector<OpRow> op_rows() {
  return {
      // --- Arithmetic ---
      row("add", pairs(any, any), [](auto& x) { return x[0] + x[1]; }),
      row("sub", pairs(any, any), [](auto& x) { return x[0] - x[1]; }),
      row("mul", pairs(any, any), [](auto& x) { return x[0] * x[1]; }),
      row("div", "div div_kink", pairs(any, away), [](auto& x) { return x[0] / x[1]; }),
      row("neg", each(any), [](auto& x) { return -x[0]; }),
      row("add", "add_scalar", each(any), [](auto& x) { return x[0] + 2; }),
      row("sub", "scalar_sub", each(any), [](auto& x) { return 2 - x[0]; }),
      row("mul", "mul_scalar", each(any), [](auto& x) { return 2 * x[0]; }),
      row("div", "scalar_div", each(away), [](auto& x) { return 2 / x[0]; }),
      row("mul", no_reference, each(any), [](auto& x) { return x[0] * x[0]; }),
      row("div", no_reference, each(away), [](auto& x) { return x[0] / x[0]; }),
      row("pow pow_vjp", "pow pow_kink", pairs(positive, within(-2, 2)), [](auto& x) { return pow(x[0], x[1]); }),
      row("pow", "pow_scalar pow_scalar_kink", each(positive), [](auto& x) { return pow(x[0], 0.8); }),
      row("pow", no_reference, each(away), [](auto& x) { return pow(x[0], 3); }),  // of negative numbers too
      row("pow", no_reference, each(any), [](auto& x) { return pow(2, x[0]); }),
      row("maximum", "maximum maximum_kink maximum_nan_kink", pairs(steps(0), steps(0.2)),
          [](auto& x) { return maximum(x[0], x[1]); }),
      row("minimum", "minimum minimum_kink minimum_nan_kink", pairs(steps(0), steps(0.2)),
          [](auto& x) { return minimum(x[0], x[1]); }),
      row("where", pairs(steps(0), steps(0.2)), [](auto& x) { return where(x[0] > x[1], x[0], x[1] * x[1]); }),
      row("where", no_reference,
          inputs({any, any}, {{{2, 3}, {2, 3}}, {{}, {}}, {{3}, {2, 1}}, {{1}, {}}, {{4, 1, 1}, {3}}}),  // a wider mask
          [](auto& x) { return where(mask_2x3, x[0], x[1]); }),

      // --- Elementary functions ---
      row("abs", "abs abs_kink abs_nan_kink", each(away), [](auto& x) { return abs(x[0]); }),
      row("square", each(any), [](auto& x) { return square(x[0]); }),
      row("sqrt", "sqrt sqrt_kink", each(positive), [](auto& x) { return sqrt(x[0]); }),
      row("exp", "exp exp_inf_kink", each(any), [](auto& x) { return exp(x[0]); }),
      row("log", "log log_kink", each(positive), [](auto& x) { return log(x[0]); }),
      row("sin", each(any), [](auto& x) { return sin(x[0]); }),
      row("cos", each(any), [](auto& x) { return cos(x[0]); }),
      row("tanh", "tanh tanh_inf_kink", each(any), [](auto& x) { return tanh(x[0]); }),
      row("sigmoid", "sigmoid sigmoid_inf_kink", each(any), [](auto& x) { return sigmoid(x[0]); }),
      row("relu", "relu relu_kink relu_nan_kink", each(away), [](auto& x) { return relu(x[0]); }),
      row("clamp", "clamp clamp_kink clamp_nan_kink", each(inside_or_outside),
          [](auto& x) { return clamp(x[0], -0.5, 0.5); }),

      // --- Reductions ---
      row("sum", each(any), [](auto& x) { return sum(x[0]); }),
      row("sum", "sum_dim", each(any, with_dims_and_empty), [](auto& x) { return sum(x[0], -1); }),
      row("sum", "sum_dim0_keepdim", each(any, with_dims_and_empty), [](auto& x) { return sum(x[0], 0, true); }),
      row("sum", no_reference, each(any, of_rank_3), [](auto& x) { return sum(x[0], 1); }),
      row("mean", each(any), [](auto& x) { return mean(x[0]); }),
      row("mean", "mean_dim", each(any, with_dims_and_empty), [](auto& x) { return mean(x[0], -1); }),
      row("mean", "mean_dim0_keepdim", each(any, with_dims_and_empty), [](auto& x) { return mean(x[0], 0, true); }),
      row("mean", no_reference, each(any, of_rank_3), [](auto& x) { return mean(x[0], 1); }),
      row("max", "max max_kink max_nan_kink", each(distinct, {{2, 3}, {5}, {2, 3, 4}, {}}),
          [](auto& x) { return max(x[0]); }),
      row("max gather", "max_dim max_dim_kink max_dim_nan_kink", each(distinct, with_dims_and_empty),
          [](auto& x) { return max(x[0], -1); }),
      row("max gather", "max_dim0_keepdim", each(distinct, with_dims), [](auto& x) { return max(x[0], 0, true); }),
      row("max gather", no_reference, each(distinct, of_rank_3), [](auto& x) { return max(x[0], 1); }),
      row("min", "min min_kink min_nan_kink", each(distinct, {{2, 3}, {5}, {2, 3, 4}, {}}),
          [](auto& x) { return min(x[0]); }),
      row("min gather", "min_dim min_dim_kink min_dim_nan_kink", each(distinct, with_dims_and_empty),
          [](auto& x) { return min(x[0], -1); }),
      row("min gather", "min_dim0_keepdim", each(distinct, with_dims), [](auto& x) { return min(x[0], 0, true); }),
      row("min gather", no_reference, each(distinct, of_rank_3), [](auto& x) { return min(x[0], 1); }),
      row("logsumexp", "logsumexp logsumexp_inf_kink", each(any), [](auto& x) { return logsumexp(x[0]); }),
      row("logsumexp", "logsumexp_dim logsumexp_dim_inf_kink", each(any, with_dims_and_empty),
          [](auto& x) { return logsumexp(x[0], -1); }),
      row("logsumexp", "logsumexp_dim0_keepdim", each(any, with_dims_and_empty),
          [](auto& x) { return logsumexp(x[0], 0, true); }),
      row("logsumexp", no_reference, each(any, of_rank_3), [](auto& x) { return logsumexp(x[0], 1); }),
      row("sum_to", no_reference, each(any, {{2, 3}, {2, 1}, {4, 2, 3}, {0, 3}}),
          [](auto& x) {
            return sum_to(x[0], {1, 1});
          }),
      row("sum_to", no_reference, each(any, {{2, 3}, {5, 2, 3}, {2, 3, 2, 3}}),
          [](auto& x) {
            return sum_to(x[0], {2, 1});
          }),
      row("sum_to", no_reference, each(any), [](auto& x) { return sum_to(x[0], {}); }),
      row("mul_sum_to", no_reference,
          inputs({any, any}, {{{2, 3}, {2, 3}}, {{2, 1}, {3}}, {{3}, {2, 3}}, {{2, 3}, {}}}),
          [](auto& x) {
            return mul_sum_to(x[0], x[1], {2, 1});
          }),

      // --- Sorting ---
      row("sort gather", "sort sort_kink sort_nan_kink", each(distinct, with_dims_and_empty),
          [](auto& x) { return sort(x[0]).values; }),
      row("sort gather", "sort_descending", each(distinct, with_dims_and_empty),
          [](auto& x) { return sort(x[0], -1, true).values; }),
      row("sort gather", no_reference, each(distinct, {{3, 2}, {3, 4, 2}, {4}}),
          [](auto& x) { return sort(x[0], 0).values; }),
      row("sort", no_reference, each(any, {Shape{}}), [](auto& x) { return sort(x[0]).values * 2; }),

      // --- Linear algebra ---
      row("matmul", "matmul_2d matmul_vec_vec matmul_mat_vec matmul_vec_mat matmul_batch",
          inputs({any, any}, {{{3, 4}, {4, 5}},
                              {{1, 4}, {4, 1}},
                              {{3, 1}, {1, 2}},
                              {{1, 3}, {3, 4}},
                              {{4, 3}, {3, 1}},
                              {{5, 6}, {6, 7}},
                              {{0, 3}, {3, 2}},
                              {{3, 2}, {2, 0}},
                              {{2, 0}, {0, 3}},
                              {{4}, {4}},
                              {{0}, {0}},
                              {{3, 4}, {4}},
                              {{1, 4}, {4}},
                              {{4}, {4, 5}},
                              {{4}, {4, 1}},
                              {{2, 1, 3, 4}, {5, 4, 2}},
                              {{2, 3, 4}, {2, 4, 2}},
                              {{3, 4}, {2, 4, 2}},
                              {{1, 3, 4}, {2, 4, 5}},
                              {{2, 3, 4}, {4, 2}},
                              {{2, 3, 4}, {4}},
                              {{4}, {2, 4, 3}},
                              {{2, 5, 6}, {6, 7}},
                              {{0, 3, 4}, {4, 2}},
                              {{2, 1, 5}, {2, 5, 1}}}),
          [](auto& x) { return matmul(x[0], x[1]); }),
      row("bmm",
          inputs({any, any}, {{{2, 3, 4}, {2, 4, 5}},
                              {{5, 1, 6}, {5, 6, 1}},
                              {{2, 3, 1}, {2, 1, 4}},
                              {{1, 2, 3}, {1, 3, 4}},
                              {{2, 5, 6}, {2, 6, 3}},
                              {{0, 2, 3}, {0, 3, 2}},
                              {{2, 3, 0}, {2, 0, 4}}}),
          [](auto& x) { return bmm(x[0], x[1]); }),
      row("dot", inputs({any, any}, {{{4}, {4}}, {{19}, {19}}, {{1}, {1}}, {{0}, {0}}}),
          [](auto& x) { return dot(x[0], x[1]); }),

      // --- Softmax ---
      row("softmax", "softmax softmax_inf_kink", each(any, with_dims_and_empty),
          [](auto& x) { return softmax(x[0], -1); }),
      row("softmax", "softmax_dim0", each(any, with_dims_and_empty), [](auto& x) { return softmax(x[0], 0); }),
      row("softmax", no_reference, each(any, of_rank_3), [](auto& x) { return softmax(x[0], 1); }),
      row("log_softmax", "log_softmax log_softmax_inf_kink", each(any, with_dims_and_empty),
          [](auto& x) { return log_softmax(x[0], -1); }),
      row("log_softmax", "log_softmax_dim0", each(any, with_dims_and_empty),
          [](auto& x) { return log_softmax(x[0], 0); }),
      row("log_softmax", no_reference, each(any, of_rank_3), [](auto& x) { return log_softmax(x[0], 1); }),
      row("softmax_vjp", no_reference, inputs({any, any}, {{{2, 3}, {2, 3}}, {{2, 3, 4}, {2, 3, 4}}, {{0, 3}, {0, 3}}}),
          [](auto& x) { return softmax_vjp(x[0], x[1], 1); }),
      row("softmax_vjp", no_reference, inputs({any, any}, {{{3, 2}, {3, 2}}, {{4}, {4}}}),
          [](auto& x) { return softmax_vjp(x[0], x[1], 0); }),
      row("log_softmax_vjp", no_reference,
          inputs({any, any}, {{{2, 3}, {2, 3}}, {{2, 3, 4}, {2, 3, 4}}, {{0, 3}, {0, 3}}}),
          [](auto& x) { return log_softmax_vjp(x[0], x[1], 1); }),
      row("log_softmax_vjp", no_reference, inputs({any, any}, {{{3, 2}, {3, 2}}, {{4}, {4}}}),
          [](auto& x) { return log_softmax_vjp(x[0], x[1], -2 + (x[0].dim() == 1)); }),
  };
}

const std::vector<OpRow>& op_table() {
  static const std::vector<OpRow> table = [] {
    std::vector<OpRow> rows = op_rows();
    for (OpRow& r : moving_rows()) rows.push_back(std::move(r));
    for (OpRow& r : elementwise_rows()) rows.push_back(std::move(r));
    for (OpRow& r : pooling_rows()) rows.push_back(std::move(r));
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].name += " (row " + std::to_string(i) + ")";
    return rows;
  }();
  return table;
}

}  // namespace tests
