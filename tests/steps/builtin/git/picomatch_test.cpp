#include "steps/builtin/git/paths_filter/picomatch.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

std::ifstream picomatch_data(const std::string& name) {
  std::ifstream file(std::string(SOURCE_DIR) + "/testdata/picomatch/" + name);
  REQUIRE(file);
  return file;
}

std::vector<std::string> picomatch_paths() {
  auto file = picomatch_data("paths.txt");
  std::vector<std::string> paths;
  for (std::string line; std::getline(file, line);) paths.push_back(line);
  return paths;
}

std::string matched_by(const std::string& glob, const std::vector<std::string>& paths) {
  const Picomatch picomatch(glob);
  std::string text;
  for (const auto& path : paths) {
    if (picomatch.matches(path)) text += path + "\n";
  }
  return text;
}

}  // namespace

// scripts/make-picomatch-table writes the table, with the original.
TEST_CASE("picomatch: every glob of the table matches what it does in the original") {
  const auto paths = picomatch_paths();
  auto file = picomatch_data("table.json");
  const auto table = nlohmann::json::parse(file);
  CHECK(table.size() > 500);
  for (const auto& row : table) {
    const auto glob = row.at(0).get<std::string>();
    std::string want;
    for (const auto& place : row.at(1)) want += paths.at(place.get<size_t>()) + "\n";
    CAPTURE(glob);
    CHECK(matched_by(glob, paths) == want);
  }
}

TEST_CASE("picomatch: what people expect, and what they get") {
  struct Case {
    const char *glob, *path;
    bool want;
  };
  for (const auto& c : {
           Case{"packages/*/**", "packages/README", false},
           Case{"packages/*/**", "packages/a/README", true},
           Case{"**.md", "docs/deep/a.md", true},
           Case{"app/[id]/**", "app/[id]/page.tsx", true},
           Case{"[!a]x", "!x", true},
           Case{"[!a]x", "bx", false},
           Case{"src/[!a]*", "src/app.tsx", true},
           Case{"!(**/*.tsx|**/*.less)", "src/ui.tsx", false},
           Case{"!(**/*.tsx|**/*.less)", "src/server.py", true},
           Case{"v{1..12}", "v11", false},
           Case{"abc.d{1..3}", "abc.d1", false},
           Case{"!README.md", "!README.md", true},
           Case{"a(b", "a(b", true},
           Case{"a(b", "ab", false},
           Case{"*.md", "\xFF.md", true},
       }) {
    CAPTURE(c.glob);
    CAPTURE(c.path);
    CHECK(Picomatch(c.glob).matches(c.path) == c.want);
  }
  CHECK_THROWS_AS(Picomatch(""), InputError);
  CHECK_THROWS_AS(Picomatch(std::string(65'537, 'a')), InputError);
}

}  // namespace runner
