// Record: how an op comes onto the tape.
#include "autograd/record.h"

namespace tg {

// Whether input x of the op needs a gradient. Throws if it is empty, or a result that this op cannot be recorded with.
template <class T> bool Recorder<T>::needs_gradient(const BasicVariable<T>& x, int input) const {
  require_defined(op_.name, x);
  if (x.tape_ != 0 && !(tape_ && x.tape_ == tape_->serial_)) check_foreign(x, input);
  return tape_ && x.requires_grad();
}

// Outside any tape the result of another tape is plain data, but not while that tape is open on another thread.
template <class T> void Recorder<T>::check_foreign(const BasicVariable<T>& x, int input) const {
  if (tape_) {
    fail(op_.name, ": input ", input,
         " was recorded on another tape, or on one that has ended. Ops record on the "
         "innermost open tape: record it there too, or pass x.detach() to use its value as a constant.");
  }
  if (BasicTape<T>::open_on_another_thread(x)) {
    fail(op_.name, ": input ", input,
         " was recorded on a tape that is open on another thread; no gradient would flow back from here. Compute on "
         "the tape's own thread, or pass x.detach() to use its value as a constant.");
  }
}

template <class T> void Recorder<T>::begin() {
  if (tape_->swept_) {
    fail(op_.name, ": this tape has been swept and its values released, so nothing more can be recorded on it. "
                   "Open a new Tape for each step, or pass {.retain = true} to the sweep. "
                   "To look at a number use x.value(); to change a leaf use set_value.");
  }
  recording_ = true;
  first_edge_ = tape_->edges_.size();
  first_entry_ = tape_->entries_.size();
}

template <class T> void Recorder<T>::add_edge(const BasicVariable<T>& x, Formula formula, const Rule<T>& rule) {
  using Kind = typename BasicTape<T>::Kind;
  const bool read = tape_->trace_ || (edge_count_ < reads::max_inputs && (saved_ & reads::x(edge_count_)));
  ++edge_count_;
  if (x.leaf_) {
    tape_->edges_.emplace_back(rule, formula, Kind::leaf, tape_->keep(x), BasicTensor<T>());
  } else {
    tape_->edges_.emplace_back(rule, formula, x.tape_ != 0 ? Kind::result : Kind::constant, x.entry_,
                               read ? x.value_ : BasicTensor<T>());
  }
}

template <class T> void Recorder<T>::inputs(std::span<const InputRule<T>> rules) {
  bool any = false;
  for (int i = 0; const InputRule<T>& x : rules) {
    if (!needs_gradient(x.input, i++)) continue;
    any = true;
    saved_ |= x.reads;
  }
  if (!any) return;
  begin();
  for (const InputRule<T>& x : rules) add_edge(x.input, x.formula, x.rule);
}

template <class T> void Recorder<T>::inputs(std::span<const BasicVariable<T>> xs, Reads reads, const Rule<T>& joint) {
  bool any = false;
  for (int i = 0; const BasicVariable<T>& x : xs) any |= needs_gradient(x, i++);
  if (!any) return;
  begin();
  joint_ = true;
  saved_ = reads;
  for (const BasicVariable<T>& x : xs) add_edge(x, {}, edge_count_ == 0 ? joint : Rule<T>());
}

template <class T> BasicVariable<T> Recorder<T>::output(BasicTensor<T> y) {
  require_defined(op_.name, y);
  BasicVariable<T> result(std::move(y));
  if (!recording_) return result;
  if (tape_->trace_) tape_->traced_values_.push_back(result.value_);
  result.tape_ = tape_->serial_;
  result.entry_ = tape_->size();
  tape_->entries_.emplace_back(op_, first_edge_, edge_count_, joint_, saved_,
                               saved_ & reads::y ? result.value_ : BasicTensor<T>(), result.value_.shape());
  recording_ = false;
  return result;
}

// The value could not be computed: leave no trace. (Ops that a user's value function has recorded meanwhile stand
// behind ours, and keep them in place.)
template <class T> void Recorder<T>::abandon() {
  if (tape_->size() == first_entry_) tape_->edges_.truncate(first_edge_);
}

template class Recorder<float>;
template class Recorder<double>;

}  // namespace tg
