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

#include "tensor/shape.h"

namespace tg {

// The header that stands before a buffer's bytes, three cache lines long, so that the bytes start aligned to 64. A
// tensor keeps there what all its copies share, and so is a single pointer.
struct alignas(64) Block {
  std::atomic<std::int64_t> uses;
  int size_class;   // which free list it returns to
  bool contiguous;  // whether the elements stand one after the other, in row-major order
  Block* base;      // of a view: the block its elements are in; of a waiting block: the next in its list
  void* first;      // the first element
  std::int64_t numel;
  Shape shape;
  Strides strides;
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
    if (block_) drop(block_);
  }

  // A block without elements of its own: a view of this one's, which it keeps alive.
  Buffer view() const;

  Block& operator*() const { return *block_; }
  Block* operator->() const { return block_; }
  explicit operator bool() const { return block_ != nullptr; }
  friend bool operator==(const Buffer&, const Buffer&) = default;
  Block* root() const { return block_->base ? block_->base : block_; }  // the block that holds the elements

  // Whether this handle is the only one: of its block, and of the block that it views.
  bool unique() const { return sole(block_) && (!block_->base || sole(block_->base)); }

 private:
  static bool sole(const Block* block) { return block->uses.load(std::memory_order_acquire) == 1; }
  static void drop(Block* block) {
    // A sole owner needs no atomic subtraction: nobody else can copy the handle meanwhile.
    if (!sole(block) && block->uses.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (block->base) drop(block->base);  // a root, so this goes no deeper
    pool_free(block);
  }

  Block* block_ = nullptr;
};

// Lets a std::vector take its memory from the pool: a tape's lists are as short-lived as its tensors.
template <class T> struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <class U> PoolAllocator(const PoolAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(pool_allocate(n * sizeof(T))->data()); }
  void deallocate(T* p, std::size_t) { pool_free(reinterpret_cast<Block*>(p) - 1); }
  friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

// The bytes held by living tensors and tapes of all threads: what was asked for, rounded up to the pool's sizes,
// without headers and without what waits in the pool. It is the same before and after a piece of work that keeps
// nothing.
std::int64_t memory_in_use();

// Gives the waiting buffers of the shared pool and of this thread's cache back to the system (the caches of other
// threads stay until they end), those of small ones too where the C library can do that, as glibc does. Returns the
// number of bytes given back, counted as above. The process's peak memory is what was in use and waiting at its
// largest; a loop of steps that all need the same reaches it in its first rounds, and takes nothing from the system
// afterwards.
std::int64_t memory_release();

}  // namespace tg
