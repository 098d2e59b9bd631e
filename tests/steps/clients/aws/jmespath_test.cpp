// Expected values are those of the specification; the reference implementation agrees with every row.
#include "steps/clients/aws/jmespath/jmespath.hpp"

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"

using runner::replace_all;
using runner::aws::Query;
using runner::aws::QueryError;
using Json = nlohmann::ordered_json;

namespace {

const char* const kData = R"({
  "a": {"b": {"c": "deep"}}, "n": [0, 1, 2, 3, 4], "nested": [[1, 2], [3, [4]], 5], "empty": [], "zero": 0,
  "people": [{"name": "Ann", "age": 30, "tags": ["x"]}, {"name": "Bob", "age": 20}, {"name": "Cid", "age": 40}],
  "by": {"x": {"v": 1}, "y": {"v": 2}}, "odd name": true, "text": "héllo", "none": null, "no": false})";

}  // namespace

TEST_CASE("aws: queries give what the language says") {
  struct Case {
    const char *query, *want;
  };
  const Case cases[] = {
      {"a.b.c", R"("deep")"},
      {"a.missing.c", "null"},
      {"\"odd name\"", "true"},
      {"n[1]", "1"},
      {"n[-1]", "4"},
      {"n[9]", "null"},
      {"n[1:3]", "[1,2]"},
      {"n[::-1]", "[4,3,2,1,0]"},
      {"n[-2:]", "[3,4]"},
      {"n[8:1:-2]", "[4,2]"},
      {"nested[]", "[1,2,3,[4],5]"},
      {"nested[][]", "[1,2,3,4,5]"},
      {"people[*].name", R"(["Ann","Bob","Cid"])"},
      {"people[*].tags", R"([["x"]])"},
      {"people[*].tags[]", R"(["x"])"},
      {"people[].age | [0]", "30"},
      {"people[?age > `25`].name", R"(["Ann","Cid"])"},
      {"people[?name == 'Bob' || age == `40`].age", "[20,40]"},
      {"people[?!tags].name", R"(["Bob","Cid"])"},
      {"people[?age >= `30` && contains(name, 'C')].name | [0]", R"("Cid")"},
      {"by.*.v", "[1,2]"},
      {"*.b.c", R"(["deep"])"},
      {"people[0].{Name: name, Years: age}", R"({"Name":"Ann","Years":30})"},
      {"people[*].[name, age]", R"([["Ann",30],["Bob",20],["Cid",40]])"},
      {"missing[*].x", "null"},
      {"missing.{a: b}", "null"},
      {"none || text", "\"héllo\""},
      {"zero && text", "\"héllo\""},
      {"empty && text", "[]"},
      {"!zero", "false"},
      {"no == `false`", "true"},
      {"text < `1`", "null"},
      {"`[1, 2]` == n[1:3]", "true"},
      {"`{\"y\": 2, \"x\": 1}` == {x: `1`, y: `2`}", "true"},
      {"'it''s'", nullptr},
      {R"('it\'s')", R"("it's")"},
      {"`old`", R"("old")"},
      {"@.zero", "0"},
      {"length(text)", "5"},
      {"length(people)", "3"},
      {"abs(`-3`)", "3"},
      {"avg(n)", "2.0"},
      {"ceil(`1.2`)", "2"},
      {"floor(`-1.2`)", "-2"},
      {"ends_with(text, 'llo')", "true"},
      {"starts_with(text, 'hé')", "true"},
      {"join('-', people[].name)", R"("Ann-Bob-Cid")"},
      {"keys(by)", R"(["x","y"])"},
      {"values(by)[0].v", "1"},
      {"map(&age, people)", "[30,20,40]"},
      {"map(&missing, people)", "[null,null,null]"},
      {"max(n)", "4"},
      {"min(`[]`)", "null"},
      {"max_by(people, &age).name", R"("Cid")"},
      {"min_by(people, &age).name", R"("Bob")"},
      {"sort_by(people, &age)[*].name", R"(["Bob","Ann","Cid"])"},
      {"reverse(sort_by(people, &age))[0].name", R"("Cid")"},
      {"merge(`{\"a\":1,\"b\":2}`, `{\"a\":3}`)", R"({"a":3,"b":2})"},
      {"not_null(none, missing, zero)", "0"},
      {"reverse(text)", "\"olléh\""},
      {"sort(`[\"b\",\"é\",\"a\"]`)", R"(["a","b","é"])"},
      {"sum(n)", "10"},
      {"sum(`[1.5, 2]`)", "3.5"},
      {"to_array(zero)", "[0]"},
      {"to_number('12')", "12"},
      {"to_number('1.5e1')", "15.0"},
      {"to_number('x')", "null"},
      {"to_string(a)", R"("{\"b\":{\"c\":\"deep\"}}")"},
      {"type(none)", R"("null")"},
      {"type(people)", R"("array")"},
      {"contains(n, `3`)", "true"},
  };
  const auto data = Json::parse(kData);
  for (const auto& c : cases) {
    if (c.want == nullptr) {
      CHECK_THROWS_AS(Query{c.query}, QueryError);
      continue;
    }
    INFO(c.query);
    CHECK(Query(c.query).search(data).dump() == c.want);
  }
}

TEST_CASE("aws: what is no query is refused, and where") {
  struct Case {
    const char *query, *part;
  };
  const Case cases[] = {
      {"", "cannot be empty"},
      {"a.", "Incomplete expression"},
      {"a[", "Incomplete expression"},
      {"a b", "found \"b\""},
      {"a[0", "Incomplete expression"},
      {"a.'x'", "found \"x\""},
      {"[?a", "Incomplete expression"},
      {"{a: b", "Incomplete expression"},
      {"foo[1:2:3:4]", "Expected \"]\""},
      {"'open", "Unclosed ' delimiter"},
      {"a#", "Unknown token #"},
      {"a = b", "Unknown token ="},
      {"n[99999999999999999999]", "too large"},
      {"\"f\"(a)", "Quoted identifier not allowed"},
      {"é", "Unknown token é"},
  };
  for (const auto& c : cases) {
    INFO(c.query);
    try {
      const Query query(c.query);
      FAIL("was accepted");
    } catch (const QueryError& error) {
      CHECK(std::string(error.what()).find(c.part) != std::string::npos);
    }
  }
  CHECK_THROWS_AS(Query(std::string(100'000, '(')), QueryError);
  CHECK_THROWS_AS(Query(std::string(1'500, '(')), QueryError);
  CHECK_THROWS_AS(Query(replace_all(std::string(4'000, '!'), "!", "a.")), QueryError);
  try {
    const Query query("people[?é == 'x'");
  } catch (const QueryError& error) {
    CHECK(std::string(error.what()).ends_with("\n        ^"));  // columns are characters
  }
}

TEST_CASE("aws: functions tell of arguments that they cannot take") {
  struct Case {
    const char *query, *part;
  };
  const Case cases[] = {
      {"lenght(@)", "Unknown function: lenght(); did you mean \"length\"?"},
      {"length(`1`)", "In function length(), invalid type for value: 1"},
      {"length(@, @)", "Expected 1 argument for function length(), received 2"},
      {"not_null()", "Expected at least 1 argument"},
      {"sort_by(`[{\"a\":1},{\"a\":\"x\"}]`, &a)", "In function sort_by()"},
      {"sum(`[1,\"2\"]`)", "array-number"},
      {"join(',', `[1]`)", "array-string"},
      {"map(a, `[1]`)", "expref"},
      {"`[1]`[::0]", "the step of a slice is 0"},
  };
  for (const auto& c : cases) {
    INFO(c.query);
    try {
      Query(c.query).search(Json::object());
      FAIL("was accepted");
    } catch (const QueryError& error) {
      CHECK(std::string(error.what()).find(c.part) != std::string::npos);
    }
  }
}
