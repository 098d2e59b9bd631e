// steps/catalog.hpp -- the built-in actions.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/model/workflow.hpp"
#include "steps/step.hpp"

namespace runner {

const std::vector<BuiltinAction>& builtin_actions();  // sorted by spec.uses
// By "owner/repository[/path]", case ignored; null when there is none.
const BuiltinAction* find_builtin(std::string_view action);

// builtin-actions.md 0.1: "v4", "v4.2.1", "4.2", "releases/v3"; a 40-digit commit takes the number of the
// comment.
ActionVersion action_version(const Uses& uses);

}  // namespace runner
