// Looks for a program as a shell does.
#include "examples/find_program.h"

#include <unistd.h>

#include <cstdlib>
#include <sstream>

namespace tg::examples {

std::filesystem::path find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    // gnuplot runs in the figures' folder, so its own path must not be relative to this
    // one.
    std::error_code error;
    const auto program =
        std::filesystem::absolute(std::filesystem::path(folder) / name, error);
    if (!error && std::filesystem::is_regular_file(program, error) &&
        access(program.c_str(), X_OK) == 0) {
      return program;
    }
  }
  return {};
}

}  // namespace tg::examples
