// README.md keeps up with the program: the table of built-in actions is written from their own descriptions.
// `cmake --build --preset dev --target docs` (or RUNNER_TEST_ACCEPT=1) writes it anew.
#include <cstdlib>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "steps/catalog.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;

namespace {

constexpr std::string_view kBegin = "<!-- actions:begin -->\n", kEnd = "<!-- actions:end -->";

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

}  // namespace

TEST_CASE("readme: its table of built-in actions is what the program has") {
  const std::string file = SOURCE_DIR "/README.md";
  auto text = test::read_file(file);
  const auto begin = text.find(kBegin), end = text.find(kEnd);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const auto start = begin + kBegin.size();
  if (std::getenv("RUNNER_TEST_ACCEPT") != nullptr) {
    text.replace(start, end - start, actions_table());
    std::ofstream(file, std::ios::binary) << text;
  } else {
    CHECK(text.substr(start, end - start) == actions_table());
  }
}
