#!/bin/sh
# Wrong programs: what the compiler says of them holds one line that tells what to do. All mistakes stand in one file,
# which is compiled once.
. tests/packaging/checks
BUILD=${BUILD:-build}
compile="$(sed 's/ : .*//' "$BUILD/flags") -I. -w -fsyntax-only"

cat > "$work/wrong.cpp" << 'END'
#include "nn/nn.h"
using namespace tg;

void elementwise_of(Tensor x, Variable w) {
  elementwise([](auto v) { return std::exp(v); }, x);
  elementwise([](auto v) { return std::max(v, 0); }, x);
  elementwise([w](auto v) { return v * w; }, x);
  elementwise([](float v) { return v; }, x);
  elementwise([](Number<float> v) { return v; }, w);  // and not on dual numbers
  elementwise([](auto a, auto) { return a; }, w);
  elementwise([](auto) { return 0; }, w);
}
void pooling_of(Tensor q) {
  attention_pooling([](auto a, auto b) { return std::exp(a - b); }, q, q, q);
  attention_weights([](auto a, auto b) { return a - b; }, [](auto s) { return std::exp(s); }, q, q);
}
void values(Variable x) {
  record("an expression", exp(x), {{x, [](auto& ctx) { return ctx.g * ctx.y(); }}});
  record("a function of one", [&] { return exp(x); }, {{x, [](auto& ctx) { return ctx.g * ctx.y(); }}});
  record("a number", 2.0, {{x, [](auto& ctx) { return ctx.g; }}});
  record("a mask", x.value() > 0, {{x, [](auto& ctx) { return ctx.g; }}});
  record_joint<float>("joint", exp(x), std::span<const Variable>(&x, 1), reads::nothing, [](auto&, auto) {});
}
void rules(Variable x) {
  record("of nothing", exp(x.value()), {{x, [](auto& ctx) { ctx.g * ctx.y(); }}});
  record("of a Variable", exp(x.value()), {{x, [](const Variable& g) { return g; }}});
  record("a Tensor", exp(x.value()), {{x, [](auto& ctx) { return ctx.g.value() * 2; }}});
  record("a number", exp(x.value()), {{x, [](auto&) { return 1; }}});
  record("doubles", exp(x.value()), {{x, [](auto&) { return Variable64(1); }}});
  record_joint<float>("joint", exp(x.value()), std::span<const Variable>(&x, 1), reads::nothing, [](Variable) {});
}
void operands(Tensor x, Tensor64 y, Variable w) {
  x + y;
  w * (x > 0);
  maximum(w, argmax(x));
}
END
limit=-ferror-limit=0  # clang stops after 20 otherwise
$compile $limit -x c++ /dev/null 2> /dev/null || limit=
$compile $limit "$work/wrong.cpp" > "$work/messages" 2>&1
told=$?

# says COUNT TEXT: it is the message of so many mistakes. (Two mistakes of the same types are told once.)
says() {
  count=$(grep 'error: static' "$work/messages" | grep -Fc -- "$2")
  [ "$count" = "$1" ] || { echo "$count times, and not $1: $2"; grep 'error:' "$work/messages"; false; }
}
lambdas() {
  says 6 "elementwise: the lambda must take one argument an input, by value or const reference, all auto, and be \
callable on tg's numbers: exp, not std::exp; pass a Variable as an input" &&
    says 1 "elementwise: the lambda must return the type of its arguments; write where(x > 0, x, 0) instead of a bare \
literal or a comparison, and x * 0 + c for a constant" &&
    says 1 "attention pooling: the score must be a lambda of a query, a key and one argument for each parameter, all \
auto, that returns their type; write q * 0 + 1 instead of a bare literal, exp instead of std::exp, and pass a Variable \
as a parameter" &&
    says 1 "attention pooling: the second lambda takes the sum over the features, as auto, and returns its type; write \
exp instead of std::exp, and pass a Variable to the first"
}
ops_of_ones_own() {
  says 3 "record: the value must be a Tensor of floats or doubles, or a function that returns one: exp(x.value()), not \
exp(x), which records itself" &&
    says 1 "record: this rule returns nothing; it must return the cotangent of its input" &&
    says 1 "record: a rule takes a context and returns a cotangent: [](auto& ctx) { return ctx.g * ctx.y(); }" &&
    says 1 "record: this rule returns a Tensor, which has no derivative in turn; compute a Variable from ctx.g, \
ctx.x(i) and ctx.y() themselves, not from their value()" &&
    says 2 "record: a rule must return a Variable of the op's scalar, the cotangent of its input" &&
    says 1 "record_joint: the rule takes a context and the inputs' cotangents, which it fills in"
}
operands() {
  says 1 "tg: one operand holds floats, the other doubles; convert one with cast<double>(x)" &&
    says 1 "tg: one operand is a Mask, the other holds numbers; cast<float>(mask) is 1 where it is true" &&
    says 1 "tg: one operand is an IndexTensor, the other holds floats or doubles; convert the indices with \
cast<float>(x)"
}
# Nothing else comes from inside the library, where a reader would search for a mistake of his own.
nothing_deeper() {
  [ "$told" != 0 ] &&
    ! grep -E '^(\./)?(tensor|autograd|nn)/[a-z_/]*\.h:.* error: ' "$work/messages" | grep -v 'error: static'
}
check "lambdas that cannot be called say how to write them" lambdas
check "record() says what its value and its rules must be" ops_of_ones_own
check "operands of different scalars are told by what they hold" operands
check "a mistake is found before the library's own code stumbles over it" nothing_deeper

# Compiled so that NaN and infinity are taken not to exist, a program must not include the library.
echo '#include "tensor/tensor.h"' > "$work/fast.cpp"
refused() {
  if message=$($compile "$1" "$work/fast.cpp" 2>&1); then echo "$1 compiles" && return 1; fi
  echo "$message" | grep "error: .*tapegrad: -ffast-math, -Ofast and -ffinite-math-only are refused: lambdas would \
lose NaN and infinity"
}
fast_math_is_refused() {
  refused -ffast-math && refused -Ofast && refused -ffinite-math-only &&
    $compile -ffast-math -fno-finite-math-only "$work/fast.cpp"
}
check "a program compiled with -ffast-math is refused" fast_math_is_refused

finish
