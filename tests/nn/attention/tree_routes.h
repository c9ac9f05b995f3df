// For tests of near-linear pooling: data that is hard for a tree, loops over all pairs in double, and the tree forced
// on data of any size.
#pragma once

#include <random>

#include "nn/nn.h"
#include "tests/support.h"

namespace tests {

struct TreeData {
  Tensor q, k, v;
  float w;
  PoolingOptions options;
};

// y and the gradients of Σ g_i y_i towards w, q, k and v; and of each what it would be if nothing cancelled: the slopes
// are to be right relative to that.
struct PlainPooling {
  std::vector<double> y, q, k, v, w{0};
  double largest_value = 0, w_size = 0, q_size = 0, k_size = 0, v_size = 0, largest_score = 0;
};
inline double tree_cotangent(std::size_t i) { return static_cast<double>(i % 7 + 1) * (i % 2 ? -1 : 1); }

template <class F> PlainPooling plain_pooling(const F& score, const TreeData& data) {
  using N = Number<double>;
  using D = Dual<N, 3>;
  const std::size_t m = static_cast<std::size_t>(data.q.numel()), n = static_cast<std::size_t>(data.k.numel());
  PlainPooling out;
  out.y.resize(m), out.q.resize(m), out.k.resize(n), out.v.resize(n);
  std::vector<D> s(n);
  std::vector<double> p(n), k_sizes(n), v_sizes(n);
  for (std::size_t j = 0; j < n; ++j) {
    out.largest_value = std::max(out.largest_value, std::abs(static_cast<double>(data.v.data()[j])));
  }
  const double spread = static_cast<double>((max(data.v) - min(data.v)).item());
  for (std::size_t i = 0; i < m; ++i) {
    double most = -INFINITY, mass = 0, y = 0;
    std::size_t nearest = 0;
    for (std::size_t j = 0; j < n; ++j) {
      s[j] = score(D::input(N(data.q.data()[i]), 0), D::input(N(data.k.data()[j]), 1), D::input(N(data.w), 2));
      if (data.options.exclude_self && i == j) s[j] = D(N(-INFINITY));
      if (s[j].value().value() > most) most = s[j].value().value(), nearest = j;
    }
    out.largest_score = std::max(out.largest_score, std::abs(most));
    for (std::size_t j = 0; j < n; ++j) {
      p[j] = most == -INFINITY ? NAN : std::exp(s[j].value().value() - most);
      mass += p[j], y += p[j] * data.v.data()[j];
    }
    out.y[i] = y /= mass;
    double q_size = 0, w_size = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const double g = tree_cotangent(i), weight = p[j] / mass, of_score = g * weight * (data.v.data()[j] - y);
      out.v[j] += g * weight;
      v_sizes[j] += std::abs(g * weight);
      if (weight < 1e-300) continue;
      const double t_q = s[j].partial(0).value(), t_k = s[j].partial(1).value(), t_w = s[j].partial(2).value();
      out.q[i] += of_score * (t_q - s[nearest].partial(0).value());
      out.w[0] += of_score * (t_w - s[nearest].partial(2).value());
      out.k[j] += of_score * t_k;
      q_size += std::abs(g * weight * t_q) * spread, w_size += std::abs(g * weight * t_w) * spread;
      k_sizes[j] += std::abs(g * weight * t_k) * spread;
    }
    out.q_size = std::max(out.q_size, q_size);
    out.w_size += w_size;
  }
  out.k_size = *std::max_element(k_sizes.begin(), k_sizes.end());
  out.v_size = *std::max_element(v_sizes.begin(), v_sizes.end());
  return out;
}

// The call with the tree forced, or as it is (`forced` false), and its gradients; in T.
struct TreeResult {
  Tensor y, q, k, v, w;
};
template <class T = float, class F, class Map = detail::NoMap>
TreeResult pool_with_gradients(const F& score, const TreeData& data, bool forced, const Map& map = {}) {
  detail::PoolingSettings settings(data.options);
  if (forced) settings.limits = {1, 1, 1, false};
  const auto variable = [](const Tensor& x) { return BasicVariable<T>(cast<T>(x), true); };
  const BasicVariable<T> q = variable(data.q), k = variable(data.k), v = variable(data.v), w = variable(Tensor{data.w});
  std::vector<T> g(static_cast<std::size_t>(data.q.numel()));
  for (std::size_t i = 0; i < g.size(); ++i) g[i] = static_cast<T>(tree_cotangent(i));
  BasicTape<T> tape;
  const BasicVariable<T> y = detail::call_attention_pooling(settings, score, map, q, k, v, w);
  const BasicTensor<T> value = y.value();
  tape.backward(sum(y * BasicTensor<T>::from_vector(g, {data.q.numel()})));
  const auto rounded = [](const BasicTensor<T>& x) { return cast<float>(x); };
  return {rounded(value), rounded(q.grad()), rounded(k.grad()), rounded(v.grad()), rounded(w.grad())};
}

// How far `got` is from the loops: the values relative to the largest absolute value, the slopes relative to what they
// would be if nothing cancelled.
struct TreeErrors {
  double y, slopes;
};
inline TreeErrors errors_of(const TreeResult& got, const PlainPooling& right) {
  auto error = [](const Tensor& x, const std::vector<double>& of, double size) {
    double most = 0;
    for (std::size_t i = 0; i < of.size(); ++i) {
      const double a = static_cast<double>(x.data()[i]), b = of[i];
      if (std::isnan(a) != std::isnan(b)) return INFINITY + 0.0;
      if (!std::isnan(a)) most = std::max(most, std::abs(a - b));
    }
    return most / std::max(size, 1e-30);  // a float knows no smaller ones
  };
  return {error(got.y, right.y, right.largest_value),
          std::max({error(got.w, right.w, right.w_size), error(got.q, right.q, right.q_size),
                    error(got.k, right.k, right.k_size), error(got.v, right.v, right.v_size)})};
}

}  // namespace tests
