// Errors: what the library throws when it is called wrongly, and how a message is put together.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace tg {

// Thrown by every function of the library for a wrong call. what() names the op, the argument, the shapes
// involved and what to do.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws an Error whose text is all parts printed one after the other.
template <class... Parts>
[[noreturn, gnu::cold, gnu::noinline]] void fail(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  throw Error(text.str());
}

}  // namespace tg
