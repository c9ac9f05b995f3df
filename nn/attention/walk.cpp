// Walk: a block of 64 lanes goes down the tree of cells.
#include "nn/attention/walk.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tensor/threads.h"

namespace tg::detail {
namespace {

constexpr Index block = 64;              // lanes
constexpr double skip_share = 0.025;     // of the tolerance, for all that is skipped
constexpr double ellipses[] = {7, 3.5};  // ρ
constexpr Index visit_cost = 4;          // a proof takes as long as so many rows of a tile
constexpr Index tree_cost = 3;           // and a row here as three of the loop, which need not be in double

// What the lanes of a call share: their order, and where a lane's own row stands.
struct Lanes64 {
  explicit Lanes64(const Walk& call)
      : order(sorted_order(call.lanes.column(0), call.lanes.count)), x(call.lanes.count, 1) {
    for (std::size_t i = 0; i < order.size(); ++i) x.columns.writable()[i] = call.lanes.column(0)[order[i]];
    if (!call.exclude_self) return;
    std::vector<Index> position(order.size());
    for (std::size_t j = 0; j < position.size(); ++j) {
      position[static_cast<std::size_t>(call.cells.order[j])] = static_cast<Index>(j);
    }
    for (Index i : order) own_rows.push_back(position[static_cast<std::size_t>(i)]);
  }
  std::vector<Index> order, own_rows;
  Side<double> x;
};

class BlockWalk {
 public:
  BlockWalk(const Walk& call, const Lanes64& lanes, Index begin)
      : call_(call),
        lanes_(lanes),
        begin_(begin),
        count_(std::min(block, lanes.x.count - begin)),
        span_{lanes.x.column(0)[begin], lanes.x.column(0)[begin + count_ - 1]},
        least_(1 + call.inputs.size(), -infinity<double>),
        spent_(least_.size()),
        slopes_(call.inputs.size()) {
    least_[0] = std::log(call.floor);
    for (Index b = 0; b < count_; b += block_lanes) {
      tiles_.push_back({lanes.x.lanes(begin + b), {}, {}, LaneList<double>(call.cells.columns.width * least_.size())});
      for (double& most : tiles_.back().largest.value) most = -infinity<double>;
    }
  }

  // Counts the rows that it sums, and stops beyond the limit.
  Index run(Index limit) {
    limit_ = limit;
    visit(call_.cells.root(), score(call_.cells.root()));
    return work_;
  }

  void store(LaneSums& out) const {
    for (Index l = 0; l < count_; ++l) {
      const Index to = lanes_.order[static_cast<std::size_t>(begin_ + l)];
      const Tile& tile = tiles_[static_cast<std::size_t>(l / block_lanes)];
      out.largest.columns.writable()[to] = tile.shift[l % block_lanes];
      for (std::size_t k = 0; k < tile.sums.size(); ++k) {
        out.sums.columns.writable()[static_cast<Index>(k) * out.sums.count + to] = tile.sums[k][l % block_lanes];
      }
    }
  }

 private:
  struct Tile {  // sixteen lanes and their sums so far, which are relative to the largest score so far
    LaneList<double> lanes;
    PerLane<double> largest, shift;
    LaneList<double> sums;
  };

  template <class F> Region prove(Region row, const F& f) const {
    const Region lane(span_);
    const bool queries = call_.side == InLanes::queries;
    return f(queries ? lane : row, queries ? row : lane);
  }
  Interval score(const Cell& cell) const {
    return prove(cell.span, [&](const Region& q, const Region& k) { return call_.scorer.score(q, k); }).value();
  }
  Region slope(std::size_t t, const Region& row) const {
    return prove(row, [&](const Region& q, const Region& k) { return call_.scorer.slope(call_.inputs[t], q, k); });
  }

  bool has_own_row(const Cell& cell) const {
    if (lanes_.own_rows.empty()) return false;
    return std::any_of(lanes_.own_rows.begin() + begin_, lanes_.own_rows.begin() + begin_ + count_,
                       [&](Index row) { return row >= cell.first && row < cell.first + cell.count; });
  }

  void visit(const Cell& cell, Interval s) {
    work_ += visit_cost;
    if (work_ > limit_) return;
    s = s - Interval{cell.shift, cell.shift};
    const bool whole = !has_own_row(cell);
    for (std::size_t t = 0; t < slopes_.size(); ++t) slopes_[t] = slope(t, cell.span).value();
    if (negligible(cell, s)) return;
    if (whole && points_will_do(cell, s)) {
      add(cell.points, cell_points);
    } else if (cell.left < 0) {
      if (whole) raise_slopes(cell, s);
      add(cell.first, cell.count);
    } else {
      const Cell& a = call_.cells.cells[static_cast<std::size_t>(cell.left)];
      const Cell& b = call_.cells.cells[static_cast<std::size_t>(cell.right)];
      const Interval of_a = score(a), of_b = score(b);
      const bool a_first = of_a.hi - a.shift >= of_b.hi - b.shift;
      visit(a_first ? a : b, a_first ? of_a : of_b);
      visit(a_first ? b : a, a_first ? of_b : of_a);
    }
  }

  bool negligible(const Cell& cell, Interval s) const {
    const double share = std::log(call_.tolerance * skip_share * static_cast<double>(cell.count) /
                                  static_cast<double>(call_.cells.order.size()));
    const double upper = s.hi + cell.log_weight;
    if (upper == -infinity<double>) return true;
    if (!(upper < least_[0] + share)) return false;
    for (std::size_t t = 0; t < slopes_.size(); ++t) {
      if (!(upper + std::log(slopes_[t].largest()) < least_[1 + t] + share)) return false;
    }
    return true;
  }

  // What the cell's rows add at least to the sum of |t| exp(s).
  double slope_share(const Cell& cell, Interval s, std::size_t t) const {
    return s.lo + cell.log_mass + std::log(slopes_[t].smallest());
  }
  static double sum_of_logs(double a, double b) {
    return a == -infinity<double>   ? b
           : b == -infinity<double> ? a
                                    : std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
  }
  void raise_slopes(const Cell& cell, Interval s) {
    for (std::size_t t = 0; t < slopes_.size(); ++t) {
      raise(1 + t, sum_of_logs(least_[1 + t], slope_share(cell, s, t)));
    }
  }

  bool points_will_do(const Cell& cell, Interval s) {
    const double middle = (cell.span.lo + cell.span.hi) / 2, quarter = (cell.span.hi - cell.span.lo) / 4;
    for (double rho : ellipses) {
      const double x = quarter * (rho + 1 / rho), y = quarter * (rho - 1 / rho);
      const Region ellipse({middle - x, middle + x}, {-y, y});
      const Region on_it = prove(ellipse, [&](const Region& q, const Region& k) { return call_.scorer.score(q, k); });
      if (!on_it.analytic()) continue;
      const double error =
          on_it.value().hi - cell.shift + cell.log_weight + std::log(4 / (rho - 1)) - 15 * std::log(rho);
      std::vector<double> least = least_, added(least_.size());
      bool enough = true;
      for (std::size_t k = 0; k < least.size() && enough; ++k) {
        double size = 0;
        if (k == 0) {
          least[0] = std::max(least[0], s.lo + cell.log_mass);
        } else {
          const Region t = slope(k - 1, ellipse);
          enough = t.analytic();
          size = std::log(t.largest());
          least[k] = sum_of_logs(least[k], slope_share(cell, s, k - 1));
        }
        added[k] = std::exp(error + size - least[k]);
        const double before = spent_[k] > 0 ? spent_[k] * std::exp(least_[k] - least[k]) : 0;
        enough = enough && before + added[k] <= call_.tolerance * (k == 0 ? 1 : 25);
      }
      if (!enough) continue;
      for (std::size_t k = 0; k < least.size(); ++k) {
        raise(k, least[k]);
        spent_[k] += added[k];
      }
      return true;
    }
    return false;
  }

  void raise(std::size_t k, double least) {
    if (!(least > least_[k])) return;
    if (spent_[k] > 0) spent_[k] *= std::exp(least_[k] - least);
    least_[k] = least;
  }

  void add(Index first, Index count) {
    work_ += count;
    double least = infinity<double>;
    for (std::size_t b = 0; b < tiles_.size(); ++b)
      least = std::min(least, add(tiles_[b], static_cast<Index>(b), first, count));
    raise(0, least);
  }

  // Gives the logarithm of the least sum of the tile's lanes.
  double add(Tile& of, Index b, Index first, Index count) {
    const Cells& cells = call_.cells;
    const ScoreTile<double> tile{call_.side, of.lanes, cells.rows, first, static_cast<int>(count)};
    PairTile<double> p, slopes;
    PerLane<double> factor, total;
    call_.scorer.numbers().scores(tile, p);
    if (!cells.shifts.empty()) {
      const double* shift = cells.shifts.data() + first;
      each_pair(count, p, [&](Index j, Index l) { return p(j, l) - shift[j]; });
    }
    for (Index l = b * block_lanes; !lanes_.own_rows.empty() && l < std::min(count_, (b + 1) * block_lanes); ++l) {
      const Index row = lanes_.own_rows[static_cast<std::size_t>(begin_ + l)] - first;
      if (row >= 0 && row < count) p(row, l - b * block_lanes) = -infinity<double>;
    }
    if (raise_shift(tile.count, p, of.largest, of.shift, factor)) {
      for (PerLane<double>& sum : of.sums) {
        TG_SIMD
        for (Index l = 0; l < block_lanes; ++l) sum[l] = scalar::scaled(sum[l], factor[l]);
      }
    }
    each_pair(count, p, [&](Index j, Index l) { return scalar::exp_nonpositive(p(j, l) - of.shift[l]); });
    std::size_t next = 0;
    auto add_columns = [&](const PairTile<double>& terms) {
      for (std::size_t c = 0; c < cells.columns.width; ++c, ++next) {
        const double* w = cells.columns.column(c) + first;
        sum_rows(count, total, [&](Index j, Index l) { return terms(j, l) * w[j]; });
        detail::add(total, of.sums[next]);
      }
    };
    add_columns(p);
    std::optional<TileSlopes<double>> of_tile;
    if (!call_.inputs.empty()) of_tile.emplace(call_.scorer.numbers(), tile);
    for (std::size_t input : call_.inputs) {
      of_tile->towards(input, 0, slopes);
      each_pair(count, slopes, [&](Index j, Index l) { return scalar::scaled(p(j, l), slopes(j, l)); });
      add_columns(slopes);
    }
    PerLane<double> logs;
    TG_SIMD
    for (Index l = 0; l < block_lanes; ++l) logs[l] = of.shift[l] + scalar::log(of.sums[0][l]);
    return *std::min_element(logs.value, logs.value + block_lanes);
  }

  const Walk& call_;
  const Lanes64& lanes_;
  Index begin_, count_;
  Interval span_;
  std::vector<double> least_, spent_;  // of the lanes' sums, in logarithms, and the error so far relative to it
  std::vector<Interval> slopes_;       // of the cell that is visited
  std::vector<Tile> tiles_;
  Index work_ = 0, limit_ = 0;
};

}  // namespace

std::optional<LaneSums> walk(const Walk& call, const TreeLimits& limits) {
  const Index rows = static_cast<Index>(call.cells.order.size()), lanes = call.lanes.count;
  const Lanes64 sorted(call);
  const Index blocks = (lanes + block - 1) / block, tried = std::clamp<Index>(blocks / 16, 1, 8);
  if (limits.pilot) {
    const Index limit = rows * blocks * 8 / (100 * tree_cost);
    Index work = 0;
    for (Index i = 0; i < tried && work <= limit; ++i) {
      work += BlockWalk(call, sorted, (blocks * (2 * i + 1) / (2 * tried)) * block).run(limit - work);
    }
    if (work > limit || tree_cost * work > tried * rows) return {};
  }
  LaneSums out(lanes, call.cells.columns.width, call.inputs.size());
  parallel_kernel(blocks, 1, [&](Index begin, Index end) {
    for (; begin < end; ++begin) {
      BlockWalk walk(call, sorted, begin * block);
      walk.run(std::numeric_limits<Index>::max());
      walk.store(out);
    }
  });
  return out;
}

}  // namespace tg::detail
