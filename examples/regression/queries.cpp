// Where the model is asked.
#include <algorithm>
#include <cmath>

#include "examples/regression/fit.h"

namespace tg::regression {
namespace {

double most_frequent(const Column& category) {
  std::vector<std::int64_t> rows(category.values.size());
  for (const double code : category.numbers) ++rows[static_cast<std::size_t>(code)];
  return static_cast<double>(std::max_element(rows.begin(), rows.end()) - rows.begin());
}

}  // namespace

Queries rows_of_data(const Data& data) {
  return {.columns = data.columns, .of_data = true};
}

Queries grid(const Data& data, std::int64_t steps, const std::vector<std::size_t>& along) {
  Queries queries;
  const std::int64_t rows = along.size() == 2 ? steps * steps : steps;
  for (std::size_t k = 0; k < data.columns.size(); ++k) {
    const Column& from = data.columns[k];
    const Scale& x = from.scale;
    const auto found = std::find(along.begin(), along.end(), k);
    const double level = from.words ? most_frequent(from) : x.median;
    queries.columns.push_back({from.name, from.words, {}, from.values});
    std::vector<double>& numbers = queries.columns.back().numbers;
    numbers.assign(static_cast<std::size_t>(rows), level);
    const std::int64_t repeated = along.size() == 2 && found == along.begin() ? steps : 1;
    for (std::int64_t i = 0; i < rows && found != along.end(); ++i) {
      const double part =
          static_cast<double>(i / repeated % steps) / static_cast<double>(steps - 1);
      numbers[static_cast<std::size_t>(i)] = std::lerp(x.low, x.high, part);
    }
    if (from.words) {
      queries.remarks.push_back(from.name + " stands at its most frequent value, " +
                                from.values[static_cast<std::size_t>(level)]);
    } else if (found == along.end()) {
      queries.remarks.push_back(text_of(from.name, " stands at its median, ", level));
    }
  }
  return queries;
}

}  // namespace tg::regression
