// Join: tensors put together from copies of others. T: float, double, bool, int64.
#pragma once

#include <initializer_list>
#include <vector>

#include "tensor/basic_tensor.h"

namespace tg {

// y = the tensors one after the other along dimension dim: (2, 3) and (4, 3) give (6, 3). Throws if there are none, or
// if another size differs. As torch.cat.
template <class T> BasicTensor<T> cat(const std::vector<BasicTensor<T>>& tensors, int dim = 0);
template <class T> BasicTensor<T> cat(std::initializer_list<BasicTensor<T>> tensors, int dim = 0) {
  return cat(std::vector<BasicTensor<T>>(tensors), dim);
}

// y = the tensors, all of one shape, along a new dimension dim: two of (3) give (2, 3). Throws if there are none, or if
// the shapes differ. As torch.stack.
template <class T> BasicTensor<T> stack(const std::vector<BasicTensor<T>>& tensors, int dim = 0);
template <class T> BasicTensor<T> stack(std::initializer_list<BasicTensor<T>> tensors, int dim = 0) {
  return stack(std::vector<BasicTensor<T>>(tensors), dim);
}

// y = x tiled times[d] times along each dimension d; times may name more dimensions than x has, which come first.
// repeat([1, 2], {2, 2}) = [[1, 2, 1, 2], [1, 2, 1, 2]], of shape (2, 4). Throws if times names too few, or one is
// negative. As torch.Tensor.repeat.
template <class T> BasicTensor<T> repeat(const BasicTensor<T>& x, const Shape& times);

// y = each element of the flattened x `times` times in place, or each slice along dimension dim: repeat_interleave([1,
// 2], 2) = [1, 1, 2, 2], of shape (4). Throws if times is negative. As torch.repeat_interleave.
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
