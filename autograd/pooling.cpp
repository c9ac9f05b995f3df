// Attention pooling: the gradient, streamed in two passes.
//
// A pass keeps in its lanes what it sums for: over the queries for their own gradient and the parameters', over the
// keys for theirs and the values'. So no two threads add to one place, and every sum has an order of its own.
#include "autograd/pooling.h"

#include "tensor/threads.h"

namespace tg::detail {
namespace {

// What both passes read of the queries: their cotangents ȳ_i, ȳ_i·y_i, and what the weights are computed from.
template <class T>
struct QueryCotangents {
  QueryCotangents(const Pooled<T>& pooled, const BasicTensor<T>& g_)
      : g(g_), y(pooled.y), g_dot_y(zeros<T>({g.count})), largest(pooled.largest), inverse_sum(pooled.inverse_sum) {
    std::vector<double, PoolAllocator<double>> sums(static_cast<std::size_t>(g.count));
    for (std::int64_t c = 0; c < g.width; ++c) {
      for (std::int64_t i = 0; i < g.count; ++i) {
        sums[static_cast<std::size_t>(i)] += static_cast<double>(g.column(c)[i]) * static_cast<double>(y.column(c)[i]);
      }
    }
    g_dot_y.columns = BasicTensor<T>::uninitialized({g.count});
    std::copy(sums.begin(), sums.end(), g_dot_y.columns.writable());
  }
  Side<T> g, y, g_dot_y, largest, inverse_sum;
};

// products(j, l) = Σ_c lanes[c][l] rows[c][j]: ȳ_i·v_j for a tile of pairs, whichever side is in the lanes.
template <class T>
void dot_products(const LaneList<T>& lanes, const Side<T>& rows, std::int64_t first, int count, PairTile<T>& products) {
  for (std::int64_t c = 0; c < rows.width; ++c) {
    const PerLane<T> lane = lanes[static_cast<std::size_t>(c)];
    const T* row = rows.column(c) + first;
    if (c == 0) {
      each_pair(count, products, [&](Index j, Index l) { return lane[l] * row[j]; });
    } else {
      each_pair(count, products, [&](Index j, Index l) { return products(j, l) + lane[l] * row[j]; });
    }
  }
}

// Lane sums for each column as rows begin to begin + 15 of a gradient, (n) or (n, width).
template <class T>
void store_rows(const LaneList<double>& sums, std::int64_t begin, std::int64_t count, T* gradient) {
  const std::int64_t width = static_cast<std::int64_t>(sums.size());
  for (Index l = 0; l < block_lanes && begin + l < count; ++l) {
    for (std::int64_t f = 0; f < width; ++f)
      gradient[(begin + l) * width + f] = static_cast<T>(sums[static_cast<std::size_t>(f)][l]);
  }
}

// Makes the gradient that is needed, and gives where to write it.
template <class T>
T* start(bool needed, const Shape& shape, BasicTensor<T>& gradient) {
  if (!needed) return nullptr;
  gradient = BasicTensor<T>::uninitialized(shape);
  return gradient.writable();
}

// The queries in the lanes: their gradient, and the parameters'.
template <class T>
struct QueryPass {
  const TileScorer<T>& scorer;
  const TileDifferentiator<T>& differentiator;
  const PoolingInputs<T>& in;
  const QueryCotangents<T>& cotangents;
  const std::vector<bool>& needed;  // queries, keys, values, parameters

  // The queries begin to begin + 15. Adds to parameters[i][f], and fills in the queries' rows.
  void block(std::int64_t begin, std::vector<LaneList<double>>& parameters, T* query_gradient) const {
    const LaneList<T> queries = in.queries.lanes(begin);
    const PerLane<T> largest = cotangents.largest.lanes(begin)[0], inverse = cotangents.inverse_sum.lanes(begin)[0];
    const PerLane<T> g_dot_y = cotangents.g_dot_y.lanes(begin)[0];
    const LaneList<T> g = cotangents.g.lanes(begin);
    const Index used = std::min<Index>(block_lanes, in.queries.count - begin);  // lanes past the last query do not count
    LaneList<double> query_sums(static_cast<std::size_t>(in.queries.width));
    PairTile<T> s, products;
    PerLane<T> totals;
    for (std::int64_t first = 0; first < in.keys.count; first += tile_rows) {
      const int count = static_cast<int>(std::min<std::int64_t>(tile_rows, in.keys.count - first));
      const Tile<T> tile{InLanes::queries, queries, in.keys, first, count};
      scorer.score(tile, s);
      if (in.options.exclude_self) exclude_self(begin, first, count, s);
      dot_products(g, in.values, first, count, products);
      each_pair(count, s, [&](Index j, Index l) {
        return scalar::exp_nonpositive(s(j, l) - largest[l]) * inverse[l] * (products(j, l) - g_dot_y[l]);
      });
      differentiator.pull_back_map(tile, s);
      for (std::int64_t f = 0; f < in.queries.width; ++f) {
        for (std::size_t i = 0; i < parameters.size(); ++i) {
          if (!needed[3 + i]) continue;
          differentiator.sum_partials(tile, f, i, s, totals);
          std::fill(totals.value + used, totals.value + block_lanes, T(0));
          add(totals, parameters[i][parameters[i].size() == 1 ? 0 : static_cast<std::size_t>(f)]);
        }
        if (!query_gradient) continue;
        differentiator.sum_partials(tile, f, s, totals);
        add(totals, query_sums[static_cast<std::size_t>(f)]);
      }
    }
    if (query_gradient) store_rows(query_sums, begin, in.queries.count, query_gradient);
  }

  void run(std::vector<BasicTensor<T>>& out, const std::vector<Shape>& shapes) const {
    T* query_gradient = start(needed[0], shapes[0], out[0]);
    // Each stretch of queries has sums of its own, which are added up in order.
    const std::int64_t grain = pooling_grain(in.keys.count), stretches = (in.queries.count + grain - 1) / grain;
    std::vector<LaneList<double>> none;
    for (std::size_t i = 3; i < needed.size(); ++i) none.emplace_back(static_cast<std::size_t>(shapes[i].numel()));
    std::vector<std::vector<LaneList<double>>> sums(static_cast<std::size_t>(stretches), none);
    parallel_for(in.queries.count, grain, [&](std::int64_t begin, std::int64_t end) {
      auto& mine = sums[static_cast<std::size_t>(begin / grain)];
      for (; begin < end; begin += block_lanes) block(begin, mine, query_gradient);
    });
    for (std::size_t i = 3; i < needed.size(); ++i) {
      T* gradient = start(needed[i], shapes[i], out[i]);
      for (std::size_t f = 0; gradient && f < none[i - 3].size(); ++f) {
        double total = 0;
        for (const auto& stretch : sums) {
          for (double sum : stretch[i - 3][f].value) total += sum;
        }
        gradient[f] = static_cast<T>(total);
      }
    }
  }
};

// The keys in the lanes: their gradient, and the values'.
template <class T>
struct KeyPass {
  const TileScorer<T>& scorer;
  const TileDifferentiator<T>& differentiator;
  const PoolingInputs<T>& in;
  const QueryCotangents<T>& cotangents;

  // The keys begin to begin + 15, against all queries. What is not needed is null.
  void block(std::int64_t begin, T* key_gradient, T* value_gradient) const {
    const LaneList<T> keys = in.keys.lanes(begin), values = in.values.lanes(begin);
    LaneList<double> key_sums(keys.size()), value_sums(values.size());
    PairTile<T> p, products;
    PerLane<T> totals;
    for (std::int64_t first = 0; first < in.queries.count; first += tile_rows) {
      const int count = static_cast<int>(std::min<std::int64_t>(tile_rows, in.queries.count - first));
      const Tile<T> tile{InLanes::keys, keys, in.queries, first, count};
      const T *largest = cotangents.largest.column(0) + first, *inverse = cotangents.inverse_sum.column(0) + first;
      const T* g_dot_y = cotangents.g_dot_y.column(0) + first;
      scorer.score(tile, p);
      if (in.options.exclude_self) exclude_self(begin, first, count, p);
      each_pair(count, p, [&](Index j, Index l) {
        const T above = p(j, l) - largest[j];  // > 0 only by rounding, where this loop's differs from the other pass's
        return scalar::exp_nonpositive(above > 0 ? T(0) : above) * inverse[j];
      });
      for (std::size_t c = 0; value_gradient && c < values.size(); ++c) {
        const T* g = cotangents.g.column(static_cast<std::int64_t>(c)) + first;
        sum_rows(count, totals, [&](Index j, Index l) { return p(j, l) * g[j]; });
        add(totals, value_sums[c]);
      }
      if (!key_gradient) continue;
      dot_products(values, cotangents.g, first, count, products);
      each_pair(count, p, [&](Index j, Index l) { return p(j, l) * (products(j, l) - g_dot_y[j]); });
      differentiator.pull_back_map(tile, p);
      for (std::size_t f = 0; f < keys.size(); ++f) {
        differentiator.sum_partials(tile, static_cast<std::int64_t>(f), p, totals);
        add(totals, key_sums[f]);
      }
    }
    if (key_gradient) store_rows(key_sums, begin, in.keys.count, key_gradient);
    if (value_gradient) store_rows(value_sums, begin, in.keys.count, value_gradient);
  }

  void run(std::vector<BasicTensor<T>>& out, const std::vector<Shape>& shapes, const std::vector<bool>& needed) const {
    T *key_gradient = start(needed[1], shapes[1], out[1]), *value_gradient = start(needed[2], shapes[2], out[2]);
    parallel_for(in.keys.count, pooling_grain(in.queries.count), [&](std::int64_t begin, std::int64_t end) {
      for (; begin < end; begin += block_lanes) block(begin, key_gradient, value_gradient);
    });
  }
};

}  // namespace

template <class T>
std::vector<BasicTensor<T>> pooling_vjp(const TileScorer<T>& scorer, const TileDifferentiator<T>& differentiator,
                                        const PoolingInputs<T>& in, const Pooled<T>& pooled, const BasicTensor<T>& g,
                                        const std::vector<bool>& needed, const std::vector<Shape>& shapes) {
  std::vector<BasicTensor<T>> out(needed.size());
  const QueryCotangents<T> cotangents(pooled, g);
  if (needed[0] || std::find(needed.begin() + 3, needed.end(), true) != needed.end()) {
    QueryPass<T>{scorer, differentiator, in, cotangents, needed}.run(out, shapes);
  }
  if (needed[1] || needed[2]) KeyPass<T>{scorer, differentiator, in, cotangents}.run(out, shapes, needed);
  return out;
}

#define TG_INSTANTIATE(T)                                                                                            \
  template std::vector<BasicTensor<T>> pooling_vjp(const TileScorer<T>&, const TileDifferentiator<T>&,               \
                                                   const PoolingInputs<T>&, const Pooled<T>&, const BasicTensor<T>&, \
                                                   const std::vector<bool>&, const std::vector<Shape>&);
TG_INSTANTIATE(float)
TG_INSTANTIATE(double)

}  // namespace tg::detail
