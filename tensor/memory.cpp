// Memory: the pool behind every buffer.
#include "tensor/memory.h"

#include <sys/mman.h>
#if __has_include(<malloc.h>)
#include <malloc.h>  // malloc_trim, of glibc
#endif

#include <array>
#include <bit>
#include <mutex>
#include <new>
#include <vector>

#include "tensor/error.h"

namespace tg {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool keep_blocks = false;  // the sanitizer sees a use after free only if memory is really freed
#elif defined(__has_feature)
constexpr bool keep_blocks = !__has_feature(address_sanitizer);
#else
constexpr bool keep_blocks = true;
#endif

// Sizes are rounded up to four steps a power of two: at most a fifth is wasted, and a freed buffer fits the next
// tensor of nearly its size. Class c holds blocks of (4 + c % 4) << (c / 4 + 4) bytes: 64, 80, 96, 112, 128, 160 ...
constexpr int class_count = 4 * 44;
constexpr std::size_t small_bytes = 32 * 1024;  // up to here a block waits in its thread's cache
constexpr std::size_t cache_bytes = 32 << 20;   // what one thread's cache holds at most; then it is emptied

int class_of(std::size_t bytes) {
  if (bytes <= 64) return 0;
  const int octave = std::bit_width(bytes - 1) - 3;  // 4 << octave < bytes <= 8 << octave
  const std::size_t step = std::size_t{1} << octave;
  return 4 * (octave - 4) + static_cast<int>((bytes + step - 1) / step) - 4;
}

std::size_t class_bytes(int c) { return static_cast<std::size_t>(4 + c % 4) << (c / 4 + 4); }

// Blocks from the size of a huge page on begin at the border of one, and ask to be put into them: a processor that
// walks through a large tensor then looks up a page every 2 MB, and not every 4 kB.
constexpr std::size_t huge_page = 2 << 20;
std::align_val_t alignment_of(int c) { return std::align_val_t{class_bytes(c) < huge_page ? 64 : huge_page}; }

void* try_system(int c) {
  const std::size_t total = sizeof(Block) + class_bytes(c);
  void* memory = ::operator new(total, alignment_of(c), std::nothrow);
#if defined(MADV_HUGEPAGE)
  if (memory && class_bytes(c) >= huge_page) madvise(memory, total, MADV_HUGEPAGE);  // if not, so be it
#endif
  return memory;
}

void to_system(Block* block) { ::operator delete(block, alignment_of(block->size_class)); }

struct FreeLists {
  std::array<Block*, class_count> heads{};

  Block* pop(int c) {
    Block* block = heads[c];
    if (block) heads[c] = block->base;
    return block;
  }
  void push(Block* block) {
    block->base = heads[block->size_class];
    heads[block->size_class] = block;
  }
  std::int64_t release() {
    std::int64_t bytes = 0;
    for (int c = 0; c < class_count; ++c) {
      while (Block* block = pop(c)) {
        bytes += static_cast<std::int64_t>(class_bytes(c));
        to_system(block);
      }
    }
    return bytes;
  }
};

struct ThreadCache;

struct SharedPool {
  std::mutex mutex;
  FreeLists free;
  std::vector<ThreadCache*> caches;
  std::int64_t in_use_by_ended_threads = 0;
};

// Never destroyed: tensors in static variables are freed after main, and still find the pool.
SharedPool& shared_pool() {
  static SharedPool* pool = new SharedPool;
  return *pool;
}

struct ThreadCache {
  FreeLists free;
  std::size_t waiting = 0;              // bytes in the free lists
  std::atomic<std::int64_t> in_use{0};  // allocated minus freed by this thread; only this thread writes it

  ThreadCache() {
    SharedPool& pool = shared_pool();
    std::lock_guard lock(pool.mutex);
    pool.caches.push_back(this);
  }
  ~ThreadCache();
  std::int64_t release() {
    waiting = 0;
    return free.release();
  }
};

// Trivial, so that they may be read without a check, and after the cache's own destructor has run.
constinit thread_local ThreadCache* this_cache = nullptr;
constinit thread_local bool cache_ended = false;

ThreadCache* begin_cache() {
  if (cache_ended) return nullptr;
  thread_local ThreadCache cache;
  return this_cache = &cache;
}

ThreadCache* thread_cache() { return this_cache ? this_cache : begin_cache(); }

ThreadCache::~ThreadCache() {
  this_cache = nullptr;
  cache_ended = true;
  free.release();
  SharedPool& pool = shared_pool();
  std::lock_guard lock(pool.mutex);
  pool.in_use_by_ended_threads += in_use.load(std::memory_order_relaxed);
  std::erase(pool.caches, this);
}

void count(ThreadCache* cache, std::int64_t bytes) {
  if (cache) {
    cache->in_use.store(cache->in_use.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
  } else {
    SharedPool& pool = shared_pool();
    std::lock_guard lock(pool.mutex);
    pool.in_use_by_ended_threads += bytes;
  }
}

Block* from_system(int c) {
  void* memory = try_system(c);
  if (!memory) {
    memory_release();
    memory = try_system(c);
  }
  if (!memory) fail("out of memory: the system has no ", class_bytes(c), " bytes for a tensor");
  Block* block = new (memory) Block;
  block->size_class = c;
  return block;
}

}  // namespace

Block* pool_allocate(std::size_t bytes) {
  const int c = class_of(bytes);
  ThreadCache* cache = thread_cache();
  Block* block = nullptr;
  if (class_bytes(c) <= small_bytes) {
    if (cache && (block = cache->free.pop(c))) cache->waiting -= class_bytes(c);
  } else if (keep_blocks) {
    SharedPool& pool = shared_pool();
    std::lock_guard lock(pool.mutex);
    block = pool.free.pop(c);
  }
  if (!block) block = from_system(c);
  block->uses.store(1, std::memory_order_relaxed);
  block->base = nullptr;
  count(cache, static_cast<std::int64_t>(class_bytes(c)));
  return block;
}

void pool_free(Block* block) {
  const std::size_t size = class_bytes(block->size_class);
  ThreadCache* cache = thread_cache();
  count(cache, -static_cast<std::int64_t>(size));
  if (!keep_blocks) {
    to_system(block);
  } else if (size > small_bytes) {
    SharedPool& pool = shared_pool();
    std::lock_guard lock(pool.mutex);
    pool.free.push(block);
  } else if (cache) {
    if (cache->waiting + size > cache_bytes)
      cache->release();  // else blocks of sizes long out of use would stay for good
    cache->waiting += size;
    cache->free.push(block);
  } else {
    to_system(block);
  }
}

Buffer Buffer::view() const {
  Buffer view(0);
  view->base = root();
  view->base->uses.fetch_add(1, std::memory_order_relaxed);
  return view;
}

std::int64_t memory_in_use() {
  SharedPool& pool = shared_pool();
  std::lock_guard lock(pool.mutex);
  std::int64_t bytes = pool.in_use_by_ended_threads;
  for (const ThreadCache* cache : pool.caches) bytes += cache->in_use.load(std::memory_order_relaxed);
  return bytes;
}

std::int64_t memory_release() {
  std::int64_t bytes = 0;
  if (ThreadCache* cache = thread_cache()) bytes += cache->release();
  SharedPool& pool = shared_pool();
  {
    std::lock_guard lock(pool.mutex);
    bytes += pool.free.release();
  }
#if defined(__GLIBC__)
  malloc_trim(0);  // malloc keeps small blocks for itself, even where whole pages of them are free
#endif
  return bytes;
}

}  // namespace tg
