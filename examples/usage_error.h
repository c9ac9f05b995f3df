// UsageError: a command line that a program does not take.
#pragma once

#include <stdexcept>

namespace tg::examples {

// what() is one line that names the option, the offending text and what is accepted.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace tg::examples
