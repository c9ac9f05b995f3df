// Attention pooling: the gradient, streamed in two passes.
//
// A pass keeps in its lanes what it sums for: over the queries for their own gradient and the parameters', over the
// keys for theirs and the values'. So no two threads add to one place, and every sum has an order of its own.
#include "autograd/pooling.h"

#include <cmath>

#include "tensor/threads.h"

namespace tg::detail {
namespace {

template <class T>
constexpr T infinity = std::numeric_limits<T>::infinity();

// What both passes read of the queries: their cotangents ȳ_i, the centres c_i, ȳ_i·δ_i, and what the weights are
// computed from.
template <class T>
struct QueryCotangents {
  QueryCotangents(const Pooled<T>& pooled, const Side<T>& g_)
      : g(g_),
        averages(transpose(pooled.further)),
        g_dot_rest(zeros<T>({g.count})),
        largest(pooled.largest),
        inverse_sum(pooled.inverse_sum) {
    std::vector<double, PoolAllocator<double>> sums(static_cast<std::size_t>(g.count));
    for (Index c = 0; c < g.width; ++c) {
      const T *of_g = g.column(c), *of_y = rest(c);
      for (Index i = 0; i < g.count; ++i)
        sums[static_cast<std::size_t>(i)] += static_cast<double>(of_g[i]) * static_cast<double>(of_y[i]);
    }
    g_dot_rest.columns = BasicTensor<T>::uninitialized({g.count});
    std::copy(sums.begin(), sums.end(), g_dot_rest.columns.writable());
  }
  const T* centre(Index c) const { return averages.column(c); }
  const T* rest(Index c) const { return averages.column(g.width + c); }

  Side<T> g, averages, g_dot_rest, largest, inverse_sum;
};

// products(j, l) = Σ_c g_c(j, l) (v_c(j, l) - centre_c(j, l)): ȳ_i·(v_j - c_i) for a tile of pairs.
template <class T>
void dot_products(const LaneList<T>& g, const LaneList<T>& centres, const Side<T>& values, std::int64_t first,
                  int count, PairTile<T>& products) {
  for (std::int64_t c = 0; c < values.width; ++c) {
    const PerLane<T> of_g = g[static_cast<std::size_t>(c)], centre = centres[static_cast<std::size_t>(c)];
    const T* v = values.column(c) + first;
    if (c == 0) {
      each_pair(count, products, [&](Index j, Index l) { return of_g[l] * (v[j] - centre[l]); });
    } else {
      each_pair(count, products, [&](Index j, Index l) { return products(j, l) + of_g[l] * (v[j] - centre[l]); });
    }
  }
}
// The same with the keys in the lanes.
template <class T>
void dot_products(const QueryCotangents<T>& queries, const LaneList<T>& values, std::int64_t first, int count,
                  PairTile<T>& products) {
  for (std::int64_t c = 0; c < queries.g.width; ++c) {
    const PerLane<T> v = values[static_cast<std::size_t>(c)];
    const T *g = queries.g.column(c) + first, *centre = queries.centre(c) + first;
    if (c == 0) {
      each_pair(count, products, [&](Index j, Index l) { return g[j] * (v[l] - centre[j]); });
    } else {
      each_pair(count, products, [&](Index j, Index l) { return products(j, l) + g[j] * (v[l] - centre[j]); });
    }
  }
}

// A tile's slopes through the second lambda, if there is one: times the slope of that.
template <class T>
struct MapSlopes {
  MapSlopes(const TileDifferentiator<T>& differentiator, const ScoreTile<T>& tile_)
      : tile(tile_), has_map(differentiator.map_slopes(tile, of_map)) {}
  void multiply(PairTile<T>& slopes) const {
    if (!has_map) return;
    each_pair(tile.count, slopes, [&](Index j, Index l) { return scalar::scaled(of_map(j, l), slopes(j, l)); });
  }
  const ScoreTile<T>& tile;
  PairTile<T> of_map;
  bool has_map;
};

// sums[l] += Σ_j cotangents(j, l) (slopes(j, l) - less[l]), for the first `used` lanes.
template <class T>
void add_products(const ScoreTile<T>& tile, const PairTile<T>& cotangents, const PairTile<T>& slopes,
                  const PerLane<T>& less, PerLane<double>& sums, Index used = block_lanes) {
  PerLane<T> totals;
  sum_rows(tile.count, totals,
           [&](Index j, Index l) { return scalar::scaled(cotangents(j, l), slopes(j, l) - less[l]); });
  std::fill(totals.value + used, totals.value + block_lanes, T(0));
  add(totals, sums);
}

// The queries in the lanes: their gradient, and the parameters'.
template <class T>
struct QueryPass {
  const TileScorer<T>& scorer;
  const TileDifferentiator<T>& differentiator;
  const PoolingInputs<T>& in;
  const QueryCotangents<T>& cotangents;
  const std::vector<bool>& needed;  // queries, keys, values, parameters
  const IndexTensor& top;           // for each query, the key with the largest score

  // Calls f(slope, i) for each slope that is asked for of a tile, in one order: `slope` fills in a tile of slopes
  // towards feature f of the queries, or, with i >= 0, of parameter i for that feature.
  template <class F>
  void each_slope(const ScoreTile<T>& tile, bool of_queries, std::size_t parameters, PairTile<T>& slopes,
                  const F& f) const {
    const MapSlopes<T> map(differentiator, tile);
    std::size_t number = 0;
    for (Index feature = 0; feature < in.queries.width; ++feature) {
      for (std::size_t i = 0; i <= parameters; ++i) {  // the last is the query
        if (i < parameters ? !needed[3 + i] : !of_queries) continue;
        if (i < parameters) {
          differentiator.parameter_slopes(tile, feature, i, slopes);
        } else {
          differentiator.slopes(tile, feature, slopes);
        }
        map.multiply(slopes);
        f(number++, feature, i);
      }
    }
  }

  // The slopes of each query's key with the largest score, 0 where they are infinite.
  LaneList<T> top_slopes(Index begin, const LaneList<T>& queries, bool of_queries, std::size_t parameters) const {
    Side<T> tops = in.keys;
    tops.count = block_lanes;
    tops.columns = BasicTensor<T>::uninitialized({tops.width, block_lanes});
    for (Index f = 0; f < tops.width; ++f) {
      for (Index l = 0; l < block_lanes; ++l) {
        const Index query = std::min(begin + l, in.queries.count - 1);
        tops.columns.writable()[f * block_lanes + l] = in.keys.column(f)[top.data()[query]];
      }
    }
    LaneList<T> result;
    PairTile<T> slopes;
    each_slope({InLanes::queries, queries, tops, 0, block_lanes}, of_queries, parameters, slopes,
               [&](std::size_t, Index, std::size_t) {
                 PerLane<T>& of_lanes = result.emplace_back();
                 for (Index l = 0; l < block_lanes; ++l)
                   of_lanes[l] = std::isfinite(slopes(l, l)) ? slopes(l, l) : T(0);
               });
    return result;
  }

  // The queries begin to begin + 15. Adds to parameters[i][f], and fills in the queries' rows.
  void block(std::int64_t begin, std::vector<LaneList<double>>& parameters, T* query_gradient) const {
    const LaneList<T> queries = in.queries.lanes(begin);
    const PerLane<T> largest = cotangents.largest.lanes(begin)[0], inverse = cotangents.inverse_sum.lanes(begin)[0];
    PerLane<T> g_dot_rest = cotangents.g_dot_rest.lanes(begin)[0];
    LaneList<T> g = cotangents.g.lanes(begin);
    const LaneList<T> centres = cotangents.averages.lanes(begin);
    for (Index l = 0; l < block_lanes; ++l) {  // p_ij's divisor goes into what it multiplies
      g_dot_rest[l] *= inverse[l];
      for (PerLane<T>& column : g) column[l] *= inverse[l];
    }
    const Index used = std::min<Index>(block_lanes, in.queries.count - begin);  // no lane past the last query counts
    LaneList<double> query_sums(static_cast<std::size_t>(in.queries.width));
    const LaneList<T> tops = top_slopes(begin, queries, query_gradient, parameters.size());
    PairTile<T> s, products, slopes;
    for (std::int64_t first = 0; first < in.keys.count; first += tile_rows) {
      const int count = static_cast<int>(std::min<std::int64_t>(tile_rows, in.keys.count - first));
      const ScoreTile<T> tile{InLanes::queries, queries, in.keys, first, count};
      scorer.score(tile, s);
      if (in.options.exclude_self) set_self_pairs(begin, first, count, -infinity<T>, s);
      dot_products(g, centres, in.values, first, count, products);
      each_pair(count, s, [&](Index j, Index l) {
        return scalar::exp_nonpositive(s(j, l) - largest[l]) * (products(j, l) - g_dot_rest[l]);
      });
      if (in.options.exclude_self) set_self_pairs(begin, first, count, T(0), s);
      each_slope(tile, query_gradient, parameters.size(), slopes, [&](std::size_t number, Index f, std::size_t i) {
        const auto feature = static_cast<std::size_t>(f);
        if (i == parameters.size()) {
          add_products(tile, s, slopes, tops[number], query_sums[feature]);
        } else {
          add_products(tile, s, slopes, tops[number], parameters[i][parameters[i].size() == 1 ? 0 : feature], used);
        }
      });
    }
    if (query_gradient) store_rows(query_sums.data(), query_sums.size(), begin, in.queries.count, query_gradient);
  }

  void run(std::vector<BasicTensor<T>>& out, const std::vector<Shape>& shapes) const {
    T* query_gradient = start(needed[0], shapes[0], out[0]);
    // Each stretch of queries has sums of its own, which are added up in order.
    const std::int64_t grain = pooling_grain(in.keys.count), stretches = (in.queries.count + grain - 1) / grain;
    std::vector<LaneList<double>> none;
    for (std::size_t i = 3; i < needed.size(); ++i) none.emplace_back(static_cast<std::size_t>(shapes[i].numel()));
    std::vector<std::vector<LaneList<double>>> sums(static_cast<std::size_t>(stretches), none);
    parallel_kernel(in.queries.count, grain, [&](std::int64_t begin, std::int64_t end) {
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
    PairTile<T> p, products, slopes;
    PerLane<T> totals;
    for (std::int64_t first = 0; first < in.queries.count; first += tile_rows) {
      const int count = static_cast<int>(std::min<std::int64_t>(tile_rows, in.queries.count - first));
      const ScoreTile<T> tile{InLanes::keys, keys, in.queries, first, count};
      const T *largest = cotangents.largest.column(0) + first, *inverse = cotangents.inverse_sum.column(0) + first;
      const T* g_dot_rest = cotangents.g_dot_rest.column(0) + first;
      scorer.score(tile, p);
      if (in.options.exclude_self) set_self_pairs(begin, first, count, -infinity<T>, p);
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
      dot_products(cotangents, values, first, count, products);
      each_pair(count, p, [&](Index j, Index l) { return p(j, l) * (products(j, l) - g_dot_rest[j]); });
      if (in.options.exclude_self) set_self_pairs(begin, first, count, T(0), p);
      const MapSlopes<T> map(differentiator, tile);
      for (std::size_t f = 0; f < keys.size(); ++f) {
        differentiator.slopes(tile, static_cast<Index>(f), slopes);
        map.multiply(slopes);
        add_products(tile, p, slopes, {}, key_sums[f]);
      }
    }
    if (key_gradient) store_rows(key_sums.data(), key_sums.size(), begin, in.keys.count, key_gradient);
    if (value_gradient) store_rows(value_sums.data(), value_sums.size(), begin, in.keys.count, value_gradient);
  }

  void run(std::vector<BasicTensor<T>>& out, const std::vector<Shape>& shapes, const std::vector<bool>& needed) const {
    T *key_gradient = start(needed[1], shapes[1], out[1]), *value_gradient = start(needed[2], shapes[2], out[2]);
    parallel_kernel(in.keys.count, pooling_grain(in.queries.count), [&](std::int64_t begin, std::int64_t end) {
      for (; begin < end; begin += block_lanes) block(begin, key_gradient, value_gradient);
    });
  }
};

}  // namespace

template <class T>
std::vector<BasicTensor<T>> pooling_vjp(const TileScorer<T>& scorer, const TileDifferentiator<T>& differentiator,
                                        const PooledCall<T>& call, const BasicTensor<T>& g) {
  std::vector<BasicTensor<T>> out(call.needed.size());
  std::vector<bool> needed = call.needed;
  const Side<T> of_y(g);
  if (add_up_slopes(of_y, call, out)) std::fill(needed.begin() + 3, needed.end(), false);
  if (std::find(needed.begin(), needed.end(), true) == needed.end()) return out;
  const QueryCotangents<T> cotangents(call.pooled, of_y);
  if (needed[0] || std::find(needed.begin() + 3, needed.end(), true) != needed.end()) {
    QueryPass<T>{scorer, differentiator, call.inputs, cotangents, needed, call.pooled.top}.run(out, call.shapes);
  }
  if (needed[1] || needed[2]) KeyPass<T>{scorer, differentiator, call.inputs, cotangents}.run(out, call.shapes, needed);
  return out;
}

#define TG_INSTANTIATE(T)                                                                              \
  template std::vector<BasicTensor<T>> pooling_vjp(const TileScorer<T>&, const TileDifferentiator<T>&, \
                                                   const PooledCall<T>&, const BasicTensor<T>&);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg::detail
