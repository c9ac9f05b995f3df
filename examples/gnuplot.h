// Runs the gnuplot program, and tells a whole picture from a broken one.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace tg::examples {

// A file without a name that is gone when it is closed. Throws Error if there is no room
// for one.
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using TemporaryFile = std::unique_ptr<std::FILE, CloseFile>;
TemporaryFile temporary_file();

struct GnuplotResult {
  int status = 0;        // exit status; 128 + number if a signal ended it
  std::string output;    // its stdout
  std::string messages;  // its stderr: warnings and errors
};

// Runs gnuplot in `folder` on the script of that name there, without the user's own
// ~/.gnuplot, and waits for it. No shell is involved, so any folder's name will do. Throws
// Error if the program cannot be started.
GnuplotResult run_gnuplot(const std::filesystem::path& gnuplot,
                          const std::filesystem::path& folder, const std::string& script);

// Runs gnuplot on the script that `script` holds, from its beginning.
GnuplotResult run_gnuplot(const std::filesystem::path& gnuplot, std::FILE* script);

// Whether the file is an SVG or a PNG picture to its last byte. gnuplot leaves an empty or
// a cut file when it meets an error or a full disk, and may return 0 all the same.
bool whole_picture(const std::filesystem::path& file);

// The line of gnuplot's messages that names the error; one line for a message of ours.
std::string error_line(const std::string& messages);

}  // namespace tg::examples
