// Newton's method with the gradient and the Hessian, on Rosenbrock's banana valley, beside
// plain gradient descent.
#include <cmath>
#include <cstdio>
#include <vector>

#include "autograd/autograd.h"
#include "examples/figures.h"

using namespace tg;
using namespace tg::examples;

// [function]
// (1 - a)² + 100 (b - a²)²: a curved valley, whose lowest point is (1, 1).
Variable64 rosenbrock(const Variable64& x) {
  Variable64 a = narrow(x, 0, 0, 1), b = narrow(x, 0, 1, 1);
  return square(1 - a) + 100 * square(b - square(a));
}
// [/function]

double norm(const Variable64& g) { return std::sqrt(sum(square(g)).item()); }

// [step]
// The step s with H s = g, for two variables, by Cramer's rule.
Tensor64 newton_step(const Tensor64& H, const Tensor64& g) {
  double det = H(0, 0) * H(1, 1) - H(0, 1) * H(1, 0);
  return {(H(1, 1) * g(0) - H(0, 1) * g(1)) / det, (H(0, 0) * g(1) - H(1, 0) * g(0)) / det};
}
// [/step]

struct Path {
  std::vector<float> a, b;

  void add(const Tensor64& x) {
    a.push_back(static_cast<float>(x(0)));
    b.push_back(static_cast<float>(x(1)));
  }
};

// Both paths over level lines: f is r² on the points with
// a = 1 + r cos t and b = a² + r / 10 sin t.
void draw(const Path& newton, const Path& descent, const Path& milestones) {
  std::vector<Curve> curves{{"Newton's method", newton.a, newton.b},
                            {"gradient descent", descent.a, descent.b}};
  const Tensor turn = linspace(0, 6.2832, 2000);
  for (double r : {2, 5, 10, 20, 37}) {
    const Tensor a = 1 + r * cos(turn);
    curves.push_back({"", a, square(a) + r / 10 * sin(turn), false, /*thin=*/true});
  }
  Figures().plot("newton-paths", curves,
                 {.x_label = "a",
                  .y_label = "b",
                  .x_range = {-1.6, 1.6},
                  .y_range = {-3.5, 2},
                  .points = {milestones.a, milestones.b, "descent, every 2000 steps"}});
}

int main() {
  const Tensor64 start{-1.2, 1};
  Path newton, descent, milestones;

  std::printf("Newton's method\nstep          a          b            f   |gradient|\n");
  // [newton]
  Tensor64 x = start;
  for (int step = 0;; ++step) {
    newton.add(x);
    auto [y, g] = vjp(rosenbrock, x);
    std::printf("%4d %10.6f %10.6f %12.6f %12.6f\n", step, x(0), x(1), y.item(), norm(g));
    if (norm(g) < 1e-6) break;
    x = x - newton_step(hessian(rosenbrock, x).value(), g.value());
  }
  // [/newton]

  // [descent]
  int steps = 0;
  for (x = start;; ++steps) {
    if (steps < 20 || steps % 100 == 0) descent.add(x);
    if (steps % 2000 == 0) milestones.add(x);
    auto [y, g] = vjp(rosenbrock, x);
    if (norm(g) < 1e-6) break;
    x = x - 0.001 * g.value();
  }
  // [/descent]
  // The last steps are many and small: their number depends on the processor's rounding,
  // their hundreds do not.
  std::printf("\nGradient descent, learning rate 0.001: about %d steps to (%.4f, %.4f)\n",
              (steps + 50) / 100 * 100, x(0), x(1));
  draw(newton, descent, milestones);
}
