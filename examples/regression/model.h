// The model: attention pooling over the rows of the data, with a bandwidth for each
// feature.
//
//   fit(q) = Σ_j p_j y_j    p_j = w_j K_j / Σ_i w_i K_i
//   K_j = Π_f kernel((q_f - x_jf) / h_f)
//
// Degree 1 puts a line of least weighted squares in place of this mean. A category's factor
// is 1 where q and x_j are equal, and else λ. All that is to be chosen is one vector t: log
// h of each feature, and log λ of each category.
#pragma once

#include <array>
#include <vector>

#include "nn/nn.h"

namespace tg::regression {

enum class Kernel { gaussian, laplace, epanechnikov, triangular, boxcar };

inline bool is_compact(Kernel kernel) { return kernel >= Kernel::epanechnikov; }

// Features and y are in standard deviations from their means.
struct Model {
  Kernel kernel = Kernel::gaussian;
  int degree = 0;             // 0 or 1; 1 takes one feature
  std::int64_t features = 1;  // the first columns of x; the others are categories' codes
  bool weighted = false;
  Tensor64 x, y, weights;  // (n, d), (n), and (n): with mean 1, or all 1

  std::int64_t rows() const { return x.size(0); }
  std::int64_t columns() const { return x.size(1); }
};

// Σ_i w_i (y_i - fit_i)² / n, where fit_i is made from the other rows. A row without
// neighbours, as compact kernels leave some, is predicted by the mean of the others.
double leave_one_out(const Model& model, const std::vector<double>& t, std::vector<double>* gradient = nullptr);

// The model at queries (m, d). A query that all rows are out of reach of has NaN
// everywhere.
struct Smooth {
  Tensor64 fit;       // (m)
  Tensor64 slopes;    // ∂fit/∂q, (m, d)
  Tensor64 variance;  // Σ_j l_j² / w_j, of the weights l that fit = Σ_j l_j y_j has: of the
                      // fit if y's is 1
  Tensor64 keys;      // the effective number of keys, 1 / Σ_j p_j² / w_j
  Tensor64 nearest;   // log max_j K_j: how near the nearest row is
  Tensor64 own;       // l_i / w_i, if the query is row i

  std::array<Tensor64*, 6> all() { return {&fit, &slopes, &variance, &keys, &nearest, &own}; }
};
Smooth smooth(const Model& model, const Tensor64& queries, const std::vector<double>& t);

// So many of them, one of each stretch; or all.
IndexTensor some_rows(const Model& model, std::int64_t count);

// How many rows have no other in reach.
std::int64_t rows_alone(const Model& model, const std::vector<double>& t);

}  // namespace tg::regression
