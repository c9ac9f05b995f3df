// Lambda: one lambda is one fused loop and its derivative. Forward mode (dual numbers) inside each
// element, reverse mode between tensors.
//
// The op has three loops, one for each order: the value; all first partials, contracted with the cotangent; and the
// second partials of one of those, contracted with a cotangent in turn. A gradient towards a broadcast input is summed
// in the same pass. Third derivatives are refused: the lambda would have to be compiled for every order.
#pragma once

#include <optional>

#include "autograd/dual.h"
#include "autograd/record.h"
#include "tensor/lambda.h"

namespace tg {
namespace detail {

// Where the gradient towards one input goes, a tile at a time: straight into a tensor of the full shape, or summed
// into the places of a broadcast input.
template <class T> class GradientTiles {
 public:
  GradientTiles(const Shape& shape, const Shape& full, bool needed)
      : needed_(needed), direct_(needed && shape == full) {
    if (direct_) gradient_ = BasicTensor<T>::uninitialized(full);
    if (needed && !direct_) adder_.emplace(shape, full);
  }
  std::int64_t stretch() const { return adder_ ? adder_->stretch() : stretch_size; }
  T* place(std::int64_t begin, T* tile) { return direct_ ? gradient_.writable() + begin : tile; }
  void done(std::int64_t begin, const T* tile, int n) {
    if (adder_) adder_->add(begin, tile, n);
  }
  BasicTensor<T> result() { return !needed_ ? BasicTensor<T>() : direct_ ? gradient_ : adder_->result(); }

 private:
  bool needed_, direct_;
  std::optional<TileAdder<T>> adder_;  // of a broadcast input
  BasicTensor<T> gradient_;
};

TG_LOOPS_BEGIN

// The loop of first partials over one tile: out[k] = ∂f/∂x_k. No element is written before another one reads it.
template <class T, class F, std::size_t... K>
[[gnu::noinline, gnu::flatten]] void first_partials_tile(const F& f, int n, std::array<const T*, sizeof...(K)> x,
                                                         std::array<T*, sizeof...(K)> out, std::index_sequence<K...>) {
  using D = Dual<Number<T>, sizeof...(K)>;
  TG_IVDEP
  for (int i = 0; i < n; ++i) {
    const D y = f(D::input(x[K][i], K)...);
    ((out[K][i] = y.partial(K).value()), ...);
  }
}

// The loop of second partials over one tile: out[k] = ∂²f/∂x_m∂x_k for one m, and, last, ∂f/∂x_m. `along` is 1 for x_m
// and 0 for the others, an element each: GCC 12 vectorises no loop over a condition that stays the same.
template <class T, class F, std::size_t... K>
[[gnu::noinline, gnu::flatten]] void second_partials_tile(const F& f, std::array<const T*, sizeof...(K)> along, int n,
                                                          std::array<const T*, sizeof...(K)> x,
                                                          std::array<T*, sizeof...(K) + 1> out,
                                                          std::index_sequence<K...>) {
  using Inner = Dual<Number<T>, 1>;         // the derivative along x_m,
  using Outer = Dual<Inner, sizeof...(K)>;  // and of that, towards every input
  TG_IVDEP
  for (int i = 0; i < n; ++i) {
    const Outer y = f(Outer::input(Inner(x[K][i], {along[K][i]}), K)...);
    ((out[K][i] = y.partial(K).partial(0).value()), ...);
    out[sizeof...(K)][i] = y.value().partial(0).value();
  }
}

TG_LOOPS_END

// Slopes become what goes back: each times its cotangent, and 0 where one of the two is 0 and the other infinite. An
// element that a mask has left out gets no gradient, however steep f is there.
template <class T> void multiply_tile(int n, const T* cotangent, T* slope) {
  TG_SIMD
  for (int i = 0; i < n; ++i) slope[i] = scalar::scaled(cotangent[i], slope[i]);
}

// The gradients towards x..., each its slopes, which slopes_of(n, x, out) fills in by tile, times the cotangent g. With
// a second cotangent u there is one slope more than inputs, that towards g, and all are multiplied by u.
template <class T, std::size_t K, std::size_t count, class Slopes>
std::array<BasicTensor<T>, count> contract(const Slopes& slopes_of, const std::array<bool, count>& needed,
                                           const std::array<BasicTensor<T>, K>& x, const BasicTensor<T>& g,
                                           const BasicTensor<T>* u = nullptr) {
  const Shape& full = g.shape();
  auto outputs = [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<GradientTiles<T>, count>{GradientTiles<T>(I < K ? x[I % K].shape() : full, full, needed[I])...};
  };
  auto readers = [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<TileReader<T>, K>{TileReader<T>(x[I], full)...};
  };
  std::array<GradientTiles<T>, count> out = outputs(std::make_index_sequence<count>());
  std::int64_t stretch = 0;
  for (const GradientTiles<T>& tiles : out) stretch = std::max(stretch, tiles.stretch());
  parallel_kernel(full.numel(), stretch, [&](std::int64_t begin, std::int64_t end) {
    TileReader<T> read_g(g, full), read_u(u ? *u : g, full);
    std::array<TileReader<T>, K> read_x = readers(std::make_index_sequence<K>());
    alignas(64) T tiles[count][tile_size];
    std::array<const T*, K> from;
    std::array<T*, count> to;
    for (; begin < end; begin += tile_size) {
      const int n = tile_length(begin, end);
      for (std::size_t k = 0; k < K; ++k) from[k] = read_x[k].read(begin, n);
      for (std::size_t i = 0; i < count; ++i) to[i] = out[i].place(begin, tiles[i]);
      slopes_of(n, from, to);
      const T *of_g = read_g.read(begin, n), *of_u = u ? read_u.read(begin, n) : nullptr;
      for (std::size_t i = 0; i < count; ++i) {
        if (!needed[i]) continue;
        if (i < K) multiply_tile(n, of_g, to[i]);
        if (u) multiply_tile(n, of_u, to[i]);
        out[i].done(begin, tiles[i], n);
      }
    }
  });
  std::array<BasicTensor<T>, count> gradients;
  for (std::size_t i = 0; i < count; ++i) gradients[i] = out[i].result();
  return gradients;
}

// The rule of z = g ∂f/∂x_m (summed to x_m's shape), whose inputs are x... and g.
template <class T, class F, std::size_t... K>
void pull_back_partial(const F& f, std::size_t m, Context<T>& ctx, std::span<BasicVariable<T>> out,
                       std::index_sequence<K...> sequence) {
  constexpr std::size_t last = sizeof...(K);
  const std::array<bool, last + 1> needed{ctx.needs(K)..., ctx.needs(last)};
  const std::array<BasicVariable<T>, last + 2> inputs{ctx.x(K)..., ctx.x(last), ctx.g};
  std::array<T, tile_size> ones, zeros;
  ones.fill(1);
  zeros.fill(0);
  const std::array<const T*, last> along{(K == m ? ones : zeros).data()...};
  auto slopes_of = [&](int n, const auto& x, const auto& to) { second_partials_tile<T>(f, along, n, x, to, sequence); };
  const BasicTensor<T> u = ctx.g.value();
  const std::array<BasicTensor<T>, last> x{inputs[K].value()...};
  const auto gradients = contract<T, last, last + 1>(slopes_of, needed, x, inputs[last].value(), &u);
  for (std::size_t k = 0; k <= last; ++k) {
    if (!needed[k]) continue;
    out[k] = record_joint<T>(
        {"elementwise_vjp_vjp", "z = Σ u g ∂²f/∂xₘ∂xₖ, or u ∂f/∂xₘ towards g", "not available"}, gradients[k],
        std::span(inputs), reads::nothing, [](auto&, auto) {
          fail(
              "elementwise: a third derivative of a lambda is not available. Write the function with ops (exp, square, "
              "...), whose derivatives have any order, or as an op of your own with record().");
        });
  }
}

// The rule of y = f(x...).
template <class T, class F, std::size_t... K>
void pull_back(const F& f, Context<T>& ctx, std::span<BasicVariable<T>> out, std::index_sequence<K...> sequence) {
  constexpr std::size_t count = sizeof...(K);
  const std::array<bool, count> needed{ctx.needs(K)...};
  const std::array<BasicVariable<T>, count + 1> inputs{ctx.x(K)..., ctx.g};
  auto slopes_of = [&](int n, const auto& x, const auto& to) { first_partials_tile<T>(f, n, x, to, sequence); };
  const std::array<BasicTensor<T>, count> x{inputs[K].value()...};
  const auto gradients = contract<T, count, count>(slopes_of, needed, x, ctx.g.value());
  for (std::size_t k = 0; k < count; ++k) {
    if (!needed[k]) continue;
    out[k] = record_joint<T>({"elementwise_vjp", "z = Σ g ∂f/∂xₘ", "x̄ₖ = Σ z̄ g ∂²f/∂xₘ∂xₖ, ḡ = z̄ ∂f/∂xₘ"}, gradients[k],
                             std::span(inputs), (reads::x(K) | ... | reads::x(count)),
                             [f, k](Context<T>& q, std::span<BasicVariable<T>> cotangents) {
                               pull_back_partial<T>(f, k, q, cotangents, std::make_index_sequence<count>());
                             });
  }
}

template <class T, class F, std::size_t... K>
BasicVariable<T> record_lambda(const F& f, std::array<BasicVariable<T>, sizeof...(K)> x,
                               std::index_sequence<K...> sequence) {
  constexpr Reads inputs = (reads::x(K) | ...);
  return record_joint<T>(
      {"elementwise", "y = f(x...)", "x̄ₖ = Σ ȳ ∂f/∂xₖ, over the elements that xₖ was broadcast to"},
      [&] { return elementwise(f, take(std::move(x[K]))...); }, std::span<const BasicVariable<T>>(x), inputs,
      [f, sequence](Context<T>& ctx, std::span<BasicVariable<T>> out) { pull_back<T>(f, ctx, out, sequence); });
}

}  // namespace detail

// elementwise() of tensor/lambda.h where an operand is a Variable. The lambda takes at most 8 inputs.
template <class F, class... X> requires(Operands<X...> && array_level<CommonArray<X...>> == 2)
CommonArray<X...> elementwise(const F& f, X&&... x) {
  static_assert(sizeof...(X) <= 8, "elementwise: a lambda takes at most 8 inputs");
  using C = CommonArray<X...>;
  using N = Number<typename C::value_type>;
  if constexpr (!detail::check_lambda<N, F, X...>()) {
    return C();
  } else if constexpr (!detail::check_lambda<Dual<N, sizeof...(X)>, F, X...>()) {
    return C();
  } else {
    return detail::record_lambda<typename C::value_type>(
        f, std::array<C, sizeof...(X)>{to_array<C>(std::forward<X>(x))...}, std::index_sequence_for<X...>());
  }
}

}  // namespace tg
