// Join: tensors put together from copies of others. A cotangent is cut up or added up again.
#pragma once

#include "autograd/views.h"

namespace tg {

namespace detail {
template <class T> std::vector<BasicTensor<T>> values_of(const std::vector<BasicVariable<T>>& tensors) {
  std::vector<BasicTensor<T>> values;
  for (const BasicVariable<T>& x : tensors) values.push_back(x.value());
  return values;
}
}  // namespace detail

template <class T> BasicVariable<T> cat(const std::vector<BasicVariable<T>>& tensors, int dim = 0) {
  const std::vector<BasicTensor<T>> values(detail::values_of(tensors));
  const BasicTensor<T> y = cat(values, dim);
  const int d = resolve_dim("cat", dim, y);
  std::vector<std::int64_t> sizes;
  for (const BasicTensor<T>& x : values) sizes.push_back(x.shape()[d]);
  return record_joint<T>({"cat", "y = the tensors one after the other along dim", "x̄ᵢ = its part of ȳ"}, y,
                         std::span(tensors), reads::nothing, [d, sizes](auto& ctx, auto cotangents) {
                           std::int64_t start = 0;
                           for (std::size_t i = 0; i < sizes.size(); start += sizes[i++]) {
                             if (ctx.needs(static_cast<int>(i))) cotangents[i] = narrow(ctx.g, d, start, sizes[i]);
                           }
                         });
}

template <class T> BasicVariable<T> stack(const std::vector<BasicVariable<T>>& tensors, int dim = 0) {
  const BasicTensor<T> y = stack(detail::values_of(tensors), dim);
  const int d = resolve_dim("stack", dim, y);
  return record_joint<T>({"stack", "y = the tensors along a new dimension", "x̄ᵢ = slice i of ȳ"}, y, std::span(tensors),
                         reads::nothing, [d](auto& ctx, auto cotangents) {
                           for (std::size_t i = 0; i < cotangents.size(); ++i) {
                             if (ctx.needs(static_cast<int>(i))) {
                               cotangents[i] = select(ctx.g, d, static_cast<std::int64_t>(i));
                             }
                           }
                         });
}

// A list in braces may mix Tensors and Variables.
inline Variable cat(std::initializer_list<Variable> list, int dim = 0) { return cat(std::vector(list), dim); }
inline Variable64 cat(std::initializer_list<Variable64> list, int dim = 0) { return cat(std::vector(list), dim); }
inline Variable stack(std::initializer_list<Variable> list, int dim = 0) { return stack(std::vector(list), dim); }
inline Variable64 stack(std::initializer_list<Variable64> list, int dim = 0) { return stack(std::vector(list), dim); }

namespace detail {
// The sum over the copies that repeat has made: along each dimension d, times[d] stretches are added up.
template <class T> BasicVariable<T> sum_copies(BasicVariable<T> g, const Shape& shape, const Shape& times) {
  Shape now = g.shape();
  const Shape padded = padded_for_repeat(shape, times);
  for (int d = 0; d < times.dim(); ++d) {
    if (times[d] == 1) continue;
    now[d] = padded[d];
    const DimSplit around(now, d);
    g = reshape(sum(reshape(g, {around.outer, times[d], around.size * around.inner}), 1), now);
  }
  return reshape(g, shape);
}
}  // namespace detail

template <class T> BasicVariable<T> repeat(const BasicVariable<T>& x, const Shape& times) {
  return record({"repeat", "y = x tiled"}, repeat(x.value(), times),
                {{x, "x̄ = the sum of ȳ over the copies", reads::nothing,
                  [times](auto& ctx) { return detail::sum_copies(ctx.g, ctx.shape(0), times); }}});
}

template <class T>
BasicVariable<T> repeat_interleave(const BasicVariable<T>& x, std::int64_t times, std::optional<int> dim = all) {
  const std::optional<int> d = resolve_dim("repeat_interleave", dim, x);
  return record({"repeat_interleave", "y = each element or slice of x, `times` times"},
                repeat_interleave(x.value(), times, d),
                {{x, "x̄ = the sum of ȳ over the copies", reads::nothing, [d, times](auto& ctx) {
                    const Shape shape = ctx.shape(0);
                    const DimSplit around = d ? DimSplit(shape, *d) : DimSplit({shape.numel()}, 0);
                    return reshape(sum(reshape(ctx.g, {around.outer * around.size, times, around.inner}), 1), shape);
                  }}});
}

}  // namespace tg
