// Tape: its scope, and what it keeps. The sweep is in sweep.cpp, recording in record.cpp.
#include "autograd/tape.h"

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
template void BasicTape<float>::release(Entry&);
template void BasicTape<double>::release(Entry&);

}  // namespace tg
