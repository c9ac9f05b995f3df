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

// Blocks of sixteen queries, one after the other, against all keys.
template <class T> class BlockPooling {
 public:
  BlockPooling(const Scorer<T>& scorer, const PoolingInputs<T>& in, const Terms* forward)
      : scorer_(scorer), in_(in), sums_{{}, {}, LaneList<double>(in.values.width), false} {
    if (forward) gradient_.emplace(scorer, in.values, *forward);
  }

  // The queries begin to begin + 15.
  void run(Index begin, Pooled<T>& out) {
    start();
    each_tile(scorer_, in_, InLanes::queries, begin, p_, [&](const ScoreTile<T>& tile) { add(tile); });
    PerLane<double>& inverse_sum = sums_.weights;
    for (double& sum : inverse_sum.value) sum = 1 / sum;
    for (PerLane<double>& sum : sums_.values) scale(inverse_sum, sum);
    const Index m = in_.queries.count;
    store_rows(sums_.values.data(), sums_.values.size(), begin, m, out.y.writable());
    store_rows(&inverse_sum, 1, begin, m, out.inverse_sum.columns.writable());
    store_rows(&shift_, 1, begin, m, out.largest.columns.writable());
    if (gradient_) gradient_->store(inverse_sum, begin, *out.averages);
  }

 private:
  void start() {
    sums_.weights = {};
    std::fill(sums_.values.begin(), sums_.values.end(), PerLane<double>());
    shift_ = {};
    std::fill_n(largest_.value, block_lanes, -infinity<T>);
    if (gradient_) gradient_->start();
  }

  void add(const ScoreTile<T>& tile) {
    PerLane<T> factor, totals, weighted;
    sums_.raised = raise_shift(tile.count, p_, largest_, shift_, factor);
    if (sums_.raised) {
      scale(factor, sums_.weights);
      for (PerLane<double>& sum : sums_.values) scale(factor, sum);
      if (gradient_) gradient_->scale(factor);
    }
    const PerLane<T> shift = shift_;
    each_pair_summed(
        tile.count, p_, [&](Index j, Index l) { return scalar::exp_nonpositive(p_(j, l) - shift[l]); },
        in_.values.column(0) + tile.first, totals, weighted);
    sums_.before = sums_.weights;
    detail::add(totals, sums_.weights);
    for (std::size_t c = 0; c < sums_.values.size(); ++c) {
      const T* values = in_.values.column(c) + tile.first;
      if (c > 0) sum_rows(tile.count, weighted, [&](Index j, Index l) { return p_(j, l) * values[j]; });
      detail::add(weighted, sums_.values[c]);
    }
    if (gradient_) gradient_->add(tile, p_, sums_);
  }

  const Scorer<T>& scorer_;
  const PoolingInputs<T>& in_;
  RunningSums<T> sums_;
  std::optional<GradientSums<T>> gradient_;
  PerLane<T> largest_, shift_;
  PairTile<T> p_;
};

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
    BlockPooling<T> blocks(scorer, in, averaged);
    for (; begin < end; begin += block_lanes) blocks.run(begin, out);
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
