// Opens a page in the reader's browser.
#include "examples/show_page.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <string>

#include "examples/find_program.h"

extern char** environ;

namespace tg::examples {
namespace {

#if defined(__APPLE__)
constexpr const char* opener = "open";
#else
constexpr const char* opener = "xdg-open";
#endif

// Runs the opener and waits for it. No shell is involved, so any file's name will do.
bool opens(const std::filesystem::path& program, std::string file) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // A browser in the terminal is seen, but is no part of our output. We complain ourselves.
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string name = opener;
  const std::array<char*, 3> arguments = {name.data(), file.data(), nullptr};
  pid_t child = 0;
  const int error =
      posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error) return false;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return status == 0;
}

}  // namespace

void show_page(const std::filesystem::path& page) {
  std::cout.flush();
  const std::filesystem::path program = find_program(opener);
  if (program.empty()) {
    std::cerr << "there is no " << opener << " on PATH: open " << page << " in a browser\n";
  } else if (!opens(program, std::filesystem::absolute(page).string())) {
    std::cerr << opener << " could not open the page: open " << page << " in a browser\n";
  }
}

}  // namespace tg::examples
