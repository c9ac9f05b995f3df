// Memory: reference-counted buffers from a pool that keeps what is freed.
//
// Fresh pages from the system cost more than the arithmetic done on them (each is zeroed and mapped at first
// touch), so a freed buffer waits in the pool for the next tensor of about its size. Small buffers wait in a
// cache of their own thread, without a lock; large ones in a pool that all threads share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace tg {

// The header that stands before a buffer's bytes. It fills a cache line, so the bytes start aligned to 64.
struct alignas(64) Block {
  std::atomic<std::int64_t> uses;
  std::size_t bytes;     // the usable bytes behind the header
  int size_class;        // which free list it returns to
  Block* next;           // the next block of that list while it waits
  void* data() { return this + 1; }
};

Block* pool_allocate(std::size_t bytes);  // throws Error when the system has no more memory
void pool_free(Block* block);

// A shared handle to a block; the last one gives it back to the pool.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t bytes) : block_(pool_allocate(bytes)) {}
  Buffer(const Buffer& other) : block_(other.block_) {
    if (block_) block_->uses.fetch_add(1, std::memory_order_relaxed);
  }
  Buffer(Buffer&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Buffer& operator=(Buffer other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Buffer() {
    // A sole owner needs no atomic subtraction: nobody else can copy the handle meanwhile.
    if (block_ && (unique() || block_->uses.fetch_sub(1, std::memory_order_acq_rel) == 1)) pool_free(block_);
  }

  explicit operator bool() const { return block_ != nullptr; }
  void* data() const { return block_->data(); }
  bool unique() const { return block_->uses.load(std::memory_order_acquire) == 1; }
  bool same(const Buffer& other) const { return block_ == other.block_; }

 private:
  Block* block_ = nullptr;
};

// Lets a std::vector take its memory from the pool: a tape's lists are as short-lived as its tensors.
template <class T>
struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(pool_allocate(n * sizeof(T))->data()); }
  void deallocate(T* p, std::size_t) { pool_free(reinterpret_cast<Block*>(p) - 1); }
  friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

// The bytes held by living tensors and tapes of all threads, rounded up to the pool's sizes.
std::int64_t memory_in_use();

// Gives the waiting buffers of the shared pool and of this thread's cache back to the system (the caches of
// other threads stay). Returns the number of bytes given back.
std::int64_t memory_release();

}  // namespace tg
