// Centres and scales the columns, and refuses those that say nothing.
#include "examples/regression/data.h"

#include <algorithm>
#include <cmath>

namespace tg::regression {
namespace {

Scale scale_of(const std::vector<double>& numbers) {
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  Scale scale{.low = *low, .high = *high};
  const double n = static_cast<double>(numbers.size());
  double sum = 0, squares = 0;
  for (const double x : numbers)
    sum += x - scale.low;  // less the lowest, since times may be large
  for (const double x : numbers)
    squares += (x - scale.low - sum / n) * (x - scale.low - sum / n);
  scale.mean = scale.low + sum / n;
  scale.deviation = std::sqrt(squares / n);
  return scale;
}

// What sorted numbers tell besides.
void add_places(const std::vector<double>& numbers, Scale& scale) {
  const std::size_t half = numbers.size() / 2;
  scale.median =
      numbers.size() % 2 ? numbers[half] : (numbers[half] + numbers[half - 1]) / 2;
  scale.smallest_gap = scale.high - scale.low;
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] == numbers[i - 1]) continue;
    ++scale.different;
    scale.smallest_gap = std::min(scale.smallest_gap, numbers[i] - numbers[i - 1]);
  }
}

bool looks_like_a_code(double x) {
  x = std::abs(x);
  const double nines = x + 1, power = std::round(std::log10(nines));
  return x >= 1e15 || x == 32767 || x == 32768 || x == 2147483647 ||
         (x >= 99 && nines == std::pow(10, power));
}

// Whether the sum of the squares of `count` numbers is hardly more than x's own, as the
// median and the quartiles of the different ones tell. Of skewed numbers x must be far by
// their logarithms too.
bool decides_alone(double x, const std::vector<double>& different, double count) {
  const auto distance = [&](auto scale) {
    const auto quartile = [&](std::size_t i) {
      return scale(different[i * (different.size() - 1) / 4]);
    };
    return std::abs(scale(x) - quartile(2)) / (quartile(3) - quartile(1));
  };
  const auto itself = [](double number) { return number; };
  const auto logarithm = [](double number) { return std::log(number); };
  return different.size() > 4 && distance(itself) > std::max(5.0, std::sqrt(count)) &&
         (different[0] < 0 || distance(logarithm) > 5);
}

// A number such as -9999 that lies away from all others by more than their range, and one
// that is so far out that its row alone would decide.
void warn_of_numbers(const Column& column, std::vector<std::string>& warnings) {
  std::vector<double> different = column.numbers;
  std::sort(different.begin(), different.end());
  different.erase(std::unique(different.begin(), different.end()), different.end());
  const std::size_t last = different.size() - 1;
  if (last == 0) return;
  for (const bool lowest : {true, false}) {
    const double x = different[lowest ? 0 : last], low = different[lowest ? 1 : 0],
                 high = different[lowest ? last : last - 1];
    const auto rows = std::count(column.numbers.begin(), column.numbers.end(), x);
    const std::string where =
        text_of(column.name, " is ", x, " in ", rows, rows == 1 ? " row" : " rows",
                ", and from ", low, " to ", high, " in the others: ");
    if (looks_like_a_code(x) && std::max(low - x, x - high) > high - low) {
      warnings.push_back(where +
                         "if that stands for a missing value, leave the cell empty");
    } else if (decides_alone(x, different, static_cast<double>(column.numbers.size()))) {
      warnings.push_back(where + "so far out, it can decide alone; is it right?");
    }
  }
}

// Whether the category has one value only. Throws Error if it has nearly one for each row:
// no row then tells of another.
bool is_level(const Column& category) {
  std::vector<std::int64_t> rows(category.values.size());
  for (const double code : category.numbers) ++rows[static_cast<std::size_t>(code)];
  const auto alone = std::count(rows.begin(), rows.end(), 1);
  const auto all = static_cast<std::int64_t>(category.numbers.size());
  if (10 * alone >= 9 * all)
    fail("--category: '", category.name, "' has a value of its own in ", alone, " of ", all,
         " rows, so that no row tells of another; leave it out, or write fewer values");
  return std::count(rows.begin(), rows.end(), all) == 1;
}

// Removes the rows of weight 0.
void drop_weightless(Data& data) {
  const std::vector<double> weights = data.table.chosen[3][0].numbers;
  if (*std::min_element(weights.begin(), weights.end()) < 0)
    fail("--weight: the column '", data.table.chosen[3][0].name,
         "' holds a negative number");
  const auto dropped = std::count(weights.begin(), weights.end(), 0);
  if (dropped == 0) return;
  for (std::vector<Column>& columns : data.table.chosen) {
    for (Column& column : columns) {
      std::size_t kept = 0;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] != 0) column.numbers[kept++] = column.numbers[i];
      }
      column.numbers.resize(kept);
    }
  }
  data.table.rows -= dropped;
  data.table.left_out += dropped;
  data.warnings.push_back(std::to_string(dropped) +
                          (dropped == 1 ? " row has" : " rows have") +
                          " the weight 0 and are left out");
}

Tensor64 scaled(const std::vector<double>& numbers, const Scale& scale) {
  std::vector<double> result(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    result[i] = (numbers[i] - scale.mean) / scale.deviation;
  return Tensor64::from_vector(result, {static_cast<std::int64_t>(result.size())});
}

}  // namespace

Data prepare(Table table, Kernel kernel, int degree) {
  Data data;
  data.table = std::move(table);
  if (!data.table.chosen[3].empty()) drop_weightless(data);
  if (data.table.rows < 2)
    fail("there is ", data.table.rows,
         " row with numbers in all columns; a regression needs two at least, and many "
         "more to be of use");
  const Column& y = data.y_column();
  data.y = scale_of(y.numbers);
  if (data.y.low == data.y.high)
    fail("--y: '", y.name, "' is ", data.y.low, " in all rows; there is nothing to learn");
  warn_of_numbers(y, data.warnings);

  std::vector<Column>& features = data.table.chosen[1];
  IndexTensor order;
  for (std::size_t f = 0; f < features.size();) {
    const Scale scale = scale_of(features[f].numbers);
    if (scale.low == scale.high) {
      if (features.size() == 1)
        fail("--x: '", features[f].name, "' is ", scale.low,
             " in all rows; name a column that varies");
      data.warnings.push_back(features[f].name +
                              " is the same in all rows, and is left out");
      features.erase(features.begin() + static_cast<std::ptrdiff_t>(f));
      continue;
    }
    warn_of_numbers(features[f], data.warnings);
    data.x.push_back(scale);
    const Tensor64 numbers = scaled(features[f++].numbers, {});
    order = argsort(numbers);
    add_places(index_select(numbers, 0, order).to_vector(), data.x.back());
  }
  for (std::size_t c = 0; c < data.table.chosen[2].size();) {
    std::vector<Column>& categories = data.table.chosen[2];
    if (!is_level(categories[c])) {
      ++c;
      continue;
    }
    data.warnings.push_back(categories[c].name +
                            " is the same in all rows, and is left out");
    categories.erase(categories.begin() + static_cast<std::ptrdiff_t>(c));
  }
  if (degree == 1 && features.size() > 1) {
    fail("--degree 1 draws lines in one feature, and --x names ", features.size(),
         "; take one of them, or --degree 0");
  }
  if (degree == 1 && data.x[0].different < 4) {
    fail("--x: '", features[0].name, "' has ", data.x[0].different,
         " different numbers; --degree 1 needs four at least, --degree 0 two");
  }

  Model& model = data.model;
  model.kernel = kernel;
  model.degree = degree;
  model.features = static_cast<std::int64_t>(features.size());
  std::vector<const std::vector<double>*> columns;
  for (int i : {1, 2}) {
    for (const Column& column : data.table.chosen[static_cast<std::size_t>(i)])
      columns.push_back(&column.numbers);
  }
  model.x = queries_of(data, columns);
  model.y = scaled(y.numbers, data.y);
  model.weighted = !data.table.chosen[3].empty();
  const Tensor64 weights =
      model.weighted ? scaled(data.table.chosen[3][0].numbers, {}) : ones_like(model.y);
  model.weights = weights / mean(weights);
  if (model.columns() > 1) return data;
  // Sorted once, since the tree sorts in each call.
  for (Tensor64* column : {&model.x, &model.y, &model.weights})
    *column = index_select(*column, 0, order);
  return data;
}

Tensor64 queries_of(const Data& data,
                    const std::vector<const std::vector<double>*>& columns) {
  std::vector<Tensor64> scaled_columns;
  for (std::size_t f = 0; f < columns.size(); ++f)
    scaled_columns.push_back(scaled(*columns[f], f < data.x.size() ? data.x[f] : Scale()));
  return stack(scaled_columns, 1);
}

}  // namespace tg::regression
