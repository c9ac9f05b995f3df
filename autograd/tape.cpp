// Tape: its scope, and what it keeps. The sweep is in sweep.cpp, recording in record.cpp.
#include "autograd/tape.h"

#include <algorithm>
#include <atomic>

namespace tg {
namespace {
std::atomic<std::uint64_t> next_serial{1};
}

template <class T>
BasicTape<T>::BasicTape(TapeOptions options)
    : serial_(next_serial.fetch_add(1, std::memory_order_relaxed)), outer_(current_), trace_(options.trace) {
  current_ = this;
}

template <class T>
BasicTape<T>::~BasicTape() {
  BasicTape** link = &current_;  // nearly always the innermost; a std::optional<Tape> may end out of turn
  while (*link && *link != this) link = &(*link)->outer_;
  if (*link) *link = outer_;
}

// The place in leaves_ of a leaf with its present value. The last few, which a loop uses again and again, are found
// there; another is kept anew, even if it stands further up: a count costs less than a search.
template <class T>
std::int64_t BasicTape<T>::keep(const BasicVariable<T>& x) {
  const std::int64_t n = leaves_.size();
  for (std::int64_t i = n - 1; i >= std::max<std::int64_t>(n - 4, 0); --i) {
    if (leaves_[i].leaf == x.leaf_ && leaves_[i].value.same(x.held())) return i;
  }
  leaves_.emplace_back(x.leaf_, x.held());
  return n;
}

// Drops what an entry's rules hold and read: other rules may use the memory. The entry itself stays, for printing.
template <class T>
void BasicTape<T>::release(Entry& entry) {
  for (int k = 0; k < entry.edge_count; ++k) {
    Edge& edge = edges_[entry.first_edge + k];
    edge.rule.release();
    edge.value = {};
  }
  entry.value = {};
}

template BasicTape<float>::BasicTape(TapeOptions);
template BasicTape<double>::BasicTape(TapeOptions);
template BasicTape<float>::~BasicTape();
template BasicTape<double>::~BasicTape();
template std::int64_t BasicTape<float>::keep(const BasicVariable<float>&);
template std::int64_t BasicTape<double>::keep(const BasicVariable<double>&);
template void BasicTape<float>::release(Entry&);
template void BasicTape<double>::release(Entry&);

}  // namespace tg
