// Centres and scales the columns, and refuses those that say nothing.
#include "examples/regression/data.h"

#include <algorithm>
#include <cmath>

namespace tg::regression {
namespace {

// A number that often stands for a missing one.
bool looks_like_a_code(double x) {
  x = std::abs(x);
  const double nines = x + 1, power = std::round(std::log10(nines));
  return x >= 1e15 || x == 32767 || x == 32768 || x == 2147483647 || (x >= 99 && nines == std::pow(10, power));
}

// Whether x's square, about the median, is more than all others' together, and x many quartiles away. Of skewed numbers
// it must be far by their logarithms too.
bool decides_alone(double x, const std::vector<double>& different, const std::vector<double>& numbers) {
  const auto quartile = [&](std::size_t i) { return different[i * (different.size() - 1) / 4]; };
  const auto distance = [&](auto scale) {
    return std::abs(scale(x) - scale(quartile(2))) / (scale(quartile(3)) - scale(quartile(1)));
  };
  const auto itself = [](double number) { return number; };
  const auto logarithm = [](double number) { return std::log(number); };
  const auto square = [&](double number) { return (number - quartile(2)) * (number - quartile(2)); };
  const double many = std::max(5.0, std::sqrt(static_cast<double>(numbers.size())));
  if (different.size() <= 4 || !(distance(itself) > many)) return false;
  if (different[0] >= 0 && !(distance(logarithm) > 5)) return false;
  double squares = 0;
  for (const double number : numbers) squares += square(number);
  return 2 * square(x) > squares;
}

// Of a number such as -9999 that lies away from all others by more than their range, and of
// one that is so far out that its row alone would decide.
void warn_of_numbers(const Column& column, const std::vector<double>& different, std::vector<std::string>& warnings) {
  const std::size_t last = different.size() - 1;
  for (const bool lowest : {true, false}) {
    const double x = different[lowest ? 0 : last], low = different[lowest ? 1 : 0],
                 high = different[lowest ? last : last - 1];
    const bool code = looks_like_a_code(x) && std::max(low - x, x - high) > high - low;
    if (!code && !decides_alone(x, different, column.numbers)) continue;
    warnings.push_back(text_of(column.name, " is ", x, " in ",
                               rows_of(std::count(column.numbers.begin(), column.numbers.end(), x)), ", and from ", low,
                               " to ", high, " in the others: ",
                               code ? "if that stands for a missing value, leave the cell empty"
                                    : "so far out, it can decide alone; is it right?"));
  }
}

Scale scale_of(const Column& column, std::vector<std::string>& warnings) {
  std::vector<double> sorted = column.numbers;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t rows = sorted.size();
  Scale scale{.low = sorted.front(), .high = sorted.back(), .median = (sorted[rows / 2] + sorted[(rows - 1) / 2]) / 2};
  const double n = static_cast<double>(rows);
  double sum = 0, squares = 0;
  for (const double x : sorted) sum += x - scale.low;  // since times may be large
  scale.mean = scale.low + sum / n;
  for (const double x : sorted) squares += (x - scale.low - sum / n) * (x - scale.low - sum / n);
  scale.deviation = std::sqrt(squares / n);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  scale.different = sorted.size();
  scale.smallest_gap = scale.high - scale.low;
  for (std::size_t i = 1; i < sorted.size(); ++i)
    scale.smallest_gap = std::min(scale.smallest_gap, sorted[i] - sorted[i - 1]);
  if (scale.different > 1) warn_of_numbers(column, sorted, warnings);
  return scale;
}

// Throws Error if the category has nearly one value for each row: no row then tells of
// another.
void refuse_values_alone(const Column& category) {
  const std::vector<std::int64_t> rows = rows_of_values(category);
  const auto alone = std::count(rows.begin(), rows.end(), 1);
  const auto all = static_cast<std::int64_t>(category.numbers.size());
  if (10 * alone >= 9 * all)
    fail("--category: '", category.name, "' has a value of its own in ", alone, " of ", all,
         " rows, so that no row tells of another; leave it out, or write fewer values");
}

void drop_weightless(Table& table, std::vector<std::string>& warnings) {
  const Column weights = table.columns.back();
  const auto lowest = std::min_element(weights.numbers.begin(), weights.numbers.end());
  if (*lowest < 0) fail("--weight: the column '", weights.name, "' holds a negative number");
  const auto dropped = std::count(weights.numbers.begin(), weights.numbers.end(), 0);
  if (dropped == 0) return;
  for (Column& column : table.columns) {
    std::size_t row = 0;
    std::erase_if(column.numbers, [&](double) { return weights.numbers[row++] == 0; });
  }
  table.rows -= dropped;
  table.left_out += dropped;
  warnings.push_back(rows_of(dropped) +
                     (dropped == 1 ? " has the weight 0 and is left out" : " have the weight 0 and are left out"));
}

// Counts a category's values anew: those that only rows have which are left out are not known.
void keep_used_values(Column& category) {
  std::vector<double> codes(category.values.size(), -1);
  std::vector<std::string> used;
  for (double& code : category.numbers) {
    const auto before = static_cast<std::size_t>(code);
    if (codes[before] < 0) {
      codes[before] = static_cast<double>(used.size());
      used.push_back(category.values[before]);
    }
    code = codes[before];
  }
  category.values = used;
}

Tensor64 scaled(const Column& column, const Scale& scale) {
  const auto rows = static_cast<std::int64_t>(column.numbers.size());
  return (Tensor64::from_vector(column.numbers, {rows}) - scale.mean) / scale.deviation;
}

}  // namespace

Data prepare(Table table, Kernel kernel, int degree) {
  Data data;
  if (table.weighted) drop_weightless(table, data.warnings);
  if (table.rows < 2)
    fail(table.rows == 1 ? "there is " : "there are ", rows_of(table.rows), " with numbers in all columns",
         table.weighted ? " and a weight above 0" : "",
         "; a regression needs two at least, and many more to be of use");
  for (Column& column : table.columns) {
    if (column.words) keep_used_values(column);
  }
  data.left_out = table.left_out;
  data.first_left_out = table.first_left_out;
  data.y = table.columns.front();
  data.y.scale = scale_of(data.y, data.warnings);
  if (data.y.scale.different == 1)
    fail("--y: '", data.y.name, "' is ", data.y.scale.low, " in all rows; there is nothing to learn");

  Model& model = data.model;
  model.kernel = kernel;
  model.degree = degree;
  model.y = scaled(data.y, data.y.scale);
  model.weighted = table.weighted;
  const Tensor64 weights = table.weighted ? scaled(table.columns.back(), {}) : ones_like(model.y);
  model.weights = weights / mean(weights);
  if (table.weighted) {
    scale_of(table.columns.back(), data.warnings);  // for its warnings
    table.columns.pop_back();
  }
  table.columns.erase(table.columns.begin());
  model.features =
      std::count_if(table.columns.begin(), table.columns.end(), [](const Column& column) { return !column.words; });
  for (Column& column : table.columns) {
    if (column.words) refuse_values_alone(column);
    const Scale scale = scale_of(column, data.warnings);
    if (scale.different == 1) {
      if (!column.words && model.features-- == 1)
        fail("--x: '", column.name, "' is ", scale.low, " in all rows; name a column that varies");
      data.warnings.push_back(column.name + " is the same in all rows, and is left out");
      continue;
    }
    if (!column.words) column.scale = scale;
    data.columns.push_back(std::move(column));
  }
  if (degree == 1 && model.features > 1)
    fail("--degree 1 draws lines in one feature, and --x names ", model.features, "; take one of them, or --degree 0");
  const Column& first = data.columns[0];
  if (degree == 1 && first.scale.different < 4)
    fail("--x: '", first.name, "' has ", first.scale.different,
         " different numbers; --degree 1 needs four at least, --degree 0 two");
  model.x = queries_of(data, data.columns);
  if (model.columns() > 1) return data;
  // Sorted once, since the tree sorts in each call.
  const IndexTensor order = argsort(select(model.x, 1, 0));
  for (Tensor64* column : {&model.x, &model.y, &model.weights}) *column = index_select(*column, 0, order);
  return data;
}

std::vector<std::int64_t> rows_of_values(const Column& category) {
  std::vector<std::int64_t> rows(category.values.size());
  for (const double code : category.numbers) ++rows[static_cast<std::size_t>(code)];
  return rows;
}

Tensor64 queries_of(const Data& data, const std::vector<Column>& columns) {
  std::vector<Tensor64> all;
  for (std::size_t k = 0; k < columns.size(); ++k) all.push_back(scaled(columns[k], data.columns[k].scale));
  return stack(all, 1);
}

}  // namespace tg::regression
