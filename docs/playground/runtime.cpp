// What WebAssembly lacks of the C++ runtime and of tensor/threads.cpp: one thread does all, and an exception ends the
// instance.
#include <algorithm>
#include <exception>
#include <typeinfo>

#include "tensor/threads.h"

namespace tg {

void set_num_threads(int) {}
int num_threads() { return 1; }

void detail::run_stretches(std::int64_t count, std::int64_t grain, const void* f,
                           void (*call)(const void*, std::int64_t, std::int64_t)) {
  for (std::int64_t begin = 0; begin < count; begin += grain) call(f, begin, std::min(count, begin + grain));
}

void detail::FlushSubnormals::begin() {}
void detail::FlushSubnormals::end() {}

}  // namespace tg

// The page's: shows the text, and leaves by an exception of its own.
[[clang::import_module("page"), clang::import_name("fail"), noreturn]] void page_fail(const char* text);

extern "C" {

void* __cxa_allocate_exception(std::size_t bytes) noexcept { return ::operator new(bytes); }

// All that the library and the standard library throw is a std::exception.
[[noreturn]] void __cxa_throw(void* thrown, std::type_info*, void (*)(void*)) {
  page_fail(static_cast<std::exception*>(thrown)->what());
}

int __cxa_thread_atexit(void (*)(void*), void*, void*) { return 0; }  // an instance does not end, it is dropped

}  // extern "C"
