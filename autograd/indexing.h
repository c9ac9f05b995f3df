// Select: elements chosen by a mask or by indices. Choosing and putting back are each other's adjoint.
#pragma once

#include "autograd/record.h"

namespace tg {

template <class T> BasicVariable<T> masked_scatter(const BasicVariable<T>& values, const Mask& mask, const Shape& shape);

// y = the elements of x where the mask is true        x̄ = ȳ back in their places, among zeros
template <class T>
BasicVariable<T> masked_select(const BasicVariable<T>& x, const Mask& mask) {
  return record("masked_select", masked_select(x.value(), mask),
                {{x, reads::nothing, [mask](auto& ctx) { return masked_scatter(ctx.g, mask, ctx.shape(0)); }}});
}

// y = zeros, with x standing where the mask is true        x̄ = the elements of ȳ there
template <class T>
BasicVariable<T> masked_scatter(const BasicVariable<T>& x, const Mask& mask, const Shape& shape) {
  return record("masked_scatter", masked_scatter(x.value(), mask, shape), {{x, reads::nothing, [mask, shape](auto& ctx) {
                  return reshape(masked_select(ctx.g, expand(mask, shape)), ctx.shape(0));
                }}});
}

// y = x, with a value wherever the mask is true        x̄ = ȳ, with 0 there
template <class T>
BasicVariable<T> masked_fill(BasicVariable<T> x, const Mask& mask, std::type_identity_t<T> value) {
  return record("masked_fill", [&] { return masked_fill(take(std::move(x)), mask, value); },
                {{x, reads::nothing, [mask](auto& ctx) { return masked_fill(ctx.g, mask, 0); }}});
}

template <class T>
BasicVariable<T> scatter_add(const BasicVariable<T>& x, int dim, const IndexTensor& index, std::int64_t size);

// y = the elements of x that index names along dim        x̄ = ȳ added up at those indices
template <class T>
BasicVariable<T> gather(const BasicVariable<T>& x, int dim, const IndexTensor& index) {
  const int d = resolve_dim("gather", dim, x);
  return record("gather", gather(x.value(), d, index),
                {{x, reads::nothing, [d, index](auto& ctx) { return scatter_add(ctx.g, d, index, ctx.shape(0)[d]); }}});
}

// y = x added up at the indices along dim, size `size`        x̄ = the elements of ȳ at those indices
template <class T>
BasicVariable<T> scatter_add(const BasicVariable<T>& x, int dim, const IndexTensor& index, std::int64_t size) {
  const int d = resolve_dim("scatter_add", dim, x);
  return record("scatter_add", scatter_add(x.value(), d, index, size),
                {{x, reads::nothing, [d, index](auto& ctx) { return gather(ctx.g, d, index); }}});
}

// y = the slices of x along dim that a 1-d index names        x̄ = ȳ added up at those slices
template <class T>
BasicVariable<T> index_select(const BasicVariable<T>& x, int dim, const IndexTensor& index) {
  const int d = resolve_dim("index_select", dim, x);
  const IndexTensor full = expand_index(index, x.shape(), d);
  return record("index_select", gather(x.value(), d, full, "index_select"),
                {{x, reads::nothing, [d, full](auto& ctx) { return scatter_add(ctx.g, d, full, ctx.shape(0)[d]); }}});
}

// values = x in order along dim, selected by the indices that sort it; the rule is gather's.
template <class T>
SortResult<BasicVariable<T>> sort(const BasicVariable<T>& x, int dim = -1, bool descending = false) {
  const IndexTensor indices = sort(x.value(), dim, descending).indices;
  if (x.dim() == 0) return {x, indices};
  return {gather(x, dim, indices), indices};
}

}  // namespace tg

#include "autograd/views.h"  // reshape, for the rules
