// Runs kernel_regression with the same arguments, and prints the command above what it
// says, as a terminal shows them. With --out the report is left out.
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  const fs::path here = fs::canonical("/proc/self/exe").parent_path();
  const std::string program = "kernel_regression";
  std::ostringstream shown, command;  // as it is typed, and as it is run
  std::string report = " 2>&1";
  shown << "$ " << program;
  command << std::quoted((here.parent_path() / program).string());
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--predict") shown << " \\\n   ";  // the line is long by then
    if (word == "--out") report = " 2> /dev/null";
    shown << ' ' << fs::path(word).filename().string();
    command << ' ' << std::quoted(word);
  }
  std::cout << shown.str() << (report == " 2>&1" ? "" : report) << std::endl;
  // How long it took is another number each time.
  command << report << " | sed '/, [0-9.]* s$/s/$/ (measured)/'";
  return std::system(command.str().c_str()) == 0 ? 0 : 1;
}
