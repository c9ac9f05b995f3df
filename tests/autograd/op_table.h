// The table of ops: a row for each op, or for each way to call it. All tests of ops run over its rows.
//
//   row("mul", pairs(any, any), [](auto& x) { return x[0] * x[1]; }),
//
// says: the op named mul on a tape; two inputs of any values, in all shapes that broadcast; the call. The call is
// generic: it runs on doubles against finite differences, and on floats against PyTorch's values for "mul".
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "autograd/autograd.h"

namespace tests {

// --- Inputs: what values they have, and what shapes ---

using Random = std::mt19937;

double uniform(Random& random, double low, double high);

// How the values of one input are drawn.
struct Domain {
  std::function<double(Random&)> draw;
  bool distinct = false;  // no two values are nearer than 0.1: for ops that have a kink where two are equal
};

extern const Domain any;                // -1.5 to 1.5
extern const Domain positive;           // 0.5 to 2
extern const Domain away;               // both signs, at least 0.3 away from 0
extern const Domain inside_or_outside;  // at least 0.1 away from -0.5 and 0.5
extern const Domain distinct;
Domain within(double low, double high);
Domain steps(double shift);  // near shift, shift +- 0.4, ...: those of 0 and of 0.2 are never nearer than 0.1

using Shapes = std::vector<tg::Shape>;  // one for each input

struct Inputs {
  std::vector<Domain> domains;  // one for each input
  std::vector<Shapes> cases;
};

Inputs each(const Domain& x);                                        // one input, of rank 0, 1, 2, 3 and of size 0
Inputs each(const Domain& x, const std::vector<tg::Shape>& shapes);  // one input, of these shapes
Inputs pairs(const Domain& a, const Domain& b);                      // two inputs, in every pattern of broadcasting
Inputs inputs(std::vector<Domain> domains, std::vector<Shapes> cases);

// How an input lies in memory. Between and around the elements of a view stands NaN.
enum class Placement { contiguous, transposed, narrowed, strided, expanded_first, expanded_last };
inline constexpr Placement placements[] = {Placement::contiguous, Placement::transposed,     Placement::narrowed,
                                           Placement::strided,    Placement::expanded_first, Placement::expanded_last};
std::string name_of(Placement placement);

template <class T>
tg::BasicTensor<T> draw(const Domain& domain, const tg::Shape& shape, Placement placement, Random& random);

// --- Rows ---

template <class T>
using Function = std::function<tg::BasicVariable<T>(const std::vector<tg::BasicVariable<T>>&)>;

struct OpRow {
  std::string name;              // for messages: the references or the ops, and the row's number
  std::vector<std::string> ops;  // the names of ops that this row covers
  Inputs inputs;
  Function<double> f;
  Function<float> f_float;              // nothing in a row that is checked on doubles only
  std::vector<std::string> references;  // the names of PyTorch's cases in tests/reference/ops.txt
  Function<double> composed;            // the same function written with other ops, or nothing
  int orders = 3;                       // of derivatives it has: 2 for elementwise(lambda)

  template <class T>
  const Function<T>& function() const {
    if constexpr (std::is_same_v<T, float>) {
      return f_float;
    } else {
      return f;
    }
  }
};

std::vector<std::string> split(const std::string& words);

inline const std::string no_reference;
inline const tg::Mask mask_2x3{{true, false, true}, {false, true, true}};

// A row. `ops` and `references` are words with spaces between; the references are the ops' names if nothing is said.
template <class F>
OpRow row(const std::string& ops, const std::string& references, Inputs inputs, F f) {
  return {.name = references.empty() ? ops : references,
          .ops = split(ops),
          .inputs = std::move(inputs),
          .f = f,
          .f_float = f,
          .references = split(references),
          .composed = {}};
}
template <class F>
OpRow row(const std::string& ops, Inputs inputs, F f) {
  return row(ops, ops, std::move(inputs), f);
}

std::vector<OpRow> op_rows();           // op_table.cpp
std::vector<OpRow> moving_rows();       // op_table_moving.cpp
std::vector<OpRow> elementwise_rows();  // op_table_elementwise.cpp
std::vector<OpRow> pooling_rows();      // op_table_pooling.cpp
const std::vector<OpRow>& op_table();   // all of them

}  // namespace tests
