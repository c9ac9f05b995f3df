// Record: how an op comes onto the tape.
#include "autograd/record.h"

#include <algorithm>
#include <bit>

namespace tg {

template <class T>
Recorder<T>::Recorder(OpName name) : name_(name), tape_(BasicTape<T>::current()) {
  if (!tape_) return;
  first_entry_ = tape_->size();
  first_edge_ = static_cast<std::int64_t>(tape_->edges_.size());
  first_saved_ = static_cast<std::int64_t>(tape_->saved_.size());
}

template <class T>
Recorder<T>::~Recorder() {
  // Not recorded, since no input needs a gradient or the value could not be computed: leave no trace. (Ops that a
  // user's value function has recorded meanwhile stand behind ours, and keep them in place.)
  if (!tape_ || done_ || tape_->size() != first_entry_) return;
  tape_->edges_.resize(static_cast<std::size_t>(first_edge_));
  tape_->saved_.resize(static_cast<std::size_t>(first_saved_));
}

template <class T>
bool Recorder<T>::add_edge(const BasicVariable<T>& x, int input, const Rule<T>& rule) {
  x.shape();  // throws if it is empty
  if (x.tape_ != 0 && x.tape_ != tape_->serial_) {
    fail(name_.text, ": input ", input,
         " was recorded on another tape, or on one that has ended. Ops record on the "
         "innermost open tape: record it there too, or pass x.detach() to use its value as a constant.");
  }
  tape_->edges_.push_back({rule, x.leaf_ ? tape_->keep(x.leaf_) : nullptr, x.tape_ != 0 ? x.entry_ : -1});
  ++edge_count_;
  return x.requires_grad();
}

// Saves what the rules read: those of the inputs, input(0) to input(count - 1), that `wanted` names.
template <class T>
template <class Input>
void Recorder<T>::save(Reads wanted, int count, const Input& input) {
  saved_ = wanted & reads::y;
  for (int i = 0; i < std::min(count, reads::max_inputs); ++i) {
    if (!(wanted & reads::x(i))) continue;
    saved_ |= reads::x(i);
    tape_->saved_.push_back(input(i).value());
  }
}

template <class T>
void Recorder<T>::inputs(std::span<const Row<T>> rows) {
  if (!tape_) {
    for (const Row<T>& row : rows) row.input.shape();  // throws if it is empty
    return;
  }
  Reads wanted = reads::nothing;
  for (int i = 0; const Row<T>& row : rows) {
    if (add_edge(row.input, i++, row.rule)) {
      wanted |= row.reads;
      active_ = true;
    }
  }
  if (!active_) return;
  save(
      wanted,
      static_cast<int>(rows.size()), [&](int i) -> const auto& { return rows[static_cast<std::size_t>(i)].input; });
}

template <class T>
void Recorder<T>::inputs(std::span<const BasicVariable<T>> xs, Reads reads, const Rule<T>& joint) {
  if (!tape_) {
    for (const BasicVariable<T>& x : xs) x.shape();
    return;
  }
  joint_ = true;
  for (int i = 0; const BasicVariable<T>& x : xs) {
    active_ |= add_edge(x, i, i == 0 ? joint : Rule<T>());
    ++i;
  }
  if (!active_) return;
  save(
      reads, static_cast<int>(xs.size()), [&](int i) -> const auto& { return xs[static_cast<std::size_t>(i)]; });
}

template <class T>
BasicVariable<T> Recorder<T>::output(BasicTensor<T> y) {
  if (!active_) return BasicVariable<T>(std::move(y));
  if (tape_->swept_) {
    fail(name_.text,
         ": this tape has been swept and its values released, so nothing more can be recorded on it. "
         "Open a new Tape for each step, or pass {.retain = true} to the sweep.");
  }
  // A value function that has recorded ops of its own has left their saved values behind ours: ours move to the end.
  const std::int64_t count = std::popcount(saved_ & ~reads::y), end = static_cast<std::int64_t>(tape_->saved_.size());
  if (end != first_saved_ + count) {
    for (std::int64_t i = 0; i < count; ++i) {
      BasicTensor<T> x = std::move(tape_->saved_[static_cast<std::size_t>(first_saved_ + i)]);
      tape_->saved_.push_back(std::move(x));
    }
    first_saved_ = end;
  }
  BasicVariable<T> result(std::move(y));
  if (saved_ & reads::y) tape_->saved_.push_back(result.value_);
  if (tape_->trace_) tape_->traced_values_.push_back(result.value_);
  result.tape_ = tape_->serial_;
  result.entry_ = tape_->size();
  tape_->entries_.push_back(
      {name_.text, result.value_.shape(), first_edge_, first_saved_, edge_count_, saved_, joint_});
  done_ = true;
  return result;
}

template class Recorder<float>;
template class Recorder<double>;

}  // namespace tg
