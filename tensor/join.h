// Join: tensors put together from copies of others. T: float, double, bool, int64.
#pragma once

#include <initializer_list>
#include <vector>

#include "tensor/basic_tensor.h"

namespace tg {

// The tensors one after the other along dimension dim; all other sizes must agree.
template <class T> BasicTensor<T> cat(const std::vector<BasicTensor<T>>& tensors, int dim = 0);
template <class T> BasicTensor<T> cat(std::initializer_list<BasicTensor<T>> tensors, int dim = 0) {
  return cat(std::vector<BasicTensor<T>>(tensors), dim);
}

// The tensors, all of one shape, along a new dimension dim.
template <class T> BasicTensor<T> stack(const std::vector<BasicTensor<T>>& tensors, int dim = 0);
template <class T> BasicTensor<T> stack(std::initializer_list<BasicTensor<T>> tensors, int dim = 0) {
  return stack(std::vector<BasicTensor<T>>(tensors), dim);
}

// x tiled times[d] times along each dimension d; times may name more dimensions than x has, which come first.
// repeat([1, 2], {2, 2}) is [[1, 2, 1, 2], [1, 2, 1, 2]].
template <class T> BasicTensor<T> repeat(const BasicTensor<T>& x, const Shape& times);

// Each element repeated `times` times in place: of the flattened x, or each slice along dimension dim.
// repeat_interleave([1, 2], 2) is [1, 1, 2, 2].
template <class T>
BasicTensor<T> repeat_interleave(const BasicTensor<T>& x, std::int64_t times, std::optional<int> dim = all);

// --- Shapes, which autograd/ asks for too ---

// A shape seen as (outer, size, inner) around dimension dim.
struct DimSplit {
  DimSplit(const Shape& shape, int dim);
  std::int64_t outer = 1, size, inner = 1;
};

Shape padded_for_repeat(const Shape& shape, const Shape& times);  // the shape with leading 1s, as many as times has

}  // namespace tg
