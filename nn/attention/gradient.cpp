// Gradient: of a few parameters from what was averaged with the value, of the other inputs in two passes.
//
// A pass keeps in its lanes what it sums for: over the queries for their own gradient and the parameters', over the
// keys for theirs and the values'. So no two threads add to one place, and every sum has an order of its own.
#include "nn/attention/gradient.h"

#include <cmath>

#include "tensor/threads.h"

namespace tg::detail {
namespace {

// Makes the gradient that is needed, and gives where to write it.
template <class T> T* start(bool needed, const Shape& shape, BasicTensor<T>& gradient) {
  if (!needed) return nullptr;
  gradient = BasicTensor<T>::uninitialized(shape);
  return gradient.writable();
}

// w̄_e = Σ_i Σ_c ȳ_ic ∂y_ic/∂e for the parameters' elements, from their averaged slopes.
template <class T> void add_up_slopes(const PooledCall<T>& call, const Side<T>& g, std::vector<BasicTensor<T>>& out) {
  const Side<T>& averages = call.pooled.averages->sums;
  std::size_t first = g.width;  // of the element's averages
  for (std::size_t i = 3; i < call.needed.size(); ++i) {
    T* gradient = start(call.needed[i], call.shapes[i], out[i]);
    for (Index e = 0; gradient && e < call.shapes[i].numel(); ++e, first += 1 + g.width) {
      double total = 0;
      for (std::size_t c = 0; c < g.width; ++c) {
        const T *of_g = g.column(c), *rest = averages.column(c);
        const T *slope = averages.column(first), *weighted = averages.column(first + 1 + c);
        for (Index q = 0; q < g.count; ++q) {
          const double less = scalar::scaled(static_cast<double>(rest[q]), static_cast<double>(slope[q]));
          total += static_cast<double>(of_g[q]) * (static_cast<double>(weighted[q]) - less);
        }
      }
      gradient[e] = static_cast<T>(total);
    }
  }
}

// The same for the queries, whose averages are the last ones.
template <class T> void add_up_query_slopes(const PooledCall<T>& call, const Side<T>& g, T* gradient) {
  const Side<T>& averages = call.pooled.averages->sums;
  std::fill_n(gradient, g.count, T(0));
  for (std::size_t c = 0; c < g.width; ++c) {
    const T *of_g = g.column(c), *slope = averages.column(averages.width - g.width + c);
    for (Index i = 0; i < g.count; ++i) gradient[i] += of_g[i] * slope[i];
  }
}

// ȳ_i·δ_i for each query.
template <class T> Side<T> dot_products(const Side<T>& g, const Side<T>& averages) {
  std::vector<double, PoolAllocator<double>> sums(static_cast<std::size_t>(g.count));
  for (std::size_t c = 0; c < g.width; ++c) {
    const T *of_g = g.column(c), *rest = averages.column(c);
    for (std::size_t i = 0; i < sums.size(); ++i)
      sums[i] += static_cast<double>(of_g[i]) * static_cast<double>(rest[i]);
  }
  Side<T> products(g.count, 1);
  std::copy(sums.begin(), sums.end(), products.columns.writable());
  return products;
}

// sums[l] += Σ_j cotangents(j, l) (slopes(j, l) - less[l]), for the first `used` lanes.
template <class T>
void add_products(Index rows, const PairTile<T>& cotangents, const PairTile<T>& slopes, const PerLane<T>& less,
                  PerLane<double>& sums, Index used = block_lanes) {
  PerLane<T> totals;
  sum_rows(rows, totals, [&](Index j, Index l) { return scalar::scaled(cotangents(j, l), slopes(j, l) - less[l]); });
  std::fill(totals.value + used, totals.value + block_lanes, T(0));
  add(totals, sums);
}

// The two passes, and what both read; g is ȳ.
template <class T> struct Passes {
  const Scorer<T>& scorer;
  const PooledCall<T>& call;
  const Side<T>& g;
  const PoolingInputs<T>& in = call.inputs;
  const Pooled<T>& pooled = call.pooled;
  const Side<T>& centres = pooled.averages->centres;
  const Side<T> g_dot_rest = dot_products(g, pooled.averages->sums);

  // The queries in the lanes: their gradient if it is needed, and that of the parameters whose terms these are.
  void over_queries(const Terms& parameters, std::vector<BasicTensor<T>>& out) const {
    Terms terms = parameters;
    for (std::size_t f = 0; call.needed[0] && f < in.queries.width; ++f) terms.push_back({0, f, f});
    T* query_gradient = start(call.needed[0], call.shapes[0], out[0]);
    // Each stretch of queries has sums of its own, which are added up in order.
    const Index grain = pooling_grain(in.keys.count), stretches = (in.queries.count + grain - 1) / grain;
    std::vector<LaneList<double>> sums(static_cast<std::size_t>(stretches),
                                       LaneList<double>(element_count(parameters)));
    parallel_kernel(in.queries.count, grain, [&](Index begin, Index end) {
      LaneList<double>& mine = sums[static_cast<std::size_t>(begin / grain)];
      for (; begin < end; begin += block_lanes) query_block(begin, terms, mine, query_gradient);
    });
    std::size_t element = 0;
    for (std::size_t i = 3; i < out.size() && !parameters.empty(); ++i) {
      T* gradient = start(call.needed[i], call.shapes[i], out[i]);
      for (Index e = 0; gradient && e < call.shapes[i].numel(); ++e, ++element) {
        double total = 0;
        for (const LaneList<double>& stretch : sums) {
          for (double sum : stretch[element].value) total += sum;
        }
        gradient[e] = static_cast<T>(total);
      }
    }
  }

  // The keys in the lanes: their gradient, and the values'.
  void over_keys(std::vector<BasicTensor<T>>& out) const {
    T* key_gradient = start(call.needed[1], call.shapes[1], out[1]);
    T* value_gradient = start(call.needed[2], call.shapes[2], out[2]);
    parallel_kernel(in.keys.count, pooling_grain(in.queries.count), [&](Index begin, Index end) {
      for (; begin < end; begin += block_lanes) key_block(begin, key_gradient, value_gradient);
    });
  }

  // The slopes of each query's nearest key, a term each; 0 where they are infinite.
  LaneList<T> nearest_slopes(Index begin, const Terms& terms) const {
    if (in.options.logs) return LaneList<T>(terms.size());  // nothing cancels there
    Side<T> nearest(block_lanes, in.keys.width);
    for (std::size_t f = 0; f < in.keys.width; ++f) {
      for (Index l = 0; l < block_lanes; ++l) {
        const Index query = std::min(begin + l, in.queries.count - 1);
        const Index key = pooled.averages->nearest.data()[query];
        nearest.writable_column(f)[l] = in.keys.column(f)[key];
      }
    }
    const LaneList<T> queries = in.queries.lanes(begin);
    const ScoreTile<T> tile{InLanes::queries, queries, nearest, 0, block_lanes};
    const TileSlopes<T> of_tile(scorer, tile);
    LaneList<T> result(terms.size());
    PairTile<T> slopes;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      of_tile.towards(terms[t].input, terms[t].f, slopes);
      for (Index l = 0; l < block_lanes; ++l) result[t][l] = std::isfinite(slopes(l, l)) ? slopes(l, l) : T(0);
    }
    return result;
  }

  // The queries begin to begin + 15. Adds to the parameters' sums, and fills in the queries' rows if they are needed.
  void query_block(Index begin, const Terms& terms, LaneList<double>& parameter_sums, T* query_gradient) const {
    const PerLane<T> largest = pooled.largest.lanes(begin)[0], inverse_sum = pooled.inverse_sum.lanes(begin)[0];
    PerLane<T> of_rest = g_dot_rest.lanes(begin)[0];
    LaneList<T> cotangents = g.lanes(begin);
    for (Index l = 0; l < block_lanes; ++l) {  // p_ij's divisor goes into what it multiplies
      of_rest[l] *= inverse_sum[l];
      for (PerLane<T>& column : cotangents) column[l] *= inverse_sum[l];
    }
    const LaneList<T> centre = centres.lanes(begin), nearest = nearest_slopes(begin, terms);
    const Index used = std::min<Index>(block_lanes, in.queries.count - begin);  // no lane past the last query counts
    LaneList<double> query_sums(in.queries.width);
    PairTile<T> s, products, slopes;
    each_tile(scorer, in, InLanes::queries, begin, s, [&](const ScoreTile<T>& tile) {
      sum_over(g.width, tile.count, products, [&](std::size_t c) {
        const T* v = in.values.column(c) + tile.first;
        return [v, of_y = cotangents[c], at = centre[c]](Index j, Index l) { return of_y[l] * (v[j] - at[l]); };
      });
      each_pair(tile.count, s, [&](Index j, Index l) {
        return scalar::exp_nonpositive(s(j, l) - largest[l]) * (products(j, l) - of_rest[l]);
      });
      set_self_pairs(in, begin, tile, T(0), s);
      const TileSlopes<T> of_tile(scorer, tile);
      for (std::size_t t = 0; t < terms.size(); ++t) {
        of_tile.towards(terms[t].input, terms[t].f, slopes);
        LaneList<double>& sums = terms[t].input == 0 ? query_sums : parameter_sums;
        add_products(tile.count, s, slopes, nearest[t], sums[terms[t].element], used);
      }
    });
    if (query_gradient) store_rows(query_sums.data(), query_sums.size(), begin, in.queries.count, query_gradient);
  }

  // The keys begin to begin + 15, against all queries. What is not needed is null.
  void key_block(Index begin, T* key_gradient, T* value_gradient) const {
    const LaneList<T> values = in.values.lanes(begin);
    LaneList<double> key_sums(in.keys.width), value_sums(values.size());
    PairTile<T> p, products, slopes;
    PerLane<T> totals;
    each_tile(scorer, in, InLanes::keys, begin, p, [&](const ScoreTile<T>& tile) {
      const T *largest = pooled.largest.column(0) + tile.first, *inverse = pooled.inverse_sum.column(0) + tile.first;
      const T* of_rest = g_dot_rest.column(0) + tile.first;
      each_pair(tile.count, p, [&](Index j, Index l) {
        const T above = p(j, l) - largest[j];  // > 0 only by rounding, where this loop's differs from the other pass's
        return scalar::exp_nonpositive(above > 0 ? T(0) : above) * inverse[j];
      });
      for (std::size_t c = 0; value_gradient && c < values.size(); ++c) {
        const T* cotangent = g.column(c) + tile.first;
        sum_rows(tile.count, totals, [&](Index j, Index l) { return p(j, l) * cotangent[j]; });
        add(totals, value_sums[c]);
      }
      if (!key_gradient) return;
      sum_over(g.width, tile.count, products, [&](std::size_t c) {
        const T *cotangent = g.column(c) + tile.first, *centre = centres.column(c) + tile.first;
        return [cotangent, centre, v = values[c]](Index j, Index l) { return cotangent[j] * (v[l] - centre[j]); };
      });
      each_pair(tile.count, p, [&](Index j, Index l) { return p(j, l) * (products(j, l) - of_rest[j]); });
      set_self_pairs(in, begin, tile, T(0), p);
      const TileSlopes<T> of_tile(scorer, tile);
      for (std::size_t f = 0; f < key_sums.size(); ++f) {
        of_tile.towards(1, f, slopes);
        add_products(tile.count, p, slopes, {}, key_sums[f]);
      }
    });
    if (key_gradient) store_rows(key_sums.data(), key_sums.size(), begin, in.keys.count, key_gradient);
    if (value_gradient) store_rows(value_sums.data(), value_sums.size(), begin, in.keys.count, value_gradient);
  }
};

// Where the tree has answered: the queries' gradient from their averaged slopes, the keys' and the values' from another
// walk, or from the loop, which needs its own results.
template <class T>
void tree_vjp(const Scorers<T>& scorers, const PooledCall<T>& call, const Side<T>& g,
              std::vector<BasicTensor<T>>& out) {
  if (call.needed[0]) add_up_query_slopes(call, g, start(true, call.shapes[0], out[0]));
  if (!call.needed[1] && !call.needed[2]) return;
  if (const auto found = tree_over_keys(*scorers.tree, call.inputs, call.pooled, g, call.needed[1])) {
    if (call.needed[1]) out[1] = reshape(found->of_keys, call.shapes[1]);
    if (call.needed[2]) out[2] = reshape(found->of_values, call.shapes[2]);
    return;
  }
  const Terms none;
  const PooledCall<T> again{
      call, call.inputs, pool_by_loop(scorers.loop, call.inputs, pooled_shape(call.shapes[0], call.shapes[2]), &none)};
  Passes<T>{scorers.loop, again, g}.over_keys(out);
}

}  // namespace

template <class T>
std::vector<BasicTensor<T>> pooling_vjp(const Scorers<T>& scorers, const PooledCall<T>& call, const BasicTensor<T>& g) {
  const std::vector<bool>& needed = call.needed;
  std::vector<BasicTensor<T>> out(needed.size());
  const Side<T> of_y(g);
  const bool forward = !call.pooled.forward.empty();
  if (forward) add_up_slopes(call, of_y, out);
  if (!call.pooled.log_sums.empty()) {
    tree_vjp(scorers, call, of_y, out);
    return out;
  }
  const Terms backward = forward ? Terms() : parameter_terms(call.shapes, needed);
  const bool over_queries = needed[0] || !backward.empty(), over_keys = needed[1] || needed[2];
  if (!over_queries && !over_keys) return out;
  const Passes<T> passes{scorers.loop, call, of_y};
  if (over_queries) passes.over_queries(backward, out);
  if (over_keys) passes.over_keys(out);
  return out;
}

#define TG_INSTANTIATE(T) \
  template std::vector<BasicTensor<T>> pooling_vjp(const Scorers<T>&, const PooledCall<T>&, const BasicTensor<T>&);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg::detail
