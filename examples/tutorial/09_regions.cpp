// One lambda: a number computes, a dual number differentiates, a region proves.
#include <iostream>

#include "examples/small_walk.h"

using namespace tg;
using namespace tg::examples;

int main() {
  // [three]
  const auto score = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };

  using N = Number<double>;
  const N value = score(N(2), N(2.5), N(3));
  using D = Dual<N, 1>;
  const D with_slope = score(D(2), D(2.5), D::input(3, 0));  // w + ε
  const Region queries(Interval{2, 2.2}), keys(Interval{2.5, 3}), widths(Interval{3, 3.2});
  const Region all = score(queries, keys, widths);
  // [/three]
  auto print = [](const char* name, Interval x) {
    std::cout << name << "from " << x.lo << " to " << x.hi << '\n';
  };
  std::cout << "number:  s is " << value.value() << "\ndual:    ds/dw is "
            << with_slope.partial(0).value() << '\n';
  print("region:  s goes ", all.value());

  // [complex]
  const Region ellipse = ellipse_around({2.5, 3}, 2);
  const Region z = score(queries, ellipse, widths);
  // [/complex]
  std::cout << '\n';
  print("the ellipse's real part goes ", ellipse.value());
  print("its imaginary part goes ", ellipse.imaginary());
  print("on it the real part of s goes ", z.value());
  std::cout << "s is " << (z.analytic() ? "" : "not known to be ") << "analytic there\n\n";

  // [decided]
  const auto laplace = [](auto q, auto k) { return -3 * abs(q - k); };
  const auto with_if = [](auto q, auto k) {
    if (q < k) return 3 * (q - k);
    return 3 * (k - q);
  };
  const Region within(Interval{2.6, 2.7});  // queries beside some of the keys
  auto proven = [&](const auto& f, const Region& block) {
    const Region s = Region::proven([&] { return f(block, ellipse); });
    return s.analytic() ? "analytic" : "not known to be analytic";
  };
  // [/decided]
  std::cout << "Laplace, queries before the cell:  " << proven(laplace, queries)
            << "\nLaplace, queries within the cell:  " << proven(laplace, within)
            << "\nwith an if, queries before it:     " << proven(with_if, queries)
            << "\nwith an if, queries within it:     " << proven(with_if, within) << '\n';
}
