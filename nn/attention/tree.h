// Tree: near-linear pooling. The sums over all keys that a softmax's average needs, and those over all queries that the
// keys' and the values' gradients need, by the walk over cells.
#pragma once

#include <optional>
#include <tuple>

#include "nn/attention/averages.h"
#include "nn/attention/walk.h"

namespace tg::detail {

template <class T> struct PoolingInputs;
template <class T> struct Pooled;

// A call's lambdas, for the tree: of Tensors or Variables of doubles, by their type C.
template <class C, class Score, class Map, std::size_t K> class TreeSimilarity : public TreeScorer {
 public:
  template <class T>
  TreeSimilarity(const Score& score, const Map& map, const std::array<BasicTensor<T>, K>& parameters)
      : numbers_(score, map, parameters) {
    for (std::size_t i = 0; i < K; ++i) w_[i] = *contiguous(parameters[i]).data();
  }

  const Scorer<double>& numbers() const override { return numbers_; }
  Region score(const Pair& x) const override {
    return Region::proven([&] { return call(x[0], x[1], w_); });
  }
  Region slope(std::size_t input, const Pair& x) const override {
    if constexpr (array_level<C> == 2) {
      using D = Dual<Region, 1>;
      auto dual = [input](std::size_t i, const Region& of) { return D(of, {Region(i == input ? 1 : 0)}); };
      std::array<D, K> w;
      for (std::size_t i = 0; i < K; ++i) w[i] = dual(2 + i, w_[i]);
      return Region::proven([&] { return call(dual(0, x[0]), dual(1, x[1]), w).partial(0); });
    }
    return Region::unbounded();
  }

 private:
  template <class X> X call(const X& q, const X& k, const std::array<X, K>& w) const {
    const X sum = std::apply([&](const auto&... parameters) { return numbers_.score(q, k, parameters...); }, w);
    if constexpr (std::is_same_v<Map, NoMap>) return sum;
    if constexpr (!std::is_same_v<Map, NoMap>) return numbers_.map(sum);
  }

  Similarity<C, Score, Map, K> numbers_;
  std::array<Region, K> w_;
};

// The call's result with all slopes of `terms` averaged, or nothing: if the tree is not for it.
template <class T>
std::optional<Pooled<T>> pool_by_tree(const TreeScorer& scorer, const PoolingInputs<T>& in, const Shape& result_shape,
                                      const Terms* terms);

// The keys' and the values' gradients: the keys' if they are needed.
template <class T> struct KeyGradients {
  BasicTensor<T> of_keys, of_values;
};

// Nothing if the tree is not for it.
template <class T>
std::optional<KeyGradients<T>> tree_over_keys(const TreeScorer& scorer, const PoolingInputs<T>& in,
                                              const Pooled<T>& pooled, const Side<T>& g, bool of_keys);

}  // namespace tg::detail
