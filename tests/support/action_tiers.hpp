// tests/support/action_tiers.hpp -- testdata/actions/tiers.txt: which actions are built in, and why the
// others are not.
#pragma once
#include <string>
#include <vector>

namespace runner::test {

struct ActionTier {
  int tier = 0;
  std::string action, reason;  // reason: empty where there must be a built-in
};

std::vector<ActionTier> action_tiers();  // in the file's order; throws for a line it cannot read

}  // namespace runner::test
