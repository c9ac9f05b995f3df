// Sweep: from a tape's last entry to its first, the cotangent of each result is handed to the rules of its op.
#include "autograd/autograd.h"

namespace tg {

// The cotangents of one sweep. Those of intermediate results live only here; only leaves keep a sum, in grad().
template <class T> struct BasicTape<T>::Sweep {
  // For speed: a vector that has its memory from the library's pool.
  template <class E> using Vector = std::vector<E, PoolAllocator<E>>;

  BasicTape& tape;
  bool create_graph, release;
  BasicTape* outside = current_;
  Vector<BasicVariable<T>> cotangents, leaf_cotangents;  // one for each entry and each leaf, while it is known
  Vector<char> needed, leaf_needed;                      // whether it is needed
  Vector<char> targets;                                  // entries whose cotangents are asked for in the end
  std::vector<BasicTensor<T>> handed;                    // what each edge has handed on, on a tape with trace

  // While a sweep creates a graph its ops are recorded on this tape; otherwise nothing is recorded.
  Sweep(BasicTape& tape_, const BasicVariable<T>& y, const BasicTensor<T>& seed, bool create_graph_, bool release_)
      : tape(tape_), create_graph(create_graph_), release(release_) {
    cotangents.resize(static_cast<std::size_t>(y.entry_ + 1));
    if (y.leaf_) tape.keep(y);
    leaf_cotangents.resize(tape.places_.size());
    targets.resize(cotangents.size());
    if (tape.trace_) handed.resize(static_cast<std::size_t>(tape.edges_.size()));
    *cotangent_of(y) = seed;
    current_ = create_graph ? &tape : nullptr;
  }
  ~Sweep() { current_ = outside; }

  void need_all() {
    needed.assign(cotangents.size(), true);
    leaf_needed.assign(leaf_cotangents.size(), true);
  }

  // For speed: only the targets are needed, and each entry that has an input which is.
  void need(const std::vector<BasicVariable<T>>& xs) {
    leaf_needed.resize(leaf_cotangents.size());
    for (const BasicVariable<T>& x : xs) {
      if (!cotangent_of(x)) continue;
      (x.leaf_ ? leaf_needed[tape.number_of(x)] : targets[static_cast<std::size_t>(x.entry_)]) = true;
    }
    needed = targets;
    for (std::size_t i = 0; i < needed.size(); ++i) {
      const Entry& entry = tape.entries_[static_cast<std::int64_t>(i)];
      for (int k = 0; k < entry.edge_count && !needed[i]; ++k) needed[i] = needs(entry, k);
    }
  }

  // Where the cotangents of x are summed; nullptr if no op before y has read it.
  BasicVariable<T>* cotangent_of(const BasicVariable<T>& x) {
    const std::size_t place = x.leaf_ ? tape.number_of(x) : static_cast<std::size_t>(x.entry_);
    Vector<BasicVariable<T>>& all_of_kind = x.leaf_ ? leaf_cotangents : cotangents;
    return place < all_of_kind.size() ? &all_of_kind[place] : nullptr;
  }

  void run() {
    for (std::int64_t i = static_cast<std::int64_t>(cotangents.size()) - 1; i >= 0; --i) {
      Entry& entry = tape.entries_[i];
      const bool reached = cotangents[static_cast<std::size_t>(i)].defined();
      if (reached) entry.joint ? run_joint_rule(entry, i) : run_rules(entry, i);
      if (release) tape.release(entry);
    }
  }

  // One rule for each input whose cotangent is asked for.
  void run_rules(const Entry& entry, std::int64_t i) {
    int last = entry.edge_count - 1;
    while (last >= 0 && !needs(entry, last)) --last;
    for (int k = 0; k <= last; ++k) {
      if (!needs(entry, k)) continue;
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
    for (int k = 0; k < entry.edge_count; ++k) any |= needs(entry, k);
    if (!any) return;
    Vector<BasicVariable<T>> g(static_cast<std::size_t>(entry.edge_count));
    Context<T> ctx(tape, i, create_graph);
    hand_cotangent(i, true, ctx.g);
    edge_of(entry, 0).rule(ctx, g);
    for (int k = 0; k < entry.edge_count; ++k) {
      if (needs(entry, k)) deliver(entry, k, g[static_cast<std::size_t>(k)]);
    }
  }

  // For speed: the last rule takes the cotangent away, so that it may write over it; unless somebody asks for it later.
  void hand_cotangent(std::int64_t i, bool last, BasicVariable<T>& to) {
    BasicVariable<T>& g = cotangents[static_cast<std::size_t>(i)];
    const bool keep = tape.trace_ || targets[static_cast<std::size_t>(i)];
    to = last && !keep ? std::move(g) : BasicVariable<T>(g);
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
    if (tape.trace_) handed[static_cast<std::size_t>(entry.first_edge + input)] = values_of(g);
    const bool of_leaf = edge.kind == Kind::leaf;
    BasicVariable<T>& total =
        of_leaf ? leaf_cotangents[number_of(edge)] : cotangents[static_cast<std::size_t>(edge.place)];
    total = total.defined() ? add(std::move(total), std::move(g)) : std::move(g);
  }

  Edge& edge_of(const Entry& entry, int k) const { return tape.edges_[entry.first_edge + k]; }

  std::size_t number_of(const Edge& edge) const { return tape.leaves_[edge.place].number; }  // of a leaf

  bool needs(const Entry& entry, int k) const {
    const Edge& edge = edge_of(entry, k);
    if (edge.kind == Kind::leaf) return leaf_needed[number_of(edge)];
    return edge.kind == Kind::result && needed[static_cast<std::size_t>(edge.place)];
  }

  void keep_for_printing() {
    tape.traced_cotangents_.assign(static_cast<std::size_t>(tape.size()), {});
    for (std::size_t i = 0; i < cotangents.size(); ++i) tape.traced_cotangents_[i] = cotangents[i].value_;
    tape.traced_leaf_cotangents_.clear();
    for (const BasicVariable<T>& g : leaf_cotangents) tape.traced_leaf_cotangents_.push_back(g.value_);
    tape.traced_handed_ = std::move(handed);
  }
};

// Throws unless y can be swept from. The seed: the given one, or 1 for a y of one element.
template <class T>
BasicTensor<T> BasicTape<T>::check_sweep(const char* caller, const BasicVariable<T>& y,
                                         const std::optional<BasicTensor<T>>& seed) const {
  if (swept_) {
    fail(caller, ": this tape has been swept and its values released. Pass {.retain = true} to the first sweep.");
  }
  require_defined(caller, y);
  if (!seed && y.numel() != 1) {
    fail(caller, ": the loss has shape ", y.shape(),
         ", not one element. Reduce it with sum() or mean(), or pass a seed.");
  }
  if (seed && seed->shape_for(caller) != y.shape()) {
    fail(caller, ": the seed has shape ", seed->shape(), ", the loss has shape ", y.shape(), "; they must be equal.");
  }
  if (y.tape_ != 0 && y.tape_ != serial_) {
    fail(caller, ": the loss was recorded on another tape; sweep that one.");
  }
  return seed ? *seed : ones<T>(y.shape());
}

template <class T>
void BasicTape<T>::backward(const BasicVariable<T>& y, const std::optional<BasicTensor<T>>& seed,
                            BackwardOptions options) {
  const BasicTensor<T> start = check_sweep("tape.backward", y, seed);
  if (!y.requires_grad()) {
    fail("tape.backward: the loss depends on no leaf recorded on this tape. Make the parameters with "
         "Variable(value, true), and compute the loss after the Tape is made.");
  }
  Sweep sweep(*this, y, start, false, !options.retain && !trace_);
  sweep.need_all();
  swept_ = !options.retain;
  sweep.run();
  if (trace_) sweep.keep_for_printing();
  // Only now, so that a rule that throws leaves every gradient as it was.
  for (const auto& [leaf, place] : places_) {
    BasicVariable<T>& g = sweep.leaf_cotangents[leaves_[place].number];
    if (!g.defined()) continue;
    leaf->grad = leaf->grad.defined() ? add(std::move(leaf->grad), take(std::move(g))) : take(std::move(g));
  }
  if (!sweep.release) return;
  for (std::int64_t i = y.entry_ + 1; i < size(); ++i) release(entries_[i]);
  for (std::int64_t i = 0; i < leaves_.size(); ++i) leaves_[i].value = {};
}

template <class T>
std::vector<BasicVariable<T>> BasicTape<T>::gradient(const BasicVariable<T>& y,
                                                     const std::optional<BasicTensor<T>>& seed, const Variables& xs,
                                                     GradientOptions options) {
  const BasicTensor<T> start = check_sweep("tape.gradient", y, seed);
  if (!y.requires_grad()) {
    fail("tape.gradient: y depends on no leaf recorded on this tape. Make the parameters with Variable(value, true), "
         "and compute y after the Tape is made. If y is a gradient itself, either {.create_graph = true} is missing "
         "where it was computed (pass it there, and differentiate twice on the one tape that recorded the function), "
         "or the function is linear, so that its derivative is a constant and the second one 0.");
  }
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const BasicVariable<T>& x = xs[i];
    require_defined("tape.gradient", x);
    if (!x.requires_grad()) {
      fail("tape.gradient: x ", i, ", of shape ", x.shape(),
           ", is a constant; make it Variable(value, true), or compute it "
           "from one after the Tape is made.");
    }
    if (x.tape_ != 0 && x.tape_ != serial_)
      fail("tape.gradient: x ", i, " was recorded on another tape; ask that one.");
  }

  Sweep sweep(*this, y, start, options.create_graph, false);
  sweep.need(xs);
  sweep.run();
  if (trace_) sweep.keep_for_printing();

  std::vector<BasicVariable<T>> gradients;
  for (const BasicVariable<T>& x : xs) {
    const BasicVariable<T>* g = sweep.cotangent_of(x);
    gradients.push_back(g && g->defined() ? *g : BasicVariable<T>(zeros<T>(x.shape())));
  }
  return gradients;
}

template class BasicTape<float>;
template class BasicTape<double>;

}  // namespace tg
