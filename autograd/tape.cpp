// Tape: its scope, and what it keeps. The sweep is in sweep.cpp, recording in record.cpp.
#include "autograd/tape.h"

#include <array>
#include <atomic>

namespace tg {
namespace {

// The open tapes of all threads: each stands where its serial number says. (If there are more tapes than places, some
// stand nowhere, and misuse by another thread goes unnoticed.)
struct Place {
  std::atomic<std::uint64_t> tape;  // its serial number, or 0
  std::atomic<const void*> thread;  // any address that is the thread's own
};
constexpr std::uint64_t place_count = 256;
constinit std::array<Place, place_count> places;
Place& place_of(std::uint64_t tape) { return places[tape % place_count]; }

std::uint64_t open_tape(const void* thread) {
  static constinit std::atomic<std::uint64_t> next{1};
  std::uint64_t tape = 0;
  for (std::uint64_t tries = 0; tries < place_count; ++tries) {
    std::uint64_t nobody = 0;
    tape = next.fetch_add(1, std::memory_order_relaxed);
    if (!place_of(tape).tape.compare_exchange_strong(nobody, tape, std::memory_order_relaxed)) continue;
    place_of(tape).thread.store(thread, std::memory_order_relaxed);
    break;
  }
  return tape;
}

}  // namespace

template <class T>
BasicTape<T>::BasicTape(TapeOptions options) : serial_(open_tape(&current_)), outer_(current_), trace_(options.trace) {
  current_ = this;
}

template <class T> BasicTape<T>::~BasicTape() {
  Place& place = place_of(serial_);
  if (place.tape.load(std::memory_order_relaxed) == serial_) place.tape.store(0, std::memory_order_relaxed);
  BasicTape** link = &current_;  // nearly always the innermost; a std::optional<Tape> may end out of turn
  while (*link && *link != this) link = &(*link)->outer_;
  if (*link) *link = outer_;
}

template <class T> bool BasicTape<T>::open_on_another_thread(const BasicVariable<T>& x) {
  const Place& place = place_of(x.tape_);
  return x.tape_ != 0 && place.tape.load(std::memory_order_relaxed) == x.tape_ &&
         place.thread.load(std::memory_order_relaxed) != &current_;
}

// Drops what an entry's rules hold and read: other rules may use the memory. The entry itself stays, for printing.
template <class T> void BasicTape<T>::release(Entry& entry) {
  for (int k = 0; k < entry.edge_count; ++k) {
    Edge& edge = edges_[entry.first_edge + k];
    edge.rule.release();
    edge.value = {};
  }
  entry.value = {};
}

#define TG_INSTANTIATE(T)                                                      \
  template BasicTape<T>::BasicTape(TapeOptions);                               \
  template BasicTape<T>::~BasicTape();                                         \
  template bool BasicTape<T>::open_on_another_thread(const BasicVariable<T>&); \
  template void BasicTape<T>::release(Entry&);
TG_FOR_FLOATS(TG_INSTANTIATE)

}  // namespace tg
