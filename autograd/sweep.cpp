// Sweep: from a tape's last entry to its first, the cotangent of each result is handed to the rules of its op.
#include <algorithm>
#include <functional>

#include "autograd/arithmetic.h"
#include "autograd/reduce.h"

namespace tg {

// The cotangents of one sweep. Those of intermediate results live only here; only leaves keep a sum, in grad().
template <class T>
struct BasicTape<T>::Sweep {
  template <class E>
  using Vector = std::vector<E, PoolAllocator<E>>;
  struct LeafSum {
    Leaf<T>* leaf;
    BasicVariable<T> cotangent;
    bool target = false;
  };

  BasicTape& tape;
  bool create_graph, release;
  BasicTape* outside = current_;
  Vector<BasicVariable<T>> cotangents;  // one for each entry, while it is known
  Vector<LeafSum> leaf_sums;            // one for each leaf, sorted by leaf
  Vector<LeafSum*> sum_of_kept;         // one for each of the tape's leaves_: where its cotangents are summed
  bool to_all_leaves = true;            // backward; else towards the target leaves, and these entries:
  Vector<bool> targets, wanted;         // the targets, and all that lead to one

  // While a sweep creates a graph its ops are recorded on this tape; otherwise nothing is recorded.
  Sweep(BasicTape& tape_, const BasicVariable<T>& y, const BasicTensor<T>& seed, bool create_graph_, bool release_)
      : tape(tape_),
        create_graph(create_graph_),
        release(release_),
        cotangents(static_cast<std::size_t>(y.entry_ + 1)) {
    if (y.leaf_) tape.keep(y);
    const std::int64_t kept = tape.leaves_.size();
    for (std::int64_t i = 0; i < kept; ++i) leaf_sums.push_back({tape.leaves_[i].leaf.get(), {}});
    std::sort(leaf_sums.begin(), leaf_sums.end(), before);
    auto same = [](const LeafSum& a, const LeafSum& b) { return a.leaf == b.leaf; };
    leaf_sums.erase(std::unique(leaf_sums.begin(), leaf_sums.end(), same), leaf_sums.end());
    for (std::int64_t i = 0; i < kept; ++i) sum_of_kept.push_back(sum_of(tape.leaves_[i].leaf.get()));

    if (y.leaf_) {
      sum_of(y.leaf_.get())->cotangent = seed;
    } else if (y.entry_ >= 0) {
      cotangents.back() = seed;
    }
    current_ = create_graph ? &tape : nullptr;
  }
  ~Sweep() { current_ = outside; }

  // Where the cotangents of a leaf are summed; nullptr if no op on the tape has read it.
  LeafSum* sum_of(Leaf<T>* leaf) {
    const auto found = std::lower_bound(leaf_sums.begin(), leaf_sums.end(), LeafSum{leaf, {}}, before);
    return found != leaf_sums.end() && found->leaf == leaf ? &*found : nullptr;
  }
  static bool before(const LeafSum& a, const LeafSum& b) { return std::less<const void*>()(a.leaf, b.leaf); }

  void run() {
    for (std::int64_t i = static_cast<std::int64_t>(cotangents.size()) - 1; i >= 0; --i) {
      Entry& entry = tape.entries_[i];
      if (cotangents[static_cast<std::size_t>(i)].defined()) {
        if (entry.joint) {
          run_joint_rule(entry, i);
        } else {
          run_rules(entry, i);
        }
      }
      if (release) tape.release(entry);
    }
  }

  // One rule for each input whose cotangent is asked for.
  void run_rules(const Entry& entry, std::int64_t i) {
    int last = entry.edge_count - 1;
    while (last >= 0 && !asked_for(entry, last)) --last;
    for (int k = 0; k <= last; ++k) {
      if (!asked_for(entry, k)) continue;
      Context<T> ctx(tape, i, create_graph);
      hand_cotangent(i, k == last, ctx.g);
      BasicVariable<T> g;
      edge_of(entry, k).rule(ctx, std::span(&g, 1));
      deliver(entry, k, g);
    }
  }

  // One rule for all inputs.
  void run_joint_rule(const Entry& entry, std::int64_t i) {
    bool any = false;
    for (int k = 0; k < entry.edge_count; ++k) any |= asked_for(entry, k);
    if (!any) return;
    Vector<BasicVariable<T>> g(static_cast<std::size_t>(entry.edge_count));
    Context<T> ctx(tape, i, create_graph);
    hand_cotangent(i, true, ctx.g);
    edge_of(entry, 0).rule(ctx, g);
    for (int k = 0; k < entry.edge_count; ++k) {
      if (asked_for(entry, k)) deliver(entry, k, g[static_cast<std::size_t>(k)]);
    }
  }

  // The last rule takes the cotangent away, so that it may write over it; unless somebody asks for it afterwards.
  void hand_cotangent(std::int64_t i, bool last, BasicVariable<T>& to) {
    BasicVariable<T>& g = cotangents[static_cast<std::size_t>(i)];
    const bool keep = tape.trace_ || (!to_all_leaves && targets[static_cast<std::size_t>(i)]);
    if (last && !keep) {
      to = std::move(g);
    } else {
      to = g;
    }
  }

  // Un-broadcasts a rule's result to its input's shape, and adds it to the input's cotangent.
  void deliver(const Entry& entry, int input, BasicVariable<T>& g) {
    if (!g.defined()) {
      fail(entry.op.name, ": the rule of input ", input,
           " returned an empty Variable; return zeros if there is no gradient");
    }
    const Edge& edge = edge_of(entry, input);
    const Shape& shape = tape.shape_of(edge);
    if (g.shape() != shape) {
      if (!broadcasts_to(shape, g.shape())) {
        fail(entry.op.name, ": the rule of input ", input, " returned a cotangent of shape ", g.shape(),
             "; it must have the input's shape ", shape, ", or one that ", shape, " broadcasts to");
      }
      g = sum_to(std::move(g), shape);
    }
    const std::size_t place = static_cast<std::size_t>(edge.place);
    BasicVariable<T>& total = edge.kind == Kind::leaf ? sum_of_kept[place]->cotangent : cotangents[place];
    if (total.defined()) {
      total = add(std::move(total), std::move(g));
    } else {
      total = std::move(g);
    }
  }

  Edge& edge_of(const Entry& entry, int k) const { return tape.edges_[entry.first_edge + k]; }

  bool asked_for(const Entry& entry, int k) const {
    const Edge& edge = edge_of(entry, k);
    const std::size_t place = static_cast<std::size_t>(edge.place);
    switch (edge.kind) {
      case Kind::constant:
        return false;
      case Kind::leaf:
        return to_all_leaves || sum_of_kept[place]->target;
      case Kind::result:
        return to_all_leaves || wanted[place];
    }
    return false;
  }

  void keep_for_printing() {
    tape.traced_cotangents_.assign(static_cast<std::size_t>(tape.size()), {});
    for (std::size_t i = 0; i < cotangents.size(); ++i) tape.traced_cotangents_[i] = cotangents[i].value_;
    tape.traced_leaf_cotangents_.clear();
    for (const LeafSum& sum : leaf_sums) tape.traced_leaf_cotangents_.emplace_back(sum.leaf, sum.cotangent.value_);
  }
};

template <class T>
void BasicTape<T>::check_sweep(const char* caller, const BasicVariable<T>& y, const BasicTensor<T>& seed,
                               bool seeded) const {
  if (swept_) {
    fail(caller, ": this tape has been swept and its values released. Pass {.retain = true} to the first sweep.");
  }
  y.shape_for(caller);  // throws if it is empty
  if (!seeded && y.numel() != 1) {
    fail(caller, ": the loss has shape ", y.shape(),
         ", not one element. Reduce it with sum() or mean(), or pass a seed.");
  }
  if (seeded && seed.shape_for(caller) != y.shape()) {
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
  Sweep sweep(*this, y, seed, false, !options.retain && !trace_);
  swept_ = !options.retain;
  sweep.run();
  if (trace_) sweep.keep_for_printing();
  // Only now, so that a rule that throws leaves every gradient as it was.
  for (auto& [leaf, g, target] : sweep.leaf_sums) {
    if (!g.defined()) continue;
    leaf->grad = leaf->grad.defined() ? add(std::move(leaf->grad), take(std::move(g))) : take(std::move(g));
  }
  if (!sweep.release) return;
  for (std::int64_t i = y.entry_ + 1; i < size(); ++i) release(entries_[i]);
  for (std::int64_t i = 0; i < leaves_.size(); ++i) leaves_[i].value = {};
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
  if (!y.requires_grad()) {
    fail(
        "tape.gradient: y depends on no leaf recorded on this tape. Make the parameters with Variable(value, true), "
        "and compute y after the Tape is made. If y is a gradient itself, either {.create_graph = true} is missing "
        "where it was computed (pass it there, and differentiate twice on the one tape that recorded the function), "
        "or the function is linear, so that its derivative is a constant and the second one 0.");
  }
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const BasicVariable<T>& x = xs[i];
    x.shape_for("tape.gradient");  // throws if it is empty
    if (!x.requires_grad()) {
      fail("tape.gradient: x ", i, ", of shape ", x.shape(),
           ", is a constant; make it Variable(value, true), or compute it "
           "from one after the Tape is made.");
    }
    if (x.tape_ != 0 && x.tape_ != serial_)
      fail("tape.gradient: x ", i, " was recorded on another tape; ask that one.");
  }

  Sweep sweep(*this, y, seed, options.create_graph, false);
  sweep.to_all_leaves = false;
  sweep.targets.resize(static_cast<std::size_t>(y.entry_ + 1));
  for (const BasicVariable<T>& x : xs) {
    if (x.entry_ >= 0 && x.entry_ <= y.entry_) sweep.targets[static_cast<std::size_t>(x.entry_)] = true;
    if (!x.leaf_) continue;
    if (auto* sum = sweep.sum_of(x.leaf_.get())) sum->target = true;
  }
  // An entry is worth a cotangent if it is a target or if one of its inputs leads to one.
  sweep.wanted = sweep.targets;
  for (std::int64_t i = 0; i <= y.entry_; ++i) {
    bool any = sweep.wanted[static_cast<std::size_t>(i)];
    for (int k = 0; k < entries_[i].edge_count && !any; ++k) any = sweep.asked_for(entries_[i], k);
    sweep.wanted[static_cast<std::size_t>(i)] = any;
  }
  sweep.run();
  if (trace_) sweep.keep_for_printing();

  std::vector<BasicVariable<T>> gradients;
  for (const BasicVariable<T>& x : xs) {
    BasicVariable<T> g;
    if (x.leaf_) {
      if (auto* sum = sweep.sum_of(x.leaf_.get())) g = sum->cotangent;
    } else if (x.entry_ <= y.entry_) {
      g = sweep.cotangents[static_cast<std::size_t>(x.entry_)];
    }
    gradients.push_back(g.defined() ? g : BasicVariable<T>(zeros<T>(x.shape())));
  }
  return gradients;
}

template class BasicTape<float>;
template class BasicTape<double>;

}  // namespace tg
