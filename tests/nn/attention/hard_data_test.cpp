// attention_pooling on the data that people bring: queries far from all keys, a huge value, a code for a missing one,
// widths far below the spacing, repeated points. Every route's gradients against loops in long double.
#include "nn/nn.h"
#include "tests/support.h"

using namespace tests;

namespace {

using Real = long double;
using Reals = std::vector<Real>;

// A score with its partial derivatives by hand: s, ∂s/∂q, ∂s/∂k, ∂s/∂w.
struct Score {
  const char* name;
  std::array<Real, 4> (*exact)(Real q, Real k, Real w);
};
const auto gaussian = [](auto q, auto k, auto w) { return -square((q - k) * w) / 2; };
const auto laplace = [](auto q, auto k, auto w) { return -abs((q - k) * w); };
const auto cauchy = [](auto q, auto k, auto w) { return -log(1 + square((q - k) * w)); };
const auto product = [](auto q, auto k, auto w) { return q * k * w; };

std::array<Real, 4> exact_gaussian(Real q, Real k, Real w) {
  const Real d = q - k;
  return {-d * d * w * w / 2, -d * w * w, d * w * w, -d * d * w};
}
std::array<Real, 4> exact_laplace(Real q, Real k, Real w) {
  const Real d = q - k, sign = (d * w > 0) - (d * w < 0);
  return {-std::abs(d * w), -sign * w, sign * w, -sign * d};
}
std::array<Real, 4> exact_cauchy(Real q, Real k, Real w) {
  const Real d = q - k, more = 1 + d * d * w * w;
  return {-std::log(more), -2 * d * w * w / more, 2 * d * w * w / more, -2 * d * d * w / more};
}
std::array<Real, 4> exact_dot(Real q, Real k, Real w) { return {q * k * w, k * w, q * w, q * k}; }

// One data set: queries, keys, values and a width; the cotangents are 1, -2, 3, ...
struct Data {
  std::string name;
  std::vector<double> q, k, v;
  double w;
  bool exclude_self = false;
};
double cotangent(std::size_t i) { return static_cast<double>(i % 7 + 1) * (i % 2 ? -1 : 1); }

// The gradients towards q, k, v, w of Σ g_i y_i, and how far rounding may lead away from each: a score, a slope and a
// difference of values are each right but for a few epsilon of their size, and a weight below the least normal number
// is 0.
struct Gradients {
  std::array<Reals, 4> value, rounding;
};
Gradients exact_gradients(const Score& score, const Data& data, Real epsilon, Real least) {
  const std::size_t m = data.q.size(), n = data.k.size();
  Gradients out;
  for (auto* part : {&out.value, &out.rounding}) *part = {Reals(m), Reals(n), Reals(n), Reals(1)};
  for (std::size_t i = 0; i < m; ++i) {
    std::vector<std::array<Real, 4>> s(n);
    Real most = -INFINITY, sum = 0, total = 0, spread = 0;
    Reals p(n), unsure(n), less(n);
    for (std::size_t j = 0; j < n; ++j) {
      s[j] = score.exact(data.q[i], data.k[j], data.w);
      if (data.exclude_self && i == j) s[j][0] = -INFINITY;
      most = std::max(most, s[j][0]);
    }
    for (std::size_t j = 0; j < n; ++j) sum += p[j] = std::exp(s[j][0] - most);
    for (std::size_t j = 0; j < n; ++j) {
      const Real below = s[j][0] - most, error = epsilon * (std::abs(s[j][0]) + std::abs(most));
      unsure[j] = epsilon * p[j] + (below == -INFINITY ? 0 : std::exp(std::min<Real>(0, below + error)) - p[j] + least);
      p[j] /= sum, unsure[j] /= sum;
      total += unsure[j];
    }
    for (std::size_t j = 0; j < n; ++j) unsure[j] += p[j] * total;
    for (std::size_t j = 0; j < n; ++j) {  // v_j - y, from differences, since a huge v_j may have no weight
      for (std::size_t k = 0; k < n; ++k)
        less[j] += p[k] * (static_cast<Real>(data.v[j]) - static_cast<Real>(data.v[k]));
      spread += unsure[j] * std::abs(less[j]);
    }
    const Real g = cotangent(i);
    for (std::size_t j = 0; j < n; ++j) {
      auto add = [&](std::size_t x, std::size_t place, Real slope) {
        out.value[x][place] += g * p[j] * less[j] * slope;
        out.rounding[x][place] += std::abs(g * slope) * (unsure[j] * std::abs(less[j]) + (p[j] + unsure[j]) * spread);
      };
      add(0, i, s[j][1]);
      add(1, j, s[j][2]);
      add(3, 0, s[j][3]);
      out.value[2][j] += g * p[j];
      out.rounding[2][j] += std::abs(g) * unsure[j];
    }
  }
  return out;
}

template <class T>
BasicTensor<T> vector_of(const std::vector<double>& x) {
  return cast<T>(Tensor64::from_vector(x, {static_cast<std::int64_t>(x.size())}));
}

// Which of q, k, v and w need a gradient decides the way that it is computed: with w alone, forward mode.
template <class T, class F>
void compare(const F& f, const Score& score, Data data) {
  for (auto* x : {&data.q, &data.k, &data.v}) {
    for (double& number : *x) number = static_cast<double>(static_cast<T>(number));  // the same numbers in both
  }
  const Gradients exact =
      exact_gradients(score, data, 8 * std::numeric_limits<T>::epsilon(), std::numeric_limits<T>::min());
  const PoolingOptions options{.exclude_self = data.exclude_self};
  std::vector<double> g(data.q.size());
  for (std::size_t i = 0; i < g.size(); ++i) g[i] = cotangent(i);
  const bool once[][4] = {
      {false, false, false, true}, {true, false, false, true}, {false, true, true, true}, {true, true, true, true}};
  for (bool create_graph : {false, true}) {
    for (const auto& needed : once) {
      const std::vector<BasicVariable<T>> x{{vector_of<T>(data.q), needed[0]},
                                            {vector_of<T>(data.k), needed[1]},
                                            {vector_of<T>(data.v), needed[2]},
                                            {full<T>({1}, static_cast<T>(data.w)), needed[3]}};
      BasicTape<T> tape;
      const auto y = attention_pooling(options, f, x[0], x[1], x[2], x[3]);
      std::vector<BasicVariable<T>> asked;
      for (std::size_t i = 0; i < 4; ++i) {
        if (needed[i]) asked.push_back(x[i]);
      }
      const auto gradients = tape.gradient(sum(y * vector_of<T>(g)), asked, {.create_graph = create_graph});
      for (std::size_t i = 0, next = 0; i < 4; ++i) {
        if (!needed[i]) continue;
        const std::vector<T> got = gradients[next++].value().to_vector();
        for (std::size_t j = 0; j < got.size(); ++j) {
          const Real right = exact.value[i][j], error = std::abs(static_cast<Real>(got[j]) - right);
          const Real allowed = exact.rounding[i][j] + std::numeric_limits<T>::min();
          BOOST_CHECK_MESSAGE(error <= allowed, score.name
                                                    << ", " << data.name << (sizeof(T) == 4 ? ", float" : ", double")
                                                    << (create_graph ? ", create_graph" : "") << ", " << asked.size()
                                                    << " asked, gradient " << i << '[' << j << "]: " << got[j]
                                                    << ", right is " << right << " +- " << allowed);
        }
      }
    }
  }
}

std::vector<Data> hard_data() {
  const std::vector<double> x{0, 1, 2.1, 3.7, 4.2}, y{1.1, 2.3, 4.7, 3.9, 2.2};
  std::vector<Data> sets;
  auto add = [&](const std::string& name, std::vector<double> at, std::vector<double> values, double w) {
    for (bool exclude_self : {false, true}) sets.push_back({name, at, at, values, w, exclude_self});
  };
  auto with = [](std::vector<double> numbers, double last) { return numbers.push_back(last), numbers; };
  for (double far : {1e2, 1e4, 1e7}) add("a far point", with(x, far), with(y, 5), 1);
  for (double huge : {1e4, 1e8, 1e20}) {
    add("a huge value out of reach", with(x, 100), with(y, huge), 1);
    add("a huge value in reach", with(x, 5), with(y, huge), 1);
    add("a far point with a huge value", with(x, 1e4), with(y, huge), 1);
  }
  add("a code for missing numbers", with(x, -9999), with(y, -9999), 2);
  for (double w : {1e-6, 1e-2, 1e2, 1e6}) add("a width of 1 / " + text_of(w), x, y, w);
  add("repeated points", {0, 1, 1, 1, 2}, y, 3);
  add("all points equal", {2, 2, 2, 2, 2}, y, 3);
  add("two points", {0, 1}, {3, 4}, 1);
  std::vector<double> raised = y;
  for (double& value : raised) value += 1e4;
  add("values far from zero", x, raised, 1);
  // Body and brain weights of 28 animals, raw (Rousseeuw and Leroy 1987), from a mole's to a dinosaur's.
  for (double w : {0.01, 1.0, 3.0}) {
    add("animals", {1.35, 465,  36.33, 27.66, 1.04, 11700, 2547, 187.1, 521, 10,    3.3,  529,   207,   62,
                    6654, 9400, 6.8,   35,    0.12, 0.023, 2.5,  55.5,  100, 52.16, 0.28, 87000, 0.122, 192},
        {8.1,  423, 119.5, 115, 5.5, 50,  4603, 419, 655, 115, 25.6, 680,   406, 1320,
         5712, 70,  179,   56,  1,   0.4, 12.1, 175, 157, 440, 1.9,  154.5, 3,   180},
        w);
  }
  // More than one tile of keys, with an outlier in the first, the second or the last, and queries of another count.
  for (std::size_t place : {0u, 70u, 149u}) {
    Data many{"many keys, an outlier at " + std::to_string(place), {-0.3, 0.2, 1.4, 2.9}, {}, {}, 1.5};
    for (int j = 0; j < 150; ++j) {
      many.k.push_back(3 * std::sin(j * 1.7) + 1);
      many.v.push_back(std::cos(j * 0.9));
    }
    many.k[place] = 1000;
    many.v[place] = 1e12;
    sets.push_back(many);
    many.k[place] = 4;  // with some weight
    sets.push_back(many);
    many.q.push_back(1000);  // and with all of it
    sets.push_back(many);
  }
  // A huge value that leads in the first tile, and loses all its weight to keys of the second.
  for (double huge : {1e8, 1e18, 1e30}) {
    Data overtaken{"an overtaken huge value", {0.3, 0.25}, {}, {}, 30};
    for (int j = 0; j < 200; ++j) {
      overtaken.k.push_back(j == 0 ? 1 : j == 70 ? 0.31 : j == 71 ? 0.2 : 3 + 0.1 * j);
      overtaken.v.push_back(j == 0 ? huge : std::cos(j * 0.9));
    }
    sets.push_back(overtaken);
  }
  return sets;
}

// The slopes towards the query and w where the nearest keys are one point: exactly 0, however steep the scores are.
template <class T>
void check_equal_keys(double q, const std::vector<double>& k, double w_value) {
  const BasicTensor<T> keys = vector_of<T>(k), values = arange<T>(keys.numel()) + T(0.3);
  for (bool towards_query : {false, true}) {
    const BasicVariable<T> x(vector_of<T>({q}), towards_query), w(full<T>({1}, static_cast<T>(w_value)), true);
    BasicTape<T> tape;
    tape.backward(sum(attention_pooling(gaussian, x, keys, values, w)));
    BOOST_TEST(w.grad().item() == 0, "dw from " << q << ", w = " << w_value);
    if (towards_query) BOOST_TEST(x.grad().item() == 0, "dq from " << q << ", w = " << w_value);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(nn)
BOOST_AUTO_TEST_SUITE(attention)

BOOST_AUTO_TEST_CASE(pooling_gradients_on_hard_data) {
  for (const Data& data : hard_data()) {
    compare<float>(gaussian, {"gaussian", exact_gaussian}, data);
    compare<double>(gaussian, {"gaussian", exact_gaussian}, data);
    compare<float>(laplace, {"laplace", exact_laplace}, data);
    compare<float>(cauchy, {"cauchy", exact_cauchy}, data);
    compare<double>(product, {"dot", exact_dot}, data);
  }
}

BOOST_AUTO_TEST_CASE(pooling_slopes_towards_equal_keys) {
  for (double w : {1e2, 1e4, 1e5}) check_equal_keys<float>(3, {0, 1, 1, 1}, w);
  for (double w : {1e3, 1e8}) check_equal_keys<double>(3, {0, 1, 1, 1}, w);
  for (double q : {1e4, 1e6, 1e8}) check_equal_keys<float>(q, {0, 1, 2, 2, 2}, 1);
  for (double q : {1e4, 1e8}) check_equal_keys<double>(q, {0, 1, 2, 2, 2}, 1);
  // Equal keys in three tiles.
  std::vector<double> many(150, 2);
  for (std::size_t j = 0; j < many.size(); j += 7) many[j] = -1;
  check_equal_keys<float>(1e6, many, 1);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
