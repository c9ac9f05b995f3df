// Files: written aside and renamed. Those of numbers, for tensor/npy.cpp and nn/save.cpp, are read with care, since
// whoever wrote one may have meant harm.
#pragma once

#include <fstream>
#include <functional>
#include <string>

#include "tensor/shape.h"

namespace tg::detail {

// Has `write` write a file beside the one named, which then takes its place: a crash or a full disk leaves no half of
// one. Gives the reason if that fails, else nothing.
std::string write_aside(const std::string& path, const std::function<void(std::ostream&)>& write);

// The same for a file of numbers. Throws in the name of `op` if it fails.
void write_file(const char* op, const std::string& path, const std::function<void(std::ostream&)>& write);

// A file that is read from its start.
struct OpenFile {
  std::ifstream stream;
  std::uint64_t size = 0;

  // Fills `bytes` bytes at `to`; false if the file ends before.
  bool read(void* to, std::uint64_t bytes);
};

// Throws in the name of `op` if there is none, or if it is a folder or a device.
OpenFile open_file(const char* op, const std::string& path);

// Whether an array of this shape takes so many bytes. One that is too large for memory does not.
bool fills(const Shape& shape, std::size_t element_bytes, std::uint64_t bytes);

}  // namespace tg::detail
