// The chapter on one page: index.html, beside its figures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "examples/options.h"

namespace tg::examples {

// What the chapter computes. The errors are mean squared errors against the truth.
struct ChapterNumbers {
  std::int64_t n_test;
  const char* objective;
  std::vector<float> losses;  // of each epoch
  double w;                   // the learned one
  double average_error, nonparametric_error, parametric_error;
};

// Writes index.html into the figures' folder and returns its path. It shows the six figures
// beside it, each with a caption, and the numbers. It is written aside and renamed. Throws
// Error if that fails.
std::filesystem::path write_chapter_page(const Options& options,
                                         const ChapterNumbers& numbers);

}  // namespace tg::examples
