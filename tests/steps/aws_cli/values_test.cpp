// What goes in and comes out, against what the CLI itself makes of the same values (testdata/aws_cli).
#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "steps/aws_cli/config_writer.hpp"
#include "steps/aws_cli/output.hpp"
#include "steps/aws_cli/parameters.hpp"
#include "steps/aws_cli/shorthand.hpp"
#include "tests/support/json_lines.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;
using namespace runner::aws;
using J = nlohmann::ordered_json;

namespace {

J read_short(const std::string& text) {
  try {
    return parse_shorthand(text);
  } catch (const ShorthandError& error) {
    return std::string("ERR ") + error.what();
  }
}

}  // namespace

TEST_CASE("aws values: the short form reads as the CLI reads it, faults in its words") {
  for (const auto& row : test::json_lines("aws_cli/shorthand.jsonl")) {
    CAPTURE(row[0].dump());
    CHECK(read_short(row[0]).dump() == row[1].dump());
  }
}

TEST_CASE("aws values: answers print as the CLI prints them") {
  for (const auto& row : test::json_lines("aws_cli/output.jsonl")) {
    const auto& value = row["value"];
    CAPTURE(value.dump());
    CHECK(formatted("text", value, "Title") == row["text"].get<std::string>());
    CHECK(formatted("yaml", value, "Title") == row["yaml"].get<std::string>());
    if (row.contains("table")) CHECK(formatted("table", value, "Title") == row["table"].get<std::string>());
  }
  CHECK(formatted("json", J::object(), "") == "");  // nothing came back: nothing is printed
  CHECK(formatted("json", J{{"é", J::array()}}, "") == "{\n    \"é\": []\n}\n");
  CHECK(formatted("json", nullptr, "") == "null\n");
  CHECK(formatted("off", J{{"a", 1}}, "") == "");
  CHECK_THROWS_WITH_AS(formatted("xml", J(), ""), "Unknown output type: xml", Error);
}

TEST_CASE("aws values: options become the request by their shapes") {
  const Shape text{.kind = Shape::Kind::string}, whole{.kind = Shape::Kind::integer},
      flag{.kind = Shape::Kind::boolean}, blob{.kind = Shape::Kind::blob};
  const Shape texts{.kind = Shape::Kind::list, .element = &text};
  Shape inner{.kind = Shape::Kind::structure};
  inner.members = {{.name = "Key", .shape = &text},
                   {.name = "Count", .shape = &whole},
                   {.name = "On", .shape = &flag},
                   {.name = "Items", .shape = &texts}};
  const Shape inners{.kind = Shape::Kind::list, .element = &inner};
  const test::TempDir folder;
  std::ofstream(folder.path() / "v.json") << R"([{"Key":"f"}])";
  std::ofstream(folder.path() / "v.txt") << "from a file";
  const Environment env;
  const ValueSources sources{.env = env, .directory = folder.path()};
  struct Case {
    const char* why;
    const Shape& shape;
    std::vector<std::string> words;
    const char* want;
  };
  for (const auto& c : {
           Case{"a number", whole, {"42"}, "42"},
           Case{"words of a list", texts, {"a", "b"}, R"(["a","b"])"},
           Case{"an empty list", texts, {}, "[]"},
           Case{"a list as JSON", texts, {R"(["a", "b"])"}, R"(["a","b"])"},
           Case{"the short form has the shape's types",
                inner,
                {"Key=k,Count=3,On=true,Items=x,y"},
                R"({"Key":"k","Count":3,"On":true,"Items":["x","y"]})"},
           Case{"one where several may be", inner, {"Items=x"}, R"({"Items":["x"]})"},
           Case{"structures one by one", inners, {"Key=a", "Key=b"}, R"([{"Key":"a"},{"Key":"b"}])"},
           Case{"structures as JSON one by one",
                inners,
                {R"({"Key":"a"})", R"({"Key":"b"})"},
                R"([{"Key":"a"},{"Key":"b"}])"},
           Case{"JSON of a file", inners, {"file://v.json"}, R"([{"Key":"f"}])"},
           Case{"text of a file", text, {"file://v.txt"}, R"("from a file")"},
           Case{"bytes of a file", blob, {"fileb://v.txt"}, R"("ZnJvbSBhIGZpbGU=")"},
       }) {
    SUBCASE(c.why) { CHECK(parameter_value("x", c.shape, c.words, sources).dump() == c.want); }
  }
  CHECK_THROWS_WITH_AS(parameter_value("x", inner, {"{"}, sources),
                       doctest::Contains("Error parsing parameter '--x': Invalid JSON"), UsageError252);
  CHECK_THROWS_WITH_AS(
      parameter_value("x", text, {"file://none"}, sources),
      "Error parsing parameter '--x': Unable to load paramfile file://none: [Errno 2] No such file or "
      "directory: 'none'",
      UsageError252);
  CHECK_THROWS_WITH_AS(parameter_value("x", whole, {"many"}, sources),
                       "invalid literal for int() with base 10: 'many'", Error);
}

TEST_CASE("aws values: configure set changes one value and leaves the rest") {
  struct Case {
    const char* why;
    const char* before;
    ConfigValue value;
    const char* after;
  };
  const char* kTwo =
      "# mine\n[default]\nregion = a\n[profile dev]\ns3 =\n    addressing_style = path\noutput = text\n";
  for (const auto& c : {
           Case{"a new file", "", {"default", "region", "x"}, "[default]\nregion = x\n"},
           Case{"a new section, after a last line without end",
                "[a]\nb = c",
                {"dev", "k", "v"},
                "[a]\nb = c\n[dev]\nk = v\n"},
           Case{"a value there is",
                kTwo,
                {"default", "region", "b"},
                "# mine\n[default]\nregion = b\n[profile dev]\ns3 =\n    addressing_style = path\noutput = "
                "text\n"},
           Case{"a new value goes to the end of its section",
                kTwo,
                {"default", "output", "json"},
                "# mine\n[default]\nregion = a\noutput = json\n[profile dev]\ns3 =\n    addressing_style = "
                "path\noutput = "
                "text\n"},
           Case{"a value of a block",
                kTwo,
                {"profile dev", "s3", "virtual", "addressing_style"},
                "# mine\n[default]\nregion = a\n[profile dev]\ns3 =\n    addressing_style = virtual\noutput "
                "= text\n"},
           Case{"a new value of a block",
                kTwo,
                {"profile dev", "s3", "5", "max_queue_size"},
                "# mine\n[default]\nregion = a\n[profile dev]\ns3 =\n    addressing_style = path\n    "
                "max_queue_size = "
                "5\noutput = text\n"},
           Case{"a new block",
                "[default]\n",
                {"default", "s3", "5", "max_queue_size"},
                "[default]\ns3 =\n    max_queue_size = 5\n"},
       }) {
    SUBCASE(c.why) { CHECK(with_config_value(c.before, c.value) == c.after); }
  }
}
