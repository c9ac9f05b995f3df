// Derivatives: what a row's function gives on given inputs, and whether two such results agree.
#pragma once

#include "tests/autograd/op_table.h"

namespace tests {

// The value of f; the gradient, for a seed; and the second gradient: that of sum_i sum(gradient_i v_i) with
// v_i[k] = cos(k), as in tests/reference/ops.py. Gradients are towards the inputs marked in `leaves` only; the others
// are constants, whose places stay empty.
template <class T>
struct Derivatives {
  tg::BasicTensor<T> value;
  std::vector<tg::BasicTensor<T>> first, second;
};
template <class T>
Derivatives<T> derivatives(const Function<T>& f, const std::vector<tg::BasicTensor<T>>& inputs,
                           const tg::BasicTensor<T>& seed, int orders = 2, std::vector<bool> leaves = {});

// The gradients that tape.backward adds to the leaves: half the sum of a sweep that retains and one that
// releases.
template <class T>
std::vector<tg::BasicTensor<T>> gradients_by_backward(const Function<T>& f,
                                                      const std::vector<tg::BasicTensor<T>>& inputs, bool trace);

// A seed for f's output: as good as random, of shape `shape`.
template <class T>
tg::BasicTensor<T> seed_of(const tg::Shape& shape);

// What is wrong if `actual` is not within tolerance * max(1, |expected|) of the expected values, or has another shape;
// empty if all is well. NaN equals NaN.
template <class T>
std::string disagreement(const tg::BasicTensor<T>& actual, const tg::Tensor64& expected, double tolerance);

// The same for all parts; `what` says in the message what is compared.
template <class T>
std::string disagreement(const Derivatives<T>& actual, const Derivatives<double>& expected, double tolerance);

Derivatives<double> as_doubles(const Derivatives<float>& d);
inline const Derivatives<double>& as_doubles(const Derivatives<double>& d) { return d; }

}  // namespace tests
