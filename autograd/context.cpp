// Context: what a rule sees of its op.
#include "autograd/tape.h"

namespace tg {

template <class T> const typename BasicTape<T>::Edge& Context<T>::edge(int i) const {
  const auto& entry = tape_.entries_[entry_];
  if (i < 0 || i >= entry.edge_count)
    fail(entry.op.name, ": its rule asks for input ", i, ", but the op has ", entry.edge_count, " inputs");
  return tape_.edges_[entry.first_edge + i];
}

template <class T> BasicVariable<T> Context<T>::x(int i) const {
  using Kind = typename BasicTape<T>::Kind;
  const auto& from = edge(i);
  const auto& entry = tape_.entries_[entry_];
  if (i >= reads::max_inputs)
    fail(entry.op.name, ": its rule reads input ", i, "; a rule can read the first ", reads::max_inputs, " inputs");
  if (!(entry.saved & reads::x(i)))
    fail(entry.op.name, ": its rule reads input ", i, ", which its row does not declare; add reads::x", i,
         " to the row");
  BasicVariable<T> x(from.kind == Kind::leaf ? tape_.leaves_[from.place].value : from.value);
  if (create_graph_) {
    if (from.kind == Kind::leaf) x.leaf_ = tape_.leaves_[from.place].leaf;  // x keeps the value of that time
    if (from.kind == Kind::result) {
      x.tape_ = tape_.serial_;
      x.entry_ = from.place;
    }
  }
  return x;
}

template <class T> BasicVariable<T> Context<T>::y() const {
  const auto& entry = tape_.entries_[entry_];
  if (!(entry.saved & reads::y))
    fail(entry.op.name, ": its rule reads the output, which its row does not declare; add reads::y to the row");
  BasicVariable<T> y(entry.value);
  if (create_graph_) {
    y.tape_ = tape_.serial_;
    y.entry_ = entry_;
  }
  return y;
}

template <class T> bool Context<T>::needs(int i) const { return edge(i).kind != BasicTape<T>::Kind::constant; }

template <class T> Shape Context<T>::shape(int i) const {
  if (!needs(i)) {
    fail(tape_.entries_[entry_].op.name, ": its rule asks for the shape of input ", i,
         ", a constant, which the tape does not keep; capture it in the rule");
  }
  return tape_.shape_of(edge(i));
}

template class Context<float>;
template class Context<double>;

}  // namespace tg
