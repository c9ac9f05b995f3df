// Script: see script.h.
#include "tests/benchmarks/peers/script.h"

#include <fstream>
#include <stdexcept>

namespace bench {

Script::Script(std::vector<std::string> command, const std::vector<std::vector<double>>& numbers,
               const std::vector<std::string>& arguments, std::size_t answers)
    : answers_(answers) {
  command.push_back(folder_ / "numbers");
  std::ofstream file(command.back(), std::ios::binary);
  for (const std::vector<double>& part : numbers) {
    file.write(reinterpret_cast<const char*>(part.data()), static_cast<std::streamsize>(part.size() * sizeof(double)));
  }
  file.close();
  if (!file) throw std::runtime_error("cannot write the numbers for " + command[0] + " into " + command.back());
  command.insert(command.end(), arguments.begin(), arguments.end());
  child_ = std::make_unique<Child>(command);
}

double Script::seconds(long runs) {
  child_->write_line(std::to_string(runs));
  return std::stod(child_->read_line());
}

std::vector<double> Script::result() {
  child_->write_line("result");
  std::vector<double> values;
  for (std::size_t i = 0; i < answers_; ++i) values.push_back(std::stod(child_->read_line()));
  return values;
}

Job job_of(std::shared_ptr<Script> script) {
  return {[=] { script->seconds(1); }, [=] { return script->result(); },
          [=](long runs) { return script->seconds(runs); }};
}

}  // namespace bench
