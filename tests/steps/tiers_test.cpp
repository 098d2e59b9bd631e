// Every action of the tiers has a built-in, or the line that says why not.
#include <set>

#include <doctest/doctest.h>

#include "parser/base/text.hpp"
#include "steps/catalog.hpp"
#include "tests/support/action_tiers.hpp"

namespace runner {

TEST_CASE("tiers: every action is built in, or it is said why not") {
  std::set<std::string, IgnoringCase> seen;
  for (const auto& row : test::action_tiers()) {
    CAPTURE(row.tier);
    CAPTURE(row.action);
    CHECK_MESSAGE(seen.insert(row.action).second, "the action stands in the list twice");
    const bool built_in = find_builtin(row.action) != nullptr;
    if (row.reason.empty())
      CHECK_MESSAGE(built_in, "there is neither a built-in nor a reason in testdata/actions/tiers.txt");
    else
      CHECK_MESSAGE(!built_in, "the built-in is there: the reason can go");
  }
  CHECK(seen.size() > 30);
}

}  // namespace runner
