// Dual numbers from nothing: the same lambda gives its value and its derivative.
#include <cmath>
#include <iomanip>
#include <iostream>

// [dual]
struct Dual {
  double value, slope = 0;  // value + slope ε, where ε² = 0; a plain number has no slope

  Dual(double v, double s = 0) : value(v), slope(s) {}
};

Dual operator+(Dual a, Dual b) { return {a.value + b.value, a.slope + b.slope}; }
Dual operator-(Dual a, Dual b) { return {a.value - b.value, a.slope - b.slope}; }
Dual operator*(Dual a, Dual b) {
  return {a.value * b.value, a.slope * b.value + a.value * b.slope};
}
Dual operator/(Dual a, Dual b) {
  const double y = a.value / b.value;
  return {y, (a.slope - y * b.slope) / b.value};
}
Dual operator-(Dual a) { return {-a.value, -a.slope}; }

Dual square(Dual x) { return x * x; }
Dual exp(Dual x) { return {std::exp(x.value), std::exp(x.value) * x.slope}; }
Dual sin(Dual x) { return {std::sin(x.value), std::cos(x.value) * x.slope}; }
// [/dual]

std::ostream& operator<<(std::ostream& out, Dual x) {
  return out << std::setw(8) << x.value << (x.slope < 0 ? " - " : " + ")
             << std::abs(x.slope) << " ε";
}

int main() {
  // [steps]
  const Dual q = 2, k = 0.5, w = {3, 1};  // w + ε: the derivative towards w is wanted
  std::cout << "q - k                  " << q - k << '\n'
            << "(q - k) w              " << (q - k) * w << '\n'
            << "((q - k) w)²           " << square((q - k) * w) << '\n'
            << "-((q - k) w)² / 2      " << -square((q - k) * w) / 2 << '\n';
  // [/steps]

  // [lambda]
  auto score = [](auto a, auto b, auto c) { return -square((a - b) * c) / 2; };
  const Dual towards_q = score(Dual(2, 1), Dual(0.5), Dual(3));
  const Dual towards_k = score(Dual(2), Dual(0.5, 1), Dual(3));
  const Dual towards_w = score(Dual(2), Dual(0.5), Dual(3, 1));
  // [/lambda]
  const double d = 2 - 0.5;
  std::cout << "\npartial derivative    dual numbers    by hand\n"
            << "∂s/∂q = -(q - k) w²   " << std::setw(12) << towards_q.slope << std::setw(11)
            << -d * 3 * 3 << '\n'
            << "∂s/∂k = +(q - k) w²   " << std::setw(12) << towards_k.slope << std::setw(11)
            << d * 3 * 3 << '\n'
            << "∂s/∂w = -(q - k)² w   " << std::setw(12) << towards_w.slope << std::setw(11)
            << -d * d * 3 << '\n';

  // [chain]
  auto f = [](auto x) { return x * sin(exp(x) / (1 + square(x))); };
  const double x = 0.7, h = 1e-6;
  const double slope = f(Dual(x, 1)).slope;
  const double difference = (f(Dual(x + h)).value - f(Dual(x - h)).value) / (2 * h);
  // [/chain]
  std::cout << "\nx sin(exp(x) / (1 + x²)) at x = " << x << ": slope " << slope
            << ", finite difference " << difference << '\n';
}
