// Views: the same elements under another shape. The rule of each is the way back to the input's shape.
#pragma once

#include "autograd/record.h"

namespace tg {

template <class T> BasicVariable<T> reshape(const BasicVariable<T>& x, const Shape& shape) {
  return record({"reshape", "y = x under another shape"}, reshape(x.value(), shape),
                {{x, "x̄ = ȳ under x's shape", reads::nothing, [](auto& ctx) { return reshape(ctx.g, ctx.shape(0)); }}});
}

template <class T> BasicVariable<T> flatten(const BasicVariable<T>& x, int start = 0, int end = -1) {
  return record({"flatten", "y = x with dimensions joined into one"}, flatten(x.value(), start, end),
                {{x, "x̄ = ȳ under x's shape", reads::nothing, [](auto& ctx) { return reshape(ctx.g, ctx.shape(0)); }}});
}

template <class T> BasicVariable<T> unsqueeze(const BasicVariable<T>& x, int dim) {
  return record({"unsqueeze", "y = x with a new dimension of size 1"}, unsqueeze(x.value(), dim),
                {{x, "x̄ = ȳ under x's shape", reads::nothing, [](auto& ctx) { return reshape(ctx.g, ctx.shape(0)); }}});
}

template <class T> BasicVariable<T> squeeze(const BasicVariable<T>& x, std::optional<int> dim = all) {
  return record({"squeeze", "y = x without one or all dimensions of size 1"}, squeeze(x.value(), dim),
                {{x, "x̄ = ȳ under x's shape", reads::nothing, [](auto& ctx) { return reshape(ctx.g, ctx.shape(0)); }}});
}

template <class T> BasicVariable<T> transpose(const BasicVariable<T>& x, int dim0 = -2, int dim1 = -1) {
  return record({"transpose", "y = x with two dimensions exchanged"}, transpose(x.value(), dim0, dim1),
                {{x, "x̄ = ȳ with them exchanged back", reads::nothing,
                  [dim0, dim1](auto& ctx) { return transpose(ctx.g, dim0, dim1); }}});
}

template <class T> BasicVariable<T> permute(const BasicVariable<T>& x, const std::vector<int>& dims) {
  const BasicTensor<T> y = permute(x.value(), dims);
  std::vector<int> back(dims.size());
  for (std::size_t d = 0; d < dims.size(); ++d) {
    back[static_cast<std::size_t>(resolve_dim("permute", dims[d], x))] = static_cast<int>(d);
  }
  return record({"permute", "y = x with its dimensions in another order"}, y,
                {{x, "x̄ = ȳ with them in x's order", reads::nothing,
                  [back](auto& ctx) { return permute(ctx.g, back); }}});
}

template <class T> BasicVariable<T> expand(const BasicVariable<T>& x, const Shape& shape) {
  return record({"expand", "y = x broadcast to a shape"}, expand(x.value(), shape),
                {{x, "x̄ = ȳ summed to x's shape, which the engine does", reads::nothing,
                  [](auto& ctx) { return ctx.g; }}});
}

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

template <class T>
BasicVariable<T> narrow(const BasicVariable<T>& x, int dim, std::int64_t start, std::int64_t length) {
  const int d = resolve_dim("narrow", dim, x);
  return record({"narrow", "y = x at indices start to start + length - 1 of dim"}, narrow(x.value(), d, start, length),
                {{x, "x̄ = ȳ there, between zeros", reads::nothing,
                  [d, start](auto& ctx) { return detail::between_zeros(ctx.g, d, start, ctx.shape(0)[d]); }}});
}

template <class T> BasicVariable<T> select(const BasicVariable<T>& x, int dim, std::int64_t index) {
  const int d = resolve_dim("select", dim, x);
  const std::int64_t i = resolve_index("select", index, d, x.shape()[d]);
  return record({"select", "y = x at one index of dim"}, select(x.value(), d, i),
                {{x, "x̄ = ȳ there, between zeros", reads::nothing,
                  [d, i](auto& ctx) { return detail::between_zeros(unsqueeze(ctx.g, d), d, i, ctx.shape(0)[d]); }}});
}

}  // namespace tg
