// Finding columns by their names, and the nearest name if there is none.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>

#include "examples/regression/table.h"
#include "tensor/error.h"

namespace tg::regression {
namespace {

// How many letters differ between two names (Levenshtein 1966).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (std::tolower(a[i]) != std::tolower(b[j]));
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::size_t find_column(const std::string& name, const std::vector<std::string>& header, const std::string& option,
                        const std::string& file) {
  const auto found = std::find(header.begin(), header.end(), name);
  const auto count = std::count(found, header.end(), name);
  if (count > 1) fail(file, " has ", count, " columns '", name, "'; ", option, " takes a column's number too");
  if (count == 1) return static_cast<std::size_t>(found - header.begin());
  const double number = number_of(name, '.');
  if (number >= 1 && number <= static_cast<double>(header.size()) && number == std::floor(number))
    return static_cast<std::size_t>(number) - 1;
  std::string names;
  for (const std::string& known : header) names += (names.empty() ? "'" : ", '") + known + "'";
  if (names.size() > 2000) names = names.substr(0, 2000) + " ...";
  const auto nearer = [&](const auto& a, const auto& b) { return distance(a, name) < distance(b, name); };
  fail(option, ": ", file, " has no column '", name, "'; the nearest name is '",
       *std::min_element(header.begin(), header.end(), nearer), "', and all are ", names);
}

std::vector<std::size_t> find_columns(const std::string& list, const std::vector<std::string>& header,
                                      const std::string& option, const std::string& file) {
  if (list.empty()) return {};
  const bool whole = std::find(header.begin(), header.end(), list) != header.end();
  std::vector<std::size_t> places;
  for (const std::string& name : whole ? std::vector{list} : split(list))
    places.push_back(find_column(name, header, option, file));
  return places;
}

}  // namespace tg::regression
