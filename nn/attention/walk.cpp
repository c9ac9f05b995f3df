// Walk: a block of 64 lanes goes down the tree of cells.
#include "nn/attention/walk.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "tensor/threads.h"

namespace tg::detail {
namespace {

constexpr Index block = 64;            // lanes
constexpr double skipped = 0.025;      // the part of the tolerance that is for all that is skipped
constexpr double for_slopes = 25;      // a slope's sum may err by so many times the tolerance
constexpr double far = 7, near = 3.5;  // ρ of the ellipses that are tried
constexpr Index proof_cost = 3;        // to look at a cell takes as long as to sum so many rows
constexpr Index double_cost = 5;       // and a row takes as long here, in double, as so many in the loop

// log(exp(a) + exp(b)).
double add_logs(double a, double b) {
  const double most = std::max(a, b), least = std::min(a, b);
  return b > -infinity<double> ? most + std::log1p(std::exp(least - most)) : a;  // so too if b is NaN
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

// Sum 0 is that of exp(s), sum 1 + t that of exp(s) times slope t: of exp(s) times a factor, of which 0 is 1.
class BlockWalk {
 public:
  BlockWalk(const TreeCall& call, std::span<const Index> lanes)
      : call_(call),
        span_(call.lanes.column(0)[lanes.front()], call.lanes.column(0)[lanes.back()]),
        factors_(1 + call.inputs.size(), 1),
        sums_(factors_.size()) {
    for (std::size_t l = 0; l < lanes.size(); l += block_lanes) {
      tiles_.emplace_back(call, lanes.subspan(l, std::min<std::size_t>(block_lanes, lanes.size() - l)));
    }
    sums_[0].least = std::log(call.floor);
  }

  // Gives how many rows it has summed, with what proofs cost; stops beyond the limit.
  Index run(Index limit) {
    limit_ = limit;
    visit(*call_.cells.root, score(*call_.cells.root));
    return work_;
  }
  void store(Side<double>& out) const {
    for (const BlockSums& tile : tiles_) tile.store(out);
  }

 private:
  TreeScorer::Pair with_block(const Region& row) const {
    if (call_.side == InLanes::queries) return {span_, row};
    return {row, span_};
  }
  // Over the block and the cell, less the cell's shift.
  Interval score(const Cell& cell) const { return call_.scorer.score(with_block(cell.span)).value() - cell.shift; }
  Region factor(std::size_t k, const Region& row) const {
    return k == 0 ? 1 : call_.scorer.slope(call_.inputs[k - 1], with_block(row));
  }

  void visit(const Cell& cell, Interval s) {
    work_ += proof_cost;
    if (work_ > limit_) return;
    for (std::size_t k = 1; k < factors_.size(); ++k) factors_[k] = factor(k, cell.span).value();
    if (negligible(cell, s)) return;
    const bool whole = std::none_of(tiles_.begin(), tiles_.end(),
                                    [&](const BlockSums& tile) { return tile.has_own_row(cell.first, cell.count); });
    if (whole && (points_suffice(cell, s, far) || points_suffice(cell, s, near))) {
      add(cell.points, cell_points);
    } else if (!cell.left) {
      for (std::size_t k = 1; whole && k < sums_.size(); ++k) sums_[k].raise(least_with(cell, s, k));
      add(cell.first, cell.count);
    } else {
      const Cell &a = *cell.left, &b = *cell.right;
      const Interval of_a = score(a), of_b = score(b);
      const bool a_first = of_a.hi >= of_b.hi;
      visit(a_first ? a : b, a_first ? of_a : of_b);
      visit(a_first ? b : a, a_first ? of_b : of_a);
    }
  }

  // The least that sum k, of absolute values, can be once the cell's rows are added.
  double least_with(const Cell& cell, Interval s, std::size_t k) const {
    return add_logs(sums_[k].least, s.lo + cell.log_mass + std::log(factors_[k].smallest()));
  }

  bool negligible(const Cell& cell, Interval s) const {
    const double most = s.hi + cell.log_weight;
    if (most == -infinity<double>) return true;
    const double part = static_cast<double>(cell.count) / static_cast<double>(call_.cells.order.size());
    const double enough = std::log(call_.tolerance * skipped * part);
    for (std::size_t k = 0; k < sums_.size(); ++k) {
      if (factors_[k].is(0)) continue;
      if (!(most + std::log(factors_[k].largest()) < sums_[k].least + enough)) return false;
    }
    return true;
  }

  bool points_suffice(const Cell& cell, Interval s, double rho) {
    const double middle = cell.span.middle(), half = cell.span.radius() / 2;
    const double x = half * (rho + 1 / rho), y = half * (rho - 1 / rho);
    const Region ellipse({middle - x, middle + x}, {-y, y}), on_it = call_.scorer.score(with_block(ellipse));
    if (!on_it.analytic()) return false;
    const double theorem = std::log(4 / (rho - 1)) - (cell_points - 1) * std::log(rho);
    const double error = on_it.value().hi - cell.shift + cell.log_weight + theorem;
    sums_with_points_ = sums_;
    for (std::size_t k = 0; k < sums_.size(); ++k) {
      const Region of_ellipse = factor(k, ellipse);
      if (!of_ellipse.analytic()) return false;
      Bounded& sum = sums_with_points_[k];
      sum.raise(least_with(cell, s, k));
      if (of_ellipse.largest() == 0) continue;  // as a slope is where the parameter is 0
      sum.error += std::exp(error + std::log(of_ellipse.largest()) - sum.least);
      if (!(sum.error <= call_.tolerance * (k == 0 ? 1 : for_slopes))) return false;
    }
    sums_.swap(sums_with_points_);
    return true;
  }

  void add(Index first, Index count) {
    work_ += count;
    double least = infinity<double>;
    for (BlockSums& tile : tiles_) least = std::min(least, tile.add(first, count));
    sums_[0].raise(least);
  }

  const TreeCall& call_;
  const Interval span_;
  std::vector<Interval> factors_;  // of the cell that is visited
  std::vector<Bounded> sums_, sums_with_points_;
  std::vector<BlockSums> tiles_;
  Index work_ = 0, limit_ = 0;
};

}  // namespace

// A pilot of a few blocks, spread irregularly, foretells the work; and if it was wrong, the walk ends when its work
// comes to twice the loop's. What is compared is counted, not timed: the same call takes the same way each time.
std::optional<Side<double>> walk(const TreeCall& call, const TreeLimits& limits) {
  const std::vector<Index> order = sorted_order(call.lanes.column(0), call.lanes.count);
  const Index rows = std::ssize(call.cells.order), lanes = call.lanes.count;
  const Index blocks = (lanes + block - 1) / block, tried = std::clamp<Index>(blocks / 32, 1, 8);
  const Index of_loop = blocks * rows / double_cost, for_pilot = std::min(tried * rows / double_cost, of_loop / 20);
  const Index most = limits.pilot ? 2 * of_loop : std::numeric_limits<Index>::max();
  auto block_walk = [&](Index i) {
    return BlockWalk(call, std::span(order.data() + i * block, order.data() + std::min(lanes, (i + 1) * block)));
  };
  Index work = 0;
  for (Index i = 0; limits.pilot && i < tried && work <= for_pilot; ++i) {
    const double at = 0.618034 * (static_cast<double>(i) + 0.5);
    work += block_walk(static_cast<Index>((at - std::floor(at)) * static_cast<double>(blocks))).run(for_pilot - work);
  }
  if (work > for_pilot) return {};
  Side<double> out(lanes, 1 + call.sum_count());
  std::atomic<Index> spent = 0;
  parallel_kernel(blocks, 1, [&](Index begin, Index end) {
    for (; begin < end && spent <= most; ++begin) {
      BlockWalk walk = block_walk(begin);
      spent += walk.run(most);
      walk.store(out);
    }
  });
  if (spent > most) return {};
  return out;
}

}  // namespace tg::detail
