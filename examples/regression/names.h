// Finding columns by their names.
#pragma once

#include <string>
#include <vector>

namespace tg::regression {

// The place of the column of this name in the header of a file or, where none has it, of
// this number, from 1 on. Throws Error, which names the option and lists the names, if
// there is none, or more than one.
std::size_t find_column(const std::string& name, const std::vector<std::string>& header,
                        const std::string& option, const std::string& file);

// Those of a list, which may be empty: commas stand between names. A name that holds one is
// quoted, or stands alone.
std::vector<std::size_t> find_columns(const std::string& list,
                                      const std::vector<std::string>& header,
                                      const std::string& option, const std::string& file);

}  // namespace tg::regression
