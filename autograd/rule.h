// Rule: how a cotangent travels back through an op. An op gives for each of its inputs: the input, the rule's formula,
// what the rule reads, and the rule itself, a function from the cotangent of the output to the cotangent of that input.
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
template <class T> class Context {
 public:
  BasicVariable<T> g;                                   // the cotangent of the output; the rule may move from it
  BasicVariable<T> x(int i) const;                      // input i; throws if the rule has not declared that it reads it
  BasicVariable<T> y() const;                           // the output; likewise
  bool needs(int i) const;                              // whether input i needs a cotangent
  Shape shape(int i) const;                             // the shape of an input that needs one; throws for a constant
  bool creates_graph() const { return create_graph_; }  // whether the sweep records itself

 private:
  friend class BasicTape<T>;
  const typename BasicTape<T>::Edge& edge(int i) const;
  Context(BasicTape<T>& tape, std::int64_t entry, bool create_graph)
      : tape_(tape), entry_(entry), create_graph_(create_graph) {}

  BasicTape<T>& tape_;
  std::int64_t entry_;
  bool create_graph_;
};

// A rule of any callable type. For speed: one with few captures and no destructor, as nearly all are, is held in place.
template <class T> class Rule {
 public:
  Rule() = default;

  // f(ctx) returns the cotangent of one input.
  template <class F> static Rule of(F f) {
    constexpr bool takes = std::is_invocable_v<const F&, Context<T>&>;
    static_assert(takes, "record: a rule takes a context and returns a cotangent: "
                         "[](auto& ctx) { return ctx.g * ctx.y(); }");
    if constexpr (takes) {
      using G = std::remove_cvref_t<std::invoke_result_t<const F&, Context<T>&>>;
      static_assert(!std::is_void_v<G>, "record: this rule returns nothing; it must return the cotangent of its input");
      static_assert(
          !std::is_same_v<G, BasicTensor<T>>,
          "record: this rule returns a Tensor, which has no derivative in turn; compute a Variable from ctx.g, "
          "ctx.x(i) and ctx.y() themselves, not from their value()");
      constexpr bool fits = std::is_same_v<G, BasicVariable<T>>;
      static_assert(fits || std::is_void_v<G> || std::is_same_v<G, BasicTensor<T>>,
                    "record: a rule must return a Variable of the op's scalar, the cotangent of its input");
      if constexpr (fits) {
        return Rule(std::move(f), [](const void* rule, Context<T>& ctx, std::span<BasicVariable<T>> out) {
          out[0] = (*static_cast<const F*>(rule))(ctx);
        });
      }
    }
    return {};  // after one of the messages above
  }

  // f(ctx, cotangents) fills in the cotangents of all inputs that need one, in one pass.
  template <class F> static Rule joint(F f) {
    constexpr bool takes = std::is_invocable_v<const F&, Context<T>&, std::span<BasicVariable<T>>>;
    static_assert(takes, "record_joint: the rule takes a context and the inputs' cotangents, which it fills in");
    if constexpr (takes) {
      return Rule(std::move(f), [](const void* rule, Context<T>& ctx, std::span<BasicVariable<T>> out) {
        (*static_cast<const F*>(rule))(ctx, out);
      });
    }
    return {};
  }

  // Calls it; `out` has one place, or, if it is joint, one for each input.
  void operator()(Context<T>& ctx, std::span<BasicVariable<T>> out) const {
    call_(large_ ? large_.get() : static_cast<const void*>(small_.data()), ctx, out);
  }

  void release() { large_.reset(); }  // drops what it has captured; it is not called any more

 private:
  using Call = void (*)(const void*, Context<T>&, std::span<BasicVariable<T>>);

  template <class F> Rule(F f, Call call) : call_(call) {
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

// An op's name and its formula, and that of its joint rule if it has one. Formulas may be left out. All are string
// literals, so that a tape may keep the pointers.
struct Op {
  consteval Op(const char* name_, const char* formula_ = "", const char* rule_ = "")
      : name(name_), formula(formula_), rule(rule_) {}
  const char *name, *formula, *rule;
};
struct Formula {
  consteval Formula(const char* literal = "") : text(literal) {}
  const char* text;
};

// One input of an op, the formula of its cotangent, what its rule reads, and the rule. The formula may be left out, and
// without `reads` the rule may read all inputs and the output. A rule may be called after the function that recorded it
// has returned, so its captures must be copies, not references.
template <class T> struct InputRule {
  template <class F>
  InputRule(const BasicVariable<T>& input_, Formula formula_, Reads reads_, F rule_)
      : input(input_), formula(formula_), reads(reads_), rule(Rule<T>::of(std::move(rule_))) {}
  template <class F>
  InputRule(const BasicVariable<T>& input_, Reads reads_, F rule_) : InputRule(input_, {}, reads_, std::move(rule_)) {}
  template <class F>
  InputRule(const BasicVariable<T>& input_, F rule_) : InputRule(input_, {}, reads::everything, std::move(rule_)) {}

  const BasicVariable<T>& input;
  Formula formula;
  Reads reads;
  Rule<T> rule;
};

}  // namespace tg
