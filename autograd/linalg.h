// Linear algebra: products of matrices and vectors.
#pragma once

#include "autograd/views.h"

namespace tg {

// y = a b          ā = ȳ bᵀ     b̄ = aᵀ ȳ
// Leading dimensions are batches and broadcast; the engine sums a broadcast batch's cotangent. A vector on the left
// is a row, on the right a column.
template <class T>
BasicVariable<T> matmul(const BasicVariable<T>& a, const BasicVariable<T>& b) {
  check_matmul(a.shape(), b.shape());
  if (a.dim() == 1) return squeeze(matmul(unsqueeze(a, 0), b), b.dim() == 1 ? 0 : -2);
  if (b.dim() == 1) return squeeze(matmul(a, unsqueeze(b, 1)), -1);
  return record("matmul", matmul(a.value(), b.value()),
                {{a, reads::x1, [](auto& p) { return matmul(p.g, transpose(p.x(1))); }},
                 {b, reads::x0, [](auto& p) { return matmul(transpose(p.x(0)), p.g); }}});
}

// y = a b for every batch        ā = ȳ bᵀ        b̄ = aᵀ ȳ
template <class T>
BasicVariable<T> bmm(const BasicVariable<T>& a, const BasicVariable<T>& b) {
  return record("bmm", bmm(a.value(), b.value()),
                {{a, reads::x1, [](auto& p) { return bmm(p.g, transpose(p.x(1))); }},
                 {b, reads::x0, [](auto& p) { return bmm(transpose(p.x(0)), p.g); }}});
}

// y = Σ a b        ā = ȳ b      b̄ = ȳ a
template <class T>
BasicVariable<T> dot(const BasicVariable<T>& a, const BasicVariable<T>& b) {
  return record("dot", dot(a.value(), b.value()),
                {{a, reads::x1, [](auto& p) { return p.g * p.x(1); }},
                 {b, reads::x0, [](auto& p) { return p.g * p.x(0); }}});
}

}  // namespace tg
