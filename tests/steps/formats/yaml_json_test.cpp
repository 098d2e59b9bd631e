#include "steps/formats/yaml_json.hpp"

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"

namespace runner {
namespace {

std::string read_as(YamlReader reader, const char* text) {
  try {
    return parse_json_or_yaml(text, "x", reader).dump();
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

// The first column as the package yaml and js-yaml's JSON schema have it, the others as js-yaml 3.14 and 4.1
// and PyYAML do.
TEST_CASE("YAML as JSON: keys that are there twice, and merge keys") {
  struct Case {
    const char *text, *plain, *js_yaml, *last_key;
  };
  const std::string twice = "read x: line 2, column 1: the key \"a\" is there already, in line 1";
  for (const auto& c : {
           Case{"a: 1\na: 2", twice.c_str(), twice.c_str(), R"({"a":2})"},
           Case{"a: 1\n\"a\": 2", twice.c_str(), twice.c_str(), R"({"a":2})"},
           Case{"{\"a\":1,\n\"a\":2}", twice.c_str(), twice.c_str(), R"({"a":2})"},
           Case{"{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}", R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})",
                R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})", R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"},
           Case{"{a: 1, A: 2}", R"({"a":1,"A":2})", R"({"a":1,"A":2})", R"({"a":1,"A":2})"},
           Case{"x:\n- a: 1\n  b: 2\n  a: 3",
                "read x: line 4, column 3: the key \"a\" is there already, in line 2",
                "read x: line 4, column 3: the key \"a\" is there already, in line 2",
                R"({"x":[{"a":3,"b":2}]})"},
           Case{"<<: {a: 1}\na: 2", R"({"<<":{"a":1},"a":2})", R"({"a":2})", R"({"a":2})"},
           Case{"a: 0\n<<: {a: 1}", R"({"a":0,"<<":{"a":1}})", R"({"a":0})", R"({"a":0})"},
           Case{"<<: [{a: 1}, {a: 2, b: 3}]", R"({"<<":[{"a":1},{"a":2,"b":3}]})", R"({"a":1,"b":3})",
                R"({"a":1,"b":3})"},
           Case{"<<: {a: 1}\n<<: {b: 2}",
                "read x: line 2, column 1: the key \"<<\" is there already, in line 1", R"({"a":1,"b":2})",
                R"({"a":1,"b":2})"},
           Case{"<<: 1", R"({"<<":1})",
                "read x: line 1, column 5: expected a mapping behind <<, or a list of them",
                "read x: line 1, column 5: expected a mapping behind <<, or a list of them"},
       }) {
    CAPTURE(c.text);
    CHECK(read_as(YamlReader::plain, c.text) == c.plain);
    CHECK(read_as(YamlReader::js_yaml, c.text) == c.js_yaml);
    CHECK(read_as(YamlReader::last_key, c.text) == c.last_key);
  }
}

}  // namespace runner
