// Indexing: elements chosen by a mask or by indices. Choosing and putting back are each other's adjoint.
#pragma once

#include "autograd/record.h"

namespace tg {

template <class T> BasicVariable<T> masked_select(const BasicVariable<T>& x, const Mask& mask) {
  return record({"masked_select", "y = the elements of x where the mask is true"}, masked_select(x.value(), mask),
                {{x, "x̄ = ȳ back in their places, among zeros", reads::nothing,
                  [mask](auto& ctx) { return masked_scatter(ctx.g, mask, ctx.shape(0)); }}});
}

template <class T> BasicVariable<T> masked_scatter(const BasicVariable<T>& x, const Mask& mask, const Shape& shape) {
  return record({"masked_scatter", "y = zeros, with x standing where the mask is true"},
                masked_scatter(x.value(), mask, shape),
                {{x, "x̄ = the elements of ȳ there", reads::nothing, [mask, shape](auto& ctx) {
                    return reshape(masked_select(ctx.g, expand(mask, shape)), ctx.shape(0));
                  }}});
}

template <class T> BasicVariable<T> masked_fill(BasicVariable<T> x, const Mask& mask, std::type_identity_t<T> value) {
  return record({"masked_fill", "y = x, with a value wherever the mask is true"},
                [&] { return masked_fill(take(std::move(x)), mask, value); },
                {{x, "x̄ = ȳ, with 0 there", reads::nothing,
                  [mask](auto& ctx) { return masked_fill(ctx.g, mask, 0); }}});
}

template <class T> BasicVariable<T> gather(const BasicVariable<T>& x, int dim, const IndexTensor& index) {
  const int d = resolve_dim("gather", dim, x);
  return record({"gather", "y = the elements of x that the index names along dim"}, gather(x.value(), d, index),
                {{x, "x̄ = ȳ added up at those indices", reads::nothing,
                  [d, index](auto& ctx) { return scatter_add(ctx.g, d, index, ctx.shape(0)[d]); }}});
}

template <class T>
BasicVariable<T> scatter_add(const BasicVariable<T>& x, int dim, const IndexTensor& index, std::int64_t size) {
  const int d = resolve_dim("scatter_add", dim, x);
  return record({"scatter_add", "y = x added up at the indices along dim"}, scatter_add(x.value(), d, index, size),
                {{x, "x̄ = the elements of ȳ at those indices", reads::nothing,
                  [d, index](auto& ctx) { return gather(ctx.g, d, index); }}});
}

template <class T> BasicVariable<T> index_select(const BasicVariable<T>& x, int dim, const IndexTensor& index) {
  const int d = resolve_dim("index_select", dim, x);
  const IndexTensor full = expand_index(index, x.shape(), d);
  return record({"index_select", "y = the slices of x that the index names along dim"},
                gather(x.value(), d, full, "index_select"),
                {{x, "x̄ = ȳ added up at those slices", reads::nothing,
                  [d, full](auto& ctx) { return scatter_add(ctx.g, d, full, ctx.shape(0)[d]); }}});
}

}  // namespace tg
