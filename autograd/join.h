// Join: tensors put together from copies of others. A cotangent is cut up or added up again.
#pragma once

#include "autograd/views.h"

namespace tg {

// y = the tensors one after the other along dim        x̄ᵢ = their part of ȳ
template <class T>
BasicVariable<T> cat(const std::vector<BasicVariable<T>>& tensors, int dim) {
  std::vector<BasicTensor<T>> values;
  for (const BasicVariable<T>& x : tensors) values.push_back(x.value());
  const BasicTensor<T> y = cat(values, dim);
  const int d = resolve_dim("cat", dim, y);
  return record_joint<T>("cat", y, std::span(tensors), reads::nothing,
                         [d, sizes = [&] {
                            std::vector<std::int64_t> s;
                            for (const auto& x : values) s.push_back(x.shape()[d]);
                            return s;
                          }()](auto& ctx, auto cotangents) {
                           std::int64_t start = 0;
                           for (std::size_t i = 0; i < sizes.size(); start += sizes[i++]) {
                             if (ctx.needs(static_cast<int>(i))) cotangents[i] = narrow(ctx.g, d, start, sizes[i]);
                           }
                         });
}
// A list in braces may mix Tensors and Variables.
inline Variable cat(std::initializer_list<Variable> tensors, int dim = 0) { return cat(std::vector<Variable>(tensors), dim); }
inline Variable64 cat(std::initializer_list<Variable64> tensors, int dim = 0) { return cat(std::vector<Variable64>(tensors), dim); }

// y = the tensors along a new dimension        x̄ᵢ = slice i of ȳ
template <class T>
BasicVariable<T> stack(const std::vector<BasicVariable<T>>& tensors, int dim = 0) {
  std::vector<BasicTensor<T>> values;
  for (const BasicVariable<T>& x : tensors) values.push_back(x.value());
  const BasicTensor<T> y = stack(values, dim);
  const int d = resolve_dim("stack", dim, y);
  return record_joint<T>("stack", y, std::span(tensors), reads::nothing, [d](auto& ctx, auto cotangents) {
    for (std::size_t i = 0; i < cotangents.size(); ++i) {
      if (ctx.needs(static_cast<int>(i))) cotangents[i] = squeeze(narrow(ctx.g, d, static_cast<std::int64_t>(i), 1), d);
    }
  });
}
// A list in braces may mix Tensors and Variables.
inline Variable stack(std::initializer_list<Variable> tensors, int dim = 0) { return stack(std::vector<Variable>(tensors), dim); }
inline Variable64 stack(std::initializer_list<Variable64> tensors, int dim = 0) { return stack(std::vector<Variable64>(tensors), dim); }

namespace detail {
// The sum over the copies that repeat has made: along each dimension d, times[d] stretches are added up.
template <class T>
BasicVariable<T> sum_copies(BasicVariable<T> g, const Shape& shape, const Shape& times) {
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

// y = x tiled        x̄ = the sum of ȳ over the copies
template <class T>
BasicVariable<T> repeat(const BasicVariable<T>& x, const Shape& times) {
  return record("repeat", repeat(x.value(), times),
                {{x, reads::nothing, [times](auto& ctx) { return detail::sum_copies(ctx.g, ctx.shape(0), times); }}});
}

// y = each element of the flattened x, or each slice along dim, `times` times        x̄ = the sum of ȳ over the copies
template <class T>
BasicVariable<T> repeat_interleave(const BasicVariable<T>& x, std::int64_t times) {
  return record("repeat_interleave", repeat_interleave(x.value(), times),
                {{x, reads::nothing, [times](auto& ctx) {
                   return reshape(sum(reshape(ctx.g, {ctx.shape(0).numel(), times}), 1), ctx.shape(0));
                 }}});
}
template <class T>
BasicVariable<T> repeat_interleave(const BasicVariable<T>& x, std::int64_t times, int dim) {
  const int d = resolve_dim("repeat_interleave", dim, x);
  return record("repeat_interleave", repeat_interleave(x.value(), times, dim),
                {{x, reads::nothing, [d, times](auto& ctx) {
                   const DimSplit around(ctx.shape(0), d);
                   return reshape(sum(reshape(ctx.g, {around.outer * around.size, times, around.inner}), 1), ctx.shape(0));
                 }}});
}

}  // namespace tg
