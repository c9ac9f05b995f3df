// Cost: see cost.h.
#include "tests/benchmarks/cost.h"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "examples/find_program.h"
#include "examples/gnuplot.h"
#include "tests/benchmarks/machine.h"
#include "tests/benchmarks/measure.h"

namespace bench {

namespace {

constexpr int sizes[] = {1000,    2000,    4000,    10'000,    20'000,    40'000,
                         100'000, 200'000, 400'000, 1'000'000, 2'000'000, 4'000'000};
constexpr const char* columns[] = {"attention_pooling", "two threads", "ours, every pair", "R's locpoly, binned"};

// The style is that of the examples' figures. What every pair would take beyond the last size measured grows with n².
constexpr const char* script = R"(
set datafile separator ','
set terminal svg size 620,440 fixed dashlength 0.6 noenhanced font 'DejaVu Sans,Verdana,sans-serif,11' \
  background rgb 'white'
set output 'pooling-cost.svg'
set encoding utf8
set border 15 lw 1 lc rgb '#444444'
set tics nomirror scale 0.5
set grid xtics ytics lw 0.6 lt 1 lc rgb '#dddddd'
set logscale xy
set xrange [800:5e6]
set yrange [1e-5:4e3]
set xtics ('1,000' 1e3, '10,000' 1e4, '100,000' 1e5, '1,000,000' 1e6)
set ytics ('10 µs' 1e-5, '100 µs' 1e-4, '1 ms' 1e-3, '10 ms' 1e-2, '100 ms' 1e-1, '1 s' 1, '10 s' 10, '100 s' 100, \
  '1,000 s' 1e3)
set xlabel 'points and queries, n'
set ylabel 'time of a call'
set key tmargin left horizontal maxcols 2 reverse Left samplen 2 spacing 1.15
data = 'pooling-cost.csv'
last = 1e5
stats data using ($1 == last ? $4 : NaN) nooutput
pairs(n) = n < last ? NaN : STATS_max * (n / last)**2
plot data using 1:4 with linespoints lw 2.2 lc rgb '#D55E00' pt 7 ps 0.5 title 'every pair', \
  pairs(x) with lines lw 1.6 dt '-' lc rgb '#D55E00' title 'every pair beyond: drawn on as n², not measured', \
  data using 1:2 with linespoints lw 2.2 lc rgb '#0072B2' pt 7 ps 0.5 title 'attention_pooling', \
  data using 1:3 with linespoints lw 2.2 lc rgb '#56B4E9' pt 7 ps 0.5 title 'attention_pooling, two threads', \
  data using 1:5 with linespoints lw 2.2 lc rgb '#009E73' pt 7 ps 0.5 title 'R''s locpoly, binned: error about 5e-5'
unset output
)";

std::string cell(const Times& times, const Contestants& contestants, const std::string& who) {
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    if (contestants[i].who != who) continue;
    std::ostringstream text;
    text.precision(3);
    text << median(times.seconds[i]);
    return text.str();
  }
  return "";
}

std::string row(int n) {
  Workload workload = gaussian_pooling(n);
  Contestants all = workload.ours;
  all.push_back(all.front());
  all.back().who = "two threads", all.back().threads = 2;
  for (Contestant& peer : workload.peers) all.push_back(peer);
  const Times times = measure(workload, all);
  for (const std::string& mistake : times.mistakes)
    throw std::runtime_error("n = " + std::to_string(n) + ": " + mistake);
  std::string text = std::to_string(n);
  for (const char* column : columns) text.append(1, ',').append(cell(times, all, column));
  return text;
}

}  // namespace

void draw_costs(const std::string& folder) {
  const std::string csv = folder + "/pooling-cost.csv", picture = folder + "/pooling-cost.svg";
  std::ostringstream data;
  for (const std::string& fact : machine()) data << "# " << fact << '\n';
  data << "# n";
  for (const char* column : columns) data << ", " << column;
  data << "; seconds\n";
  for (const int n : sizes) {
    const std::string line = row(n);
    std::cout << "n, one thread, two, every pair, locpoly: " << line << std::endl;
    data << line << '\n';
  }
  if (!(std::ofstream(csv) << data.str())) throw std::runtime_error(csv + " cannot be written");
  std::cout << "wrote " << csv << '\n';

  const auto gnuplot = tg::examples::find_program("gnuplot");
  if (gnuplot.empty()) throw std::runtime_error("there is no gnuplot to draw " + picture);
  const std::string name = "pooling-cost.gp";
  std::ofstream(folder + "/" + name) << script;
  const auto result = tg::examples::run_gnuplot(gnuplot, folder, name);
  std::remove((folder + "/" + name).c_str());
  if (result.status != 0 || !tg::examples::whole_picture(picture)) {
    throw std::runtime_error("gnuplot: " + tg::examples::error_line(result.messages));
  }
  std::cout << "wrote " << picture << '\n';
}

}  // namespace bench
