// Opens a page in the reader's browser.
#pragma once

#include <filesystem>

namespace tg::examples {

// Opens the page with the system's xdg-open (of a Mac: open). Says on stderr if that cannot
// be done.
void show_page(const std::filesystem::path& page);

}  // namespace tg::examples
