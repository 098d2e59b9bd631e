#include <limits>

#include <doctest/doctest.h>

#include "tests/parser/expr_eval.hpp"

using namespace runner::expr;

namespace {

template <class Cases>
void check(const Cases& cases, const std::string& contexts) {
  for (const EvalCase& c : cases) {
    CAPTURE(c.source);
    CHECK(evaluated(c.source, c.contexts == "{}" ? contexts : c.contexts) == c.want);
  }
}

const char* const kInvalidJson = "error: Error parsing fromJson: ";

std::string to_json_text(std::string_view json) { return to_json(from_json(json)); }

bool fails(const std::string& source, const std::string& message) {
  return evaluated(source).starts_with(message);
}

}  // namespace

TEST_CASE("expr: logical operators give an operand back, and evaluate no more than they need") {
  const EvalCase cases[] = {
      {"github.ref && 'x'", "\"x\"", R"({"github":{"ref":"r"}})"},
      {"'' || 0", "0"},
      {"'' || 'a' || 'b'", "\"a\""},
      {"1 && '' && 2", "\"\""},
      {"1 && 2 && 3", "3"},
      {"null || false", "false"},
      {"!''", "true"},
      {"!'a'", "false"},
      {"!!'a'", "true"},
      {"!(fromJSON('[]'))", "false"},
      {"false && fromJSON('{')", "false"},
      {"true || fromJSON('{')", "true"},
      {"1 || 2 && 0", "1"},
      {"0 && 1 || 2", "2"},
      {"(1 || 2) && 3", "3"},
      {"!true || true", "true"},
      {"!1 == false", "true"},
      {"1 == 2 || 3 == 3 && 4 < 5", "true"},
      {"1 != 2 == true", "true"},
      {"(a || b).c", "1", R"({"b":{"c":1}})"},
      {"!a.b", "true", R"({"a":{}})"},
  };
  check(cases, "{}");
}

TEST_CASE("expr: property, index and object filter") {
  const std::string d = R"({"d":{"web":{"port":80,"tags":["a"]},"db":{"port":5432},"n":7},
      "a":[10,20,[30,[31]]],"s":"text","k":{"0":"zero","true":"t","":"empty","Array":"array","*":"star"},
      "l":[{"x":1},{"x":null},{"y":2},5,["e"]]})";
  const EvalCase cases[] = {
      {"d.*.port", "[80,5432]"},
      {"d.*.tags.*", "[\"a\"]"},
      {"d.n.x", "null"},
      {"d.n.*", "[]"},
      {"(!d).port", "null"},
      {"d['web'].port", "80"},
      {"d['WEB'].PORT", "80"},
      {"d[format('{0}b', 'd')].port", "5432"},
      {"d.none.none.none", "null"},
      {"d[a]", "null"},
      {"a[0]", "10"},
      {"a['1']", "20"},
      {"a['0x1']", "20"},
      {"a[1.9]", "20"},
      {"a[true]", "20"},
      {"a[null]", "10"},
      {"a['']", "10"},
      {"a[-1]", "null"},
      {"a[-0.5]", "null"},
      {"a[3]", "null"},
      {"a[2147483648]", "null"},
      {"a['x']", "null"},
      {"a[Infinity]", "null"},
      {"a[a]", "null"},
      {"a.length", "null"},
      {"s[0]", "null"},
      {"s.x", "null"},
      {"k[0]", "\"zero\""},
      {"k[true]", "\"t\""},
      {"k[null]", "\"empty\""},
      {"k[a]", "null"},  // no string form, not "Array"
      {"k['*']", "\"star\""},
      {"k[* == '*']", "\"t\""},  // as text beside an operator
      {"a.*", "[10,20,[30,[31]]]"},
      {"a[*]", "[10,20,[30,[31]]]"},
      {"a.*.*", "[30,[31]]"},
      {"a.*.*.*", "[31]"},
      {"s.*", "[]"},
      {"none.*", "[]"},
      {"none.*.x", "[]"},
      {"l.*.x", "[1,null]"},
      {"l.*[0]", "[\"e\"]"},
      {"l[*].x", "[1,null]"},
      {"l.*.x[0]", "[]"},  // maps again, over primitives
      {"contains(d.*.port, 80)", "true"},
      {"join(d.*.port)", "\"80,5432\""},
      {"format('{0}', d.*)", "\"Array\""},
      {"s[fromJSON('{')]", "null"},  // the index of what is no collection is not evaluated
      {"d['n']", "7"},
      {"a.B['c'][0].d", "1", R"({"a":{"b":{"C":[{"D":1}]}}})"},
      {"x.y-z", "5", R"({"x":{"y-z":5}})"},
      {"x.y", "2", R"({"x":{"Y":1,"y":2}})"},  // of two keys equal but for case the last
      {"x", "{\"y\":3}", R"({"x":{"y":1,"y":3}})"},
      {"X", "1", R"({"x":1})"},
  };
  check(cases, d);
}

TEST_CASE("expr: the env context tells upper from lower case") {
  Scope scope;
  scope.contexts = {{"env", Value::case_sensitive({{"Name", "a"}, {"NAME", "b"}})}};
  const auto text = [&](const char* source) { return evaluate(*parse_any(source), scope).to_string(); };
  CHECK(text("env.Name") == "a");
  CHECK(text("ENV.NAME") == "b");
  CHECK(text("env['name']") == "");
  CHECK(text("join(env.*)") == "a,b");
}

TEST_CASE("expr: contains, startsWith, endsWith") {
  const std::string contexts = R"({"a":["1","x",null],"o":{"k":"v"},"e":[]})";
  const EvalCase cases[] = {
      {"contains('Hello', 'ELL')", "true"},
      {"contains('Hello', '')", "true"},
      {"contains('Hello', 'z')", "false"},
      {"contains(123, 2)", "true"},
      {"contains(true, 'RU')", "true"},
      {"contains(null, '')", "true"},
      {"contains('ΑΣ', 'ς')", "true"},
      {"contains('Array', a)", "false"},
      {"contains(a, 1)", "true"},
      {"contains(a, 'X')", "true"},
      {"contains(a, '')", "true"},  // null == ''
      {"contains(a, 2)", "false"},
      {"contains(e, fromJSON('{'))", "false"},
      {"contains(o, 'v')", "false"},
      {"contains(fromJSON('[\"1\",\"x\"]'), 1)", "true"},
      {"startsWith('Hello', 'hE')", "true"},
      {"startsWith('Hello', 'ello')", "false"},
      {"startsWith('Hello', '')", "true"},
      {"startsWith(123, 12)", "true"},
      {"startsWith(null, '')", "true"},
      {"startsWith(a, 'A')", "false"},
      {"startsWith('Array', a)", "false"},
      {"endsWith('Hello', 'LO')", "true"},
      {"endsWith('lo', 'Hello')", "false"},
      {"endsWith('Straße', 'ßE')", "true"},
      {"endsWith(1.50, '.5')", "true"},
      {"endsWith(o, '')", "false"},
  };
  check(cases, contexts);
}

TEST_CASE("expr: format") {
  const std::string invalid = "error: The following format string is invalid: ";
  const std::string more =
      "error: The following format string references more arguments than were supplied: ";
  const EvalCase cases[] = {
      {"format('{0}-{1}', 'a''b', 0xff)", "\"a'b-255\""},
      {"format('x', fromJSON('{'))", "\"x\""},
      {"format('')", "\"\""},
      {"format(null)", "\"\""},
      {"format(12)", "\"12\""},
      {"format('{0}{0}{1}', 'a', null)", "\"aa\""},
      {"format('{{0}}', 1)", "\"{0}\""},
      {"format('{{{0}}}', 1)", "\"{1}\""},
      {"format('{{}}')", "\"{}\""},
      {"format('{00}', 'a')", "\"a\""},
      {"format('{0:}', 'a')", "\"a\""},
      {"format('{0}', fromJSON('[1]'))", "\"Array\""},
      {"format('{0} {1} {2}', true, 1.50, fromJSON('{}'))", "\"true 1.5 Object\""},
      {"format('{')", invalid + "{"},
      {"format('}')", invalid + "}"},
      {"format('{}', 1)", invalid + "{}"},
      {"format('{x}', 1)", invalid + "{x}"},
      {"format('{-1}', 1)", invalid + "{-1}"},
      {"format('{ 0}', 1)", invalid + "{ 0}"},
      {"format('{0', 1)", invalid + "{0"},
      {"format('{0:x', 1)", invalid + "{0:x"},
      {"format('{0}}', 1)", invalid + "{0}}"},
      {"format('a{0}b}', 1)", invalid + "a{0}b}"},
      {"format('{256}', 1)", invalid + "{256}"},
      {"format('{0}{', fromJSON('x'))", invalid + "{0}{"},  // before the argument's own fault
      {"format('{1}', 1)", more + "{1}"},
      {"format('{0}')", more + "{0}"},
      {"format('{255}', 1)", more + "{255}"},
      {"format('{0:x}', 1)", "error: The format specifiers 'x' are not valid for objects of type 'Number'"},
      {"format('{0:a}}b}', null)",
       "error: The format specifiers 'a}b' are not valid for objects of type 'Null'"},
      {"format('{0}{0:x}', 'a')",
       "error: The format specifiers 'x' are not valid for objects of type 'String'"},
  };
  check(cases, "{}");
}

TEST_CASE("expr: join") {
  const std::string contexts = R"({"a":[1,2,3],"one":["x"],"e":[],"o":{"k":1}})";
  const EvalCase cases[] = {
      {"join(fromJSON('[null,true,1.50,[1],{}]'), '+')", "\"+true+1.5+Array+Object\""},
      {"join(a)", "\"1,2,3\""},
      {"join(a, '')", "\"123\""},
      {"join(a, null)", "\"123\""},
      {"join(a, 0)", "\"10203\""},
      {"join(a, a)", "\"1,2,3\""},
      {"join(one, fromJSON('{'))", "\"x\""},  // no separator needed
      {"join(e, '-')", "\"\""},
      {"join(o, '-')", "\"\""},
      {"join('text', '-')", "\"text\""},
      {"join(5)", "\"5\""},
      {"join(null)", "\"\""},
  };
  check(cases, contexts);
}

TEST_CASE("expr: case") {
  const EvalCase cases[] = {
      {"case(1 > 2, 'a', null == 0, 'b', 'c')", "\"b\""},
      {"case(false, 'a', 'c')", "\"c\""},
      {"case(true, 'a', fromJSON('{'))", "\"a\""},
      {"case(false, fromJSON('{'), 'c')", "\"c\""},
      {"case(true, 1, 'no boolean', 2, 3)", "1"},
      {"case('true', 1, 2)", "error: case predicate must evaluate to a boolean value"},
      {"case(1, 1, 2)", "error: case predicate must evaluate to a boolean value"},
  };
  check(cases, "{}");
}

TEST_CASE("expr: fromJSON reads JSON") {
  const EvalCase cases[] = {
      {"fromJSON(true)", "true"},
      {"fromJSON('1.50')", "1.5"},
      {"fromJSON(' [1, {\"a\": null}] ')", "[1,{\"a\":null}]"},
      {"fromJSON('\"\\u00e9\"')", "\"é\""},
      {"fromJSON('{\"b\":1,\"a\":2}')", "{\"b\":1,\"a\":2}"},
      {"fromJSON('1e999') == Infinity", "true"},
      {"fromJSON('-1e999') == -Infinity", "true"},
      {"fromJSON('18446744073709551616') == 18446744073709551616", "true"},
      {"fromJSON('0.1') == 0.1", "true"},
      {"fromJSON('[''a'', ''b'']')[1]", "\"b\""},
  };
  check(cases, "{}");
  CHECK(fails("fromJSON(null)", kInvalidJson));
  CHECK(fails("fromJSON(fromJSON('[]'))", kInvalidJson));
}

// The answers are those of Newtonsoft.Json's JToken.ReadFrom, with the runner's settings.
TEST_CASE("expr: fromJSON reads what GitHub's lenient reader does") {
  struct Case {
    const char* why;
    std::string_view text;
    const char* want;  // by toJSON, on one line
  };
  for (const auto& c : {
           Case{"single quotes", "['a', 'b']", R"(["a","b"])"},
           Case{"the other quote inside", R"({'a': "b's"})", R"({"a":"b's"})"},
           Case{"keys without quotes", "{a: 1, $b_2: 2, 3: 3, größe: 4}",
                R"({"a":1,"$b_2":2,"3":3,"größe":4})"},
           Case{"a word as key", "{true:1,null:2}", R"({"true":1,"null":2})"},
           Case{"a comma at the end of a list", "[1, 2,]", "[1,2]"},
           Case{"a comma at the end of an object", "{a: 1,}", R"({"a":1})"},
           Case{"a value left out of a list", "[1,,2]", R"([1,"",2])"},
           Case{"nothing but a comma", "[,]", R"([""])"},
           Case{"a value left out of an object", "{a:,b:1}", R"({"a":"","b":1})"},
           Case{"a comma as value", ",", R"("")"},
           Case{"comments", "[/*x*/1/*y*/,//z\n2/**/]", "[1,2]"},
           Case{"comments around values", "{a:/*x*/1/*y*/,/*z*/}", R"({"a":1})"},
           Case{"a comment that ends with a carriage return", "[//a\r2]", "[2]"},
           Case{"a comment in front is the value", "// c\n1", R"(" c")"},
           Case{"a block comment in front", "/* c */ 1", R"(" c ")"},
           Case{"text after the first value", "[1] x", "[1]"},
           Case{"values after the first", "'a''b'", R"("a")"},
           Case{"a second bracket", "{}}", "{}"},
           Case{"a comment after a word", "true//x", "true"},
           Case{"undefined", "[undefined]", R"([""])"},
           Case{"no number", "NaN", "NaN"},
           Case{"infinite", "[-Infinity,Infinity]", "[-Infinity,Infinity]"},
           Case{"hexadecimal", "[0x1F,0XfF]", "[31,255]"},
           Case{"hexadecimal of 64 bits", "0xFFFFFFFFFFFFFFFF", "-1"},
           Case{"octal", "[017,00]", "[15,0]"},
           Case{"octal of 64 bits", "01777777777777777777777", "-1"},
           Case{"a sign makes it decimal", "[-017,-08]", "[-17,-8]"},
           Case{"no digits on one side of the point", "[1.,.5,-.5,1.e3]", "[1,0.5,-0.5,1000]"},
           Case{"a date stays text", "'2020-01-01T00:00:00Z'", R"("2020-01-01T00:00:00Z")"},
           Case{"a constructor is text", "new Date(1, 'a')", R"json("new Date(\n  1,\n  \"a\"\n)")json"},
           Case{"a constructor of nothing", "[new  Date ()]", R"json(["new Date(\n)"])json"},
           Case{"a word in a constructor", "new X(true)", R"json("new X(\n  true\n)")json"},
           Case{"line ends in text", "'a\nb\tc'", R"("a\nb\tc")"},
           Case{"escapes", R"('\'\"\/\b\f\n\r\t\\')", R"("'\"/\b\f\n\r\t\\")"},
           Case{"a pair", R"('\ud83d\ude00')", R"("😀")"},
           Case{"half a pair", R"('\ud83dx\ude00')", R"("\ufffdx\ufffd")"},
           Case{"half a pair before a pair", R"('\ud83d\ud83d\ude00')", R"("\ufffd😀")"},
           Case{"white space of Unicode", "\u00a01\u3000", "1"},
           Case{"a zero byte ends a number", std::string_view("1\0x", 3), "1"},
           Case{"a key twice", R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"},
           Case{"a key twice but for case", R"({"A":1,"a":2})", R"({"A":2})"},
           Case{"what ends a number", "1)", "1"},
       }) {
    CAPTURE(c.why);
    CHECK(to_json_text(c.text) == to_json_text(c.want));
  }
}

TEST_CASE("expr: what fromJSON refuses, and where") {
  struct Case {
    std::string_view text;
    const char* want;
  };
  for (const auto& c : {
           Case{"", "line 1, column 1: found the end of the text, expected a value"},
           Case{" \n ", "line 2, column 2: found the end of the text, expected a value"},
           Case{"{", "line 1, column 2: found the end of the text, expected a key or \"}\""},
           Case{"[1", "line 1, column 3: found the end of the text, expected \",\" or \"]\""},
           Case{"{a:", "line 1, column 4: found the end of the text, expected a value"},
           Case{"[1 2]", "line 1, column 4: found \"2\", expected \",\" or \"]\""},
           Case{"[1}", "line 1, column 3: found \"}\", expected \",\" or \"]\""},
           Case{"[\r\n 'größe', b]", "line 2, column 11: found \"b\", expected a value; text needs quotes"},
           Case{"main", "line 1, column 1: found \"m\", expected a value; text needs quotes"},
           Case{"truex", "line 1, column 1: found \"t\", expected a value; text needs quotes"},
           Case{"[true)", "line 1, column 2: found \"t\", expected a value; text needs quotes"},
           Case{"+1", "line 1, column 1: found \"+\", expected a value"},
           Case{"08", "line 1, column 1: \"08\" is not a number"},
           Case{"[1, 0x]", "line 1, column 5: \"0x\" is not a number"},
           Case{"0x1FFFFFFFFFFFFFFFF", "line 1, column 1: \"0x1FFFFFFFFFFFFFFFF\" is not a number"},
           Case{"1e+", "line 1, column 1: \"1e+\" is not a number"},
           Case{"--1", "line 1, column 1: \"--1\" is not a number"},
           Case{"1_000", "line 1, column 2: found \"_\", expected the end of the number"},
           Case{"'a\nb", "line 1, column 1: the quote ' is not closed"},
           Case{"'\\x'",
                "line 1, column 3: found \"x\", expected one of b f n r t u / \\ ' \" after the backslash; a "
                "backslash itself is written \\\\"},
           Case{"'\\u12g4'", "line 1, column 2: \\u needs four hexadecimal digits"},
           Case{"{,}", "line 1, column 2: found \",\", expected a key or \"}\""},
           Case{"{a:}", "line 1, column 4: found \"}\", expected a value"},
           Case{"{a-b:1}",
                "line 1, column 3: found \"-\", expected \":\" after the key; a key with other characters "
                "than letters, digits, _ and $ needs quotes"},
           Case{"{'a' 1}", "line 1, column 6: found \"1\", expected \":\" after the key"},
           Case{"{'a'/**/:1}", "line 1, column 5: found \"/\", expected \":\" after the key"},
           Case{"{a:1 b:2}", "line 1, column 6: found \"b\", expected \",\" or \"}\""},
           Case{"/* a *", "line 1, column 1: the comment is not closed; expected \"*/\""},
           Case{"[1/2]", "line 1, column 3: found \"/\", expected a value, \"//\" or \"/*\""},
           Case{"new (1)", "line 1, column 5: found \"(\", expected a name after new"},
           Case{"new X", "line 1, column 6: found the end of the text, expected \"(\" after the name"},
           Case{"\x01", "line 1, column 1: found the character U+0001, expected a value"},
           Case{"['é\xFF']", "line 1, column 4: the text is not UTF-8"},
       }) {
    CAPTURE(c.text);
    CHECK_THROWS_WITH_AS(from_json(c.text), (std::string("Error parsing fromJson: ") + c.want).c_str(),
                         EvalError);
  }
  CHECK_NOTHROW(from_json(std::string(64, '[') + std::string(64, ']')));
  CHECK_THROWS_WITH_AS(from_json(std::string(65, '[') + std::string(65, ']')),
                       "Error parsing fromJson: line 1, column 65: nested deeper than 64 levels", EvalError);
  CHECK_THROWS_AS(from_json(std::string(1'000'000, '[')), EvalError);
  CHECK_NOTHROW(from_json(std::string(380, '1')));
  CHECK_THROWS_AS(from_json(std::string(381, '1')), EvalError);
}

TEST_CASE("expr: toJSON writes as GitHub does") {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"b":[1,{}],"a":null})", "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": null\n}"},
      {"[]", "[]"},
      {"{}", "{}"},
      {"[[],true,\"x\"]", "[\n  [],\n  true,\n  \"x\"\n]"},
      {"1e21", "1E+21"},
      {"-0.0", "0"},
      {R"("\"\\\b\f\n\r\t/'<é😀")", R"("\"\\\b\f\n\r\t/'<é😀")"},
      {R"("\u0000\u001f\u007f\u0085\u2028\u2029")", "\"\\u0000\\u001f\x7F\\u0085\\u2028\\u2029\""},
      {R"({"Key \"q\"":1})", "{\n  \"Key \\\"q\\\"\": 1\n}"},
  };
  for (const auto& [json, want] : cases) CHECK(to_json(from_json(json)) == want);
  CHECK(to_json(std::numeric_limits<double>::infinity()) == "Infinity");
  CHECK(evaluated("toJSON('a') == '\"A\"'") == "true");
  CHECK(evaluated("toJSON(null)") == "\"null\"");
  CHECK(evaluated("fromJSON(toJSON(x)).a", R"({"x":{"a":[1]}})") == "[1]");
}

TEST_CASE("expr: one line of JSON is JSON, whatever the value") {
  const std::pair<Value, const char*> cases[] = {
      {std::numeric_limits<double>::quiet_NaN(), "null"},
      {-std::numeric_limits<double>::infinity(), "null"},
      {-0.0, "0"},
      {100000.0, "100000"},
      {1e21, "1e+21"},
      {0.1 + 0.2, "0.30000000000000004"},
      {0.00001, "0.00001"},
      {1e-7, "1e-07"},
      {"a\nb", "\"a\\nb\""},
      {"\xFF", "\"\xEF\xBF\xBD\""},
      {Value::Array{1.0, Value::Object{{"k", "v"}}}, R"([1,{"k":"v"}])"},
  };
  for (const auto& [value, want] : cases) CHECK(to_json_line(value) == want);
}

TEST_CASE("expr: memory of an evaluation is bounded") {
  const std::string message =
      "error: The maximum allowed memory size was exceeded while evaluating the following "
      "expression: ";
  const auto big = "{\"x\":\"" + std::string(100'000, 'x') + "\"}";  // 200 kB as the language counts
  CHECK(evaluated("format('{0}', x) != ''", big) == "true");
  CHECK(evaluated("format('{0}{0}{0}{0}{0}{0}', x)", big) == message + "format('{0}{0}{0}{0}{0}{0}', x)");
  CHECK(evaluated("format('{0}{0}{0}{0}{0}{0}', x) != ''", big, 10'485'760) == "true");
  CHECK(evaluated("toJSON(fromJSON(format('[\"{0}\",\"{0}\",\"{0}\"]', x)))", big).starts_with(message));
  // What a comparison has read is released again.
  CHECK(evaluated("x == x && x == x && x == x && x == x && x == x && x == x && x == x", big) == "true");
  std::string many = "{\"a\":[0";
  for (int i = 0; i < 9'999; ++i) many += ",0";
  CHECK(evaluated("join(a, format('{0}', '" + std::string(1'000, '-') + "'))", many + "]}")
            .starts_with(message));
  CHECK(evaluated("a.* == null", many + "]}", 50'000).starts_with(message));
  CHECK(evaluated("a == null", many + "]}", 50'000) == "false");
  CHECK(evaluated("'abc'", "{}", 32) == "\"abc\"");
  CHECK(evaluated("'abc'", "{}", 31) == message + "'abc'");
}

TEST_CASE("expr: host functions are asked by the name that the place gave them") {
  const Allowed allowed{{"x"}, {{"success", 0, 2}}};
  std::string asked;
  Scope scope;
  scope.call = [&](std::string_view name, const std::vector<Value>& arguments) -> Value {
    asked = std::string(name) + "/" + to_json_line(Value::Array(arguments));
    return true;
  };
  CHECK(evaluate(*parse("!SUCCESS('a', x)", allowed), scope).truthy() == false);
  CHECK(asked == "success/[\"a\",null]");
  CHECK_THROWS_AS(evaluate(*parse("success()", allowed), Scope{}), EvalError);
}

TEST_CASE("expr: the example checks") {
  CHECK(evaluated("'a' == 'A' && 'ж' == 'Ж'") == "true");
  CHECK(evaluated("a", "{\"a\":{\"deep\":[1,2]}}") == "{\"deep\":[1,2]}");
  CHECK(evaluated("github.event.none") == "null");
}
