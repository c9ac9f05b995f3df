// Errors: what the library throws when it is called wrongly, and how a message is put together.
#pragma once

#include <locale>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace tg {

// Thrown by every function of the library for a wrong call. what() names the op, the argument, the shapes
// involved and what to do.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A stream for text that reads the same whatever the program's language: a point in 0.5, no commas in 12345. All that
// the library prints and parses goes through streams like this one.
template <class Stream = std::ostringstream, class... Parts> Stream classic(const Parts&... parts) {
  Stream stream(parts...);
  stream.imbue(std::locale::classic());
  return stream;
}

// Throws an Error whose text is all parts printed one after the other.
template <class... Parts> [[noreturn, gnu::cold, gnu::noinline]] void fail(const Parts&... parts) {
  std::ostringstream text = classic();
  auto write = [&text]<class Part>(const Part& part) {
    if constexpr (std::is_floating_point_v<Part>) {
      if (part != part) return void(text << "nan");  // whatever its sign bit
    }
    text << part;
  };
  (write(parts), ...);
  throw Error(text.str());
}

}  // namespace tg
