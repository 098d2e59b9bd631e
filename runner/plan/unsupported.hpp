// runner/plan/unsupported.hpp -- what the language has and this program does not run yet: refused in words
// before the first step, never skipped or run differently.
#pragma once
#include <vector>

#include "parser/base/diagnostic.hpp"
#include "parser/model/workflow.hpp"
#include "runner/plan/known_actions.hpp"

namespace runner {

std::vector<Diagnostic> unsupported_features(const Workflow& workflow, const Job& job,
                                             const KnownActions& actions);

}  // namespace runner
