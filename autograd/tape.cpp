// Tape: the sweep from the last entry to the first.
#include "autograd/tape.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <unordered_map>

#include "autograd/arithmetic.h"
#include "autograd/reduce.h"

namespace tg {
namespace {
std::atomic<std::uint64_t> next_serial{1};
}

template <class T>
BasicTape<T>::BasicTape(TapeOptions options)
    : serial_(next_serial.fetch_add(1, std::memory_order_relaxed)), outer_(current_), trace_(options.trace) {
  entries_.reserve(64);
  edges_.reserve(128);
  saved_.reserve(128);
  current_ = this;
}

template <class T>
BasicTape<T>::~BasicTape() {
  BasicTape** link = &current_;  // nearly always the innermost; a std::optional<Tape> may end out of turn
  while (*link && *link != this) link = &(*link)->outer_;
  if (*link) *link = outer_;
}

template <class T>
const BasicTensor<T>& BasicTape<T>::saved(const Entry& entry, Reads what) const {
  if (!(entry.saved & what)) {
    if (what == reads::y)
      fail(entry.op, ": its rule reads the output, which its row does not declare; add reads::y to the row");
    const int input = std::countr_zero(what);
    fail(entry.op, ": its rule reads input ", input, ", which its row does not declare; add reads::x", input,
         " to the row");
  }
  const int place = std::popcount(entry.saved & (what - 1));  // inputs come in their order, then the output
  return saved_[static_cast<std::size_t>(entry.first_saved + place)];
}

// --- What a rule sees ---

template <class T>
const typename BasicTape<T>::Edge& Pullback<T>::edge(int i) const {
  const auto& entry = tape_.entries_[static_cast<std::size_t>(entry_)];
  if (i < 0 || i >= entry.edge_count)
    fail(entry.op, ": its rule asks for input ", i, ", but the op has ", entry.edge_count, " inputs");
  return tape_.edges_[static_cast<std::size_t>(entry.first_edge + i)];
}

template <class T>
BasicVariable<T> Pullback<T>::x(int i) const {
  const auto& from = edge(i);
  const auto& entry = tape_.entries_[static_cast<std::size_t>(entry_)];
  if (i >= reads::max_inputs)
    fail(entry.op, ": its rule reads input ", i, "; a rule can read the first ", reads::max_inputs, " inputs");
  BasicVariable<T> x(tape_.saved(entry, reads::x(i)));
  if (create_graph_) {
    if (from.leaf) x.leaf_ = from.leaf->shared_from_this();  // its value may have changed since; x keeps the saved one
    if (from.entry >= 0) {
      x.tape_ = tape_.serial_;
      x.entry_ = from.entry;
    }
  }
  return x;
}

template <class T>
BasicVariable<T> Pullback<T>::y() const {
  BasicVariable<T> y(tape_.saved(tape_.entries_[static_cast<std::size_t>(entry_)], reads::y));
  if (create_graph_) {
    y.tape_ = tape_.serial_;
    y.entry_ = entry_;
  }
  return y;
}

template <class T>
bool Pullback<T>::needs(int i) const {
  return tape_.reaches(edge(i));
}

template <class T>
Shape Pullback<T>::shape(int i) const {
  if (!needs(i)) {
    fail(tape_.entries_[static_cast<std::size_t>(entry_)].op, ": its rule asks for the shape of input ", i,
         ", a constant, which the tape does not keep; capture it in the rule");
  }
  return tape_.shape_of(edge(i));
}

// --- The sweep ---

// The cotangents of one sweep. Those of intermediate results live only here; only leaves keep a sum, in grad().
template <class T>
struct BasicTape<T>::Sweep {
  BasicTape& tape;
  bool create_graph, release;
  BasicTape* outside = current_;
  List<BasicVariable<T>> cotangents;  // one for each entry, while it is known
  std::unordered_map<Leaf<T>*, BasicVariable<T>> leaf_cotangents;
  bool to_all_leaves = true;  // backward; else towards these targets only:
  std::vector<const Leaf<T>*> target_leaves;
  std::vector<bool> targets, wanted;  // entries: the targets, and all that lead to one

  // While a sweep creates a graph its ops are recorded on this tape; otherwise nothing is recorded.
  Sweep(BasicTape& tape_, std::int64_t length, bool create_graph_, bool release_)
      : tape(tape_), create_graph(create_graph_), release(release_), cotangents(static_cast<std::size_t>(length)) {
    current_ = create_graph ? &tape : nullptr;
  }
  ~Sweep() { current_ = outside; }

  static void accumulate(BasicVariable<T>& total, BasicVariable<T> g) {
    total = total.defined() ? add(std::move(total), std::move(g)) : std::move(g);
  }

  // Un-broadcasts a rule's result to its input's shape, and adds it to the input's cotangent.
  void deliver(const char* op, int input, Edge edge, BasicVariable<T> g) {
    const Shape shape = tape.shape_of(edge);
    if (g.shape() != shape) {
      if (!broadcasts_to(shape, g.shape())) {
        fail(op, ": the rule of input ", input, " returned a cotangent of shape ", g.shape(),
             "; it must have the input's shape ", shape, ", or one that ", shape, " broadcasts to");
      }
      g = sum_to(std::move(g), shape);
    }
    accumulate(edge.leaf ? leaf_cotangents[edge.leaf] : cotangents[static_cast<std::size_t>(edge.entry)], std::move(g));
  }

  void run() {
    std::vector<BasicVariable<T>> out;
    for (std::int64_t i = static_cast<std::int64_t>(cotangents.size()) - 1; i >= 0; --i) {
      const std::size_t at = static_cast<std::size_t>(i);
      if (!cotangents[at].defined()) continue;
      const Entry entry = tape.entries_[at];  // a copy: recording the sweep itself may move the lists
      int last = entry.edge_count - 1;
      while (last >= 0 && !runs(entry, last)) --last;
      const bool keep = tape.trace_ || (!to_all_leaves && targets[at]);
      out.assign(static_cast<std::size_t>(entry.edge_count), {});
      for (int k = 0; k <= last; ++k) {
        if (!runs(entry, k)) continue;
        Pullback<T> p(tape, i, create_graph);
        p.g = (k == last || entry.joint) && !keep ? std::move(cotangents[at]) : cotangents[at];
        const Rule<T> rule = edge_of(entry, entry.joint ? 0 : k).rule;
        rule(p, k, out);
        if (entry.joint) break;
      }
      for (int k = 0; k <= last; ++k) {
        if (!runs(entry, k)) continue;
        BasicVariable<T>& g = out[static_cast<std::size_t>(k)];
        if (!g.defined())
          fail(entry.op, ": the rule of input ", k,
               " returned an empty Variable; return zeros if there is no gradient");
        deliver(entry.op, k, edge_of(entry, k), std::move(g));
      }
      if (release) free_saved(entry);
    }
  }

  const Edge& edge_of(const Entry& entry, int k) const {
    return tape.edges_[static_cast<std::size_t>(entry.first_edge + k)];
  }

  // Whether the cotangent of input k is asked for.
  bool runs(const Entry& entry, int k) const {
    const Edge& edge = edge_of(entry, k);
    if (to_all_leaves) return tape.reaches(edge);
    if (edge.leaf) return std::find(target_leaves.begin(), target_leaves.end(), edge.leaf) != target_leaves.end();
    return edge.entry >= 0 && wanted[static_cast<std::size_t>(edge.entry)];
  }

  void keep_for_printing() {
    tape.traced_cotangents_.assign(tape.entries_.size(), {});
    for (std::size_t i = 0; i < cotangents.size(); ++i) tape.traced_cotangents_[i] = cotangents[i].value_;
    tape.traced_leaf_cotangents_.clear();
    for (const auto& [leaf, g] : leaf_cotangents) tape.traced_leaf_cotangents_.emplace_back(leaf, g.value_);
  }

  // The values that only this entry's rules read are not needed any more: the next rules may use their memory.
  void free_saved(const Entry& entry) {
    for (int k = 0; k < std::popcount(entry.saved); ++k)
      tape.saved_[static_cast<std::size_t>(entry.first_saved + k)] = {};
  }
};

template <class T>
void BasicTape<T>::check_sweep(const char* caller, const BasicVariable<T>& y, const BasicTensor<T>& seed,
                               bool seeded) const {
  if (swept_) {
    fail(caller, ": this tape has been swept and its values released. Pass {.retain = true} to the first sweep.");
  }
  if (!seeded && y.numel() != 1) {
    fail(caller, ": the loss has shape ", y.shape(),
         ", not one element. Reduce it with sum() or mean(), or pass a seed.");
  }
  if (seeded && seed.shape() != y.shape()) {
    fail(caller, ": the seed has shape ", seed.shape(), ", the loss has shape ", y.shape(), "; they must be equal.");
  }
  if (y.tape_ != 0 && y.tape_ != serial_) {
    fail(caller, ": the loss was recorded on another tape; sweep that one.");
  }
}

template <class T>
void BasicTape<T>::backward(const BasicVariable<T>& y, BackwardOptions options) {
  check_sweep("tape.backward", y, {}, false);
  backward(y, ones<T>(y.shape()), options);
}

template <class T>
void BasicTape<T>::backward(const BasicVariable<T>& y, const BasicTensor<T>& seed, BackwardOptions options) {
  check_sweep("tape.backward", y, seed, true);
  if (!y.requires_grad()) {
    fail(
        "tape.backward: the loss depends on no leaf recorded on this tape. Make the parameters with "
        "Variable(value, true), and compute the loss after the Tape is made.");
  }
  Sweep sweep(*this, y.entry_ + 1, false, !options.retain && !trace_);
  if (y.leaf_) {
    sweep.leaf_cotangents[y.leaf_.get()] = seed;
  } else {
    sweep.cotangents.back() = seed;
  }
  swept_ = !options.retain;
  sweep.run();
  if (trace_) sweep.keep_for_printing();
  // Only now, so that a rule that throws leaves every gradient as it was.
  for (auto& [leaf, g] : sweep.leaf_cotangents) {
    leaf->grad = leaf->grad.defined() ? add(std::move(leaf->grad), take(std::move(g))) : take(std::move(g));
  }
  if (swept_ && !trace_) release();
}

// Keeps a leaf alive as long as the tape. A count costs as much as the rest of an entry, so the last few leaves, which
// a loop uses again and again, are not counted anew.
template <class T>
Leaf<T>* BasicTape<T>::keep(const std::shared_ptr<Leaf<T>>& leaf) {
  const std::size_t n = leaves_.size();
  for (std::size_t i = 1; i <= std::min<std::size_t>(n, 4); ++i) {
    if (leaves_[n - i] == leaf) return leaf.get();
  }
  leaves_.push_back(leaf);
  return leaf.get();
}

template <class T>
void BasicTape<T>::release() {
  saved_.clear();
  for (Edge& edge : edges_) edge.rule = {};
}

template <class T>
std::vector<BasicVariable<T>> BasicTape<T>::gradient(const BasicVariable<T>& y, const std::vector<BasicVariable<T>>& xs,
                                                     GradientOptions options) {
  check_sweep("tape.gradient", y, {}, false);
  return gradient(y, ones<T>(y.shape()), xs, options);
}

template <class T>
std::vector<BasicVariable<T>> BasicTape<T>::gradient(const BasicVariable<T>& y, const BasicTensor<T>& seed,
                                                     const std::vector<BasicVariable<T>>& xs, GradientOptions options) {
  check_sweep("tape.gradient", y, seed, true);
  Sweep sweep(*this, y.entry_ + 1, options.create_graph, false);
  sweep.to_all_leaves = false;
  sweep.targets.resize(static_cast<std::size_t>(y.entry_ + 1));
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const BasicVariable<T>& x = xs[i];
    x.shape();  // throws if it is empty
    if (!x.requires_grad()) {
      fail("tape.gradient: x ", i, ", of shape ", x.shape(),
           ", is a constant; make it Variable(value, true), or compute it "
           "from one after the Tape is made.");
    }
    if (x.tape_ != 0 && x.tape_ != serial_)
      fail("tape.gradient: x ", i, " was recorded on another tape; ask that one.");
    if (x.leaf_) sweep.target_leaves.push_back(x.leaf_.get());
    if (x.entry_ >= 0 && x.entry_ <= y.entry_) sweep.targets[static_cast<std::size_t>(x.entry_)] = true;
  }

  // An entry is worth a cotangent if it is a target or if one of its inputs leads to one.
  sweep.wanted = sweep.targets;
  for (std::size_t i = 0; i < sweep.wanted.size(); ++i) {
    for (int k = 0; k < entries_[i].edge_count && !sweep.wanted[i]; ++k) sweep.wanted[i] = sweep.runs(entries_[i], k);
  }
  if (y.leaf_) {
    sweep.leaf_cotangents[y.leaf_.get()] = seed;
  } else if (y.entry_ >= 0) {
    sweep.cotangents.back() = seed;
  }
  sweep.run();
  if (trace_) sweep.keep_for_printing();

  std::vector<BasicVariable<T>> gradients;
  for (const BasicVariable<T>& x : xs) {
    BasicVariable<T> g;
    if (x.leaf_) {
      if (auto found = sweep.leaf_cotangents.find(x.leaf_.get()); found != sweep.leaf_cotangents.end())
        g = found->second;
    } else if (x.entry_ <= y.entry_) {
      g = sweep.cotangents[static_cast<std::size_t>(x.entry_)];
    }
    gradients.push_back(g.defined() ? g : BasicVariable<T>(zeros<T>(x.shape())));
  }
  return gradients;
}

template class BasicTape<float>;
template class BasicTape<double>;
template class Pullback<float>;
template class Pullback<double>;

}  // namespace tg
