// Table: see table.h.
#include "tests/benchmarks/table.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace bench {

namespace {

// Three digits, without an exponent.
std::string digits(double value) {
  const int before = value > 0 ? static_cast<int>(std::floor(std::log10(value))) + 1 : 1;
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", std::max(0, 3 - std::max(before, 1)), value);
  return text;
}

std::string time(double seconds) {
  if (seconds < 1e-6) return digits(seconds * 1e9) + " ns";
  if (seconds < 1e-3) return digits(seconds * 1e6) + " µs";
  if (seconds < 1) return digits(seconds * 1e3) + " ms";
  return digits(seconds) + " s";
}

// The time of a run, or of one of the items that are its work.
std::string speed(const Workload& workload, double seconds) {
  if (workload.item == "byte") return digits(workload.items / seconds * 1e-9) + " GB/s";
  if (workload.item.empty()) return time(seconds / workload.items);
  return time(seconds) + " (" + time(seconds / workload.items) + " a " + workload.item + ")";
}

std::string megabytes(double bytes) { return digits(bytes * 1e-6) + " MB"; }

std::string memory(const Row& row) {
  if (!row.our_memory) return "";
  return megabytes(*row.our_memory) + (row.peer_memory ? " / " + megabytes(*row.peer_memory) : "");
}

// One digit, as 5e-8.
std::string power(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0e", value);
  std::string power = text;
  if (const auto zero = power.find("e-0"); zero != std::string::npos) power.erase(zero + 2, 1);
  return power;
}

std::string errors(const Row& row) {
  if (!row.our_error) return "";
  return power(*row.our_error) + (row.peer_error ? " / " + power(*row.peer_error) : "");
}

// A quoted time has none: the two were not measured in one run.
std::string ratio(const Row& row) { return row.quoted ? std::string() : digits(row.ratio); }

std::string peer(const Row& row) {
  return row.peer + ": " + speed(*row.workload, row.peer_seconds) + (row.quoted ? ", quoted" : "");
}

std::string name(const Row& row) { return row.workload->name + (row.ours.empty() ? "" : "; " + row.ours); }

}  // namespace

std::string table(const std::vector<Row>& rows) {
  std::ostringstream out;
  for (const bool with_errors : {false, true}) {
    std::string group;
    for (const Row& row : rows) {
      if (row.our_error.has_value() != with_errors) continue;
      if (group.empty()) {
        out << (out.tellp() > 0 ? "\n" : "") << "| workload | ours | peer | peer's time / ours | "
            << (with_errors ? "largest error, ours / peer | " : "") << "peak memory, ours / peer |\n"
            << (with_errors ? "|---|---|---|---|---|---|\n" : "|---|---|---|---|---|\n");
      }
      if (row.workload->group != group) {
        out << "| **" << (group = row.workload->group) << (with_errors ? "** | | | | | |\n" : "** | | | | |\n");
      }
      out << "| " << name(row) << " | " << speed(*row.workload, row.our_seconds) << " | " << peer(row) << " | "
          << ratio(row) << " | " << (with_errors ? errors(row) + " | " : "") << memory(row) << " |\n";
    }
  }
  return out.str();
}

std::string line(const Row& row) {
  return row.workload->id() + (row.ours.empty() ? "" : "; " + row.ours) + ": " + speed(*row.workload, row.our_seconds) +
         ", " + peer(row) + (row.quoted ? "" : ", ratio " + ratio(row)) +
         (row.our_error ? ", largest error " + errors(row) : "") + (row.our_memory ? ", " + memory(row) : "");
}

void write_into_page(const std::string& path, const std::string& maker, const std::string& text) {
  const std::string begin = "<!-- table of " + maker + " -->\n", end = "<!-- end of table -->";
  std::ostringstream page;
  page << std::ifstream(path).rdbuf();
  std::string content = page.str();
  const std::size_t from = content.find(begin), to = content.find(end, from);
  if (from == std::string::npos || to == std::string::npos) {
    throw std::runtime_error(path + " has no lines " + begin + "and " + end + " to write between");
  }
  content.replace(from + begin.size(), to - from - begin.size(), text);
  if (!(std::ofstream(path) << content)) throw std::runtime_error(path + " cannot be written");
}

}  // namespace bench
