// Record: how an op comes onto the tape.
//
//   record({"matmul", "y = a b"}, matmul(a.value(), b.value()),
//          {{a, "ā = ȳ bᵀ", reads::x1, [](auto& ctx) { return matmul(ctx.g, transpose(ctx.x(1))); }},
//           {b, "b̄ = aᵀ ȳ", reads::x0, [](auto& ctx) { return matmul(transpose(ctx.x(0)), ctx.g); }}});
//
// ȳ is the cotangent of the result, ā that of a. Rules are written in Variable ops, so that derivatives of derivatives
// come free. A rule may return the shape that its input was broadcast to; the engine sums it back to the input's shape.
#pragma once

#include "autograd/tape.h"

namespace tg {

// One op being recorded: first its inputs, of which it saves what the rules read, then its output.
template <class T> class Recorder {
 public:
  explicit Recorder(const Op& op) : op_(op), tape_(BasicTape<T>::current()) {}
  ~Recorder() {
    if (recording_) abandon();
  }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void inputs(std::span<const InputRule<T>> rules);
  void inputs(std::span<const BasicVariable<T>> xs, Reads reads, const Rule<T>& joint);
  BasicVariable<T> output(BasicTensor<T> y);

 private:
  bool needs_gradient(const BasicVariable<T>& x, int input) const;
  void check_foreign(const BasicVariable<T>& x, int input) const;
  void begin();
  void add_edge(const BasicVariable<T>& x, Formula formula, const Rule<T>& rule);
  void abandon();

  Op op_;
  BasicTape<T>* tape_;
  bool recording_ = false;  // an input needs a gradient, and the output is still to come
  bool joint_ = false;
  Reads saved_ = reads::nothing;
  int edge_count_ = 0;
  std::int64_t first_edge_ = 0, first_entry_ = 0;
};

extern template class Recorder<float>;
extern template class Recorder<double>;

namespace detail {
// An op's value, which is given or computed.
template <class Value> auto evaluate(Value&& value) {
  if constexpr (!Array<Value> && std::is_invocable_v<Value>) {
    return value();
  } else {
    return std::remove_cvref_t<Value>(std::forward<Value>(value));
  }
}

// Its scalar; float if it has none, so that record() itself may say what is wrong.
template <class V> struct RecordedScalar {
  using type = float;
};
template <std::floating_point T> struct RecordedScalar<BasicTensor<T>> {
  using type = T;
};

// One message says what is wrong with a value.
template <class V, class T> constexpr bool check_value() {
  constexpr bool fits = std::is_same_v<V, BasicTensor<T>>;
  static_assert(fits, "record: the value must be a Tensor of floats or doubles, or a function that returns one: "
                      "exp(x.value()), not exp(x), which records itself");
  return fits;
}
}  // namespace detail

// Records one op and returns its result. `value` is the output's Tensor, or a function that computes it, which is
// called after the rules' needs are saved: an op may then take the buffer of an input nobody needs any more.
// Outside any tape, or if no input needs a gradient, the result is a constant. Throws if an input was recorded on
// another tape (outside any tape: on one that is open on another thread), or if this thread's innermost tape has been
// swept. (For speed: inlined, a recorded multiplication takes 41 ns instead of 47.)
template <class Value, class V = decltype(detail::evaluate(std::declval<Value>())),
          class T = typename detail::RecordedScalar<V>::type>
[[gnu::always_inline]] inline BasicVariable<T> record(const Op& op, Value&& value,
                                                      std::initializer_list<InputRule<T>> rules) {
  if constexpr (detail::check_value<V, T>()) {
    Recorder<T> recorder(op);
    recorder.inputs(std::span(rules.begin(), rules.size()));
    return recorder.output(detail::evaluate(std::forward<Value>(value)));
  }
  return {};
}

// The same for any number of inputs, with one rule for all: rule(ctx, cotangents) fills in cotangents[i] for every i
// with ctx.needs(i).
template <class T, class Value, class F>
BasicVariable<T> record_joint(const Op& op, Value&& value, std::span<const BasicVariable<T>> inputs, Reads reads,
                              F rule) {
  if constexpr (detail::check_value<decltype(detail::evaluate(std::declval<Value>())), T>()) {
    Recorder<T> recorder(op);
    recorder.inputs(inputs, reads, Rule<T>::joint(std::move(rule)));
    return recorder.output(detail::evaluate(std::forward<Value>(value)));
  }
  return {};
}

}  // namespace tg
