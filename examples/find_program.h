// Looks for a program as a shell does.
#pragma once

#include <filesystem>
#include <string>

namespace tg::examples {

// The absolute path of the program, or an empty one if it is not on PATH.
std::filesystem::path find_program(const std::string& name);

}  // namespace tg::examples
