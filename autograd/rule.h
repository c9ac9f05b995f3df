// Rule: how a cotangent travels back through an op. An op gives one row for each of its inputs: the input, what the
// rule reads, and the rule itself, a function from the cotangent of the output to the cotangent of that input.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>

#include "autograd/variable.h"

namespace tg {

// What a rule reads. A tape keeps only what the rules that will run have declared. Combine with |.
using Reads = std::uint32_t;
namespace reads {
inline constexpr int max_inputs = 31;  // a rule can read the first 31 inputs
inline constexpr Reads nothing = 0, x0 = 1, x1 = 2, x2 = 4, y = Reads{1} << max_inputs;  // inputs; the op's output
constexpr Reads x(int i) { return Reads{1} << i; }
inline constexpr Reads everything = ~Reads{0};
}  // namespace reads

// What a rule is called with. In a sweep that creates a graph, x and y are connected to the tape, so a rule written
// in Variable ops is itself differentiated; otherwise they are constants, and nothing is recorded.
template <class T>
class Pullback {
 public:
  BasicVariable<T> g;                // the cotangent of the output; the rule may move from it
  BasicVariable<T> x(int i) const;   // input i; throws if the rule has not declared that it reads it
  BasicVariable<T> y() const;        // the output; likewise
  bool needs(int i) const;           // whether input i needs a cotangent
  Shape shape(int i) const;          // the shape of an input that needs one; throws for a constant
  bool creates_graph() const { return create_graph_; }  // whether the sweep records itself

 private:
  friend class BasicTape<T>;
  const typename BasicTape<T>::Edge& edge(int i) const;
  Pullback(BasicTape<T>& tape, std::int64_t entry, bool create_graph) : tape_(tape), entry_(entry), create_graph_(create_graph) {}

  BasicTape<T>& tape_;
  std::int64_t entry_;
  bool create_graph_;
};

// A rule of any callable type. One with few captures and no destructor, as nearly all are, is held in place.
template <class T>
class Rule {
 public:
  Rule() = default;

  // f(pullback) returns the cotangent of one input.
  template <class F>
  static Rule of(F f) {
    constexpr bool takes = std::is_invocable_v<const F&, Pullback<T>&>;
    static_assert(takes, "record: a rule takes a pullback and returns a cotangent: "
                         "[](auto& p) { return p.g * p.y(); }");
    if constexpr (takes) {
      using G = std::remove_cvref_t<std::invoke_result_t<const F&, Pullback<T>&>>;
      static_assert(!std::is_void_v<G>, "record: this rule returns nothing; it must return the cotangent of its input");
      static_assert(!std::is_same_v<G, BasicTensor<T>>,
                    "record: this rule returns a Tensor, which has no derivative in turn; compute a Variable from p.g, "
                    "p.x(i) and p.y() themselves, not from their value()");
      constexpr bool fits = std::is_same_v<G, BasicVariable<T>>;
      static_assert(fits || std::is_void_v<G> || std::is_same_v<G, BasicTensor<T>>,
                    "record: a rule must return a Variable of the op's scalar, the cotangent of its input");
      if constexpr (fits) {
        return Rule(std::move(f), [](const void* rule, Pullback<T>& p, std::span<BasicVariable<T>> out) {
          out[0] = (*static_cast<const F*>(rule))(p);
        });
      }
    }
    return {};  // after one of the messages above
  }

  // f(pullback, cotangents) fills in the cotangents of all inputs that need one, in one pass.
  template <class F>
  static Rule joint(F f) {
    constexpr bool takes = std::is_invocable_v<const F&, Pullback<T>&, std::span<BasicVariable<T>>>;
    static_assert(takes, "record_joint: the rule takes a pullback and the inputs' cotangents, which it fills in");
    if constexpr (takes) {
      return Rule(std::move(f), [](const void* rule, Pullback<T>& p, std::span<BasicVariable<T>> out) {
        (*static_cast<const F*>(rule))(p, out);
      });
    }
    return {};
  }

  // Calls it; `out` has one place, or, if it is joint, one for each input.
  void operator()(Pullback<T>& p, std::span<BasicVariable<T>> out) const {
    call_(large_ ? large_.get() : static_cast<const void*>(small_.data()), p, out);
  }

  void release() { large_.reset(); }  // drops what it has captured; it is not called any more

 private:
  using Call = void (*)(const void*, Pullback<T>&, std::span<BasicVariable<T>>);

  template <class F>
  Rule(F f, Call call) : call_(call) {
    if constexpr (std::is_trivially_copyable_v<F> && sizeof(F) <= sizeof(small_) && alignof(F) <= alignof(Call)) {
      if constexpr (!std::is_empty_v<F>) std::memcpy(small_.data(), &f, sizeof(F));
    } else {
      large_ = std::make_shared<const F>(std::move(f));
    }
  }

  Call call_ = nullptr;
  std::shared_ptr<const void> large_;
  alignas(Call) std::array<std::byte, 16> small_;
};

// One row of an op: input, reads, rule. A row without `reads` may read all inputs and the output. A rule may be called
// after the function that recorded it has returned, so its captures must be copies, not references.
template <class T>
struct Row {
  template <class F>
  Row(const BasicVariable<T>& input_, Reads reads_, F rule_) : input(input_), reads(reads_), rule(Rule<T>::of(std::move(rule_))) {}
  template <class F>
  Row(const BasicVariable<T>& input_, F rule_) : Row(input_, reads::everything, std::move(rule_)) {}

  const BasicVariable<T>& input;
  Reads reads;
  Rule<T> rule;
};

}  // namespace tg
