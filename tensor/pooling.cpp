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

// p = exp(p - shift) for a tile of scores; totals = Σ p, and weighted = Σ p v for the first column of the values, here
// in the same loop because it is nearly always the only one.
template <class T>
void exponentials(int count, PairTile<T>& p, const PerLane<T>& shift, const T* values, PerLane<T>& totals,
                  PerLane<T>& weighted) {
  auto plus = [](auto a, auto b) { return a + b; };
  for (Index first = 0; first < block_lanes; first += lane_count<T>) {
    Lanes<T> total = Lanes<T>::all(0), average = total;
    for (Index j = 0; j < count; ++j) {
      const T value = values[j];
      total.combine(
          plus, Lanes<T>::of([&](Index l) { return p(j, l) = scalar::exp_nonpositive(p(j, l) - shift[l]); }, first));
      average.combine(plus, Lanes<T>::of([&](Index l) { return p(j, l) * value; }, first));
    }
    total.store(totals.value + first);
    average.store(weighted.value + first);
  }
}

template <class T>
void scale(const PerLane<T>& factor, PerLane<double>& sums) {
#pragma omp simd
  for (Index l = 0; l < block_lanes; ++l) sums[l] *= static_cast<double>(factor[l]);
}

// One block: the queries begin to begin + 15 against all keys.
template <class T>
void pool_block(const TileScorer<T>& scorer, const PoolingInputs<T>& in, std::int64_t begin, T* y, T* largest_out,
                T* inverse_out) {
  const LaneList<T> queries = in.queries.lanes(begin);
  LaneList<double> averages(static_cast<std::size_t>(in.values.width));
  PerLane<double> sums{};
  PerLane<T> largest, shift{}, factor, totals, weighted;
  for (T& most : largest.value) most = -infinity<T>;
  PairTile<T> p;
  for (std::int64_t first = 0; first < in.keys.count; first += tile_rows) {
    const int count = static_cast<int>(std::min<std::int64_t>(tile_rows, in.keys.count - first));
    scorer.score({InLanes::queries, queries, in.keys, first, count}, p);
    if (in.options.exclude_self) exclude_self(begin, first, count, p);
    const PerLane<T> before = largest;
    raise_to_max(count, p, largest);
    int raised = 0;
#pragma omp simd reduction(| : raised)
    for (Index l = 0; l < block_lanes; ++l) raised |= largest[l] > before[l];
    if (raised) {
#pragma omp simd
      for (Index l = 0; l < block_lanes; ++l) {
        shift[l] = largest[l] == -infinity<T> ? T(0) : largest[l];  // while no score is finite: inf - inf would be NaN
        factor[l] = scalar::exp_nonpositive(before[l] - shift[l]);
      }
      scale(factor, sums);
      for (PerLane<double>& average : averages) scale(factor, average);
    }
    exponentials(count, p, shift, in.values.column(0) + first, totals, weighted);
    add(totals, sums);
    for (std::int64_t c = 0; c < in.values.width; ++c) {
      const T* values = in.values.column(c) + first;
      if (c > 0) sum_rows(count, weighted, [&](Index j, Index l) { return p(j, l) * values[j]; });
      add(weighted, averages[static_cast<std::size_t>(c)]);
    }
  }
  for (Index l = 0; l < block_lanes; ++l) sums[l] = 1 / sums[l];
  for (Index l = 0; l < block_lanes && begin + l < in.queries.count; ++l) {
    const std::int64_t i = begin + l;
    largest_out[i] = shift[l];
    inverse_out[i] = static_cast<T>(sums[l]);
    for (std::int64_t c = 0; c < in.values.width; ++c) {
      y[i * in.values.width + c] = static_cast<T>(averages[static_cast<std::size_t>(c)][l] * sums[l]);
    }
  }
}

}  // namespace

template <class T>
Pooled<T> pool(const TileScorer<T>& scorer, const PoolingInputs<T>& in, const Shape& result_shape) {
  const std::int64_t m = in.queries.count;
  Pooled<T> out{BasicTensor<T>::uninitialized(result_shape), BasicTensor<T>::uninitialized({m}),
                BasicTensor<T>::uninitialized({m})};
  T *y = out.y.writable(), *largest = out.largest.writable(), *inverse = out.inverse_sum.writable();
  parallel_for(m, pooling_grain(in.keys.count), [&](std::int64_t begin, std::int64_t end) {
    for (; begin < end; begin += block_lanes) pool_block(scorer, in, begin, y, largest, inverse);
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
void exclude_self(std::int64_t first_lane, std::int64_t first_row, int count, PairTile<T>& scores) {
  const Index end = std::min(first_lane + block_lanes, first_row + count);
  for (Index i = std::max(first_lane, first_row); i < end; ++i) scores(i - first_row, i - first_lane) = -infinity<T>;
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
         ", v), a row for each key");
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

#define TG_INSTANTIATE(T)                                                               \
  template struct Side<T>;                                                              \
  template Pooled<T> pool(const TileScorer<T>&, const PoolingInputs<T>&, const Shape&); \
  template void exclude_self(std::int64_t, std::int64_t, int, PairTile<T>&);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)

}  // namespace tg::detail
