// Running the chapter's program as a reader does, and reading what it prints and leaves.
#include "tests/examples/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace tests {
namespace {

// Boost.Test takes a child's end for an error of the test.
class IgnoreChildren {
 public:
  IgnoreChildren() {
    struct sigaction plain = {};
    plain.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &plain, &before_);
  }
  ~IgnoreChildren() { sigaction(SIGCHLD, &before_, nullptr); }

 private:
  struct sigaction before_ = {};
};

// A pipe whose ends no other child inherits. (A Mac has no pipe2.)
std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  return ends;
}

[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment,
                         const Surroundings& around, int out, int err) {
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  if (around.stdout_closed) close(STDOUT_FILENO);
  if (around.folder.empty() || chdir(around.folder.c_str()) == 0) execve(program, arguments, environment);
  _exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

Finished run_program(const std::string& program, const std::vector<std::string>& arguments,
                     const Surroundings& around) {
  std::vector<std::string> words = {program}, settings;
  words.insert(words.end(), arguments.begin(), arguments.end());
  for (char** setting = environ; *setting; ++setting) {
    const std::string text = *setting;
    if (!around.environment.contains(text.substr(0, text.find('=')))) settings.push_back(text);
  }
  for (const auto& [name, value] : around.environment) settings.push_back(name + "=" + value);
  const std::vector<char*> argv = pointers(words), environment = pointers(settings);

  const std::array<int, 2> out = make_pipe(), err = make_pipe();
  const IgnoreChildren ignored;
  const pid_t child = fork();
  if (child == 0) become(program.c_str(), argv.data(), environment.data(), around, out[1], err[1]);
  close(out[1]);
  close(err[1]);

  Finished result;
  std::array<pollfd, 2> ends = {{{out[0], POLLIN, 0}, {err[0], POLLIN, 0}}};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  bool late = false;
  while (!late && (ends[0].fd >= 0 || ends[1].fd >= 0)) {
    poll(ends.data(), ends.size(), 1000);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].fd < 0 || !ends[i].revents) continue;
      std::array<char, 4096> block{};
      const ssize_t n = read(ends[i].fd, block.data(), block.size());
      if (n > 0) (i == 0 ? result.out : result.err).append(block.data(), static_cast<std::size_t>(n));
      if (n <= 0 || (i == 0 && around.stop_reading)) {
        close(ends[i].fd);
        ends[i].fd = -1;  // poll passes it over
      }
    }
    late = std::chrono::steady_clock::now() > deadline;
  }
  if (late) kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  if (late) throw std::runtime_error(program + " did not end within a minute");
  result.code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

std::string chapter_program() {
  const char* build = std::getenv("BUILD");
  const auto program = std::filesystem::absolute(build && *build ? build : "build") / "examples/nadaraya_watson";
  if (!std::filesystem::exists(program)) throw std::runtime_error(program.string() + " is not built; run make test");
  return program.string();
}

Finished run_chapter(const std::vector<std::string>& arguments, const Surroundings& around) {
  return run_program(chapter_program(), arguments, around);
}

const Surroundings without_gnuplot = {.environment = {{"PATH", "/nonexistent"}}};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<double> numbers_after(const std::string& text, const std::string& label) {
  std::vector<double> numbers;
  for (std::size_t at = text.find(label); at != std::string::npos; at = text.find(label, at + 1)) {
    const char* begin = text.c_str() + at + label.size();
    char* end = nullptr;
    numbers.push_back(std::strtod(begin, &end));
    if (end == begin) throw std::runtime_error("no number follows '" + label + "'");
  }
  return numbers;
}

double number_after(const std::string& text, const std::string& label) {
  const std::vector<double> numbers = numbers_after(text, label);
  if (numbers.size() != 1)
    throw std::runtime_error("'" + label + "' stands " + std::to_string(numbers.size()) + " times in:\n" + text);
  return numbers[0];
}

std::vector<std::vector<double>> data_block(const std::string& script, const std::string& name) {
  std::vector<std::vector<double>> rows;
  bool inside = false;
  for (const std::string& line : lines_of(script)) {
    if (inside && line == "e") return rows;
    if (inside) {
      std::istringstream in(line);
      rows.emplace_back();
      for (std::string word; in >> word;) rows.back().push_back(std::strtod(word.c_str(), nullptr));
    }
    inside = inside || line == name + " << e";
  }
  throw std::runtime_error("the script has no block " + name);
}

}  // namespace tests
