// Machine: see machine.h.
#include "tests/benchmarks/machine.h"

#include <gnu/libc-version.h>

#include <fstream>
#include <thread>

#include "tensor/arch.h"
#include "tests/benchmarks/peers.h"

namespace bench {

namespace {

// What the system says of the processor.
std::string told(const std::string& key) {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind(key, 0) == 0 && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
  }
  return "unknown processor";
}

std::string vectors() {
  switch (tg::detail::vectors) {
    case tg::detail::Vectors::avx512:
      return "AVX-512";
    case tg::detail::Vectors::avx2:
      return "AVX2";
    case tg::detail::Vectors::avx:
      return "AVX";
    case tg::detail::Vectors::none:
      break;
  }
  return "no AVX";
}

// How many programs wanted to run in the last minute.
std::string load() {
  std::string average;
  std::ifstream("/proc/loadavg") >> average;
  return average;
}

#if defined(__clang__)
const std::string compiler = __VERSION__;
#else
const std::string compiler = std::string("g++ ") + __VERSION__;
#endif

}  // namespace

std::vector<std::string> machine() {
  std::vector<std::string> lines{told("model name") + ", " + std::to_string(std::thread::hardware_concurrency()) +
                                     " cores; compiled for " + vectors(),
                                 compiler + ", glibc " + gnu_get_libc_version()};
  lines.push_back("load average as the run began: " + load());
  for (const std::string& version : peers::versions()) lines.push_back(version);
  return lines;
}

std::string maker() {
  const std::string vendor = told("vendor_id");
  return vendor == "AuthenticAMD" ? "AMD" : vendor == "GenuineIntel" ? "Intel" : vendor;
}

}  // namespace bench
