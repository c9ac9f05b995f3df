// Views: the same elements under another shape. The rule of each is the way back to the input's shape.
#pragma once

#include "autograd/reduce.h"

namespace tg {

// y = x under another shape        x̄ = ȳ under x's
template <class T>
BasicVariable<T> reshape(const BasicVariable<T>& x, const Shape& shape) {
  return record("reshape", reshape(x.value(), shape),
                {{x, reads::nothing, [](auto& ctx) { return reshape(ctx.g, ctx.shape(0)); }}});
}

// Dimensions start to end joined into one.
template <class T>
BasicVariable<T> flatten(const BasicVariable<T>& x, int start = 0, int end = -1) {
  return record("flatten", flatten(x.value(), start, end),
                {{x, reads::nothing, [](auto& ctx) { return reshape(ctx.g, ctx.shape(0)); }}});
}

// A new dimension of size 1 before dimension dim.
template <class T>
BasicVariable<T> unsqueeze(const BasicVariable<T>& x, int dim) {
  return record("unsqueeze", unsqueeze(x.value(), dim),
                {{x, reads::nothing, [](auto& ctx) { return reshape(ctx.g, ctx.shape(0)); }}});
}

// Without dimension dim, of size 1; or without all dimensions of size 1.
template <class T>
BasicVariable<T> squeeze(const BasicVariable<T>& x, int dim) {
  return record("squeeze", squeeze(x.value(), dim),
                {{x, reads::nothing, [](auto& ctx) { return reshape(ctx.g, ctx.shape(0)); }}});
}
template <class T>
BasicVariable<T> squeeze(const BasicVariable<T>& x) {
  return record("squeeze", squeeze(x.value()), {{x, reads::nothing, [](auto& ctx) { return reshape(ctx.g, ctx.shape(0)); }}});
}

// y = x with two dimensions exchanged        x̄ = ȳ with them exchanged back
template <class T>
BasicVariable<T> transpose(const BasicVariable<T>& x, int dim0 = -2, int dim1 = -1) {
  return record("transpose", transpose(x.value(), dim0, dim1),
                {{x, reads::nothing, [dim0, dim1](auto& ctx) { return transpose(ctx.g, dim0, dim1); }}});
}

// y = x with its dimensions in another order        x̄ = ȳ with them in the first order
template <class T>
BasicVariable<T> permute(const BasicVariable<T>& x, const std::vector<int>& dims) {
  const BasicTensor<T> y = permute(x.value(), dims);
  std::vector<int> back(dims.size());
  for (std::size_t d = 0; d < dims.size(); ++d) {
    back[static_cast<std::size_t>(resolve_dim("permute", dims[d], x))] = static_cast<int>(d);
  }
  return record("permute", y, {{x, reads::nothing, [back](auto& ctx) { return permute(ctx.g, back); }}});
}

// y = x broadcast to a shape        x̄ = ȳ summed to x's shape, which the engine does
template <class T>
BasicVariable<T> expand(const BasicVariable<T>& x, const Shape& shape) {
  return record("expand", expand(x.value(), shape), {{x, reads::nothing, [](auto& ctx) { return ctx.g; }}});
}

template <class T> BasicVariable<T> cat(const std::vector<BasicVariable<T>>& tensors, int dim = 0);

namespace detail {
// x between zeros, so that dimension dim has size `size` and x starts at `start`: the adjoint of narrow.
template <class T>
BasicVariable<T> between_zeros(const BasicVariable<T>& x, int dim, std::int64_t start, std::int64_t size) {
  Shape before = x.shape(), after = x.shape();
  before[dim] = start;
  after[dim] = size - start - x.shape()[dim];
  return cat(std::vector<BasicVariable<T>>{zeros<T>(before), x, zeros<T>(after)}, dim);
}
}  // namespace detail

// y = indices start to start + length - 1 of dimension dim        x̄ = ȳ between zeros
template <class T>
BasicVariable<T> narrow(const BasicVariable<T>& x, int dim, std::int64_t start, std::int64_t length) {
  const BasicTensor<T> y = narrow(x.value(), dim, start, length);
  const int d = resolve_dim("narrow", dim, x);
  return record("narrow", y, {{x, reads::nothing, [d, start](auto& ctx) {
                                 return detail::between_zeros(ctx.g, d, start, ctx.shape(0)[d]);
                               }}});
}

// y = index i of dimension dim        x̄ = ȳ there, between zeros
template <class T>
BasicVariable<T> select(const BasicVariable<T>& x, int dim, std::int64_t index) {
  const BasicTensor<T> y = select(x.value(), dim, index);
  const int d = resolve_dim("select", dim, x);
  const std::int64_t i = resolve_index("select", index, d, x.shape()[d]);
  return record("select", y, {{x, reads::nothing, [d, i](auto& ctx) {
                                 return detail::between_zeros(unsqueeze(ctx.g, d), d, i, ctx.shape(0)[d]);
                               }}});
}

}  // namespace tg

#include "autograd/join.h"  // cat, for narrow's rule
