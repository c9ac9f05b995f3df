// The small programs' command line, read with Boost.Program_options, and their progress
// line.
#include "examples/program.h"

#include <unistd.h>

#include <cstdio>
#include <exception>
#include <iostream>
#include <utility>

#include "examples/command_line.h"

namespace tg::examples {
namespace {

namespace po = boost::program_options;

po::options_description description(const std::vector<Setting>& settings) {
  po::options_description options("Options, with their defaults");
  for (const Setting& s : settings) {
    const std::string meaning = s.meaning + ", " + std::to_string(s.low) + " to " +
                                std::to_string(s.high) + " (" + std::to_string(s.value) +
                                ')';
    options.add_options()(s.name.c_str(), text_value("N"), meaning.c_str());
  }
  const std::string out =
      "folder for the figures (" + FigureOptions().folder.string() + ')';
  options.add_options()("out", text_value("DIR"),
                        out.c_str())("no-figures", po::bool_switch(), "write no figures")(
      "terminal", po::bool_switch(), "draw the figures as text in the terminal")(
      "help", po::bool_switch(), "print this text");
  return options;
}

}  // namespace

Arguments::Arguments(std::map<std::string, std::int64_t> numbers, FigureOptions figures)
    : numbers_(std::move(numbers)), figures_(std::move(figures)) {}

std::int64_t Arguments::operator[](const std::string& name) const {
  const auto found = numbers_.find(name);
  if (found == numbers_.end()) fail("arguments: the program has no setting named ", name);
  return found->second;
}

Figures Arguments::figures() const { return Figures(figures_); }

int run_main(const std::string& program, const std::function<void()>& body) {
  const auto complain = [&program](const std::exception& error) {
    std::cerr << program << ": " << error.what() << '\n';
  };
  try {
    body();
    if (!std::cout.flush())
      throw Error("the output could not be written; is the disk full?");
    return 0;
  } catch (const UsageError& error) {
    complain(error);
    return 2;
  } catch (const std::exception& error) {
    complain(error);
    return 1;
  }
}

int run_program(int argc, char** argv, const std::string& about,
                const std::vector<Setting>& settings,
                const std::function<void(const Arguments&)>& body) {
  const std::string program =
      std::filesystem::path(argc > 0 ? argv[0] : "program").filename().string();
  return run_main(program, [&] {
    const po::options_description options = description(settings);
    const po::variables_map given = read_command_line(argc, argv, options);
    if (given["help"].as<bool>()) {
      std::cout << "Usage: " << program << " [options]\n\n" << about << "\n\n" << options;
      return;
    }
    std::map<std::string, std::int64_t> numbers;
    for (const Setting& s : settings) {
      numbers[s.name] =
          given.count(s.name)
              ? whole_number(s.name, given[s.name].as<std::string>(), s.low, s.high)
              : s.value;
    }
    FigureOptions figures;
    if (given.count("out")) figures.folder = folder(given["out"].as<std::string>());
    figures.write_files = !given["no-figures"].as<bool>();
    figures.terminal = given["terminal"].as<bool>();
    body(Arguments(std::move(numbers), std::move(figures)));
  });
}

Progress::Progress(std::string work, std::int64_t total)
    : work_(std::move(work)),
      total_(total),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      last_(start_) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (shown_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

void Progress::step(std::int64_t steps) {
  done_ += steps;
  if (done_ >= total_) return clear();
  const Clock::time_point now = Clock::now();
  if (!terminal_ || now - last_ < std::chrono::milliseconds(200)) return;
  last_ = now;
  shown_ = true;
  const std::chrono::duration<double> spent = now - start_;
  const double left =
      spent.count() / static_cast<double>(done_) * static_cast<double>(total_ - done_);
  std::fprintf(stderr, "\r\033[K%s: %lld of %lld, %.0f s left", work_.c_str(),
               static_cast<long long>(done_), static_cast<long long>(total_), left);
}

}  // namespace tg::examples
