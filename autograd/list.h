// List: a list that never moves what it holds, for the parts of a tape.
#pragma once

#include <new>
#include <utility>
#include <vector>

#include "tensor/memory.h"

namespace tg {

// The elements stand in chunks, which come from the pool one at a time. A std::vector would move all its elements each
// time it grows, which costs as much as recording them; and what a sweep looks at stays in place while it records more.
template <class E> class List {
 public:
  List() = default;
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  ~List() {
    truncate(0);
    for (E* chunk : chunks_) PoolAllocator<E>().deallocate(chunk, chunk_size);
  }

  std::int64_t size() const { return size_; }
  E& operator[](std::int64_t i) { return chunks_[place(i)][i % chunk_size]; }
  const E& operator[](std::int64_t i) const { return chunks_[place(i)][i % chunk_size]; }

  template <class... Parts> E& emplace_back(Parts&&... parts) {
    if (size_ == capacity_) grow();
    E* element = new (&(*this)[size_]) E{std::forward<Parts>(parts)...};
    ++size_;
    return *element;
  }

  void truncate(std::int64_t size) {  // drops all elements from place `size` on
    while (size_ > size) (*this)[--size_].~E();
  }

 private:
  [[gnu::noinline]] void grow() {
    chunks_.push_back(PoolAllocator<E>().allocate(chunk_size));
    capacity_ += chunk_size;
  }
  static constexpr std::int64_t chunk_size = 64;
  static std::size_t place(std::int64_t i) { return static_cast<std::size_t>(i / chunk_size); }

  std::vector<E*, PoolAllocator<E*>> chunks_;
  std::int64_t size_ = 0, capacity_ = 0;
};

}  // namespace tg
