// Files of numbers.
#include "tensor/file.h"

#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <locale>

#include "tensor/error.h"

namespace tg::detail {
namespace {

// What both formats of numbers take for granted, and that there is nothing else than a file under this name.
void check_file(const char* op, const std::string& path) {
  if constexpr (std::endian::native != std::endian::little)
    fail(op, ": the numbers in ", path, " are little-endian, and this machine is not");
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    fail(op, ": ", path, " is not a regular file (a folder or a device); name another");
}

}  // namespace

std::string write_aside(const std::string& path, const std::function<void(std::ostream&)>& write) {
  const std::string aside = path + ".part" + std::to_string(static_cast<long>(getpid()));
  errno = 0;
  std::ofstream stream(aside, std::ios::binary);
  stream.imbue(std::locale::classic());
  write(stream);
  stream.close();
  if (!stream.fail() && std::rename(aside.c_str(), path.c_str()) == 0) return {};
  const std::string reason = std::strerror(errno);
  std::remove(aside.c_str());
  return reason;
}

void write_file(const char* op, const std::string& path, const std::function<void(std::ostream&)>& write) {
  check_file(op, path);
  const std::string reason = write_aside(path, write);
  if (!reason.empty()) fail(op, ": cannot write ", path, ": ", reason);
}

bool OpenFile::read(void* to, std::uint64_t bytes) {
  stream.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
  return stream.good();
}

OpenFile open_file(const char* op, const std::string& path) {
  check_file(op, path);
  OpenFile file{std::ifstream(path, std::ios::binary | std::ios::ate)};
  const std::streamoff size = file.stream ? std::streamoff(file.stream.tellg()) : -1;
  if (size < 0) fail(op, ": cannot read ", path, ": ", std::strerror(errno));
  file.size = static_cast<std::uint64_t>(size);
  file.stream.seekg(0);
  return file;
}

bool fills(const Shape& shape, std::size_t element_bytes, std::uint64_t bytes) {
  std::int64_t most = static_cast<std::int64_t>(element_bytes);  // without the sizes that are 0: strides need room too
  for (std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(most, std::max<std::int64_t>(size, 1), &most)) return false;
  }
  return static_cast<std::uint64_t>(shape.numel()) * element_bytes == bytes;
}

}  // namespace tg::detail
