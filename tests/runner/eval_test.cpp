#include "runner/cli/eval.hpp"

#include <sstream>

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;

namespace {

struct Result {
  int status;
  std::string out, err;
};

Result run(const EvalOptions& options) {
  std::ostringstream out, err;
  const int status = eval_command(options, out, err);
  return {status, out.str(), err.str()};
}

}  // namespace

TEST_CASE("eval: one expression") {
  const test::TempDir folder;
  const auto context =
      folder.write("context.json", R"({"github":{"ref":"refs/heads/main"},"n":{"b":1,"a":[-0.0,1e400]}})");
  const std::pair<const char*, const char*> good[] = {
      {"github.ref", "\"refs/heads/main\"\n"},
      {"${{ github.ref == 'x' }}", "false\n"},
      {" ${{github.ref}} ", "\"refs/heads/main\"\n"},
      {"n", "{\"b\":1,\"a\":[0,null]}\n"},
      {"", "null\n"},
      {"toJSON(n.none)", "\"null\"\n"},
  };
  for (const auto& [source, want] : good) {
    const auto& shown = source;
    CAPTURE(shown);
    const auto result = run({.expression = source, .context_file = context, .batch_file = ""});
    CHECK(result.status == 0);
    CHECK(result.out == want);
    CHECK(result.err.empty());
  }
  const std::pair<const char*, const char*> bad[] = {
      {"1 = 2", "Unexpected symbol: '='. Located at position 3 within expression: 1 = 2\n"},
      {"${{ githb }}",
       "Unrecognized named-value: 'githb'. Located at position 1 within expression: githb; did you mean "
       "\"github\"?\n"},
      {"format('{')", "The following format string is invalid: {\n"},
      {"success()", "Unrecognized function: 'success'. Located at position 1 within expression: success()\n"},
      {"hashFiles('a')",
       "Unrecognized function: 'hashFiles'. Located at position 1 within expression: hashFiles('a')\n"},
  };
  for (const auto& [source, want] : bad) {
    const auto& shown = source;
    CAPTURE(shown);
    const auto result = run({.expression = source, .context_file = context, .batch_file = ""});
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK(result.err == want);
  }
  CHECK(run({.expression = "1", .context_file = "", .batch_file = ""}).out == "1\n");
}

TEST_CASE("eval: a file that is no use is told by its name") {
  const test::TempDir folder;
  const auto list = folder.write("list.json", "[]"), broken = folder.write("broken.json", "{");
  for (const std::string& file :
       {list.string(), broken.string(), (folder.path() / "none").string(), folder.path().string()}) {
    CAPTURE(file);
    CHECK_THROWS_AS(run({.expression = "1", .context_file = file, .batch_file = ""}), UsageError);
  }
  CHECK_THROWS_AS(run({.expression = "", .context_file = "", .batch_file = folder.path() / "none"}),
                  UsageError);
}

TEST_CASE("eval: a batch answers every line, in order") {
  const std::pair<const char*, const char*> lines[] = {
      {R"json({"expr":"a.b","contexts":{"a":{"B":[1,"é"]}}})json", R"json({"value":[1,"é"]})json"},
      {R"json({"expr":"a.b"})json",
       R"json({"error":"Unrecognized named-value: 'a'. Located at position 1 within expression: a.b"})json"},
      {R"json({"expr":"contex","contexts":{"context":1}})json",
       R"json({"error":"Unrecognized named-value: 'contex'. Located at position 1 within expression: contex"})json"},
      {R"json({"expr":"${{ 0 || NaN }}","contexts":{}})json", R"json({"value":null})json"},
      {R"json({"expr":"fromJSON('{')","contexts":{}})json", ""},
      {R"json({"contexts":{}})json",
       R"json({"error":"the line has to be an object with a string \"expr\""})json"},
      {R"json({"expr":"1","contexts":[]})json", R"json({"error":"\"contexts\" has to be an object"})json"},
      {"not JSON", ""},
      {R"json({"expr":"True","contexts":{}})json",
       R"json({"error":"Unrecognized named-value: 'True'. Located at position 1 within expression: True"})json"},
      {R"json({"expr":"","contexts":{}})json", R"json({"value":null})json"},
  };
  const test::TempDir folder;
  std::string input;
  for (const auto& [line, want] : lines) input += std::string(line) + "\n";
  const auto result = run({.expression = "", .context_file = "", .batch_file = folder.write("batch", input)});
  CHECK(result.status == 0);
  std::istringstream answers(result.out);
  for (const auto& [line, want] : lines) {
    const auto& shown = line;
    CAPTURE(shown);
    std::string answer;
    REQUIRE(std::getline(answers, answer));
    if (std::string_view(want).empty()) {
      CHECK(answer.starts_with(R"({"error":"Error parsing fromJson: )"));
    } else {
      CHECK(answer == want);
    }
  }
  CHECK(answers.peek() == EOF);
}
