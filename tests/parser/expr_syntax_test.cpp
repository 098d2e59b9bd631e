#include <doctest/doctest.h>

#include "parser/expr/expression.hpp"
#include "tests/parser/expr_eval.hpp"

using namespace runner::expr;

namespace {

// The message of the error, without the source that ends it; "" when the source is right.
std::string parse_error(const std::string& source, const Allowed* allowed = nullptr) {
  try {
    allowed == nullptr ? parse_any(source) : parse(source, *allowed);
    return "";
  } catch (const ParseError& error) {
    const std::string message = error.what(), end = " within expression: " + source;
    if (allowed == nullptr && message.ends_with(end)) return message.substr(0, message.size() - end.size());
    return message;
  }
}

std::string at(const std::string& what, const std::string& token, int position) {
  return what + ": '" + token + "'. Located at position " + std::to_string(position);
}

std::string symbol(const std::string& token, int position) {
  return at("Unexpected symbol", token, position);
}
std::string end(const std::string& token, int position) {
  return at("Unexpected end of expression", token, position);
}

}  // namespace

TEST_CASE("expr: a token where none of its kind may stand is told with its place") {
  const std::pair<std::string, std::string> cases[] = {
      {"1..2", symbol("1..2", 1)},
      {"-x", symbol("-x", 1)},
      {"a b", symbol("b", 3)},
      {"\"a\"", symbol("\"a\"", 1)},
      {"a,b", symbol(",", 2)},
      {"@", symbol("@", 1)},
      {"x.1", symbol("1", 3)},
      {"1 =2", symbol("=2", 3)},
      {"1 = 2", symbol("=", 3)},
      {"a&b", symbol("&b", 2)},
      {"a | b", symbol("|", 3)},
      {"1-2", symbol("1-2", 1)},
      {"foo'x'", symbol("foo'x'", 1)},
      {"'abc'.x", symbol(".", 6)},
      {"1[0]", symbol("[", 2)},
      {"a..b", symbol(".", 3)},
      {"a.b(1)", symbol("(", 4)},
      {"(a", end("a", 2)},
      {"(a]", symbol("]", 3)},
      {"a[1)", symbol(")", 4)},
      {"a)", symbol(")", 2)},
      {"()", symbol(")", 2)},
      {"a[]", symbol("]", 3)},
      {"format(,'a')", symbol(",", 8)},
      {"format('a',)", symbol(")", 12)},
      {"format(('a','b'))", symbol(",", 12)},
      {"a['b','c']", symbol(",", 6)},
      {"*", symbol("*", 1)},
      {"a * b", symbol("*", 3)},
      {"== 1", symbol("==", 1)},
      {"a ! b", symbol("!", 3)},
      {".", symbol(".", 1)},
      {"+", symbol("+", 1)},
      {"a == 'it''s", symbol("'it''s", 6)},
      {"é", symbol("é", 1)},
      {"'😀' =", symbol("=", 6)},     // in UTF-16 units
      {"a\n == @", symbol("@", 7)},  // from the start of the source, not of the line
  };
  for (const auto& [source, want] : cases) {
    const auto& shown = source;
    CAPTURE(shown);
    CHECK(parse_error(source) == want);
  }
}

TEST_CASE("expr: an expression that stops too early is told with its last token") {
  const std::pair<std::string, std::string> cases[] = {
      {"a.", end(".", 2)},   {"format(", end("(", 7)},      {"a[1", end("1", 3)},
      {"!", end("!", 1)},    {"a ==", end("==", 3)},        {"a[", end("[", 2)},
      {"((a)", end(")", 4)}, {"format('a',", end(",", 11)}, {"a[*", end("*", 3)},
  };
  for (const auto& [source, want] : cases) {
    const auto& shown = source;
    CAPTURE(shown);
    CHECK(parse_error(source) == want);
  }
}

TEST_CASE("expr: functions take the number of arguments that they say") {
  const std::string few = "Too few parameters supplied", many = "Too many parameters supplied";
  const std::string even = "Even number of parameters supplied, requires an odd number of parameters";
  const std::pair<std::string, std::string> cases[] = {
      {"contains('a')", at(few, "(", 9)},
      {"startsWith('a')", at(few, "(", 11)},
      {"endsWith()", at(few, "(", 9)},
      {"format()", at(few, "(", 7)},
      {"join()", at(few, "(", 5)},
      {"toJSON()", at(few, "(", 7)},
      {"fromJSON()", at(few, "(", 9)},
      {"case(true, 1)", at(few, "(", 5)},
      {"contains('a', 'b', 'c')", at(many, "(", 9)},
      {"join('a', 'b', 'c')", at(many, "(", 5)},
      {"toJSON(1, 2)", at(many, "(", 7)},
      {"case(true, 1, false, 2)", at(even, "(", 5)},
      {"format( contains('a') ) @", at(few, "(", 17)},  // counted at the closing bracket: before what follows
  };
  for (const auto& [source, want] : cases) {
    const auto& shown = source;
    CAPTURE(shown);
    CHECK(parse_error(source) == want);
  }
  std::string arguments = "'x'";
  for (int i = 1; i < 255; ++i) arguments += ", 1";
  CHECK(parse_error("format(" + arguments + ")").empty());
  CHECK(parse_error("FORMAT(" + arguments + ", 1)") == at(many, "(", 7));
}

TEST_CASE("expr: only the names of the place are known, and the nearest one is offered") {
  const Allowed allowed{{"github", "env"}, {{"success", 0, 0}, {"hashFiles", 1, 255}}};
  CHECK(parse_error("github.ref && ENV.x && Success() && hashfiles('a')", &allowed).empty());
  const std::pair<std::string, std::string> cases[] = {
      {"githb.ref",
       "Unrecognized named-value: 'githb'. Located at position 1 within expression: githb.ref; did you "
       "mean \"github\"?"},
      {"false && matrix.x",
       "Unrecognized named-value: 'matrix'. Located at position 10 within expression: false && "
       "matrix.x"},
      {"True", "Unrecognized named-value: 'True'. Located at position 1 within expression: True"},
      {"sucess()",
       "Unrecognized function: 'sucess'. Located at position 1 within expression: sucess(); did you mean "
       "\"success\"?"},
      {"startWith('a', 'b')",
       "Unrecognized function: 'startWith'. Located at position 1 within expression: "
       "startWith('a', 'b'); did you mean \"startsWith\"?"},
      {"always()", "Unrecognized function: 'always'. Located at position 1 within expression: always()"},
      {"success(1)",
       "Too many parameters supplied: '('. Located at position 8 within expression: success(1)"},
      {"hashFiles()",
       "Too few parameters supplied: '('. Located at position 10 within expression: hashFiles()"},
      {"x.y @",
       "Unrecognized named-value: 'x'. Located at position 1 within expression: x.y @"},  // left to right
  };
  for (const auto& [source, want] : cases) {
    const auto& shown = source;
    CAPTURE(shown);
    CHECK(parse_error(source, &allowed) == want);
  }
  CHECK(parse_error("f(") == at("Unrecognized function", "f", 1));
  CHECK(parse_error("success()") == at("Unrecognized function", "success", 1));
}

TEST_CASE("expr: white space of any kind separates, names and literals are as written") {
  const std::string contexts = R"({"x":{"y":[3],"true":1,"NaN":2,"y-z":5,"_a1":6},"a-b":7})";
  const EvalCase cases[] = {
      {"x .y [ 0 ]", "3"},
      {"\t1\n==\v1\f&&\r2", "2"},
      {"\u00A0\u16801\u2003==\u30001\u2028\u0085", "true"},
      {"x.true", "1"},
      {"x.NaN", "2"},
      {"x.y-z", "5"},
      {"x._a1", "6"},
      {"a-b", "7"},
      {"format ('a')", "\"a\""},
      {"FORMAT('a')", "\"a\""},
      {"X.Y[0]", "3"},
      {"null", "null"},
      {"true", "true"},
      {"NaN", "null"},
      {"toJSON(NaN)", "\"NaN\""},
      {"Infinity > 1", "true"},
      {"-Infinity < +Infinity", "true"},
      {"True", "null"},  // an unknown context
      {"''", "\"\""},
      {"'it''s'", "\"it's\""},
      {"'a''b''c'''", "\"a'b'c'\""},
      {"'a\nb\\n'", "\"a\\nb\\\\n\""},
      {"0xff", "255"},
      {"0o17", "15"},
      {".5", "0.5"},
      {"-.5", "-0.5"},
      {"+5", "5"},
      {"1.", "1"},
      {"1e3", "1000"},
      {"1E+2", "100"},
      {"format('{0}', .5)", "\"0.5\""},
      {"", "null"},
      {" \n ", "null"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.source);
    CHECK(evaluated(c.source, contexts) == c.want);
  }
}

TEST_CASE("expr: limits on the source") {
  CHECK(parse_error("'" + std::string(20'998, 'x') + "'").empty());
  CHECK(parse_error("'" + std::string(20'999, 'x') + "'") == "Exceeded max expression length 21000");
  std::string wide;  // 10,499 characters of two UTF-16 units
  for (int i = 0; i < 10'499; ++i) wide += "😀";
  CHECK(parse_error("'" + wide + "'").empty());
  CHECK(parse_error("'" + wide + "x'") == "Exceeded max expression length 21000");

  CHECK(parse_error(std::string(49, '!') + "1").empty());
  CHECK(parse_error(std::string(50, '!') + "1") == "Exceeded max expression depth 50");
  CHECK(parse_error(std::string(20'000, '!') + "1") == "Exceeded max expression depth 50");
  CHECK(parse_error(std::string(60, '!') + "1 @") == symbol("@", 63));  // found first
  std::string path = "a", chain = "1";
  for (int i = 0; i < 49; ++i) path += ".b";
  CHECK(parse_error(path).empty());
  CHECK(parse_error(path + ".b") == "Exceeded max expression depth 50");
  for (int i = 2; i <= 60; ++i) chain += " || " + std::to_string(i);
  CHECK(parse_error(chain).empty());
  CHECK(parse_error("(((" + chain + ")))" + " || 61").empty());
  CHECK(parse_error(std::string(10'000, '(') + "1" + std::string(10'000, ')')).empty());
  CHECK(evaluated(std::string(10'000, '(') + "1" + std::string(10'000, ')')) == "1");
  CHECK(parse_error(std::string(20'999, '(')) == end("(", 20'999));
}
