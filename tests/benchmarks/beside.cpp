// The benchmark beside the peers: measures both in turn and ends with one table. Run it by make bench-peers.
//   --only TEXT    only the workloads whose group or name contains the text
//   --write PAGE   also writes the table of all workloads into the page, between its markers, and draws the costs
//   --cost FOLDER  only measures pooling's cost against n, and draws it into the folder
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>

#include "tests/benchmarks/child.h"
#include "tests/benchmarks/cost.h"
#include "tests/benchmarks/machine.h"
#include "tests/benchmarks/measure.h"
#include "tests/benchmarks/table.h"

namespace {

using namespace bench;

// Appends a row for each pair of ours and a peer. Returns false if a result is wrong.
bool add_rows(const Workload& workload, std::vector<Row>& rows) {
  Contestants all = workload.ours;
  all.insert(all.end(), workload.peers.begin(), workload.peers.end());
  const Times times = measure(workload, all);
  for (const std::string& mistake : times.mistakes) {
    std::cout << "WRONG: " << workload.id() << "; " << mistake << std::endl;
  }
  if (!times.mistakes.empty()) return false;

  std::vector<std::optional<double>> memory(all.size());
  for (std::size_t i = 0; workload.memory && i < all.size(); ++i) {
    if (!all[i].elsewhere) memory[i] = peak_memory(workload, all[i]);
  }
  for (std::size_t a = 0; a < workload.ours.size(); ++a) {
    for (std::size_t b = workload.ours.size(); b < all.size(); ++b) {
      rows.push_back({&workload, all[a].who, all[b].who, median(times.seconds[a]), median(times.seconds[b]),
                      ratio(times.seconds[b], times.seconds[a]), memory[a], memory[b], times.errors[a],
                      times.errors[b]});
      std::cout << line(rows.back()) << std::endl;
    }
    for (const auto& [who, seconds] : workload.quotes) {
      rows.push_back({.workload = &workload,
                      .ours = all[a].who,
                      .peer = who,
                      .our_seconds = median(times.seconds[a]),
                      .peer_seconds = seconds,
                      .our_error = times.errors[a],
                      .quoted = true});
      std::cout << line(rows.back()) << std::endl;
    }
  }
  return true;
}

int run(const std::string& only, const std::string& page) {
  const Workloads workloads = all_workloads();
  std::ostringstream text;
  for (const std::string& fact : machine()) text << "- " << fact << '\n';
  std::vector<Row> rows;
  int wrong = 0;
  for (const Workload& workload : workloads) {
    if (workload.id().find(only) != std::string::npos && !add_rows(workload, rows)) ++wrong;
  }
  text << '\n' << table(rows);
  std::cout << '\n' << text.str();
  if (wrong) {
    std::cout << "\nFAILED: " << wrong << " workloads gave wrong results (see WRONG above)\n";
    return 1;
  }
  if (page.empty()) return 0;
  write_into_page(page, maker(), text.str());
  draw_costs((std::filesystem::path(page).parent_path() / "figures").string());
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  if (is_child(argc, argv)) return run_child(argv);
  std::map<std::string, std::string> options{{"--only", ""}, {"--write", ""}, {"--cost", ""}};
  for (int i = 1; i < argc; i += 2) {
    if (!options.count(argv[i]) || i + 1 == argc) {
      std::cerr << "bench-peers takes --only TEXT, --write PAGE and --cost FOLDER\n";
      return 2;
    }
    options[argv[i]] = argv[i + 1];
  }
  if (!options["--only"].empty() && !options["--write"].empty()) {
    std::cerr << "bench-peers: the page takes the table of all workloads; leave out --only or --write\n";
    return 2;
  }
  if (!options["--cost"].empty()) {
    draw_costs(options["--cost"]);
    return 0;
  }
  return run(options["--only"], options["--write"]);
} catch (const std::exception& error) {
  std::cerr << "bench-peers: " << error.what() << '\n';
  return 1;
}
