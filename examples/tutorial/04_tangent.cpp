// A dual number as a point on a curve and the slope of the tangent there, by the library's
// own dual numbers.
#include "autograd/autograd.h"
#include "examples/figures.h"

using namespace tg;
using namespace tg::examples;

int main() {
  auto score = [](auto w) { return -square((2 - 0.5) * w) / 2; };
  const auto s = score(Dual<Number<float>, 1>::input(3, 0));  // at w = 3 + ε
  const float value = s.value().value(), slope = s.partial(0).value();

  const Tensor w = linspace(0, 5, 200), h = linspace(-2, 2, 100);
  Figures().plot("dual-tangent",
                 {{"score", w, elementwise(score, w)},
                  {"value + slope h", 3 + h, value + slope * h},
                  {"value at w = 3", Tensor{3}, Tensor{value}, /*dots=*/true}},
                 {.x_label = "w"});
}
