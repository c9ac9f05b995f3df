// Table: the rows of what was measured, as Markdown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/benchmarks/workload.h"

namespace bench {

struct Row {
  const Workload* workload;
  std::string ours, peer;                                   // who
  double our_seconds, peer_seconds, ratio = 0;              // of one run; the peer's time over ours
  std::optional<double> our_memory = {}, peer_memory = {};  // bytes
  std::optional<double> our_error = {}, peer_error = {};    // relative
  bool quoted = false;                                      // the peer's time was not measured here
};

// First the rows without errors; then, as a table of their own, those with.
std::string table(const std::vector<Row>& rows);

// One row on one line, for the screen.
std::string line(const Row& row);

// Puts the text between the page's markers for the processor's maker, <!-- table of AMD --> and <!-- end of table -->,
// and leaves the tables of other makers alone. Throws if the page has none for this one.
void write_into_page(const std::string& path, const std::string& maker, const std::string& text);

}  // namespace bench
