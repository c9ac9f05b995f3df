// Tree: near-linear pooling. The sums over all keys that a softmax's average needs, and those over all queries that the
// keys' and the values' gradients need, by the walk over cells.
#pragma once

#include <optional>

#include "nn/attention/averages.h"
#include "nn/attention/walk.h"

namespace tg::detail {

template <class T> struct PoolingInputs;
template <class T> struct Pooled;

// A call's lambdas, for the tree: of Tensors or Variables of doubles, by their type C.
template <class C, class Score, class Map, std::size_t K> class TreeSimilarity : public TreeScorer {
  using D = Dual<Region, 1>;

 public:
  template <class T>
  TreeSimilarity(const Score& score, const Map& map, const std::array<BasicTensor<T>, K>& parameters)
      : TreeSimilarity(score, map, parameters, std::make_index_sequence<K>()) {}

  const Scorer<double>& numbers() const override { return numbers_; }
  Region score(const Region& q, const Region& k) const override { return score(q, k, std::make_index_sequence<K>()); }
  Region slope(std::size_t input, const Region& q, const Region& k) const override {
    if constexpr (array_level<C> == 2) return slope(input, q, k, std::make_index_sequence<K>());
    return Region::unbounded();
  }

 private:
  template <class T, std::size_t... I>
  TreeSimilarity(const Score& score, const Map& map, const std::array<BasicTensor<T>, K>& parameters,
                 std::index_sequence<I...>)
      : numbers_(score, map, {cast<double>(parameters[I])...}), w_{Region(*contiguous(parameters[I]).data())...} {}

  template <class X> X mapped(const X& sum) const {
    if constexpr (std::is_same_v<Map, NoMap>) return sum;
    if constexpr (!std::is_same_v<Map, NoMap>) return numbers_.map(sum);
  }
  template <std::size_t... I> Region score(const Region& q, const Region& k, std::index_sequence<I...>) const {
    return Region::proven([&] { return mapped(numbers_.score(q, k, w_[I]...)); });
  }
  template <std::size_t... I>
  Region slope(std::size_t input, const Region& q, const Region& k, std::index_sequence<I...>) const {
    auto with = [input](const Region& x, std::size_t i) { return D(x, {Region(i == input ? 1 : 0)}); };
    return Region::proven(
        [&] { return mapped(numbers_.score(with(q, 0), with(k, 1), with(w_[I], 2 + I)...)).partial(0); });
  }

  Similarity<C, Score, Map, K> numbers_;
  std::array<Region, K> w_;
};

// The call's result with all slopes of `terms` averaged, or nothing: if the tree is not for it.
template <class T>
std::optional<Pooled<T>> pool_by_tree(const TreeScorer& scorer, const PoolingInputs<T>& in, const Shape& result_shape,
                                      const Terms* terms);

// Where to write the keys' and the values' gradients, null for what is not needed.
template <class T> struct KeyGradients {
  T *of_keys, *of_values;
};

// False, with nothing written, if the tree is not for it.
template <class T>
bool tree_over_keys(const TreeScorer& scorer, const PoolingInputs<T>& in, const Pooled<T>& pooled, const Side<T>& g,
                    KeyGradients<T> out);

}  // namespace tg::detail
