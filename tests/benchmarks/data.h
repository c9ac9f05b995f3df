// Data: the chapter's points, and other numbers to compute with. Plain vectors, which the library and its peers share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench {

// The chapter's training data at seed 0: n sorted inputs in [0, 5), and y = 2 sin(x) + x^0.8 + noise.
struct Points {
  std::vector<float> x, y;
};
Points chapter_points(int n);

// The same with inputs in no order, as data comes.
Points scattered_points(int n);

// m queries that share [0, 5) evenly, as the chapter's test inputs do.
std::vector<float> chapter_queries(int m);

// Of n numbers, n rows of n - 1: row i leaves out number i. The chapter's keys and values.
std::vector<float> all_but_own(const std::vector<float>& numbers);

// What the chapter learns at seed 0 in 5 epochs. The workloads start there: so far from 0 that the scores of most keys
// lie below exp's range, as they do in all epochs but the first.
constexpr float trained_w = 9.085664f;

// Where the loss of n points is least. There softmax's tails are no longer exactly 0, but small enough to become
// subnormal once they are multiplied by small cotangents.
constexpr float best_w(int n) { return n <= 50 ? 3.9643f : n <= 1000 ? 11.5012f : 14.1068f; }

// The chapter's learning rate is 0.5. With this one w stays where it is, so that every step does the same work.
constexpr double learning_rate = 1e-6;

std::vector<float> uniform(std::size_t count, double low, double high, std::uint64_t seed = 0);

// At most about `limit` of the values, evenly spread: enough to check a large result by.
constexpr std::size_t sample_step(std::size_t count, std::size_t limit) {
  return count <= limit ? 1 : count / limit | 1;  // odd, so as to meet all columns of a matrix
}
template <class T> std::vector<double> sample(const T* values, std::size_t count, std::size_t limit = 1000) {
  std::vector<double> some;
  for (std::size_t i = 0; i < count; i += sample_step(count, limit)) some.push_back(static_cast<double>(values[i]));
  return some;
}

// So many queries of n points are compared with plain loops over all n: about 10^8 pairs at most.
constexpr std::size_t checked_queries(int n) {
  return n <= 100'000 ? 1000 : n >= 4'000'000 ? 25 : static_cast<std::size_t>(100'000'000 / n);
}

}  // namespace bench
