// README.md keeps up with the program: the table of built-in actions is written from their own descriptions,
// the list of those that are not built in from testdata/actions/tiers.txt. `cmake --build --preset dev
// --target docs` (or RUNNER_TEST_ACCEPT=1) writes it anew.
#include <cstdlib>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "steps/catalog.hpp"
#include "tests/support/action_tiers.hpp"
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

std::string missing_table() {
  std::string table = "| not built in | why |\n|---|---|\n";
  for (const auto& row : test::action_tiers()) {
    if (!row.reason.empty()) table += "| `" + row.action + "` | " + row.reason + " |\n";
  }
  return table;
}

// The part of README.md between the marks of `name` is `wanted`, or is made so.
void check_part(const std::string& name, const std::string& wanted) {
  const std::string file = SOURCE_DIR "/README.md";
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

}  // namespace

TEST_CASE("readme: its table of built-in actions is what the program has") {
  check_part("actions", actions_table());
}

TEST_CASE("readme: it says which actions are not built in, and why") {
  check_part("missing", missing_table());
}
