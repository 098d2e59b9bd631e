#include <string>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "parser/base/number.hpp"
#include "parser/yaml/tree.hpp"

using namespace runner;

namespace {

const char* name_of(yaml::Kind kind) {
  constexpr const char* kNames[] = {"null", "bool", "number", "string", "list", "map"};
  return kNames[static_cast<size_t>(kind)];
}

std::string show(Pos pos) {
  auto text = fmt::format("{}:{}", pos.line, pos.column);
  return pos.alias_line == 0 ? text : text + fmt::format("*{}:{}", pos.alias_line, pos.alias_column);
}

// "map@1:1{a: string@1:4 x}": everything that a tree says; "1:4*2:6" came through the alias at 2:6.
std::string show(const yaml::Node& node) {
  auto text = fmt::format("{}@{}", name_of(node.kind), show(node.pos));
  if (node.is_scalar() && !node.text.empty()) text += " " + node.text;
  if (node.block) text += " block";
  std::string inside;
  for (const auto& item : node.items) inside += (inside.empty() ? "" : ", ") + show(item);
  for (const auto& [key, value] : node.members) {
    inside += fmt::format("{}{}@{}: {}", inside.empty() ? "" : ", ", key.text, show(key.pos), show(value));
  }
  return node.is_scalar() ? text : fmt::format("{}{{{}}}", text, inside);
}

// The tree, or the diagnostics as "line:column rule: message".
std::string read(std::string_view text, const yaml::Limits& limits = {}) {
  std::vector<Diagnostic> diagnostics;
  const auto root = yaml::read(text, "f.yml", diagnostics, limits);
  CHECK(root.has_value() == diagnostics.empty());
  if (root) return show(*root);
  std::string result;
  for (const auto& d : diagnostics) {
    result += fmt::format("{}:{} {}: {}", d.pos.line, d.pos.column, d.rule, d.message);
  }
  return result;
}

}  // namespace

TEST_CASE("yaml: scalars follow the core schema") {
  struct Case {
    const char *text, *kind, *form;
  };
  for (const auto& c : {
           Case{"null", "null", ""},
           Case{"~", "null", ""},
           Case{"true", "bool", "true"},
           Case{"FALSE", "bool", "false"},
           Case{"yes", "string", "yes"},
           Case{"on", "string", "on"},
           Case{"tRue", "string", "tRue"},
           Case{"1.10", "number", "1.1"},
           Case{"010", "number", "10"},
           Case{"0755", "number", "755"},
           Case{"1e3", "number", "1000"},
           Case{"0x1F", "number", "31"},
           Case{"0o17", "number", "15"},
           Case{"+.5", "number", "0.5"},
           Case{"5.", "number", "5"},
           Case{"-0", "number", "0"},
           Case{"1e400", "number", "Infinity"},
           Case{"-.inf", "number", "-Infinity"},
           Case{".NaN", "number", "NaN"},
           Case{"12_345", "string", "12_345"},
           Case{"0b11", "string", "0b11"},
           Case{"1:30", "string", "1:30"},
           Case{"-0x1", "string", "-0x1"},
           Case{"2024-01-02", "string", "2024-01-02"},
           Case{"Infinity", "string", "Infinity"},
           Case{"1e", "string", "1e"},
           Case{".", "string", "."},
           Case{"1345678912345678912", "number", "1.34567891234568E+18"},
           Case{"'1'", "string", "1"},
           Case{"\"true\"", "string", "true"},
           Case{"!!str 5", "string", "5"},
           Case{"!!int 5", "number", "5"},
           Case{"!<tag:yaml.org,2002:float> 5", "number", "5"},
       }) {
    CAPTURE(c.text);
    std::vector<Diagnostic> diagnostics;
    const auto node = yaml::read(c.text, "f.yml", diagnostics);
    REQUIRE(node);
    CHECK(std::string(name_of(node->kind)) == c.kind);
    CHECK(node->text == c.form);
  }
}

TEST_CASE("yaml: every node has its place") {
  struct Case {
    const char *why, *text, *want;
  };
  for (const auto& c : {
           Case{"columns count code points", "é: {\"ü\": x}\n",
                "map@1:1{é@1:1: map@1:4{ü@1:5: string@1:10 x}}"},
           Case{"an empty value stands at its key", "a:\n\nb: 1\n",
                "map@1:1{a@1:1: null@1:1, b@3:1: number@3:4 1}"},
           Case{"a written null stands where it is", "a: ~\nb: null\n",
                "map@1:1{a@1:1: null@1:4, b@2:1: null@2:4}"},
           Case{"an empty value before a key called null", "a:\nnull: x\n",
                "map@1:1{a@1:1: null@1:1, @2:1: string@2:7 x}"},
           Case{"an empty item stands at its dash", "- a\n-\n\n- b\n",
                "list@1:1{string@1:3 a, null@2:1, string@4:3 b}"},
           Case{"a block scalar stands at its bar", "a: |\n  x\n", "map@1:1{a@1:1: string@1:4 x\n block}"},
           Case{"CR LF is one line end", "a: 1\r\nb: 2\r\n",
                "map@1:1{a@1:1: number@1:4 1, b@2:1: number@2:4 2}"},
           Case{"a byte order mark is not a column",
                "\xEF\xBB\xBF"
                "a: 1\n",
                "map@1:1{a@1:1: number@1:4 1}"},
           Case{"an aliased node stands at its anchor, and knows its alias", "a: &x 1\nb: *x\n",
                "map@1:1{a@1:1: number@1:4 1, b@2:1: number@1:4*2:4 1}"},
           Case{"of several aliases the outermost led there", "a: &x 1\nb: &y [*x]\nc: *y\n",
                "map@1:1{a@1:1: number@1:4 1, b@2:1: list@2:4{number@1:4*2:8 1}, "
                "c@3:1: list@2:4*3:4{number@1:4*3:4 1}}"},
           Case{"an anchor may be defined again", "a: &x 1\nb: &x 2\nc: *x\n",
                "map@1:1{a@1:1: number@1:4 1, b@2:1: number@2:4 2, c@3:1: number@2:4*3:4 2}"},
           Case{"an alias as a key", "a: &x k\n*x : 2\n",
                "map@1:1{a@1:1: string@1:4 k, k@1:4*2:1: number@2:6 2}"},
           Case{"keys become strings", "1.10: a\ntrue: b\n",
                "map@1:1{1.1@1:1: string@1:7 a, true@2:1: string@2:7 b}"},
           Case{"a merge key is an ordinary one", "<<: {a: 1}\n",
                "map@1:1{<<@1:1: map@1:5{a@1:6: number@1:9 1}}"},
           Case{"a repeated key is kept", "a: 1\na: 2\n",
                "map@1:1{a@1:1: number@1:4 1, a@2:1: number@2:4 2}"},
       }) {
    SUBCASE(c.why) { CHECK(read(c.text) == c.want); }
  }
}

TEST_CASE("yaml: what is no single good document is refused") {
  struct Case {
    const char *why, *text, *want;
  };
  constexpr auto kOpenQuote = "1:4 syntax: The quote is not closed before the end of the file";
  for (const auto& c : {
           Case{"empty", "",
                "1:1 syntax: The file is empty; expected a workflow, a mapping with on: and jobs:"},
           Case{"only a comment", "# x\n",
                "1:1 syntax: The file is empty; expected a workflow, a mapping with on: and jobs:"},
           Case{"a second document", "a: 1\n---\nb: 2\n",
                "2:1 syntax: A second document was not expected; a workflow file holds exactly one"},
           Case{"text after the end", "{a: b} c\n",
                "1:8 syntax: A second document was not expected; a workflow file holds exactly one"},
           Case{"double quote, no line end", "a: \"x", kOpenQuote},
           Case{"double quote", "a: \"x\\\"\n", kOpenQuote},
           Case{"single quote", "a: 'it''s\nb: 1\n", kOpenQuote},
           Case{"recursive list", "a: &r [1, *r]\n",
                "1:11 syntax: An alias may not lie inside its own anchor"},
           Case{"recursive mapping", "a: &r\n  b: *r\n",
                "2:6 syntax: An alias may not lie inside its own anchor"},
           Case{"unknown anchor", "a: *u\n",
                "1:4 syntax: The alias names an anchor that is not defined above it"},
           Case{"bad UTF-8", "a: é\xFF\n", "1:5 syntax: The file is not UTF-8: byte 0xFF was found"},
           Case{"the byte that ends a file for yaml-cpp", "a: x\x04y\n",
                "1:5 syntax: The control character 0x04 was not expected"},
           Case{"unknown tag", "a: !foo x\n", "1:4 syntax: The tag '!foo' is not supported"},
           Case{"unknown core tag", "a: !!binary x\n", "1:4 syntax: The tag '!!binary' is not supported"},
           Case{"tag that does not fit", "a: !!int x\n",
                "1:4 syntax: The value 'x' does not fit the tag '!!int'"},
           Case{"tag with quotes", "a: !!bool \"true\"\n",
                "1:4 syntax: The tag '!!bool' needs a scalar without quotes"},
           Case{"too many bits", "a: 0x1FFFFFFFF\n",
                "1:4 syntax: The number 0x1FFFFFFFF does not fit into 32 bits; quote it to keep it as text"},
           Case{"braces without quotes", "a: {{ b }}\n",
                "1:5 syntax: A mapping key must be a scalar, but this is a mapping; quote {{ }}"},
           Case{"two colons", "a: b: c\n",
                "1:5 syntax: A mapping was not expected here; a value that contains \": \" needs quotes"},
           Case{"a reserved character", "a: @x\n",
                "1:4 syntax: Unexpected character; a value that starts with it needs quotes"},
           Case{"an alias to a list as a key", "a: &x [1]\n*x : 2\n",
                "2:1 syntax: A mapping key must be a scalar, but this alias stands for a collection"},
       }) {
    SUBCASE(c.why) { CHECK(read(c.text) == c.want); }
  }
}

TEST_CASE("yaml: limits") {
  const auto nested = [](int levels) {
    return std::string(static_cast<size_t>(levels), '[') + std::string(static_cast<size_t>(levels), ']');
  };
  CHECK(read(nested(50)).starts_with("list@1:1"));
  CHECK(read(nested(51)) == "1:51 limits: Maximum object depth exceeded; at most 50 levels are allowed");
  CHECK(read("a: &x [[1]]\nb: [*x]\n", {.depth = 3}) ==
        "2:5 limits: Maximum object depth exceeded; at most 3 levels are allowed");
  CHECK(read("[1, 2, 3]", {.nodes = 3}) ==
        "1:8 limits: The maximum of 3 nodes, after expanding aliases, has been exceeded");
  CHECK(read("äöü", {.file_size = 3}) == "string@1:1 äöü");
  CHECK(read("äöüß", {.file_size = 3}) ==
        "1:1 limits: The maximum file size of 3 characters has been exceeded");

  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += fmt::format("a{}: &a{} [*a{}, *a{}, *a{}, *a{}, *a{}, *a{}, *a{}, *a{}, *a{}]\n", i, i, i - 1,
                        i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
  }
  CHECK(read(bomb).find("limits: The maximum of 50000 nodes") != std::string::npos);
}

TEST_CASE("numbers are written as the language does") {
  struct Case {
    double number;
    const char* want;
  };
  for (const auto& c :
       {Case{2.0, "2"}, Case{0.1 + 0.2, "0.3"}, Case{1.0 / 3, "0.333333333333333"}, Case{0.0001, "0.0001"},
        Case{0.00001, "1E-05"}, Case{1e14, "100000000000000"}, Case{1e15, "1E+15"}, Case{1e21, "1E+21"},
        Case{-0.0, "0"}, Case{1234567890123456, "1.23456789012346E+15"}}) {
    CHECK(format_number(c.number) == c.want);
  }
}
