#include "parser/matrix.hpp"

#include <string>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "parser/expr/json.hpp"

using namespace runner;

namespace {

// One line a combination: its values as JSON, then its name.
std::string expand(const char* json) {
  std::string result;
  try {
    for (const auto& c : expand_matrix(expr::from_json(json), {3, 7})) {
      result += expr::to_json_line(c.values) + " " + matrix_job_name("build", c.name_parts) + "\n";
    }
  } catch (const TemplateError& error) {
    CHECK(error.pos == Pos{3, 7});
    return error.what();
  }
  return result;
}

}  // namespace

TEST_CASE("matrix: expansion") {
  struct Case {
    const char *why, *json, *want;
  };
  for (const auto& c : {
           Case{"the documented example",
                R"({"os": ["linux", "mac"], "node": [18, 20], "exclude": [{"os": "mac", "node": 18}],
                   "include": [{"os": "linux", "node": 20, "lint": true}, {"color": "blue"},
                               {"os": "linux", "color": "red"}, {"os": "mac", "node": 18}, {"os": "windows"}]})",
                "{\"os\":\"linux\",\"node\":18,\"color\":\"red\"} build (linux, 18)\n"
                "{\"os\":\"linux\",\"node\":20,\"lint\":true,\"color\":\"red\"} build (linux, 20)\n"
                "{\"os\":\"mac\",\"node\":20,\"color\":\"blue\"} build (mac, 20)\n"
                "{\"os\":\"mac\",\"node\":18} build (mac, 18)\n"
                "{\"os\":\"windows\"} build (windows)\n"},
           Case{"null: one job without a matrix", "null", ""},
           Case{"only include", R"({"include": [{"a": 1}, {"a": 2, "b": "x"}]})",
                "{\"a\":1} build (1)\n{\"a\":2,\"b\":\"x\"} build (2, x)\n"},
           Case{"everything excluded", R"({"v": [1], "exclude": [{"v": 1}]})", ""},
           Case{"the last vector varies fastest", R"({"a": [1, 2], "b": [3, 4]})",
                "{\"a\":1,\"b\":3} build (1, 3)\n{\"a\":1,\"b\":4} build (1, 4)\n"
                "{\"a\":2,\"b\":3} build (2, 3)\n{\"a\":2,\"b\":4} build (2, 4)\n"},
           Case{"a number matches its text, case is ignored",
                R"({"n": [1, 2], "s": ["A"],
                   "exclude": [{"n": "1", "s": "a"}]})",
                "{\"n\":2,\"s\":\"A\"} build (2, A)\n"},
           Case{"nested filters match as subsets",
                R"({"o": [{"a": 1, "b": 2}, {"a": 2, "b": 2}], "exclude": [{"o": {"a": 1}}]})",
                "{\"o\":{\"a\":2,\"b\":2}} build (2, 2)\n"},
           Case{"lists match element by element", R"({"o": [[1, 2], [3]], "exclude": [{"o": [1]}]})",
                "{\"o\":[3]} build (3)\n"},
           Case{"an empty nested mapping adds no condition", R"({"o": [1, 2], "exclude": [{"o": {}}]})", ""},
           Case{"null and empty values are not in the name", R"({"a": [null], "b": [""], "c": [false]})",
                "{\"a\":null,\"b\":\"\",\"c\":false} build (false)\n"},
           Case{"an include never changes a vector's value", R"({"a": [1], "include": [{"a": 2, "x": 1}]})",
                "{\"a\":1} build (1)\n{\"a\":2,\"x\":1} build (2, 1)\n"},
       }) {
    SUBCASE(c.why) { CHECK(expand(c.json) == c.want); }
  }
}

TEST_CASE("matrix: what is refused") {
  struct Case {
    const char *json, *want;
  };
  for (const auto& c : {
           Case{R"({"v": []})", "Matrix vector 'v' does not contain any values"},
           Case{R"({"v": 1})", "Matrix vector 'v' must be a list"},
           Case{R"({})", "Matrix must define at least one vector"},
           Case{R"({"include": []})", "Matrix must define at least one vector"},
           Case{R"({"v": [1], "exclude": [{}]})", "Matrix exclude filter must not be empty"},
           Case{
               R"({"node": [1], "exclude": [{"nodes": 1}]})",
               "Matrix exclude key 'nodes' does not match any key within the matrix; did you mean \"node\"?"},
           Case{R"({"v": [1], "include": [{}]})", "Matrix include mapping does not contain any values"},
           Case{R"({"v": [1], "include": {"a": 1}})", "Matrix include must be a list of mappings"},
           Case{R"({"v": [1], "exclude": [1]})", "Matrix exclude must be a list of mappings"},
           Case{R"([1])", "The matrix must be a mapping"},
       }) {
    CAPTURE(c.json);
    CHECK(expand(c.json) == c.want);
  }
}

TEST_CASE("matrix: at most 256 jobs, however they arise") {
  expr::Value::Array sixteen, seventeen;
  for (int i = 0; i < 17; ++i) (i < 16 ? sixteen : seventeen).emplace_back(static_cast<double>(i));
  seventeen.insert(seventeen.end(), sixteen.begin(), sixteen.end());
  CHECK(expand_matrix(expr::Value::Object{{"a", sixteen}, {"b", sixteen}}, {}).size() == 256);
  CHECK_THROWS_WITH(expand_matrix(expr::Value::Object{{"a", sixteen}, {"b", seventeen}}, {}),
                    "The matrix makes more than 256 jobs");
  const expr::Value::Object huge{
      {"a", sixteen}, {"b", sixteen}, {"c", sixteen}, {"d", sixteen}, {"e", sixteen}};
  CHECK_THROWS_WITH(expand_matrix(huge, {}), "The matrix makes more than 256 jobs");
}

TEST_CASE("matrix: names are cut to 100 characters, not bytes") {
  CHECK(matrix_job_name("build", {}) == "build");
  CHECK(matrix_job_name("b", {"x", "y"}) == "b (x, y)");
  const std::string name(96, 'n');
  CHECK(matrix_job_name(name, {"x"}) == name + " (x)");
  CHECK(matrix_job_name(name, {"xy"}) == name + " ...");
  std::string umlauts;
  for (int i = 0; i < 96; ++i) umlauts += "ü";
  CHECK(matrix_job_name(umlauts, {"x"}) == umlauts + " (x)");
  CHECK(matrix_job_name(umlauts, {"xy"}) == umlauts + " ...");
}
