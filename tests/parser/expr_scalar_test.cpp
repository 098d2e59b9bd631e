#include <doctest/doctest.h>

#include "parser/expr/ast.hpp"
#include "tests/parser/expr_eval.hpp"

using namespace runner::expr;

namespace {

Allowed step_names() {
  return {{"github", "env", "matrix", "x"},
          {{"success", 0, 0}, {"failure", 0, 0}, {"always", 0, 0}, {"cancelled", 0, 0}}};
}

// The result of a scalar: "text: ..." for plain text, else the value as JSON.
std::string scalar(const std::string& text, const Allowed& allowed = step_names()) {
  try {
    const auto parsed = parse_scalar(text, allowed);
    if (parsed.insert) return "insert";
    if (!parsed.expression) return "text: " + parsed.text;
    return to_json_line(evaluate(*parsed.expression, Scope{.contexts = {{"x", Value(5.0)}}, .call = {}}));
  } catch (const std::runtime_error& error) {
    return std::string("error: ") + error.what();
  }
}

std::string condition(const std::string& text, bool* suspicious = nullptr) {
  try {
    return parse_condition(text, step_names(), suspicious)->source;
  } catch (const ParseError& error) {
    return std::string("error: ") + error.what();
  }
}

}  // namespace

TEST_CASE("expr: a scalar is text, one expression, or text with expressions") {
  const std::string unclosed =
      "error: The expression is not closed. An unescaped ${{ sequence was found, but the closing "
      "}} sequence was not found.";
  const std::string empty = "error: An expression was expected";
  const std::pair<std::string, std::string> cases[] = {
      {"{{ x }}", "text: {{ x }}"},
      {"$x", "text: $x"},
      {"${{ 1 }}", "1"},
      {"${{x}}", "5"},
      {"${{ 1 }} ", "\"1 \""},
      {"${{ 1 }}\n", "\"1\\n\""},
      {"x${{ null }}y", "\"xy\""},
      {"${{ '{' }}{0}", "\"{{0}\""},
      {"${{ true }}${{ 1.50 }}", "\"true1.5\""},
      {"it's {${{ x }}}", "\"it's {5}\""},
      {"${{ 'a''b' }}", "text: a'b"},
      {"${{ ('a') }}", "\"a\""},
      {"${{ 'a' == 'b' }}", "false"},
      {"${{ 'a' }} ", "\"a \""},
      {"echo ${{ '${{ kept }}' }}", "\"echo ${{ kept }}\""},
      {"${{ '}}' }}", "text: }}"},
      {"${{ 'it''s }}' }}", "text: it's }}"},
      {"${{ x }} }}", "\"5 }}\""},
      {"${{ fromJSON('[1]') }}", "[1]"},
      {"a ${{ fromJSON('[1]') }}", "\"a Array\""},
      {"${{ insert }}", "insert"},
      {"${{\u00A0insert\n}}", "insert"},
      {"a ${{ insert }}",
       "error: The directive 'insert' is not allowed in this context. It has to be the whole key of a "
       "mapping."},
      {"${{ x", unclosed},
      {"${{ 'x }}", unclosed},
      {"a ${{ x }} ${{", unclosed},
      {"${{ }}", empty},
      {"${{}}", empty},
      {"a ${{ \u2003 }}", empty},
      {"a ${{ nope }}",
       "error: Unrecognized named-value: 'nope'. Located at position 1 within expression: nope"},
      {"${{ x }} ${{ no b }}",
       "error: Unrecognized named-value: 'no'. Located at position 1 within expression: no b"},
      {"${{ 1, 2 }} b", "error: Unexpected symbol: ','. Located at position 2 within expression: 1, 2"},
  };
  for (const auto& [text, want] : cases) {
    const auto& shown = text;
    CAPTURE(shown);
    CHECK(scalar(text) == want);
  }
}

TEST_CASE("expr: where no expression may stand a literal may") {
  const Allowed none;
  CHECK(scalar("${{ 'a' }}", none) == "text: a");
  CHECK(scalar("plain", none) == "text: plain");
  const std::string refused = "error: A template expression is not allowed in this context";
  for (const char* text :
       {"${{ 1 }}", "a ${{ 'b' }}", "${{ format('a') }}", "${{ 'a' == 'b' }}", "${{ github.ref }}"}) {
    CAPTURE(text);
    CHECK(scalar(text, none)
              .starts_with(std::string(text).find("==") == std::string::npos ? refused : "error: "));
  }
}

TEST_CASE("expr: the format that a scalar with text becomes keeps the limits") {
  const auto with_text = [](size_t length) { return scalar("${{ x }}" + std::string(length, '-')); };
  // format('{0}---', x) is 16 characters without the text.
  CHECK(with_text(21'000 - 16) == "\"5" + std::string(21'000 - 16, '-') + "\"");
  CHECK(with_text(21'001 - 16) == "error: Exceeded max expression length 21000");
  CHECK(scalar("${{ x }}" + std::string(10'493, '\'')) == "error: Exceeded max expression length 21000");
  CHECK(scalar(std::string(100'000, '{')).starts_with("text: {"));
  CHECK(scalar("${{ x }}" + std::string(1'000'000, '{')) == "error: Exceeded max expression length 21000");
  CHECK(scalar("${{ " + std::string(49, '!') + "x }}") == "false");
  CHECK(scalar("a${{ " + std::string(49, '!') + "x }}") == "error: Exceeded max expression depth 50");
  std::string many;
  for (int i = 0; i < 254; ++i) many += "${{x}}";
  CHECK(scalar(many) == "\"" + std::string(254, '5') + "\"");
  CHECK(scalar(many + "${{x}}")
            .starts_with("error: Too many parameters supplied: '('. Located at position 7 within"));
}

TEST_CASE("expr: a condition holds only while all is well, unless it asks for the status") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "success()"},
      {" \n", "success()"},
      {"${{ '' }}", "success()"},
      {"false", "success() && (false)"},
      {"123", "success() && (123)"},
      {"x == 1 || x", "success() && (x == 1 || x)"},
      {"${{ x }}", "success() && (x)"},
      {"always()", "always()"},
      {"${{ ALWAYS() }}", "ALWAYS()"},
      {"x && !(failure() || false)", "x && !(failure() || false)"},
      {"contains(x, cancelled())", "contains(x, cancelled())"},
      {"'success()'", "success() && ('success()')"},
      {"github.success", "success() && (github.success)"},
      {"${{ 'x' }}", "success() && (x)"},  // a literal alone is plain text, which is then the expression
      {"x == ${{ 'b' }}", "success() && (format('x == {0}', 'b'))"},
      {"nope", "error: Unrecognized named-value: 'nope'. Located at position 1 within expression: nope"},
      {"x) || (x", "error: Unexpected symbol: ')'. Located at position 2 within expression: x) || (x"},
      {"${{ insert }}", "error: The directive 'insert' is not allowed in this context."},
  };
  for (const auto& [text, want] : cases) {
    const auto& shown = text;
    CAPTURE(shown);
    CHECK(condition(text) == want);
  }
}

TEST_CASE("expr: a condition with text around its markers is always true, and said to be") {
  const std::pair<const char*, bool> cases[] = {
      {"x == ${{ 'b' }}", true}, {"${{ x }} ", true}, {"${{ x }}\n", true},
      {"${{ x }}", false},       {"x", false},        {"", false},
      {"${{ 'x' }}", false},
  };
  for (const auto& [text, want] : cases) {
    const auto& shown = text;
    CAPTURE(shown);
    bool suspicious = !want;
    condition(text, &suspicious);
    CHECK(suspicious == want);
  }
}

TEST_CASE("expr: what an expression reads and calls") {
  using Paths = std::vector<std::string>;
  const std::pair<const char*, Paths> cases[] = {
      {"secrets.TOKEN", {"secrets.token"}},
      {"steps.a.outputs['B']", {"steps.a.outputs.b"}},
      {"secrets[format('HOST_{0}', matrix.server)]", {"matrix.server", "secrets.*"}},
      {"toJSON(matrix)", {"matrix"}},
      {"a.*.b", {"a.*"}},
      {"a[*].b", {"a.*"}},
      {"a[b.c].d[e]", {"b.c", "e", "a.*"}},
      {"fromJSON(a.b).c", {"a.b"}},
      {"a[0].b", {"a.0.b"}},
      {"!a.b && c == 'd.e'", {"a.b", "c"}},
      {"1 == 2", {}},
  };
  for (const auto& [source, want] : cases) {
    const auto& shown = source;
    CAPTURE(shown);
    CHECK(references(*parse_any(source)) == want);
  }
  CHECK(calls(*parse_any("a || (b && toJson(c))"), {"tojson"}));
  CHECK(calls(*parse_any("a[format('b')]"), {"join", "format"}));
  CHECK_FALSE(calls(*parse_any("'format()' == format"), {"format"}));
}
