// Pairs: how attention pooling works on many pairs of a query and a key at once.
//
// A block is sixteen rows of one side (queries, say), a lane each, against a tile of 64 rows of the other side (keys).
// Every loop below runs over the tile's rows, and inside over the lanes: their count is fixed, so the inner loop
// becomes a few vector instructions, a row's numbers are read once for all lanes, and every lane keeps its own sum, in
// a register, in the order of the rows. Nothing is added across lanes: the numbers do not depend on how wide the
// processor's vectors are, and few keys fill the vectors as well as many. A tile's pairs (4 KB) stay in the
// first-level cache.
#pragma once

#include <algorithm>
#include <array>
#include <limits>

#include "tensor/lanes.h"

namespace tg::detail {

inline constexpr int block_lanes = 16, tile_rows = 64;

using Index = std::int64_t;

template <class T> inline constexpr T infinity = std::numeric_limits<T>::infinity();

// One number for each lane, and one for each pair: pair(j, l) is row j of the tile and lane l.
template <class T> struct alignas(64) PerLane {
  T value[block_lanes];
  T& operator[](Index l) { return value[l]; }
  T operator[](Index l) const { return value[l]; }
};
template <class T> struct alignas(64) PairTile {
  T value[tile_rows * block_lanes];
  T& operator()(Index j, Index l) { return value[j * block_lanes + l]; }
  const T& operator()(Index j, Index l) const { return value[j * block_lanes + l]; }
};

TG_LOOPS_BEGIN

// pairs(j, l) = f(j, l) for every pair of the first `rows` rows.
template <class T, class F> [[gnu::always_inline]] inline void each_pair(Index rows, PairTile<T>& pairs, const F& f) {
  for (Index j = 0; j < rows; ++j) {
    TG_SIMD
    for (Index l = 0; l < block_lanes; ++l) pairs(j, l) = f(j, l);
  }
}

// pairs(j, l) = Σ_f term_f(j, l); term(f) is the f-th of these functions.
template <class T, class Term>
[[gnu::always_inline]] inline void sum_over(std::size_t terms, Index rows, PairTile<T>& pairs, const Term& term) {
  each_pair(rows, pairs, term(0));
  for (std::size_t f = 1; f < terms; ++f) {
    const auto next = term(f);
    each_pair(rows, pairs, [&](Index j, Index l) { return pairs(j, l) + next(j, l); });
  }
}

// totals[k][l] = Σ_j f_k(j, l): as many sums in one loop as there are functions.
template <class T, class... F>
[[gnu::always_inline]] inline void sum_rows(Index rows, std::array<PerLane<T>, sizeof...(F)>& totals, const F&... f) {
  auto plus = [](auto a, auto b) { return a + b; };
  for (Index first = 0; first < block_lanes; first += lane_count<T>) {
    Lanes<T> sums[] = {(static_cast<void>(f), Lanes<T>::all(0))...};
    for (Index j = 0; j < rows; ++j) {
      int k = 0;
      (sums[k++].combine(plus, Lanes<T>::of([&](Index l) { return f(j, l); }, first)), ...);
    }
    for (std::size_t k = 0; k < sizeof...(F); ++k) sums[k].store(totals[k].value + first);
  }
}
template <class T, class F> [[gnu::always_inline]] inline void sum_rows(Index rows, PerLane<T>& total, const F& f) {
  std::array<PerLane<T>, 1> totals;
  sum_rows(rows, totals, f);
  total = totals[0];
}

// pairs(j, l) = f(j, l), and of these totals[l] = Σ_j pairs(j, l), weighted[l] = Σ_j pairs(j, l) values[j]: three steps
// in one loop, for the one column of values that there usually is.
template <class T, class F>
[[gnu::always_inline]] inline void each_pair_summed(Index rows, PairTile<T>& pairs, const F& f, const T* values,
                                                    PerLane<T>& totals, PerLane<T>& weighted) {
  for (Index first = 0; first < block_lanes; first += lane_count<T>) {
    Lanes<T> total = Lanes<T>::all(0), average = total;
    for (Index j = 0; j < rows; ++j) {
      const T value = values[j];
      const Lanes<T> row = Lanes<T>::of([&](Index l) { return f(j, l); }, first);
      row.store(&pairs(j, first));
      total.combine([](auto a, auto b) { return a + b; }, row);
      average.combine([value](auto a, auto b) { return a + b * value; }, row);
    }
    total.store(totals.value + first);
    average.store(weighted.value + first);
  }
}

// Adds one tile's totals to sums over all tiles, which are kept in double.
template <class T> void add(const PerLane<T>& totals, PerLane<double>& sums) {
  TG_SIMD
  for (Index l = 0; l < block_lanes; ++l) sums[l] += static_cast<double>(totals[l]);
}

// Multiplies such sums, as when they become relative to another number.
template <class T> void scale(const PerLane<T>& factor, PerLane<double>& sums) {
  TG_SIMD
  for (Index l = 0; l < block_lanes; ++l) sums[l] *= static_cast<double>(factor[l]);
}

// Sums for each of `width` columns as rows begin to begin + 15 of a (count, width) array.
template <class T, class Sum>
void store_rows(const PerLane<Sum>* sums, std::size_t width, Index begin, Index count, T* array) {
  const Index used = std::min<Index>(block_lanes, count - begin);
  array += begin * static_cast<Index>(width);
  for (std::size_t c = 0; c < width; ++c) {
    for (Index l = 0; l < used; ++l)
      array[l * static_cast<Index>(width) + static_cast<Index>(c)] = static_cast<T>(sums[c][l]);
  }
}

// The same as a stretch of each of the rows of a (width, count) array.
template <class T, class Sum>
void store_columns(const PerLane<Sum>* sums, std::size_t width, Index begin, Index count, T* array) {
  const Index used = std::min<Index>(block_lanes, count - begin);
  array += begin;
  for (std::size_t c = 0; c < width; ++c, array += count) {
    for (Index l = 0; l < used; ++l) array[l] = static_cast<T>(sums[c][l]);
  }
}

// largest[l] = max(largest[l], pairs(j, l)...). A NaN is passed over.
template <class T>
[[gnu::always_inline]] inline void raise_to_max(Index rows, const PairTile<T>& pairs, PerLane<T>& largest) {
  for (Index first = 0; first < block_lanes; first += lane_count<T>) {
    Lanes<T> most = Lanes<T>::load(&largest[first]);
    for (Index j = 0; j < rows; ++j) {
      most.combine([](auto a, auto b) { return b > a ? b : a; }, Lanes<T>::load(&pairs(j, first)));
    }
    most.store(largest.value + first);
  }
}

// row[l] = the last j with pairs(j, l) == value, or -1.
template <class T>
[[gnu::always_inline]] inline void find_rows(Index rows, const PairTile<T>& pairs, T value, PerLane<T>& row) {
  for (T& none : row.value) none = -1;
  for (Index first = 0; first < block_lanes; first += lane_count<T>) {
    Lanes<T> last = Lanes<T>::load(&row[first]);
    for (Index j = 0; j < rows; ++j) {
      const T here = static_cast<T>(j);
      last.combine([](auto a, auto b) { return b > a ? b : a; },
                   Lanes<T>::of([&](Index l) { return pairs(j, l) == value ? here : T(-1); }, first));
    }
    last.store(row.value + first);
  }
}

TG_LOOPS_END

// Raises the largest scores to those of a tile, and with them the shift that exponentials are taken relative to.
// Returns whether a lane's has risen; `factor` is then what the sums must be scaled by.
template <class T>
bool raise_shift(int count, const PairTile<T>& scores, PerLane<T>& largest, PerLane<T>& shift, PerLane<T>& factor);

}  // namespace tg::detail
