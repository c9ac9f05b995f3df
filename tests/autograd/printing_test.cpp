// The tape as a table and as a graph, to the last blank.
#include "tests/support.h"

using namespace tests;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(print_a_traced_tape) {
  Variable a(2.0f, true);
  Tape tape({.trace = true});
  Variable b = a + a, c = b * b + a;
  BOOST_TEST(text_of(tape) ==
             "#   op    inputs  shape  value\n"
             "x0  leaf          ()     2\n"
             "%0  add   x0, x0  ()     4\n"
             "%1  mul   %0, %0  ()     16\n"
             "%2  add   %1, x0  ()     18\n");
  tape.backward(c);
  BOOST_TEST(a.grad().item() == 17);
  BOOST_TEST(text_of(tape) ==
             "#   op    inputs  shape  value  cotangent\n"
             "x0  leaf          ()     2      17\n"
             "%0  add   x0, x0  ()     4      8\n"
             "%1  mul   %0, %0  ()     16     1\n"
             "%2  add   %1, x0  ()     18     1\n");
}

// A plain tape shows the values it still holds: exp's output, which its rule reads.
BOOST_AUTO_TEST_CASE(print_a_plain_tape) {
  Variable w(Tensor{{0, 0}, {0, 0}, {0, 0}}, true), v(ones({2}), true);
  Tape tape;
  Variable y = sum(exp(w) * v + Tensor{1, 2});
  BOOST_TEST(text_of(tape) ==
             "#   op    inputs     shape   value\n"
             "x0  leaf             (3, 2)  [0, 0, 0, 0, ...]\n"
             "x1  leaf             (2)     [1, 1]\n"
             "%0  exp   x0         (3, 2)  [1, 1, 1, 1, ...]\n"
             "%1  mul   %0, x1     (3, 2)\n"
             "%2  add   %1, const  (3, 2)\n"
             "%3  sum   %2         ()\n");
  tape.backward(y);
  BOOST_TEST(text_of(tape) ==
             "#   op    inputs     shape   value\n"
             "x0  leaf             (3, 2)  [0, 0, 0, 0, ...]\n"
             "x1  leaf             (2)     [1, 1]\n"
             "%0  exp   x0         (3, 2)\n"
             "%1  mul   %0, x1     (3, 2)\n"
             "%2  add   %1, const  (3, 2)\n"
             "%3  sum   %2         ()\n");
}

BOOST_AUTO_TEST_CASE(print_an_empty_tape) {
  Tape tape;
  BOOST_TEST(text_of(tape) == "#  op  inputs  shape\n");
  BOOST_TEST(tape.to_dot() == "digraph tape {\n  rankdir=LR;\n  node [shape=box, fontname=\"DejaVu Sans\"];\n}\n");
}

// The same in every language, for a table of 1,000 entries or more too.
BOOST_AUTO_TEST_CASE(print_with_a_decimal_point) {
  auto texts = [] {
    Variable64 a(0.5, true), many(expand(Tensor64{0.25}, {1500}), true);
    Tape64 tape({.trace = true});
    Variable64 y = a + sum(many);
    for (int i = 0; i < 1100; ++i) y = y * 1.5;
    tape.gradient(y, {a});
    const std::string check = error_of([] {
      gradcheck([](const auto& x) { return x[0].detach() * 2; }, {Variable64(Tensor64{12345.5}, true)}, {.eps = 0.5});
    });
    return text_of(tape) + tape.to_dot() + text_of(y) + check;
  };
  const std::string expected = texts();
  BOOST_TEST(expected.find("%1101  mul   %1100, const  ()") != std::string::npos);
  BOOST_TEST(expected.find("n1100 -> n1101;") != std::string::npos);
  BOOST_TEST(expected.find("0.25, ...]") != std::string::npos);
  BOOST_TEST(expected.find(", but 2 by finite") != std::string::npos, expected.substr(expected.size() - 300));
  const GermanStreams german;
  BOOST_TEST((texts() == expected));
}

BOOST_AUTO_TEST_CASE(print_honours_precision) {
  Variable64 a(1.0 / 3, true);
  Tape64 tape({.trace = true});
  Variable64 y = a * 2;
  std::ostringstream out;
  out.precision(3);
  out << tape;
  BOOST_TEST(out.str() ==
             "#   op    inputs     shape  value\n"
             "x0  leaf             ()     0.333\n"
             "%0  mul   x0, const  ()     0.667\n");
  BOOST_TEST(y.defined());
}

// Entries that the sweep does not reach, and a sweep after a sweep.
BOOST_AUTO_TEST_CASE(print_the_last_sweep) {
  Variable a(3.0f, true), b(5.0f, true);
  Tape tape({.trace = true});
  Variable x = a * a, y = b * 2;
  tape.backward(x, {.retain = true});
  BOOST_TEST(text_of(tape) ==
             "#   op    inputs     shape  value  cotangent\n"
             "x0  leaf             ()     3      6\n"
             "x1  leaf             ()     5\n"
             "%0  mul   x0, x0     ()     9      1\n"
             "%1  mul   x1, const  ()     10\n");
  tape.backward(y);
  BOOST_TEST(text_of(tape) ==
             "#   op    inputs     shape  value  cotangent\n"
             "x0  leaf             ()     3\n"
             "x1  leaf             ()     5      2\n"
             "%0  mul   x0, x0     ()     9\n"
             "%1  mul   x1, const  ()     10     1\n");
}

// The values that the table shows: on a plain tape those of the leaves and what it still holds.
BOOST_AUTO_TEST_CASE(to_dot) {
  Variable w(ones({3}), true), b(1.0f, true);
  Tape tape;
  Variable y = sum(exp(w * 0)) + b;
  BOOST_TEST(tape.to_dot() ==
             "digraph tape {\n"
             "  rankdir=LR;\n"
             "  node [shape=box, fontname=\"DejaVu Sans\"];\n"
             "  x0 [label=\"x0\\n(3)\\nvalue [1, 1, 1]\", shape=ellipse];\n"
             "  x1 [label=\"x1\\n()\\nvalue 1\", shape=ellipse];\n"
             "  n0 [label=\"%0 mul\\n(3)\"];\n"
             "  x0 -> n0;\n"
             "  n1 [label=\"%1 exp\\n(3)\\nvalue [1, 1, 1]\"];\n"
             "  n0 -> n1;\n"
             "  n2 [label=\"%2 sum\\n()\"];\n"
             "  n1 -> n2;\n"
             "  n3 [label=\"%3 add\\n()\"];\n"
             "  n2 -> n3;\n"
             "  x1 -> n3;\n"
             "}\n");
  BOOST_TEST(y.defined());
}

// With trace all values, and the cotangents of the last sweep where it went. A long tensor is cut as in the table.
BOOST_AUTO_TEST_CASE(to_dot_of_a_traced_tape) {
  Variable w(ones({5}), true);
  Tape tape({.trace = true});
  Variable y = sum(w * 2), z = y * 3;
  BOOST_TEST(tape.to_dot().find("cotangent") == std::string::npos);
  tape.backward(y);
  BOOST_TEST(tape.to_dot() ==
             "digraph tape {\n"
             "  rankdir=LR;\n"
             "  node [shape=box, fontname=\"DejaVu Sans\"];\n"
             "  x0 [label=\"x0\\n(5)\\nvalue [1, 1, 1, 1, ...]\\ncotangent [2, 2, 2, 2, ...]\", shape=ellipse];\n"
             "  n0 [label=\"%0 mul\\n(5)\\nvalue [2, 2, 2, 2, ...]\\ncotangent [1, 1, 1, 1, ...]\"];\n"
             "  x0 -> n0;\n"
             "  n1 [label=\"%1 sum\\n()\\nvalue 10\\ncotangent 1\"];\n"
             "  n0 -> n1;\n"
             "  n2 [label=\"%2 mul\\n()\\nvalue 30\"];\n"
             "  n1 -> n2;\n"
             "}\n");
  BOOST_TEST(z.defined());
}

// A name of one's own may hold anything that Graphviz would read as more than text.
BOOST_AUTO_TEST_CASE(to_dot_escapes_names) {
  Variable a(1.0f, true);
  Tape tape;
  record("say \"hi\" \\ there", a.value(), {{a, reads::nothing, [](auto& ctx) { return ctx.g; }}});
  BOOST_TEST(tape.to_dot().find("n0 [label=\"%0 say \\\"hi\\\" \\\\ there\\n()\"];") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
