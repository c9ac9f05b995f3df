// Where the model is asked.
#include <algorithm>
#include <cmath>
#include <map>

#include "examples/regression/predict.h"

namespace tg::regression {
namespace {

double most_frequent(const Column& category) {
  std::map<double, std::int64_t> counts;
  for (const double code : category.numbers) ++counts[code];
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

}  // namespace

Queries rows_of_data(const Data& data) {
  Queries queries{
      .columns = data.features(), .problems = {}, .remarks = {}, .of_data = true};
  for (const Column& category : data.categories()) queries.columns.push_back(category);
  return queries;
}

Queries rows_of_table(const Table& table) {
  Queries queries{.columns = table.chosen[0], .problems = table.problems, .remarks = {}};
  for (const Column& category : table.chosen[1]) queries.columns.push_back(category);
  return queries;
}

Queries grid(const Data& data, std::int64_t steps, const std::vector<std::size_t>& along) {
  Queries queries;
  const std::int64_t rows = along.size() == 2 ? steps * steps : steps;
  for (std::size_t f = 0; f < data.x.size(); ++f) {
    const Scale& x = data.x[f];
    Column column{data.features()[f].name};
    const auto found = std::find(along.begin(), along.end(), f);
    const std::int64_t repeated = along.size() == 2 && found == along.begin() ? steps : 1;
    for (std::int64_t i = 0; i < rows; ++i) {
      const double part =
          static_cast<double>(i / repeated % steps) / static_cast<double>(steps - 1);
      column.numbers.push_back(found == along.end() ? x.median
                                                    : std::lerp(x.low, x.high, part));
    }
    if (found == along.end())
      queries.remarks.push_back(text_of(column.name, " stands at its median, ", x.median));
    queries.columns.push_back(std::move(column));
  }
  for (const Column& category : data.categories()) {
    const double code = most_frequent(category);
    Column column{category.name, true,
                  std::vector<double>(static_cast<std::size_t>(rows), code),
                  category.values};
    queries.columns.push_back(std::move(column));
    queries.remarks.push_back(category.name + " stands at its most frequent value, " +
                              category.values[static_cast<std::size_t>(code)]);
  }
  return queries;
}

}  // namespace tg::regression
