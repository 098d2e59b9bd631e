// From a byte of a scalar's text back to its place in the file.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "parser/yaml/place.hpp"
#include "parser/yaml/tree.hpp"

using namespace runner;
namespace fs = std::filesystem;

namespace {

yaml::Node tree_of(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  auto root = yaml::read(text, "f.yml", diagnostics);
  for (const auto& d : diagnostics) FAIL(render(d, text));
  REQUIRE(root);
  return std::move(*root);
}

void for_each_scalar(const yaml::Node& node, const std::function<void(const yaml::Node&)>& visit) {
  if (node.is_scalar()) visit(node);
  for (const auto& item : node.items) for_each_scalar(item, visit);
  for (const auto& [key, value] : node.members) {
    visit(key);
    for_each_scalar(value, visit);
  }
}

std::string file_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("yaml: a character of a scalar is found again in the file") {
  struct Case {
    const char *why, *file;
  };
  for (const auto& c : {
           Case{"plain", "a: x @\n"},
           Case{"at its start", "a: '@ x'\n"},
           Case{"columns count code points", "a: \u00e9\U0001F600@\n"},
           Case{"plain over lines", "a: x\n   y  \n\n\n  z @\n"},
           Case{"plain in a list", "a: [x, y @]\n"},
           Case{"in single quotes", "a: 'it''s @'\n"},
           Case{"in single quotes over lines", "a: 'x\n  y\n\n  @'\n"},
           Case{"in double quotes", "a: \"x @\"\n"},
           Case{"behind escapes", R"(a: "\t\"\\\/\x41\u00e9\U0001F600\e\0\ @")"},
           Case{"in double quotes over lines", "a: \"x\n\n  y @\"\n"},
           Case{"behind an escaped line end", "a: \"x\\\n   y @\"\n"},
           Case{"in a literal block", "a: |\n  x\n\n    y @\n"},
           Case{"in the first line of one", "a: |\n  @\n"},
           Case{"behind blank lines of one", "a: |+\n\n\n  @\n\n"},
           Case{"behind a line of blanks", "a: |\n  x\n      \n  @\n"},
           Case{"in one that says its indentation", "a: |2\n    x\n   @\n"},
           Case{"in one with a comment", "a: |- # x\n  @\n"},
           Case{"in a folded block", "a: >-\n  x\n  y\n\n  z\n  @\n"},
           Case{"in one with lines that are indented more", "a: >\n  x\n    y\n  z\n    @\n"},
           Case{"behind an anchor and a tag", "a: &x !!str '@'\n"},
           Case{"behind an anchor on a line of its own", "a: &x\n  y @\n"},
           Case{"with CR LF, plain", "a: x\r\n  @\r\n"},
           Case{"with CR LF, in a block", "a: |\r\n  x\r\n  @\r\n"},
           Case{"behind a byte order mark",
                "\xEF\xBB\xBF"
                "a: x @\n"},
           Case{"without an end of the last line", "a: |\n  x\n  @"},
       }) {
    CAPTURE(c.why);
    const std::string file = c.file;
    const auto root = tree_of(file);
    const yaml::Source source(file);
    const auto want = source.pos_of(source.text().find('@'));
    for_each_scalar(root, [&](const yaml::Node& node) {
      const auto at = node.text.find('@');
      if (at == std::string::npos) return;
      const auto found = yaml::place_in_scalar(source, node.pos, node.text, at);
      CHECK(fmt::format("{}:{}", found.line, found.column) == fmt::format("{}:{}", want.line, want.column));
    });
  }
}

TEST_CASE("yaml: what became of a line end stands at that line's end") {
  const std::string file = "a: x\n  y\nb: |\n  x\n  y\n";
  const auto root = tree_of(file);
  const yaml::Source source(file);
  const auto& plain = root.members[0].second;
  const auto& block = root.members[1].second;
  CHECK(yaml::place_in_scalar(source, plain.pos, plain.text, 1) == Pos{1, 5});
  CHECK(yaml::place_in_scalar(source, block.pos, block.text, 1) == Pos{4, 4});
}

TEST_CASE("yaml: where file and text do not go together it is the scalar's place") {
  const std::string file = "a: 0x1F\nb: &x y @\nc: *x\n";
  const auto root = tree_of(file);
  const yaml::Source source(file);
  const auto& number = root.members[0].second;
  CHECK(number.text == "31");
  CHECK(yaml::place_in_scalar(source, number.pos, number.text, 1) == number.pos);
  CHECK(yaml::place_in_scalar(source, number.pos, number.text, 7) == number.pos);
  CHECK(yaml::place_in_scalar(source, number.pos, number.text, std::string::npos) == number.pos);
  CHECK(yaml::place_in_scalar(source, {}, "31", 0) == Pos{});
  const auto& aliased = root.members[2].second;
  CHECK(yaml::place_in_scalar(source, aliased.pos, aliased.text, 2) == Pos{2, 9, 3, 4});
}

TEST_CASE("yaml: every letter of every workflow is found where it is") {
  size_t letters = 0, found = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / "testdata" / "ok")) {
    if (entry.path().extension() != ".yml") continue;
    const auto file = file_text(entry.path());
    const yaml::Source source(file);
    const auto root = tree_of(file);
    for_each_scalar(root, [&](const yaml::Node& node) {
      if (node.kind != yaml::Kind::string) return;
      for (size_t at = 0; at < node.text.size(); ++at) {
        if (std::isalpha(static_cast<unsigned char>(node.text[at])) == 0) continue;
        const auto place = yaml::place_in_scalar(source, node.pos, node.text, at);
        ++letters;
        found += static_cast<size_t>(source.text()[source.offset_of(place)] == node.text[at]);
      }
    });
  }
  CHECK(letters > 1000);
  CHECK(found == letters);
}
