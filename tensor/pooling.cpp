// Attention pooling: the online softmax over tiles of keys, and the checks of a call.
//
// A query keeps the largest score met so far, M, and two sums relative to it: Σ exp(s - M), and Σ exp(s - M) v for each
// column of the values. When a tile brings a larger score, the old sums are scaled by exp(M_old - M_new); at the end
// their quotient is the softmax's average, whatever the scores' range (Milakov and Gimelshein 2018, "Online normalizer
// calculation for softmax"; FlashAttention is built on it). Sums are kept in the scalar within a tile and in double
// from tile to tile.
#include "tensor/pooling.h"

#include "tensor/create.h"
#include "tensor/threads.h"

namespace tg::detail {
namespace {

template <class T>
constexpr T infinity = std::numeric_limits<T>::infinity();

template <class T>
void scale(const PerLane<T>& factor, PerLane<double>& sums) {
#pragma omp simd
  for (Index l = 0; l < block_lanes; ++l) sums[l] *= static_cast<double>(factor[l]);
}

// The same, but an infinite slope that no longer has weight is gone.
template <class T>
void scale_slopes(const PerLane<T>& factor, PerLane<double>& sums) {
#pragma omp simd
  for (Index l = 0; l < block_lanes; ++l) sums[l] = scalar::scaled(sums[l], static_cast<double>(factor[l]));
}

// Raises the largest scores to those of a tile, and with them the shift that exponentials are taken relative to.
// Returns whether a lane's has risen; `factor` is then what the sums must be scaled by.
template <class T>
bool raise_shift(int count, const PairTile<T>& scores, PerLane<T>& largest, PerLane<T>& shift, PerLane<T>& factor) {
  const PerLane<T> before = largest;
  raise_to_max(count, scores, largest);
  int raised = 0;
#pragma omp simd reduction(| : raised)
  for (Index l = 0; l < block_lanes; ++l) raised |= largest[l] > before[l];
  if (!raised) return false;
#pragma omp simd
  for (Index l = 0; l < block_lanes; ++l) {
    shift[l] = largest[l] == -infinity<T> ? T(0) : largest[l];  // while no score is finite: inf - inf would be NaN
    factor[l] = scalar::exp_nonpositive(before[l] - shift[l]);
  }
  return true;
}

// One block: the queries begin to begin + 15 against all keys.
template <class T>
void pool_block(const TileScorer<T>& scorer, const PoolingInputs<T>& in, const TileAverages<T>* further, Index begin,
                Pooled<T>& out) {
  const std::size_t columns = static_cast<std::size_t>(in.values.width), more = further ? further->width() : 0;
  const LaneList<T> queries = in.queries.lanes(begin);
  RunningSums<T> running{{}, {}, LaneList<double>(columns), false, {}};
  PerLane<Index> top{};
  LaneList<double> more_sums(more);
  const std::span averages = further ? further->averages(more_sums) : std::span(more_sums);
  PerLane<T> largest, shift{}, factor, totals, weighted;
  for (T& most : largest.value) most = -infinity<T>;
  PairTile<T> p;
  for (Index first = 0; first < in.keys.count; first += tile_rows) {
    const int count = static_cast<int>(std::min<Index>(tile_rows, in.keys.count - first));
    const ScoreTile<T> tile{InLanes::queries, queries, in.keys, first, count};
    scorer.score(tile, p);
    if (in.options.exclude_self) set_self_pairs(begin, first, count, -infinity<T>, p);
    running.raised = raise_shift(count, p, largest, shift, factor);
    if (running.raised) {
      scale(factor, running.weights);
      for (PerLane<double>& sum : running.values) scale(factor, sum);
      for (PerLane<double>& sum : averages) scale_slopes(factor, sum);
    }
    each_pair_summed(
        count, p, [&](Index j, Index l) { return scalar::exp_nonpositive(p(j, l) - shift[l]); },
        in.values.column(0) + first, totals, weighted);
    running.before = running.weights;
    add(totals, running.weights);
    for (std::size_t c = 0; c < columns; ++c) {
      const T* values = in.values.column(static_cast<Index>(c)) + first;
      if (c > 0) sum_rows(count, weighted, [&](Index j, Index l) { return p(j, l) * values[j]; });
      add(weighted, running.values[c]);
    }
    if (!further) continue;
    if (running.raised) {
      find_rows(count, p, T(1), running.top);
      for (Index l = 0; l < block_lanes; ++l) {
        if (running.top[l] >= 0) top[l] = first + static_cast<Index>(running.top[l]);
      }
    }
    further->add(tile, p, running, more_sums.data());
  }
  PerLane<double>& inverse = running.weights;
  for (double& sum : inverse.value) sum = 1 / sum;
  for (PerLane<double>& sum : running.values) scale(inverse, sum);
  for (PerLane<double>& sum : averages) scale(inverse, sum);
  const Index m = in.queries.count;
  store_rows(running.values.data(), columns, begin, m, out.y.writable());
  store_columns(more_sums.data(), more, begin, m, out.further.writable());
  store_rows(&inverse, 1, begin, m, out.inverse_sum.writable());
  store_rows(&shift, 1, begin, m, out.largest.writable());
  if (further) store_rows(&top, 1, begin, m, out.top.writable());
}

}  // namespace

template <class T>
Pooled<T> pool(const TileScorer<T>& scorer, const PoolingInputs<T>& in, const Shape& result_shape,
               const TileAverages<T>* further) {
  const Index m = in.queries.count;
  auto made = [](const Shape& shape) { return BasicTensor<T>::uninitialized(shape); };
  Pooled<T> out{made(result_shape), made({m}), made({m}), made({further ? static_cast<Index>(further->width()) : 0, m}),
                IndexTensor::uninitialized({further ? m : 0})};
  parallel_kernel(m, pooling_grain(in.keys.count), [&](Index begin, Index end) {
    for (; begin < end; begin += block_lanes) pool_block(scorer, in, further, begin, out);
  });
  return out;
}

template <class T>
LaneList<T> Side<T>::lanes(std::int64_t begin) const {
  LaneList<T> lanes(static_cast<std::size_t>(width));
  const std::int64_t rows = std::min<std::int64_t>(block_lanes, count - begin);
  for (std::int64_t f = 0; f < width; ++f) {
    T* lane = lanes[static_cast<std::size_t>(f)].value;
    std::copy_n(column(f) + begin, rows, lane);
    std::fill(lane + rows, lane + block_lanes, lane[rows - 1]);
  }
  return lanes;
}

template <class T>
void set_self_pairs(std::int64_t first_lane, std::int64_t first_row, int count, T value, PairTile<T>& pairs) {
  const Index end = std::min(first_lane + block_lanes, first_row + count);
  for (Index i = std::max(first_lane, first_row); i < end; ++i) pairs(i - first_row, i - first_lane) = value;
}

std::int64_t pooling_grain(std::int64_t rows) {
  const std::int64_t pairs = 1 << 16;
  return block_lanes * std::max<std::int64_t>(1, pairs / (block_lanes * std::max<std::int64_t>(rows, 1)));
}

void check_pooling(const char* op, PoolingOptions options, const Shape& queries, const Shape& keys, const Shape* values,
                   std::span<const Shape> parameters) {
  const int d = queries.dim();
  if (d < 1 || d > 2 || keys.dim() != d || (d == 2 && (queries[1] != keys[1] || keys[1] == 0))) {
    fail(op, ": queries have shape ", queries, ", keys have shape ", keys,
         "; they must be (m) and (n), or (m, d) and (n, d) with d features each");
  }
  const std::int64_t m = queries[0], n = keys[0], features = d == 1 ? 1 : keys[1];
  if (n == 0) fail(op, ": keys have shape ", keys, "; there is no key to attend to");
  if (values && (values->dim() < 1 || values->dim() > 2 || (*values)[0] != n || values->numel() == 0)) {
    fail(op, ": values have shape ", *values, ", keys have shape ", keys, "; values must be (", n, ") or (", n,
         ", v) with v at least 1, a row for each key");
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Shape& w = parameters[i];
    if (w.dim() == 0 || (w.dim() == 1 && (w[0] == 1 || w[0] == features))) continue;
    if (features == 1) fail(op, ": parameter ", i, " has shape ", w, "; it must be () or (1)");
    fail(op, ": parameter ", i, " has shape ", w, "; it must be (), (1), or (", features,
         "), an element for each feature");
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

#define TG_INSTANTIATE(T)                                                                                       \
  template struct Side<T>;                                                                                      \
  template Pooled<T> pool(const TileScorer<T>&, const PoolingInputs<T>&, const Shape&, const TileAverages<T>*); \
  template void set_self_pairs(std::int64_t, std::int64_t, int, T, PairTile<T>&);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg::detail
