// Walk: a block of 64 lanes goes down the tree of cells.
#include "nn/attention/walk.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "tensor/threads.h"

namespace tg::detail {
namespace {

constexpr Index block = 64;              // lanes
constexpr double skipped = 0.025;        // the part of the tolerance that is for all that is skipped
constexpr double for_slopes = 25;        // a slope's sum may err by so many times the tolerance
constexpr double ellipses[] = {7, 3.5};  // ρ
constexpr Index proof_cost = 3;          // to look at a cell takes as long as to sum so many rows
constexpr Index double_cost = 5;         // and a row takes as long here, in double, as so many in the loop

// What all blocks read: the sorted lanes, and where each one's own row stands.
struct SortedLanes {
  explicit SortedLanes(const Walk& call) : order(sorted_order(call.sums.lanes.column(0), call.sums.lanes.count)) {
    if (!call.exclude_self) return;
    const std::vector<Index>& rows = call.sums.cells.order;
    std::vector<Index> position(rows.size());
    for (std::size_t j = 0; j < rows.size(); ++j) position[static_cast<std::size_t>(rows[j])] = static_cast<Index>(j);
    for (Index i : order) own_rows.push_back(position[static_cast<std::size_t>(i)]);
  }
  std::vector<Index> order, own_rows;
};

// log(exp(a) + exp(b)).
double add_logs(double a, double b) {
  const double most = std::max(a, b), least = std::min(a, b);
  return least == -infinity<double> ? most : most + std::log1p(std::exp(least - most));
}

// A sum of the block's lanes: in logarithms the least that it can be, and the error so far, relative to that.
struct Bounded {
  double least = -infinity<double>, error = 0;
  void raise(double to) {
    if (!(to > least)) return;
    if (error > 0) error *= std::exp(least - to);
    least = to;
  }
};

class BlockWalk {
 public:
  BlockWalk(const Walk& call, const SortedLanes& lanes, Index begin)
      : call_(call), cells_(call.sums.cells), slopes_(call.sums.inputs.size()), bounded_(1 + slopes_.size()) {
    const Index count = std::min(block, call.sums.lanes.count - begin);
    const Index* order = lanes.order.data() + begin;
    const double* x = call.sums.lanes.column(0);
    span_ = {x[order[0]], x[order[count - 1]]};
    if (call.exclude_self) own_rows_ = {lanes.own_rows.data() + begin, static_cast<std::size_t>(count)};
    for (Index l = 0; l < count; l += block_lanes) {
      tiles_.emplace_back(call.sums, order + l, std::min<Index>(block_lanes, count - l));
    }
    bounded_[0].least = std::log(call.floor);
  }

  // Gives how many rows it has summed, with what proofs cost; stops beyond the limit.
  Index run(Index limit) {
    limit_ = limit;
    visit(cells_.root(), score(cells_.root()));
    return work_;
  }
  void store(LaneSums& out) const {
    for (const BlockSums& tile : tiles_) tile.store(out);
  }

 private:
  template <class F> Region prove(const Region& row, const F& f) const {
    const Region lane(span_);
    const bool queries = call_.sums.side == InLanes::queries;
    return f(queries ? lane : row, queries ? row : lane);
  }
  Region score(const Region& row) const {
    return prove(row, [&](const Region& q, const Region& k) { return call_.scorer.score(q, k); });
  }
  Region slope(std::size_t t, const Region& row) const {
    return prove(row, [&](const Region& q, const Region& k) { return call_.scorer.slope(call_.sums.inputs[t], q, k); });
  }
  // Over the block and the cell, less the cell's shift.
  Interval score(const Cell& cell) const { return score(Region(cell.span)).value() - Interval{cell.shift, cell.shift}; }

  bool has_own_row(const Cell& cell) const {
    return std::any_of(own_rows_.begin(), own_rows_.end(),
                       [&](Index row) { return row >= cell.first && row < cell.first + cell.count; });
  }

  void visit(const Cell& cell, Interval s) {
    work_ += proof_cost;
    if (work_ > limit_) return;
    for (std::size_t t = 0; t < slopes_.size(); ++t) slopes_[t] = slope(t, cell.span).value();
    if (negligible(cell, s)) return;
    const bool whole = !has_own_row(cell);
    if (whole && points_suffice(cell, s)) {
      add(cell.points, cell_points);
    } else if (cell.left < 0) {
      for (std::size_t k = 1; whole && k < bounded_.size(); ++k) {
        bounded_[k].raise(add_logs(bounded_[k].least, least_share(cell, s, k)));
      }
      add(cell.first, cell.count);
    } else {
      const Cell &a = cells_.cells[static_cast<std::size_t>(cell.left)],
                 &b = cells_.cells[static_cast<std::size_t>(cell.right)];
      const Interval of_a = score(a), of_b = score(b);
      const bool a_first = of_a.hi >= of_b.hi;
      visit(a_first ? a : b, a_first ? of_a : of_b);
      visit(a_first ? b : a, a_first ? of_b : of_a);
    }
  }

  // What the cell's rows add at least to sum k: 0 is that of exp(s), 1 + t that of exp(s) |t|.
  double least_share(const Cell& cell, Interval s, std::size_t k) const {
    return s.lo + cell.log_mass + (k == 0 ? 0 : std::log(slopes_[k - 1].smallest()));
  }

  bool negligible(const Cell& cell, Interval s) const {
    const double most = s.hi + cell.log_weight;
    if (most == -infinity<double>) return true;
    const double part = static_cast<double>(cell.count) / static_cast<double>(cells_.order.size());
    for (std::size_t k = 0; k < bounded_.size(); ++k) {
      if (k > 0 && slopes_[k - 1].is(0)) continue;
      const double of_slope = k == 0 ? 0 : std::log(slopes_[k - 1].largest());
      if (!(most + of_slope < bounded_[k].least + std::log(call_.tolerance * skipped * part))) return false;
    }
    return true;
  }

  bool points_suffice(const Cell& cell, Interval s) {
    return std::any_of(std::begin(ellipses), std::end(ellipses), [&](double rho) {
      const double middle = (cell.span.lo + cell.span.hi) / 2, quarter = (cell.span.hi - cell.span.lo) / 4;
      const double x = quarter * (rho + 1 / rho), y = quarter * (rho - 1 / rho);
      const Region ellipse({middle - x, middle + x}, {-y, y}), on_it = score(ellipse);
      if (!on_it.analytic()) return false;
      const double theorem = std::log(4 / (rho - 1)) - (cell_points - 1) * std::log(rho);
      const double error = on_it.value().hi - cell.shift + cell.log_weight + theorem;
      std::vector<Bounded> after = bounded_;
      for (std::size_t k = 0; k < after.size(); ++k) {
        const double share = least_share(cell, s, k);
        after[k].raise(k == 0 ? share : add_logs(after[k].least, share));
        double of_slope = 0;
        if (k > 0) {
          const Region t = slope(k - 1, ellipse);
          if (!t.analytic()) return false;
          if (t.largest() == 0) continue;  // as where the parameter is 0
          of_slope = std::log(t.largest());
        }
        after[k].error += std::exp(error + of_slope - after[k].least);
        if (!(after[k].error <= call_.tolerance * (k == 0 ? 1 : for_slopes))) return false;
      }
      bounded_ = after;
      return true;
    });
  }

  void add(Index first, Index count) {
    work_ += count;
    double least = infinity<double>;
    for (std::size_t b = 0; b < tiles_.size(); ++b) {
      const Index* own = own_rows_.empty() ? nullptr : own_rows_.data() + b * block_lanes;
      least = std::min(least, tiles_[b].add(first, count, own));
    }
    bounded_[0].raise(least);
  }

  const Walk& call_;
  const Cells& cells_;
  std::vector<Interval> slopes_;  // of the cell that is visited
  std::vector<Bounded> bounded_;
  Interval span_;
  std::span<const Index> own_rows_;
  std::vector<BlockSums> tiles_;
  Index work_ = 0, limit_ = 0;
};

}  // namespace

// A pilot of a few blocks, spread irregularly, foretells the work; and if it was wrong, the walk ends when its work
// comes to twice the loop's. What is compared is counted, not timed: the same call takes the same way each time.
std::optional<LaneSums> walk(const Walk& call, const TreeLimits& limits) {
  const Index rows = static_cast<Index>(call.sums.cells.order.size());
  const SortedLanes sorted(call);
  const Index blocks = (call.sums.lanes.count + block - 1) / block, tried = std::clamp<Index>(blocks / 32, 1, 8);
  const Index of_loop = blocks * rows / double_cost, for_pilot = std::min(tried * rows / double_cost, of_loop / 20);
  const Index most = limits.pilot ? 2 * of_loop : std::numeric_limits<Index>::max();
  Index work = 0;
  for (Index i = 0; limits.pilot && i < tried && work <= for_pilot; ++i) {
    const double at = 0.618034 * (static_cast<double>(i) + 0.5);
    const Index tried_block = static_cast<Index>((at - std::floor(at)) * static_cast<double>(blocks));
    work += BlockWalk(call, sorted, tried_block * block).run(for_pilot - work);
  }
  if (work > for_pilot) return {};
  LaneSums out(call.sums);
  std::atomic<Index> spent = 0;
  parallel_kernel(blocks, 1, [&](Index begin, Index end) {
    for (; begin < end && spent <= most; ++begin) {
      BlockWalk walk(call, sorted, begin * block);
      spent += walk.run(most);
      walk.store(out);
    }
  });
  if (spent > most) return {};
  return out;
}

}  // namespace tg::detail
