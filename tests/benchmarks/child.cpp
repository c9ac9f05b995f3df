// Child: see child.h.
#include "tests/benchmarks/child.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "tests/benchmarks/measure.h"

namespace bench {

namespace {

// Blocks of any size from the heap, which never shrinks: what is freed is not given back to the system.
constexpr const char* keep_memory = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=1000000000000";

std::string name(Child::Task task) { return task == Child::Task::serve ? "--serve" : "--memory"; }

}  // namespace

Child::Child(Task task, const Workload& workload, const Contestant& contestant)
    : Child({"/proc/self/exe", name(task), workload.id(), contestant.who}, contestant.tuned_malloc) {}

Child::Child(std::vector<std::string> command, bool tuned_malloc) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int down[2], up[2];
  if (pipe2(down, O_CLOEXEC) || pipe2(up, O_CLOEXEC)) throw std::runtime_error("no pipe to a child process");
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("no child process");
  if (pid_ == 0) {
    dup2(down[0], STDIN_FILENO);
    dup2(up[1], STDOUT_FILENO);
    if (tuned_malloc) setenv("GLIBC_TUNABLES", keep_memory, 1);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(down[0]);
  close(up[1]);
  to_ = fdopen(down[1], "w");
  from_ = fdopen(up[0], "r");
}

Child::~Child() {
  std::fclose(to_);  // the end of its input ends it
  std::fclose(from_);
  waitpid(pid_, nullptr, 0);
}

void Child::write_line(const std::string& line) {
  std::fprintf(to_, "%s\n", line.c_str());
  std::fflush(to_);
}

std::string Child::read_line() {
  std::string line;
  for (int c; (c = std::fgetc(from_)) != '\n'; line += static_cast<char>(c)) {
    if (c == EOF) throw std::runtime_error("a child process has ended early");
  }
  return line;
}

namespace {

// A figure of this process in /proc, such as VmRSS, in bytes.
double process_figure(const std::string& wanted) {
  std::ifstream status("/proc/self/status");
  for (std::string key; status >> key;) {
    double kilobytes = 0;
    if (key == wanted + ":" && status >> kilobytes) return kilobytes * 1024;
    status.ignore(1000, '\n');
  }
  throw std::runtime_error("/proc/self/status has no " + wanted);
}

void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

double measure_memory(const Contestant& contestant) {
  const double base = process_figure("VmRSS");
  const Job job = contestant.start();
  forget_peak();  // of making the data
  const double once = seconds(job, 1);
  if (once < 1) seconds(job, 3);
  return process_figure("VmHWM") - base;
}

void serve(const Workload& workload, const Contestant& contestant) {
  const Job job = contestant.start();
  std::cout << mistake(job, workload.expected()) << std::endl;
  for (long runs; std::cin >> runs;) std::cout << seconds(job, runs) << std::endl;
}

}  // namespace

bool is_child(int argc, char** argv) {
  return argc == 4 && (argv[1] == name(Child::Task::serve) || argv[1] == name(Child::Task::memory));
}

int run_child(char** argv) {
  for (const Workload& workload : all_workloads()) {
    if (workload.id() != argv[2]) continue;
    for (const Contestants& side : {workload.ours, workload.peers}) {
      for (const Contestant& contestant : side) {
        if (contestant.who != argv[3]) continue;
        allow_threads(contestant);
        if (argv[1] == name(Child::Task::serve)) {
          serve(workload, contestant);
        } else {
          std::cout << measure_memory(contestant) << std::endl;
        }
        return 0;
      }
    }
  }
  return 1;
}

double peak_memory(const Workload& workload, const Contestant& contestant) {
  return std::stod(Child(Child::Task::memory, workload, contestant).read_line());
}

}  // namespace bench
