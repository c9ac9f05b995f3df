// Runs the gnuplot program, and tells a whole picture from a broken one.
#include "examples/gnuplot.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

#include "tensor/error.h"

extern char** environ;

namespace tg::examples {
namespace {

std::string read_from_start(std::FILE* file) {
  std::string text;
  std::array<char, 4096> block{};
  std::rewind(file);
  while (const std::size_t n = std::fread(block.data(), 1, block.size(), file))
    text.append(block.data(), n);
  return text;
}

// gnuplot's stdout and stderr go to files and not to pipes: it can then never block on a
// full pipe, nor this program be ended by SIGPIPE.
GnuplotResult run(const std::filesystem::path& gnuplot, const char* folder,
                  const char* script, int input) {
  const TemporaryFile output = temporary_file(), messages = temporary_file();

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (folder) posix_spawn_file_actions_addchdir_np(&actions, folder);
  if (input >= 0) {
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  posix_spawn_file_actions_adddup2(&actions, fileno(output.get()), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(messages.get()), STDERR_FILENO);

  std::string name = "gnuplot", defaults = "--default-settings",
              file = script ? script : "";
  std::array<char*, 4> arguments = {name.data(), defaults.data(),
                                    script ? file.data() : nullptr, nullptr};
  pid_t child = 0;
  const int error =
      posix_spawn(&child, gnuplot.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error) fail("figures: cannot start ", gnuplot, ": ", std::strerror(error));

  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("figures: lost sight of gnuplot: ", std::strerror(errno));
  }
  return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
          read_from_start(output.get()), read_from_start(messages.get())};
}

}  // namespace

TemporaryFile temporary_file() {
  TemporaryFile file(std::tmpfile());
  if (!file) fail("figures: cannot make a temporary file: ", std::strerror(errno));
  return file;
}

GnuplotResult run_gnuplot(const std::filesystem::path& gnuplot,
                          const std::filesystem::path& folder, const std::string& script) {
  return run(gnuplot, folder.c_str(), script.c_str(), -1);
}

GnuplotResult run_gnuplot(const std::filesystem::path& gnuplot, std::FILE* script) {
  std::rewind(script);
  return run(gnuplot, nullptr, nullptr, fileno(script));
}

bool whole_picture(const std::filesystem::path& file) {
  // An SVG ends with </svg> and a new line, a PNG with the chunk IEND: four letters and
  // four bytes of checksum.
  constexpr std::streamoff tail_size = 16;
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in || in.tellg() < tail_size) return false;
  std::array<char, tail_size> tail{};
  in.seekg(-tail_size, std::ios::end);
  in.read(tail.data(), tail_size);
  const std::string_view end = file.extension() == ".svg" ? "</svg>" : "IEND";
  return in &&
         std::string_view(tail.data(), tail.size()).find(end) != std::string_view::npos;
}

std::string error_line(const std::string& messages) {
  // gnuplot repeats the faulty command, points at it with ^, and explains on the last line
  // that is not blank.
  std::istringstream lines(messages);
  std::string last = "it said nothing";
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t^") != std::string::npos) last = line;
  }
  return last;
}

}  // namespace tg::examples
