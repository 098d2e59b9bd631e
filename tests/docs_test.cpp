// docs/actions.md keeps up with the program: the table of built-in actions is written from their own
// descriptions, the list of those that are not built in from testdata/actions/tiers.txt. `cmake --build
// --preset dev
// --target docs` (or RUNNER_TEST_ACCEPT=1) writes it anew.
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "parser/base/text.hpp"
#include "steps/catalog.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;

namespace {

std::string actions_table() {
  std::string table = "| action | versions | what it does |\n|---|---|---|\n";
  for (const auto& action : builtin_actions()) {
    const auto& spec = action.spec;
    table += "| `" + spec.uses + "` | v" + std::to_string(spec.first_major);
    if (spec.last_major != spec.first_major) table += " to v" + std::to_string(spec.last_major);
    table += " | " + spec.doc + " |\n";
  }
  return table;
}

// The part of docs/actions.md between the marks of `name` is `wanted`, or is made so.
void check_part(const std::string& name, const std::string& wanted) {
  const std::string file = SOURCE_DIR "/docs/actions.md";
  const auto begin_mark = "<!-- " + name + ":begin -->\n", end_mark = "<!-- " + name + ":end -->";
  auto text = test::read_file(file);
  const auto begin = text.find(begin_mark), end = text.find(end_mark);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const auto start = begin + begin_mark.size();
  if (std::getenv("RUNNER_TEST_ACCEPT") != nullptr) {
    text.replace(start, end - start, wanted);
    std::ofstream(file, std::ios::binary) << text;
  } else {
    CHECK(text.substr(start, end - start) == wanted);
  }
}

// "## Events and inputs" is reached by #events-and-inputs.
std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : runner::lower(heading)) {
    if (c == ' ' || c == '-') anchor += '-';
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) anchor += c;
  }
  return anchor;
}

}  // namespace

TEST_CASE("docs: the table of built-in actions is what the program has") {
  check_part("actions", actions_table());
}

TEST_CASE("docs: links lead to files and headings that are there") {
  namespace fs = std::filesystem;
  const fs::path root = SOURCE_DIR;
  std::vector<fs::path> pages{root / "README.md"};
  for (const auto* folder : {"docs", "workflows"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      if (entry.path().extension() == ".md") pages.push_back(entry.path());
  }
  const std::regex link(R"(\]\(([^)#:\s]*)(#[^)\s]*)?\))"), heading(R"((?:^|\n)#+ ([^\n]+))");
  size_t links = 0;
  for (const auto& page : pages) {
    const auto text = test::read_file(page);
    for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at, ++links) {
      const auto name = (*at)[1].str(), part = (*at)[2].str();
      const auto target = name.empty() ? page : page.parent_path() / name;
      CHECK_MESSAGE(fs::exists(target), page.string(), " links to ", name);
      if (part.empty() || !fs::is_regular_file(target)) continue;
      const auto there = test::read_file(target);
      std::set<std::string> anchors;
      for (std::sregex_iterator one(there.begin(), there.end(), heading); one != end; ++one)
        anchors.insert("#" + anchor_of((*one)[1].str()));
      CHECK_MESSAGE(anchors.contains(part), page.string(), " links to ", name, part);
    }
  }
  CHECK(links > 20);
}
