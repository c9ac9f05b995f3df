// Inputs of the table's rows: values, shapes and placements in memory.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <sstream>

#include "tests/autograd/op_table.h"

namespace tests {

using namespace tg;

// --- Values ---

// (The standard's distributions differ from library to library; this one does not.)
double uniform(Random& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random()) / 4294967296.0;
}

namespace {
double sign(Random& random) { return random() % 2 ? 1 : -1; }
}  // namespace

Domain within(double low, double high) {
  return {[low, high](Random& random) { return uniform(random, low, high); }};
}

Domain steps(double shift) {
  return {[shift](Random& random) {
    const double step = 0.4 * (static_cast<double>(random() % 8) - 4);
    return step + shift + uniform(random, -0.05, 0.05);
  }};
}

const Domain any = within(-1.5, 1.5);
const Domain positive = within(0.5, 2);
const Domain away = {[](Random& random) { return sign(random) * uniform(random, 0.3, 1.5); }};
const Domain inside_or_outside = {
    [](Random& random) { return sign(random) * (random() % 2 ? uniform(random, 0, 0.4) : uniform(random, 0.6, 1.5)); }};
const Domain distinct = {[](Random& random) { return uniform(random, -0.05, 0.05); }, true};

// --- Shapes ---

Inputs each(const Domain& x, const std::vector<Shape>& shapes) {
  Inputs result{{x}, {}};
  for (const Shape& shape : shapes) result.cases.push_back({shape});
  return result;
}

Inputs each(const Domain& x) { return each(x, {{2, 3}, {5}, {2, 1, 3}, {2, 3, 4}, {}, {0, 3}}); }

Inputs pairs(const Domain& a, const Domain& b) {
  return {{a, b},
          {{{2, 3}, {2, 3}},
           {{3, 1}, {1, 4}},
           {{2, 3}, {3}},
           {{3}, {2, 3}},
           {{2, 3}, {}},
           {{}, {2, 3}},
           {{2, 3}, {2, 1}},
           {{1}, {3}},
           {{4}, {1}},
           {{2, 1, 3}, {4, 1}},
           {{4, 1}, {2, 1, 3}},
           {{2, 3}, {1, 1, 1}},
           {{1, 1}, {}},
           {{}, {}},
           {{0, 3}, {0, 3}},
           {{0, 3}, {3}},
           {{1, 3}, {0, 3}},
           {{2, 0}, {2, 1}},
           {{}, {0}}}};
}

Inputs inputs(std::vector<Domain> domains, std::vector<Shapes> cases) { return {std::move(domains), std::move(cases)}; }

// --- Layouts ---

std::string name_of(Placement placement) {
  static const char* const names[] = {"contiguous",
                                      "transposed",
                                      "narrowed",
                                      "strided",
                                      "expanded along the first dimension",
                                      "expanded along the last dimension"};
  return names[static_cast<int>(placement)];
}

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> values_of(const Domain& domain, std::int64_t n, Random& random) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < n; ++i) values.push_back(domain.draw(random));
  if (!domain.distinct) return values;
  std::vector<int> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += 0.2 * (order[i] - static_cast<double>(n) / 2);
  return values;
}

template <class T>
BasicTensor<T> tensor(const std::vector<double>& values, const Shape& shape) {
  return BasicTensor<T>::from_vector(std::vector<T>(values.begin(), values.end()), shape);
}

// A view of the middle of a larger tensor.
template <class T>
BasicTensor<T> narrowed(const std::vector<double>& values, const Shape& shape) {
  if (shape.dim() == 0) return reshape(narrow(tensor<T>({nan, values[0], nan}, {3}), 0, 1, 1), {});
  Shape large = shape;
  for (int d = 0; d < shape.dim(); ++d) large[d] += d + 2;
  std::vector<double> all(static_cast<std::size_t>(large.numel()), nan);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::int64_t rest = static_cast<std::int64_t>(i), place = 0, step = 1;
    for (int d = shape.dim() - 1; d >= 0; --d) {
      place += (rest % shape[d] + 1) * step;
      rest /= shape[d];
      step *= large[d];
    }
    all[static_cast<std::size_t>(place)] = values[i];
  }
  BasicTensor<T> x = tensor<T>(all, large);
  for (int d = 0; d < shape.dim(); ++d) x = narrow(x, d, 1, shape[d]);
  return x;
}

// A view of every second element.
template <class T>
BasicTensor<T> strided(const std::vector<double>& values, Shape shape) {
  std::vector<double> all;
  for (double v : values) all.insert(all.end(), {v, nan});
  shape.push_back(2);
  return squeeze(narrow(tensor<T>(all, shape), -1, 0, 1), -1);
}

// The dimension along which an input is expanded: the first or the last of more than one element; -1 if there is none.
int expanded_dim(const Shape& shape, Placement placement) {
  int found = -1;
  for (int d = 0; d < shape.dim(); ++d) {
    if (shape[d] > 1 && (found < 0 || placement == Placement::expanded_last)) found = d;
  }
  return found;
}

}  // namespace

template <class T>
BasicTensor<T> draw(const Domain& domain, const Shape& shape, Placement placement, Random& random) {
  Shape stored = shape;
  if (placement == Placement::expanded_first || placement == Placement::expanded_last) {
    if (const int d = expanded_dim(shape, placement); d >= 0) stored[d] = 1;
  }
  const std::vector<double> values = values_of(domain, stored.numel(), random);
  switch (placement) {
    case Placement::narrowed:
      return narrowed<T>(values, shape);
    case Placement::strided:
      return strided<T>(values, shape);
    case Placement::transposed: {
      std::vector<int> dims;
      for (int d = shape.dim() - 1; d >= 0; --d) dims.push_back(d);
      for (int d = 0; d < shape.dim(); ++d) stored[d] = shape[dims[static_cast<std::size_t>(d)]];
      return permute(tensor<T>(values, stored), dims);
    }
    default:
      return expand(tensor<T>(values, stored), shape);
  }
}

template Tensor draw(const Domain&, const Shape&, Placement, Random&);
template Tensor64 draw(const Domain&, const Shape&, Placement, Random&);

std::vector<std::string> split(const std::string& words) {
  std::istringstream text(words);
  std::vector<std::string> result;
  for (std::string word; text >> word;) result.push_back(word);
  return result;
}

}  // namespace tests
