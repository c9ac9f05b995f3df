// Whether a file is a picture that can be seen.
#pragma once

#include <cstdint>
#include <string>

namespace tests {

// Empty if the bytes are a PNG of this size, otherwise what is wrong.
std::string png_fault(const std::string& bytes, std::uint32_t width, std::uint32_t height);

// Empty if the text is an SVG that draws something, otherwise what is wrong.
std::string svg_fault(const std::string& text);

}  // namespace tests
