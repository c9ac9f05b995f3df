// Rules against finite differences: softmax number by number, then every kind of op, first
// and second derivatives.
#include <iomanip>
#include <iostream>
#include <string>

#include "autograd/autograd.h"

using namespace tg;

namespace {

void softmax_number_by_number() {
  std::cout << std::fixed << std::setprecision(4);
  // [softmax]
  Variable64 x(Tensor64{0, 1, 3}, /*requires_grad=*/true);
  Tape64 tape;
  Variable64 y = softmax(x, 0);

  const Tensor64 s = y.value(), identity = eye<double>(3);
  // 1 at i, else 0
  auto unit = [&](int i) { return reshape(narrow(identity, 0, i, 1), {3}); };
  std::cout << "x = " << x << ", y = softmax(x) = " << y << "\n\n"
            << "           by formula  by the tape  numerically\n";
  for (int i = 0; i < 3; ++i) {
    const Tensor64 row = tape.gradient(y, unit(i), {x})[0].value();  // the seed picks y_i
    for (int j = 0; j < 3; ++j) {
      const double formula = s(i) * (identity(i, j) - s(j));
      const Tensor64 above = softmax(x.value() + 1e-6 * unit(j), 0);
      const Tensor64 below = softmax(x.value() - 1e-6 * unit(j), 0);
      const double numerically = (above(i) - below(i)) / 2e-6;
      std::cout << "dy" << i << " / dx" << j << std::setw(12) << formula << std::setw(13)
                << row(j) << std::setw(13) << numerically << '\n';
    }
  }
  // [/softmax]
  // [vjp]
  const Tensor64 v{2, 0, -1}, jacobian = unsqueeze(s, 1) * (identity - s);
  std::cout << "\nThe vjp for v = " << v << '\n'
            << "v times the matrix      " << matmul(v, jacobian) << '\n'
            << "y (v - sum(v y))        " << s * (v - sum(v * s)) << '\n'
            << "the tape, with seed v   " << tape.gradient(y, v, {x})[0] << "\n\n";
  // [/vjp]
}

// [check]
void check(const std::string& op, const Function64& f,
           const std::vector<Variable64>& inputs) {
  // Of the Jacobian: one for each element of the inputs; a row for each of the output.
  std::int64_t columns = 0;
  for (const Variable64& x : inputs) columns += x.numel();
  std::cout << std::setw(22) << std::left << op << std::setw(2) << std::right
            << f(inputs).numel() << " x " << std::setw(2) << columns
            << (gradcheck(f, inputs) ? "    agree" : "")
            << (gradgradcheck(f, inputs) ? "    agree" : "") << '\n';
}
// [/check]

}  // namespace

int main() {
  softmax_number_by_number();
  std::cout << "op                   Jacobian   first   second derivatives\n";
  manual_seed(0);
  // [rows]
  const Variable64 x = randn<double>({3, 4}), x2 = randn<double>({3, 4}),
                   b = randn<double>({4});
  const Mask positive = x.value() > 0;
  check("exp(x)", [](const auto& v) { return exp(v[0]); }, {x});
  check("x * x2", [](const auto& v) { return v[0] * v[1]; }, {x, x2});
  check("x + b, b broadcast", [](const auto& v) { return v[0] + v[1]; }, {x, b});
  check("x * b, b broadcast", [](const auto& v) { return v[0] * v[1]; }, {x, b});
  check("sum(x, 1)", [](const auto& v) { return sum(v[0], 1); }, {x});
  check("mean(x, 1)", [](const auto& v) { return mean(v[0], 1); }, {x});
  check("max(x, 1)", [](const auto& v) { return max(v[0], 1); }, {x});
  check("matmul(x, m)", [](const auto& v) { return matmul(v[0], v[1]); },
        {x, randn<double>({4, 2})});
  check("softmax(x, 1)", [](const auto& v) { return softmax(v[0], 1); }, {x});
  check("reshape(x, {2, 6})", [](const auto& v) { return reshape(v[0], {2, 6}); }, {x});
  check("repeat(b, {3, 1})", [](const auto& v) { return repeat(v[0], {3, 1}); }, {b});
  check("masked_select(x, m)", [=](const auto& v) { return masked_select(v[0], positive); },
        {x});
  // [/rows]
}
