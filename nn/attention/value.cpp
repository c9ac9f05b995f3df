// Value: the online softmax over tiles of keys, and the checks of a call.
//
// A query keeps the largest score met so far, M, and two sums relative to it: Σ exp(s - M), and Σ exp(s - M) v for each
// column of the values. When a tile brings a larger score, the old sums are scaled by exp(M_old - M_new); at the end
// their quotient is the softmax's average, whatever the scores' range (Milakov and Gimelshein 2018, "Online normalizer
// calculation for softmax"; FlashAttention is built on it). Sums are kept in the scalar within a tile and in double
// from tile to tile.
#include "nn/attention/value.h"

#include <cmath>

#include "tensor/threads.h"

namespace tg::detail {
namespace {

// One block: the queries begin to begin + 15 against all keys.
template <class T>
void pool_block(const Scorer<T>& scorer, const PoolingInputs<T>& in, const Terms* forward, Index begin,
                Pooled<T>& out) {
  const std::size_t columns = in.values.width;
  RunningSums<T> sums{{}, {}, LaneList<double>(columns), false};
  std::optional<GradientSums<T>> gradient;
  if (forward) gradient.emplace(scorer, in.values, *forward);
  PerLane<T> largest, shift{}, factor, totals, weighted;
  for (T& most : largest.value) most = -infinity<T>;
  PairTile<T> p;
  each_tile(scorer, in, InLanes::queries, begin, p, [&](const ScoreTile<T>& tile) {
    sums.raised = raise_shift(tile.count, p, largest, shift, factor);
    if (sums.raised) {
      scale(factor, sums.weights);
      for (PerLane<double>& sum : sums.values) scale(factor, sum);
      if (gradient) gradient->scale(factor);
    }
    each_pair_summed(
        tile.count, p, [&](Index j, Index l) { return scalar::exp_nonpositive(p(j, l) - shift[l]); },
        in.values.column(0) + tile.first, totals, weighted);
    sums.before = sums.weights;
    add(totals, sums.weights);
    for (std::size_t c = 0; c < columns; ++c) {
      const T* values = in.values.column(c) + tile.first;
      if (c > 0) sum_rows(tile.count, weighted, [&](Index j, Index l) { return p(j, l) * values[j]; });
      add(weighted, sums.values[c]);
    }
    if (gradient) gradient->add(tile, p, sums);
  });
  PerLane<double>& inverse_sum = sums.weights;
  for (double& sum : inverse_sum.value) sum = 1 / sum;
  for (PerLane<double>& sum : sums.values) scale(inverse_sum, sum);
  const Index m = in.queries.count;
  store_rows(sums.values.data(), columns, begin, m, out.y.writable());
  store_rows(&inverse_sum, 1, begin, m, out.inverse_sum.columns.writable());
  store_rows(&shift, 1, begin, m, out.largest.columns.writable());
  if (gradient) gradient->store(inverse_sum, begin, *out.averages);
}

}  // namespace

template <class T>
Pooled<T> pool(const Scorers<T>& scorers, const PoolingInputs<T>& in, const Shape& result_shape,
               const Recorded* recorded) {
  Terms terms;
  if (scorers.tree) {
    if (recorded) terms = tree_terms(recorded->shapes, recorded->needed);
    auto found = pool_by_tree(*scorers.tree, in, result_shape, recorded ? &terms : nullptr);
    if (found) return std::move(*found);
  }
  terms.clear();
  if (recorded && !in.options.logs) terms = forward_terms(recorded->shapes, recorded->needed, in.values.width);
  return pool_by_loop(scorers.loop, in, result_shape, recorded ? &terms : nullptr);
}

template <class T>
Pooled<T> pool_by_loop(const Scorer<T>& scorer, const PoolingInputs<T>& in, const Shape& result_shape,
                       const Terms* forward) {
  const Index m = in.queries.count;
  Pooled<T> out{BasicTensor<T>::uninitialized(result_shape), Side<T>(m, 1), Side<T>(m, 1), {}, {}, {}};
  if (forward) {
    out.forward = *forward;
    out.averages.emplace(m, in.values.width, *forward);
  }
  const Terms* averaged = in.options.logs ? nullptr : forward;
  parallel_kernel(m, pooling_grain(in.keys.count), [&](Index begin, Index end) {
    for (; begin < end; begin += block_lanes) pool_block(scorer, in, averaged, begin, out);
  });
  if (in.options.logs) {
    if (forward) out.averages->clear();
    const T *largest = out.largest.column(0), *inverse_sum = out.inverse_sum.column(0);
    std::transform(largest, largest + m, inverse_sum, out.y.writable(),
                   [](T most, T inverse) { return most - std::log(inverse); });
  }
  return out;
}

#define TG_INSTANTIATE(T)                                                                             \
  template Pooled<T> pool(const Scorers<T>&, const PoolingInputs<T>&, const Shape&, const Recorded*); \
  template Pooled<T> pool_by_loop(const Scorer<T>&, const PoolingInputs<T>&, const Shape&, const Terms*);
TG_FOR_FLOATS(TG_INSTANTIATE)

Index pooling_grain(Index rows) {
  const Index pairs = 1 << 16;
  return block_lanes * std::max<Index>(1, pairs / (block_lanes * std::max<Index>(rows, 1)));
}

void check_pooling(const char* op, PoolingOptions options, const Shape& queries, const Shape& keys, const Shape* values,
                   std::initializer_list<Shape> parameters) {
  const int d = queries.dim();
  if (d < 1 || d > 2 || keys.dim() != d || (d == 2 && (queries[1] != keys[1] || keys[1] == 0))) {
    fail(op, ": queries have shape ", queries, ", keys have shape ", keys,
         "; they must be (m) and (n), or (m, d) and (n, d) with d features each");
  }
  const Index m = queries[0], n = keys[0], features = d == 1 ? 1 : keys[1];
  if (n == 0) fail(op, ": keys have shape ", keys, "; there is no key to attend to");
  if (values && (values->dim() < 1 || values->dim() > 2 || (*values)[0] != n || values->numel() == 0)) {
    fail(op, ": values have shape ", *values, ", keys have shape ", keys, "; values must be (", n, ") or (", n,
         ", v) with v at least 1, a row for each key");
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Shape& w = parameters.begin()[i];
    if (w.dim() == 0 || (w.dim() == 1 && (w[0] == 1 || w[0] == features))) continue;
    if (features == 1) fail(op, ": parameter ", i, " has shape ", w, "; it must be () or (1)");
    fail(op, ": parameter ", i, " has shape ", w, "; it must be (), (1), or (", features,
         "), an element for each feature");
  }
  if (const double tolerance = options.tolerance.value_or(0); !(tolerance >= 0 && tolerance <= 1)) {
    fail(op, ": tolerance is ", tolerance, "; it must be a number from 0, which forbids near-linear pooling, to 1");
  }
  if (!options.exclude_self) return;
  if (m != n) {
    fail(op, ": exclude_self leaves out the key of a query's own index, but there are ", m, " queries and ", n,
         " keys; pass the same points as both, or drop exclude_self");
  }
  if (n == 1) fail(op, ": exclude_self leaves no key for the only query; give two points at least");
}

Shape pooled_shape(const Shape& queries, const Shape& values) {
  Shape shape{queries[0]};
  if (values.dim() == 2) shape.push_back(values[1]);
  return shape;
}

}  // namespace tg::detail
