// Linear algebra: products of matrices and vectors.
#pragma once

#include "autograd/record.h"

namespace tg {

namespace detail {
// A vector on the left of a product is a row, on the right a column. The cotangent of the product gets back the
// dimensions that were dropped for them.
template <class X> X as_row(const X& a) { return a.dim() == 1 ? unsqueeze(a, 0) : a; }
template <class X> X as_column(const X& b) { return b.dim() == 1 ? unsqueeze(b, 1) : b; }
template <class X> X as_matrix(const X& g, int dim_a, int dim_b) {
  const X with_column = dim_b == 1 ? unsqueeze(g, -1) : g;
  return dim_a == 1 ? unsqueeze(with_column, -2) : with_column;
}
}  // namespace detail

// Leading dimensions are batches and broadcast; the engine sums a broadcast batch's cotangent.
template <class T> BasicVariable<T> matmul(const BasicVariable<T>& a, const BasicVariable<T>& b) {
  const int dim_a = a.shape_for("matmul").dim(), dim_b = b.shape_for("matmul").dim();
  return record({"matmul", "y = a b"}, matmul(a.value(), b.value()),
                {{a, "ā = ȳ bᵀ", reads::x1,
                  [dim_a, dim_b](auto& ctx) {
                    const auto g =
                        matmul(detail::as_matrix(ctx.g, dim_a, dim_b), transpose(detail::as_column(ctx.x(1))));
                    return dim_a == 1 ? squeeze(g, -2) : g;
                  }},
                 {b, "b̄ = aᵀ ȳ", reads::x0, [dim_a, dim_b](auto& ctx) {
                    const auto g = matmul(transpose(detail::as_row(ctx.x(0))), detail::as_matrix(ctx.g, dim_a, dim_b));
                    return dim_b == 1 ? squeeze(g, -1) : g;
                  }}});
}

template <class T> BasicVariable<T> bmm(const BasicVariable<T>& a, const BasicVariable<T>& b) {
  return record({"bmm", "y = a b, for every batch"}, bmm(a.value(), b.value()),
                {{a, "ā = ȳ bᵀ", reads::x1, [](auto& ctx) { return bmm(ctx.g, transpose(ctx.x(1))); }},
                 {b, "b̄ = aᵀ ȳ", reads::x0, [](auto& ctx) { return bmm(transpose(ctx.x(0)), ctx.g); }}});
}

template <class T> BasicVariable<T> dot(const BasicVariable<T>& a, const BasicVariable<T>& b) {
  return record({"dot", "y = Σ a b"}, dot(a.value(), b.value()),
                {{a, "ā = ȳ b", reads::x1, [](auto& ctx) { return ctx.g * ctx.x(1); }},
                 {b, "b̄ = ȳ a", reads::x0, [](auto& ctx) { return ctx.g * ctx.x(0); }}});
}

}  // namespace tg
