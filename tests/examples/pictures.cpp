#include "tests/examples/pictures.h"

#include <algorithm>
#include <vector>

namespace tests {

// --- PNG: a signature, then chunks of length, name, content and checksum ---

namespace {

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes.at(at + i));
  return number;
}

std::uint32_t checksum(const std::string& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
  }
  return ~crc;
}

}  // namespace

std::string png_fault(const std::string& bytes, std::uint32_t width, std::uint32_t height) {
  if (bytes.substr(0, 8) != "\x89PNG\r\n\x1a\n") return "no signature";
  std::vector<std::string> chunks;
  for (std::size_t at = 8; at < bytes.size();) {
    if (bytes.size() - at < 12 || bytes.size() - at - 12 < big_endian(bytes, at)) return "it is cut short";
    const std::size_t size = big_endian(bytes, at);
    chunks.push_back(bytes.substr(at + 4, 4));
    if (checksum(bytes.substr(at + 4, size + 4)) != big_endian(bytes, at + 8 + size))
      return "the checksum of " + chunks.back() + " is wrong";
    at += size + 12;
  }
  if (chunks.empty() || chunks.front() != "IHDR" || chunks.back() != "IEND") return "it does not go from IHDR to IEND";
  if (std::count(chunks.begin(), chunks.end(), "IDAT") == 0) return "no IDAT";
  if (big_endian(bytes, 16) != width || big_endian(bytes, 20) != height) {
    return "it measures " + std::to_string(big_endian(bytes, 16)) + " by " + std::to_string(big_endian(bytes, 20));
  }
  return "";
}

// --- SVG: every tag that opens is closed in turn, every attribute has its quotes ---

std::string svg_fault(const std::string& text) {
  std::vector<std::string> open;
  std::size_t elements = 0;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    if (text.compare(at, 4, "<!--") == 0 || text.compare(at, 9, "<![CDATA[") == 0) {
      const std::string end = text[at + 2] == '-' ? "-->" : "]]>";
      at = text.find(end, at);
      if (at == std::string::npos) return "a comment has no end";
      continue;
    }
    char quote = 0;
    std::size_t end = at + 1;
    for (; end < text.size() && (quote || text[end] != '>'); ++end) {
      if (quote ? text[end] == quote : text[end] == '"' || text[end] == '\'') quote = quote ? 0 : text[end];
      if (text[end] == '<') return "a tag in a tag";
    }
    if (end >= text.size()) return "a tag has no end";
    const std::string tag = text.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(tag[0] == '/', tag.find_first_of(" \t\r\n/", 1) - (tag[0] == '/'));
    at = end;
    if (tag[0] == '?' || tag[0] == '!') continue;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != name)
        return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
      open.pop_back();
      continue;
    }
    if (open.empty() && (elements > 0 || name != "svg")) return "<" + name + "> stands outside <svg>";
    ++elements;
    if (tag.back() != '/') open.push_back(name);
  }
  if (!open.empty()) return "<" + open.back() + "> is not closed";
  return elements > 10 ? "" : "there is nothing in it";
}

}  // namespace tests
