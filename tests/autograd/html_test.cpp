// The tape as a page to step through: the data that the page's script draws. (The page in a browser: tests/docs.)
#include "tests/support.h"

using namespace tests;

namespace {

// What stands between two texts, the first time that both do.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t from = text.find(begin);
  if (from == std::string::npos) return "(no " + begin + ")";
  return text.substr(from + begin.size(), text.find(end, from + begin.size()) - from - begin.size());
}

std::string data_of(const std::string& page) { return between(page, "id=\"tape\">\n", "\n</script>"); }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

// How many numbers the page has of a tensor, which is the only one of its shape.
std::size_t numbers_of(const std::string& page, const std::string& shape) {
  const std::string tensor = between(page, "\"shape\": \"" + shape + "\"", "}");
  return count(between(tensor, "\"numbers\": [", "]"), ",") + 1;
}

// An op without formulas, whose name tries to end what it stands in.
Variable mine(const Variable& x) {
  return record({"a \"\\\n</script>"}, x.value(), {{x, reads::nothing, [](auto& ctx) { return ctx.g; }}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(html_holds_what_the_tape_holds) {
  Variable a(2.0f, true);
  Tape tape({.trace = true});
  Variable b = a + a, c = b * b + a;
  const std::string before =
      "{\"rows\": [\n"
      "{\"name\": \"x0\", \"op\": \"leaf\", \"value\": 0, \"cotangent\": null},\n"
      "{\"name\": \"%0\", \"op\": \"add\", \"formula\": \"y = a + b\", \"value\": 1, \"cotangent\": null, \"inputs\": "
      "[{\"from\": \"x0\", \"value\": 0, \"rule\": \"ā = ȳ\", \"handed\": null}, "
      "{\"from\": \"x0\", \"value\": 0, \"rule\": \"b̄ = ȳ\", \"handed\": null}]},\n";
  const std::string page = tape.to_html("A tape"), data = data_of(page);
  BOOST_TEST(data.starts_with(before), data);
  BOOST_TEST(data.find("\"start\": null") != std::string::npos);
  BOOST_TEST(page.find("<title>A tape</title>") != std::string::npos);
  BOOST_TEST(between(page, "<pre>", "</pre>") == text_of(tape));

  tape.backward(c);
  BOOST_TEST(
      data_of(tape.to_html("A tape")) ==
      "{\"rows\": [\n"
      "{\"name\": \"x0\", \"op\": \"leaf\", \"value\": 0, \"cotangent\": 1},\n"
      "{\"name\": \"%0\", \"op\": \"add\", \"formula\": \"y = a + b\", \"value\": 2, \"cotangent\": 3, \"inputs\": "
      "[{\"from\": \"x0\", \"value\": 0, \"rule\": \"ā = ȳ\", \"handed\": 3}, "
      "{\"from\": \"x0\", \"value\": 0, \"rule\": \"b̄ = ȳ\", \"handed\": 3}]},\n"
      "{\"name\": \"%1\", \"op\": \"mul\", \"formula\": \"y = a b\", \"value\": 4, \"cotangent\": 5, \"inputs\": "
      "[{\"from\": \"%0\", \"value\": 2, \"rule\": \"ā = ȳ b\", \"handed\": 6}, "
      "{\"from\": \"%0\", \"value\": 2, \"rule\": \"b̄ = ȳ a\", \"handed\": 7}]},\n"
      "{\"name\": \"%2\", \"op\": \"add\", \"formula\": \"y = a + b\", \"value\": 8, \"cotangent\": 5, \"inputs\": "
      "[{\"from\": \"%1\", \"value\": 4, \"rule\": \"ā = ȳ\", \"handed\": 5}, "
      "{\"from\": \"x0\", \"value\": 0, \"rule\": \"b̄ = ȳ\", \"handed\": 5}]}],\n"
      "\"start\": \"%2\",\n\"tensors\": [\n" +
          [] {
            std::string tensors;
            for (const char* number : {"2", "17", "4", "8", "16", "1", "4", "4", "18"}) {
              tensors += std::string(tensors.empty() ? "" : ",\n") +
                         "{\"shape\": \"()\", \"rows\": 1, \"columns\": 1, \"row_step\": 1, \"column_step\": 1, "
                         "\"first\": [" +
                         number + "], \"numbers\": [" + number + "]}";
            }
            return tensors + "]}";
          }());
}

BOOST_AUTO_TEST_CASE(html_needs_trace) {
  Variable a(2.0f, true);
  Tape tape;
  Variable b = a + a;
  CHECK_ERROR(tape.to_html("A tape"),
              "tape.to_html: this tape has not kept its numbers. Make it with trace, as Tape tape({.trace = true})");
  BOOST_TEST(b.defined());
}

// Nothing is loaded, and no text of the user's ends an element.
BOOST_AUTO_TEST_CASE(html_is_one_page) {
  Variable x(Tensor{1, 2}, true);
  Tape tape({.trace = true});
  tape.backward(sum(mine(x)));
  const std::string page = tape.to_html("</title><b>&");
  for (const char* loads : {" src=", " href=", "url(", "@import", "fetch(", "XMLHttpRequest"}) {
    BOOST_TEST(page.find(loads) == std::string::npos, loads);
  }
  BOOST_TEST(count(page, "<title>&lt;/title>&lt;b>&amp;</title>") == 1);
  BOOST_TEST(count(page, "<h1>&lt;/title>&lt;b>&amp;</h1>") == 1);
  BOOST_TEST(count(page, "</script>") == 2);
  BOOST_TEST(count(page, "\"op\": \"a \\u0022\\u005c\\u000a\\u003c/script>\", \"formula\": \"\"") == 1);
}

// What the sweep was not asked for, or cannot hand on, stays empty; a constant is shown even if no rule reads it.
BOOST_AUTO_TEST_CASE(html_of_a_gradient) {
  Variable x(Tensor{1, 2}, true), y(Tensor{3, 4}, true);
  Tape tape({.trace = true});
  Variable z = x * y, unused = z + Tensor{5, 6};
  tape.gradient(sum(z), {x});
  const std::string data = data_of(tape.to_html(""));
  BOOST_TEST(data.find("{\"from\": \"x0\", \"value\": 0, \"rule\": \"ā = ȳ b\", \"handed\": 1}, "
                       "{\"from\": \"x1\", \"value\": 2, \"rule\": \"b̄ = ȳ a\", \"handed\": null}") !=
                 std::string::npos,
             data);
  BOOST_TEST(data.find("{\"from\": \"const\", \"value\": 6, \"rule\": \"b̄ = ȳ\", \"handed\": null}") !=
                 std::string::npos,
             data);
  BOOST_TEST(data.find("\"first\": [5,6]") != std::string::npos);
  BOOST_TEST(data.find("\"start\": \"%2\"") != std::string::npos);
  BOOST_TEST(unused.defined());
}

BOOST_AUTO_TEST_CASE(html_of_a_joint_rule) {
  Variable x(Tensor{1, 2}, true), y(Tensor{3}, true);
  Tape tape({.trace = true});
  tape.backward(sum(cat({x, y})));
  const std::string data = data_of(tape.to_html(""));
  BOOST_TEST(data.find("\"joint\": \"x̄ᵢ = ") != std::string::npos, data);
  BOOST_TEST(count(data, "\"rule\": \"\", \"handed\": ") == 2);
}

// A step of training changes a leaf: the page shows what the ops have read.
BOOST_AUTO_TEST_CASE(html_shows_the_value_that_was_read) {
  Variable x(Tensor{1}, true);
  Tape tape({.trace = true});
  tape.backward(sum(square(x)));
  const std::string before = data_of(tape.to_html(""));
  x.set_value(Tensor{7});
  BOOST_TEST(data_of(tape.to_html("")) == before);
}

BOOST_AUTO_TEST_CASE(html_cuts_tensors) {
  Variable x(ones({50, 49}), true), y(ones({3000}), true), z(ones({2000, 1, 3}), true), e(ones({0, 3}), true);
  Tape tape({.trace = true});
  tape.backward(sum(x) + sum(y) + sum(z) + sum(e));
  const std::string page = tape.to_html("");
  BOOST_TEST(numbers_of(page, "(50, 49)") == 25u * 25u);
  BOOST_TEST(numbers_of(page, "(3000)") == 1000u);
  BOOST_TEST(numbers_of(page, "(2000, 1, 3)") == 286u * 3u);
  BOOST_TEST(page.find("\"rows\": 50, \"columns\": 49, \"row_step\": 2, \"column_step\": 2, ") != std::string::npos);
  BOOST_TEST(page.find("\"shape\": \"(0, 3)\", \"rows\": 0, \"columns\": 3, \"row_step\": 1, \"column_step\": 1, "
                       "\"first\": [], \"numbers\": []") != std::string::npos);
}

// Every second number of every second row, whatever the layout.
BOOST_AUTO_TEST_CASE(html_cuts_by_rows_and_columns) {
  Variable x(transpose(reshape(arange(60 * 60), {60, 60})), true);
  Tape tape({.trace = true});
  Variable y = square(x);
  const std::string tensor = between(tape.to_html(""), "\"shape\": \"(60, 60)\"", "}");
  BOOST_TEST(tensor.find("\"first\": [0,60,120], \"numbers\": [0,120,240,") != std::string::npos, tensor);
  BOOST_TEST(tensor.ends_with("3418,3538]"), tensor);
  BOOST_TEST(y.defined());
}

BOOST_AUTO_TEST_CASE(html_in_every_language_and_of_every_number) {
  const auto page = [] {
    Variable64 x(Tensor64{0.5, 12345.5, 1e-9, -1.0 / 3}, true);
    Variable64 odd(Tensor64{static_cast<double>(inf), -static_cast<double>(inf), std::nan("")}, true);
    Tape64 tape({.trace = true});
    tape.backward(sum(x) + sum(odd));
    return tape.to_html("");
  };
  const std::string expected = page();
  BOOST_TEST(expected.find("\"numbers\": [0.5,12345.5,1e-09,-0.333333]") != std::string::npos);
  BOOST_TEST(expected.find("\"numbers\": [\"inf\",\"-inf\",\"nan\"]") != std::string::npos);
  const GermanStreams german;
  BOOST_TEST((page() == expected));
}

BOOST_AUTO_TEST_CASE(html_folds_long_tapes) {
  for (const int entries : {500, 501, 1000}) {
    Variable x(1.0f, true), late(2.0f, true);
    Tape tape({.trace = true});
    Variable y = x * 1.5f;
    for (int i = 1; i < entries; ++i) y = i == entries / 2 ? y * late : y * 1.0f;
    tape.backward(y);
    const std::string page = tape.to_html(""), table = between(page, "<pre>", "</pre>");
    BOOST_TEST(count(data_of(page), "\"name\": \"%") == 500u);
    BOOST_TEST(count(page, "\"folded\": ") == (entries > 500 ? 1u : 0u));
    BOOST_TEST(count(table, "\n") == (entries > 500 ? 504u : 503u));
    BOOST_TEST(table.ends_with(text_of(tape).substr(text_of(tape).rfind('%'))));
    if (entries != 1000) continue;
    BOOST_TEST(page.find("{\"folded\": 500, \"to\": [\"%249\", \"x1\"]},\n{\"name\": \"%750\"") != std::string::npos);
    BOOST_TEST(page.find("\"name\": \"%249\"") < page.find("\"folded\": "));
    BOOST_TEST(table.find("\n%249 ") < table.find("\n...\n%750 "));
  }
}

BOOST_AUTO_TEST_CASE(html_of_an_empty_tape) {
  Tape tape({.trace = true});
  BOOST_TEST(data_of(tape.to_html("")) == "{\"rows\": [\n],\n\"start\": null,\n\"tensors\": [\n]}");
}

// A rule that throws leaves the page of the sweep before.
BOOST_AUTO_TEST_CASE(html_after_a_sweep_that_throws) {
  Variable x(Tensor{1}, true);
  Tape tape({.trace = true});
  Variable y = sum(x * 2);
  Variable z = record({"bad"}, x.value(), {{x, reads::nothing, [](auto& ctx) { return ctx.x(0); }}}) * 3;
  tape.backward(y, {.retain = true});
  const std::string before = data_of(tape.to_html(""));
  CHECK_ERROR_BEGINS(tape.backward(z, {.retain = true}), "bad: ");
  BOOST_TEST(data_of(tape.to_html("")) == before);
}

BOOST_AUTO_TEST_SUITE_END()
